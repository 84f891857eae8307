"""Renders a profile, or a comparison of several, as one HTML file that fetches nothing.

The templates hold the text, so that everything but the pictures works without JavaScript; styles,
scripts, the chart library and the pictures' data travel inside the page. What is shown is said in
`sections`; here the page is only put together, and guarded: what comes from a repository is
escaped, and the page's own policy lets a browser run no script but ours and reach no network.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.insights.profile.words import nothing_urgent
from hyperion_pipelines.report.comparison import Comparison
from hyperion_pipelines.report.page import formats
from hyperion_pipelines.report.page.connections import ring, with_connections
from hyperion_pipelines.report.page.data import PageData
from hyperion_pipelines.report.page.grids import hour_grid, year_grid
from hyperion_pipelines.report.page.layout import SectionView, section_views
from hyperion_pipelines.report.page.owners import area_owners
from hyperion_pipelines.report.page.sections import SECTIONS

_HERE = Path(__file__).parent
_STYLES = "report.css"
_SCRIPTS = (
    "charts.js",
    "series.js",
    "map.js",
    "connections.js",
    "report.js",
)  # each builds on those before it


def render_page(profile: Profile, page_data: PageData) -> str:
    """The report of a repository: an HTML document for a browser without a network.

    Of 7,000 files it weighs about 2 MB, of which the chart library is 1.1 MB.
    """
    sections = section_views(profile, SECTIONS)
    drawn = {"files": page_data.files.drop("area").to_dict(as_series=False)}
    if page_data.connections is not None:
        sections = with_connections(sections, page_data.connections)
        drawn["hottest_files"] = ring(page_data.connections).to_dict(as_series=False)
    return _render(
        "report.html.j2",
        profile=profile,
        nothing=nothing_urgent(profile.missing),
        sections=sections,
        anchors=_anchors(sections),
        owners=area_owners(page_data.files),
        year_grid=year_grid,
        hour_grid=hour_grid,
        data=_chart_rows(sections) | drawn,
    )


def render_comparison_page(comparison: Comparison) -> str:
    """The page that puts repositories side by side: their numbers, and their risk over time."""
    risk = {
        f"risk_by_month:{slug}": _by_column(rows) for slug, rows in comparison.risk_by_month.items()
    }
    nothing = {
        slug: nothing_urgent(comparison.missing.get(slug, ())) for slug in comparison.repositories
    }
    return _render("comparison.html.j2", comparison=comparison, nothing=nothing, data=risk)


def _render(template: str, **values: object) -> str:
    script = _script()
    return (
        _environment()
        .get_template(template)
        .render(
            styles=Markup(_text(_STYLES)),  # noqa: S704 - a file of ours
            library=Markup(_library()),  # noqa: S704 - a file of ours
            script=Markup(script),  # noqa: S704 - a file of ours
            policy=_policy(_library(), script),
            **values,
        )
    )


def _policy(*scripts: str) -> str:
    """The page's own Content Security Policy: no network, and no script but *scripts*.

    The style attributes are those that the chart library writes.
    """
    hashes = " ".join(_source_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_source_hash(_text(_STYLES))}; "
        "style-src-attr 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(["j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # `tojson` escapes what could end the element that holds the data.
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    environment.filters.update(
        count=formats.count,
        decimal=formats.decimal,
        percent=formats.percent,
        percentile=formats.percentile,
        measure=formats.measure,
        day=formats.day,
        sha=formats.sha,
        code=formats.code,
        area=formats.area,
        prose=formats.prose,
        evidence=formats.evidence,
        listing=formats.listing,
        show=formats.show,
    )
    return environment


@cache
def _text(name: str) -> str:
    return (_HERE / "templates" / name).read_text(encoding="utf-8")


@cache
def _library() -> str:
    return (_HERE / "vendor" / "echarts.min.js").read_text(encoding="utf-8")


@cache
def _script() -> str:
    """The page's own script: its files in one scope, where they share their names."""
    return '(() => {\n"use strict";\n' + "\n".join(map(_text, _SCRIPTS)) + "})();\n"


def _anchors(sections: list[SectionView]) -> dict[str, str]:
    """The anchor of each insight that the page shows."""
    return {
        view.exhibit.table: f"insight-{view.exhibit.table}"
        for section in sections
        for view in section.exhibits
    }


def _chart_rows(sections: list[SectionView]) -> dict[str, dict[str, list[Any]]]:
    """The rows of each insight that is drawn, by column."""
    return {
        view.exhibit.chart: _by_column(view.rows)
        for section in sections
        for view in section.exhibits
        if view.exhibit.chart is not None
    }


def _by_column(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """*rows* turned: a list for each column, which weighs less than a name in each row."""
    names: Mapping[str, Any] = rows[0] if rows else {}
    return {name: [row[name] for row in rows] for name in names}
