"""Reads the profile of a repository, and its page's data, from the tables of a home.

No table is made here: what was never made is left out, and the profile says so.
"""

from collections.abc import Mapping
from importlib.metadata import version

import polars as pl

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.insights.insight import Insight
from hyperion_pipelines.insights.predictions import judged_by
from hyperion_pipelines.insights.profile.build import BASE, ProfileContext, build_profile
from hyperion_pipelines.insights.profile.missing import unanswered
from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.insights.profile.quality import model_quality
from hyperion_pipelines.report.page.data import PageData, page_data
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.workspace import Workspace

_PAGE = {
    "hotspots": ("path", "area", "score", "commits"),
    "file_owners": ("path", "person_name"),
    "file_scores": ("path", "probability"),
    "dependencies": ("from_path", "to_path"),
    "change_coupling": ("path", "other", "support", "confidence", "lift"),
}

# What profile and page are read from, beside the insights.
READ = frozenset({*BASE, *_PAGE}.difference(INSIGHT_TABLES))


def read_profile(workspace: Workspace, slug: str, insights: Mapping[str, Insight]) -> Profile:
    """The profile of *slug* from the tables of its last analysis.

    Raises UsageError for an unknown slug, HyperionError where it was not analysed yet or has no
    commit on HEAD.
    """
    source = workspace.catalogue.get(slug).source
    made = {table: workspace.publications.get(table, slug) for table in TABLES}
    history = made["commits"]
    if history is None or any(made[table] is None for table in BASE):
        raise HyperionError(
            f"{slug} was not analysed yet: run `hyperion analyze {source}`, then again"
        )
    absent = frozenset(table for table, publication in made.items() if publication is None)
    lost = unanswered(absent, insights)
    tables = {
        table: workspace.lake.read(table, slug, columns=columns) for table, columns in BASE.items()
    }
    if not tables["commits"]["is_on_head"].any():
        raise HyperionError(f"{slug} has no commit on HEAD: there is nothing to report")
    tables |= {table: workspace.lake.read(table, slug) for table in insights if table not in lost}
    context = ProfileContext(
        repository=slug,
        head_sha=history.head_sha,
        generator=f"hyperion {version('hyperion-pipelines')}",
        insights=insights,
        absent=absent,
        outdated=frozenset(
            table
            for table in insights
            if (publication := made[table]) and publication.head_sha != history.head_sha
        ),
        judged_by=judged_by(workspace.lake, slug),
        models=model_quality(workspace.champions, slug),
    )
    return build_profile(tables, context)


def read_page_data(workspace: Workspace, slug: str) -> PageData:
    """The page's data of a repository that was analysed."""
    tree = workspace.lake.read("tree", slug, columns=BASE["tree"])
    return page_data(tree, **{table: _known(workspace, slug, table) for table in _PAGE})


def _known(workspace: Workspace, slug: str, table: str) -> pl.DataFrame | None:
    """What a page shows of a table; None where it was never made."""
    if workspace.publications.get(table, slug) is None:
        return None
    return workspace.lake.read(table, slug, columns=_PAGE[table])
