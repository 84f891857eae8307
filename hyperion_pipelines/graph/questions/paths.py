"""Paths that a person gives: that the graph knows them, and which files these were before."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

NEAR_PATHS = 3
AUTHORSHIPS = pl.Schema(
    {
        "sha": pl.String(),
        "time": TIME,
        "subject": pl.String(),
        "path": pl.String(),
        "status": pl.String(),
        "added": pl.Int64(),
        "deleted": pl.Int64(),
        "is_fix": pl.Boolean(),
        "person": pl.String(),
        "name": pl.String(),
        "role": pl.String(),
    }
)


class KnownFile(NamedTuple):
    """A path that is, or once was, a file; whether it is one at HEAD."""

    path: str
    is_there: bool


class Stretch(NamedTuple):
    """A path that a file had, and when: `since` null from the beginning, `until` null to the end.

    They are the times of the commits that renamed it.
    """

    path: str
    since: datetime | None
    until: datetime | None


def known_file(graph: RepositoryGraph, path: str) -> KnownFile:
    """The file at *path*. Raises UsageError, with the paths most like it, where there was none."""
    rows = graph.ask("file", key=graph.key(path)).rows
    if not rows:
        known = sorted(str(row[0]) for row in graph.ask("paths").rows)
        raise UsageError(f"{graph.slug} has no file {path!r}, nor ever had; {_hint(path, known)}")
    return KnownFile(path, is_there=bool(rows[0][1]))


def _hint(path: str, known: Sequence[str]) -> str:
    inside = next((each for each in known if each.startswith(f"{path}/")), None)
    if inside is not None:
        return f"it is a directory: name a file of it, such as {inside}"
    near = _near_paths(path, known)
    return f"did you mean {' or '.join(near)}?" if near else "paths begin at the root"


def _near_paths(path: str, known: Sequence[str]) -> list[str]:
    """At most NEAR_PATHS of the *known* ones: those that end so, else those written most alike."""
    ending = [each for each in known if each.endswith(f"/{path}")]
    name = path.rpartition("/")[2]
    named = [each for each in known if each.rpartition("/")[2] == name]
    return (ending or get_close_matches(path, named, cutoff=0.0) or get_close_matches(path, known))[
        :NEAR_PATHS
    ]


def lineage(graph: RepositoryGraph, path: str) -> list[Stretch]:
    """The paths of the file that has, or had last, *path*: the newest first.

    Renames are followed back from the newest one to each path before the next; no commit renames a
    file twice, so that each is followed once.
    """
    stretches: list[Stretch] = []
    followed: set[str] = set()
    until: datetime | None = None
    while True:
        rename = _rename_into(graph, path, until or PRESENT, followed)
        if rename is None:
            return [*stretches, Stretch(path, None, until)]
        stretches.append(Stretch(path, rename.since, until))
        followed.add(rename.sha)
        path, until = rename.path, rename.since


class _Rename(NamedTuple):
    path: str
    since: datetime
    sha: str


def _rename_into(
    graph: RepositoryGraph, path: str, before: datetime, followed: set[str]
) -> _Rename | None:
    """The newest rename to *path* that is not after *before*, and was not *followed* yet."""
    schema = pl.Schema({"path": pl.String(), "since": TIME, "sha": pl.String()})
    found = (
        graph.ask("renames_into", key=graph.key(path))
        .frame(schema)
        .filter(pl.col("since") <= before, ~pl.col("sha").is_in(list(followed)))
        .sort("since", "sha", descending=True)
    )
    return _Rename(*found.row(0)) if found.height else None


def authorships(graph: RepositoryGraph, stretches: Sequence[Stretch]) -> pl.DataFrame:
    """The commits to a file under all its paths: a row of AUTHORSHIPS for each of their authors.

    Of a commit without a known author there is one row, with null for the person. What came to a
    path before the file did is not its history, nor what came once another file took its place: a
    commit that adds a former path anew. Branches may go on under it for a while after the rename.
    Order: the newest path first, of each the newest commit, authors before co-authors.
    """
    return pl.concat([_authorships(graph, stretch) for stretch in stretches])


def _authorships(graph: RepositoryGraph, stretch: Stretch) -> pl.DataFrame:
    found = graph.ask("file_commits", key=graph.key(stretch.path)).frame(AUTHORSHIPS)
    time = pl.col("time")
    if stretch.since is not None:
        found = found.filter(time >= stretch.since)
    if stretch.until is not None:
        anew = pl.col("status").is_in(["A", "C", "R"]) & (time > stretch.until)
        found = found.filter((time < time.filter(anew).min()) | ~anew.any())
    return found.sort("time", "sha", "role", "name", descending=[True, False, False, False])
