"""A profile, or a comparison, as Markdown for a pull request or a wiki: sentences, a few tables.

Everything that comes from a repository is escaped. A text longer than services take loses its last
sections, and says so.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hyperion_pipelines.insights.profile.model import Headline, ModelQuality, Profile
from hyperion_pipelines.insights.profile.words import (
    counted,
    joined,
    nothing_urgent,
    percent,
    sentence,
    short_sha,
)
from hyperion_pipelines.report.comparison import ComparedNumber, Comparison

LARGEST_BYTES = 60_000  # GitHub takes 65,536 characters
ROWS = 10
CELL = 200  # characters
_MARKUP = re.compile(r"([\\`*_\[\]#|~])")
# A word joiner keeps a text of the repository from calling somebody by @name.
_AT = "@\u2060"


Row = Mapping[str, Any]
Shown = Callable[[Row], str]


class _Column(NamedTuple):
    heading: str
    shown: Shown


def _text(name: str) -> Shown:
    return lambda row: "" if row[name] is None else str(row[name])


def _share(name: str) -> Shown:
    return lambda row: "unknown" if row[name] is None else percent(row[name])


def _number(name: str) -> Shown:
    return lambda row: "unknown" if row[name] is None else f"{row[name]:,.0f}"


def _list(name: str, most: int = 3) -> Shown:
    return lambda row: joined(row[name], most)


def _day(name: str) -> Shown:
    return lambda row: str(row[name])[: len("2024-10-18")]


def _reasons(row: Row) -> str:
    return "; ".join(row["reasons"][:2])


def _commit(row: Row) -> str:
    return f"{short_sha(row['sha'])} {row['subject']}"


def _place(row: Row) -> str:
    return f"{row['path']}:{row['line']}"


def _at_head(row: Row) -> str:
    return "yes" if row["is_at_head"] else "no"


# Insight -> title and columns of its table.
_TABLES: Mapping[str, tuple[str, Sequence[_Column]]] = {
    "risky_commits": (
        "Commits to review first",
        (
            _Column("commit", _commit),
            _Column("author", _text("author_name")),
            _Column("probability of a bug", _share("probability")),
            _Column("why", _reasons),
            _Column("who can review", _list("reviewers")),
        ),
    ),
    "risky_files": (
        "Files that most likely need a fix",
        (
            _Column("file", _text("path")),
            _Column("probability", _share("probability")),
            _Column("why", _reasons),
            _Column("known best by", _list("owners")),
        ),
    ),
    "hotspots": (
        "Complex code that changes most",
        (
            _Column("file", _text("path")),
            _Column("commits in a year", _number("commits")),
            _Column("paths through it", _number("cyclomatic")),
            _Column("share of all", _share("share")),
            _Column("trend", _text("trend")),
        ),
    ),
    "knowledge_at_risk": (
        "Files known by people who have gone quiet",
        (
            _Column("file", _text("path")),
            _Column("known best by", _text("owner_name")),
            _Column("last commit", _day("owner_last_commit")),
            _Column("lines of people gone", _share("gone_share")),
            _Column("active people who know it", _number("active_knowers")),
        ),
    ),
    "exposed_secrets": (
        "Secrets in the history",
        (
            _Column("what", _text("rule")),
            _Column("where", _place),
            _Column("shown", _text("shown")),
            _Column("days", _number("exposure_days")),
            _Column("at HEAD", _at_head),
            _Column("severity", _text("severity")),
        ),
    ),
}


def render_markdown(profile: Profile) -> str:
    """*profile* as Markdown of at most 60,000 bytes."""
    return _within_limit(list(_sections(profile)))


def render_comparison(comparison: Comparison) -> str:
    """*comparison* as Markdown: a table of numbers, then what is most urgent in each repository."""
    slugs = comparison.repositories
    headings = ["", *map(_escaped, slugs)]
    rows = [_compared(number, slugs) for number in (*comparison.sizes, *comparison.numbers)]
    urgent = [
        f"- {_escaped(slug)}: {_escaped(comparison.actions.get(slug, nothing_urgent(missing)))}"
        for slug in slugs
        for missing in [comparison.missing.get(slug, ())]
    ]
    unknown = [
        f"- {_escaped(slug)}: {_escaped(said)}"
        for slug, sentences in comparison.missing.items()
        for said in sentences
    ]
    sections = [f"# {_escaped(joined(slugs, len(slugs)))} compared", _table(headings, rows)]
    sections.append("\n".join(["## Most urgent", "", *urgent]))
    if unknown:
        sections.append("\n".join(["## What is not known", "", *unknown]))
    return _within_limit(sections)


def _sections(profile: Profile) -> Iterator[str]:
    yield f"# {_escaped(profile.repository)}\n\n{_escaped(_overview(profile))}"
    yield f"## This week\n\n{this_week(profile)}"
    concerns = [headline for headline in profile.headlines if headline.is_concern]
    others = [headline for headline in profile.headlines if not headline.is_concern]
    yield from _headlines("Concerns", concerns)
    yield from _headlines("What else there is to know", others)
    for insight, (title, columns) in _TABLES.items():
        if insight in profile.insights and profile.insights[insight].rows:
            shown = profile.insights[insight].rows[:ROWS]
            rows = [[_cell(column.shown(row)) for column in columns] for row in shown]
            yield f"## {title}\n\n{_table([column.heading for column in columns], rows)}"
    if profile.models or profile.judged_by:
        yield f"## How far to believe the models\n\n{_models(profile)}"
    if profile.missing:
        yield "\n".join(
            ["## What is not known", "", *(f"- {_escaped(said)}" for said in profile.missing)]
        )
    yield f"{_escaped(profile.generator)}, at {short_sha(profile.head_sha)}."


def _overview(profile: Profile) -> str:
    seen = profile.overview
    return (
        f"{counted(seen.commits, 'commit')} by {counted(seen.authors, 'person', 'people')} from "
        f"{seen.first_commit:%Y-%m-%d} to {seen.last_commit:%Y-%m-%d}, "
        f"{seen.active_authors:,} of them active in the last 180 days; "
        f"{counted(seen.lines, 'line')} of own code in {counted(seen.files, 'file')}"
        f"{_languages(profile)}."
    )


def _languages(profile: Profile) -> str:
    names = [each.language for each in profile.overview.languages]
    return f", mostly {joined(names[:2])}" if names else ""


def this_week(profile: Profile) -> str:
    """What to do and why, as a numbered list."""
    if not profile.actions:
        return nothing_urgent(profile.missing)
    return "\n".join(
        f"{place}. **{_escaped(action.what)}** {_escaped(action.why)}"
        for place, action in enumerate(profile.actions, start=1)
    )


def _headlines(title: str, headlines: Sequence[Headline]) -> Iterator[str]:
    if headlines:
        said = [f"- {_escaped(headline.sentence)}" for headline in headlines]
        yield "\n".join([f"## {title}", "", *said])


def _models(profile: Profile) -> str:
    judged = [
        f"- The {rows} were judged {_escaped(who)}." for rows, who in profile.judged_by.items()
    ]
    return "\n".join([*judged, *map(_model, profile.models)])


def _model(model: ModelQuality) -> str:
    figures = "; ".join(f"{each.name} {each.value:.2f}" for each in model.measures)
    said = " ".join([*([f"{sentence(figures)}."] if figures else []), *model.doubts])
    name = _escaped(f"{model.name} {model.version}")
    return f"- **{name}** says {_escaped(model.answers)}. {_escaped(said)}"


def _compared(number: ComparedNumber, slugs: Sequence[str]) -> list[str]:
    verdicts = {number.best: " (best)", number.worst: " (worst)"}
    values = [
        f"{_value(number.values[slug], number.unit)}{verdicts.get(slug, '')}" for slug in slugs
    ]
    return [_cell(number.name), *map(_cell, values)]


def _value(value: float | None, unit: str) -> str:
    if value is None:
        return "unknown"
    shown = f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}"
    return f"{shown} {unit}".strip()


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return _escaped(text if len(text) <= CELL else f"{text[:CELL]}…")


def _escaped(text: str) -> str:
    """*text* as it is, whatever Markdown or HTML it looks like, on one line."""
    plain = " ".join(text.split())
    marked = _MARKUP.sub(r"\\\1", plain.replace("&", "&amp;").replace("<", "&lt;"))
    return marked.replace("@", _AT)


def _within_limit(sections: Sequence[str]) -> str:
    """The first of *sections*, as many as the limit allows, joined."""
    room = LARGEST_BYTES - 200  # for the sentence that says what is left out
    kept: list[str] = []
    for section in sections:
        room -= len(section.encode()) + 2
        if room < 0:
            left = counted(len(sections) - len(kept), "section")
            kept.append(f"Left out here for their length: {left}. The JSON report has them.")
            break
        kept.append(section)
    return "\n\n".join(kept) + "\n"
