"""What nobody who is still active would know if a person left."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.selection import DATA_AND_PROSE
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions.repository_graph import RepositoryGraph
from hyperion_pipelines.insights.people.knowers import LEAST_COMMITS, ONE_COMMIT_IN, ONE_LINE_IN

ORPHANS = pl.Schema(
    {
        "path": pl.String(),
        "lines": pl.Int64(),
        "share": pl.Float64(),
        "line_share": pl.Float64(),
        "hotspot": pl.Float64(),
        "risk_percentile": pl.Float64(),
    }
)
RULE = (
    f"A person knows a file who wrote at least 1 line in {ONE_LINE_IN} of it, or made at least "
    f"half of its commits, or 1 in {ONE_COMMIT_IN} of them and {LEAST_COMMITS} or more."
)
NEAR_NAMES = 3

_OWNERS = pl.Schema(
    {
        "path": pl.String(),
        "language": pl.String(),
        "is_generated": pl.Boolean(),
        "is_vendored": pl.Boolean(),
        "lines": pl.Int64(),
        "commits": pl.Int64(),
        "hotspot": pl.Float64(),
        "risk_percentile": pl.Float64(),
        "person": pl.String(),
        "is_active": pl.Boolean(),
        "is_bot": pl.Boolean(),
        "share": pl.Float64(),
        "line_share": pl.Float64(),
    }
)
_PEOPLE = pl.Schema(
    {
        "key": pl.String(),
        "person_id": pl.String(),
        "name": pl.String(),
        "email": pl.String(),
        "is_active": pl.Boolean(),
        "commits": pl.Int64(),
    }
)


class Person(NamedTuple):
    """Somebody whom the graph knows."""

    key: str
    person_id: str
    name: str
    email: str
    is_active: bool
    commits: int


def orphans(graph: RepositoryGraph, person: Person) -> pl.DataFrame:
    """The source files at HEAD that *person* knows and no other active person does: ORPHANS.

    Who knows a file is said by RULE, which is that of `insights.people.knowers` with what the graph
    has: in place of the degree of authorship, half of the commits. As there, the project's own
    source is asked about, neither data nor prose. `share` and `line_share` are the person's. Order:
    hotspots first, then by lines and path.
    """
    owners = graph.ask("co_owners", key=person.key).frame(_OWNERS)
    is_own = ~(pl.col("is_generated") | pl.col("is_vendored"))
    is_source = pl.col("language").is_not_null() & ~pl.col("language").is_in(DATA_AND_PROSE)
    known = owners.filter(is_own, is_source, ~pl.col("is_bot"), _knows())
    others = known.filter(pl.col("is_active"), pl.col("person") != person.key)
    return (
        known.filter(pl.col("person") == person.key)
        .join(others, on="path", how="anti")
        .sort("hotspot", "lines", "path", descending=[True, True, False], nulls_last=True)
        .select(list(ORPHANS))
    )


def _knows() -> pl.Expr:
    """Whether RULE holds; a file's commits are those under its present path."""
    share = pl.col("share")
    changed_much = (share * ONE_COMMIT_IN >= 1) & (share * pl.col("commits") >= LEAST_COMMITS)
    wrote_much = pl.col("line_share").fill_null(0) * ONE_LINE_IN >= 1
    return wrote_much | (share >= 0.5) | changed_much.fill_null(value=False)


def known_person(graph: RepositoryGraph, text: str) -> Person:
    """The person whose id, e-mail address or name *text* is, else the one of whose name it is part.

    Raises UsageError, naming those who may be meant, where that is nobody or several.
    """
    people = [
        Person(*row) for row in graph.ask("people").frame(_PEOPLE).sort("commits", "key").rows()
    ]
    wanted = text.casefold()
    exact = [
        each
        for each in people
        if wanted in {each.person_id.casefold(), each.email.casefold(), each.name.casefold()}
    ]
    found = exact or [each for each in people if wanted in each.name.casefold()]
    if len(found) == 1:
        return found[0]
    raise UsageError(_several(text, found) if found else _nobody(graph.slug, text, people))


def _several(text: str, found: Sequence[Person]) -> str:
    listed = [
        f"{each.name} <{each.email}>, {each.commits:,} commit{'' if each.commits == 1 else 's'}"
        for each in found[::-1]
    ]
    more = f"; and {len(listed) - NEAR_NAMES} more" if len(listed) > NEAR_NAMES else ""
    return (
        f"{len(found)} people may be meant by {text!r}: {'; '.join(listed[:NEAR_NAMES])}{more}: "
        "give an e-mail address"
    )


def _nobody(slug: str, text: str, people: Sequence[Person]) -> str:
    names = {each.name.casefold(): each.name for each in people}
    near = [names[each] for each in get_close_matches(text.casefold(), names, n=NEAR_NAMES)]
    hint = f"did you mean {' or '.join(near)}?" if near else "give a name or an e-mail address"
    return f"nobody named {text!r} worked on {slug}; {hint}"
