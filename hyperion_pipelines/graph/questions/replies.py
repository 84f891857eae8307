"""The questions as people ask them: what each found, and a sentence that says it.

Each takes words from outside (a path, a person's name), asks the question's own module, and counts
what that found. The command line prints these replies and the sidecar sends them; how they look
there is their own business.
"""

import posixpath
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions.central_files import central_files
from hyperion_pipelines.graph.questions.co_changes import changes_with
from hyperion_pipelines.graph.questions.communities import LEAST_FILES, communities
from hyperion_pipelines.graph.questions.cycles import cycles
from hyperion_pipelines.graph.questions.dependents import callers, dependents
from hyperion_pipelines.graph.questions.history import history
from hyperion_pipelines.graph.questions.islands import islands
from hyperion_pipelines.graph.questions.knowers import knowers, owning_teams
from hyperion_pipelines.graph.questions.orphans import RULE, known_person, orphans
from hyperion_pipelines.graph.questions.paths import KnownFile, known_file, lineage
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

MOST_CENTRAL = 20


class Reply(NamedTuple):
    """What a question found: values and frames under their names in JSON; sentences about them."""

    asked: Mapping[str, object]
    frames: Mapping[str, pl.DataFrame]
    sentences: Sequence[str]


def who_knows(graph: RepositoryGraph, path: str, at: datetime = PRESENT) -> Reply:
    """Who made commits to the file, and which teams own it: `people` (KNOWERS), `teams`."""
    file = _file(graph, path)
    people, teams = knowers(graph, file.path, at), owning_teams(graph, file.path)
    active = _counted(people.filter("is_active").height, "of them is active", "of them are active")
    found = _counted(people.height, "person knows", "people know")
    sentence = f"{graph.slug}: {found} {file.path}{_then(at)}; {active}. {_gone(file)}"
    return Reply(
        {"repository": graph.slug, "path": file.path, "as_of": _when(at)},
        {"people": people, "teams": teams},
        [sentence.strip()],
    )


def what_depends(
    graph: RepositoryGraph, path: str, function: str | None = None, at: datetime = PRESENT
) -> Reply:
    """What imports the file, or calls one of its functions: `dependents` (DEPENDENTS or CALLERS).

    Raises UsageError for callers at another time than the present.
    """
    file = _file(graph, path)
    if function is None:
        found, what = dependents(graph, file.path, at), f"{file.path}{_then(at)}"
        counted = _counted(found.height, "file depends", "files depend")
    elif at != PRESENT:
        raise UsageError("a function and a time: calls are known of HEAD alone; leave one out")
    else:
        found, what = callers(graph, file.path, function), f"{function} of {file.path}"
        counted = _counted(found.height, "function or file depends", "functions or files depend")
    direct = found.filter(distance=1).height
    return Reply(
        {"repository": graph.slug, "path": file.path, "function": function, "as_of": _when(at)},
        {"dependents": found},
        [f"{graph.slug}: {counted} on {what}, {direct:,} directly. {_gone(file)}".strip()],
    )


def what_changes_with(graph: RepositoryGraph, path: str) -> Reply:
    """Which files change with it more often than by chance: `files` (CO_CHANGES)."""
    file = _file(graph, path)
    found = changes_with(graph, file.path)
    counted = _counted(found.height, "file changes", "files change")
    sentence = f"{graph.slug}: {counted} with {file.path} more often than by chance. {_gone(file)}"
    return Reply(
        {"repository": graph.slug, "path": file.path}, {"files": found}, [sentence.strip()]
    )


def how_it_came_to_be(graph: RepositoryGraph, path: str) -> Reply:
    """The commits to the file under all its names, the newest first: `commits` (HISTORY)."""
    file = _file(graph, path)
    commits = history(graph, file.path)
    former = [
        {"path": each.path, "until": each.until}
        for each in lineage(graph, file.path)
        if each.until is not None
    ]
    return Reply(
        {"repository": graph.slug, "path": file.path, "former_paths": former},
        {"commits": commits},
        [
            f"{graph.slug}: {_history_in_words(file, commits)}",
            *(f"It was {each['path']} until {each['until']:%Y-%m-%d}." for each in former),
        ],
    )


def what_lies_apart(graph: RepositoryGraph, at: datetime = PRESENT) -> Reply:
    """Groups of files that imports tie to each other, and to no other file: `islands` (ISLANDS)."""
    found = islands(graph, at)
    groups = _counted(found.islands.height, "group lies", "groups lie")
    return Reply(
        {"repository": graph.slug, "as_of": _when(at), "largest": found.mainland},
        {"islands": found.islands},
        [
            (
                f"{graph.slug}: {groups} apart from the largest, of "
                f"{_counted(found.mainland, 'file')}, that imports tie together{_then(at)}."
            )
        ],
    )


def what_goes_in_circles(graph: RepositoryGraph, at: datetime = PRESENT) -> Reply:
    """Groups of files that import each other, the smallest circle in each: `cycles` (CYCLES)."""
    found = cycles(graph, at)
    groups = _counted(found.height, "group of files imports", "groups of files import")
    files = _counted(int(found["files"].sum()), "file")
    return Reply(
        {"repository": graph.slug, "as_of": _when(at)},
        {"cycles": found},
        [f"{graph.slug}: {groups} each other in circles{_then(at)}, {files} in all."],
    )


def what_belongs_together(graph: RepositoryGraph) -> Reply:
    """Groups of files tied more closely than to others: `communities` (COMMUNITIES)."""
    found = communities(graph)
    groups = _counted(found.communities.height, "community", "communities")
    return Reply(
        {"repository": graph.slug, "modularity": found.modularity},
        {"communities": found.communities},
        [
            (
                f"{graph.slug}: {groups} of {LEAST_FILES} files or more, by imports and by what "
                "changes together, each named after the directory that most of its files lie in."
            ),
            (
                f"The division has a modularity of {found.modularity:.2f}: from about 0.3 on the "
                "parts are well apart, at 0 not at all."
            ),
        ],
    )


def what_the_rest_leans_on(graph: RepositoryGraph, count: int = MOST_CENTRAL) -> Reply:
    """The *count* files of the greatest PageRank over imports: `files` (CENTRAL_FILES)."""
    found = central_files(graph, count)
    return Reply(
        {"repository": graph.slug},
        {"files": found},
        [
            (
                f"{graph.slug}: {_counted(found.height, 'file')} that the rest leans on most, by "
                "PageRank: the chance of being there for a reader who follows imports at random."
            ),
        ],
    )


def what_nobody_else_knows(graph: RepositoryGraph, person: str) -> Reply:
    """The files that no active person would know without *person*: `orphans` (ORPHANS).

    *person* is a name, an e-mail address or an id. Raises UsageError where it names nobody, or
    several people.
    """
    leaving = known_person(graph, person)
    found = orphans(graph, leaving)
    files = _counted(found.height, "source file")
    sentence = (
        f"if {leaving.name} left, nobody active would know {files} any more."
        if leaving.is_active
        else f"{leaving.name} has not committed for 180 days: {files} that they know, nobody "
        "active does."
    )
    return Reply(
        {"repository": graph.slug, "person_id": leaving.person_id, "person_name": leaving.name},
        {"orphans": found},
        [f"{graph.slug}: {sentence}", RULE],
    )


def _file(graph: RepositoryGraph, path: str) -> KnownFile:
    """The file at *path*, however it is written. Raises UsageError as `known_file` does."""
    return known_file(graph, posixpath.normpath(path))


def _counted(count: int, one: str, several: str | None = None) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {several or f'{one}s'}"


def _when(at: datetime) -> datetime | None:
    """The time that was asked for; None for the present."""
    return None if at == PRESENT else at


def _then(at: datetime) -> str:
    return "" if at == PRESENT else f" as of {at:%Y-%m-%d %H:%M}"


def _gone(file: KnownFile) -> str:
    return "" if file.is_there else "It is not there any more."


def _history_in_words(file: KnownFile, commits: pl.DataFrame) -> str:
    """How many commits made the file, from when to when, by how many; fixes and faults."""
    if commits.is_empty():
        return f"no commit of HEAD's history made {file.path}. {_gone(file)}".strip()
    people = commits["authors"].explode().drop_nulls().n_unique()
    first, last = commits["time"].min(), commits["time"].max()
    fixes = _counted(commits.filter("is_fix").height, "of them is a fix", "of them are fixes")
    faults = commits.filter(pl.col("faults") > 0).height
    return (
        f"{_counted(commits.height, 'commit')} by {_counted(people, 'person', 'people')} made "
        f"{file.path}, {first:%Y-%m-%d} to {last:%Y-%m-%d}; {fixes}, {faults:,} brought a fault "
        f"that was mended later. {_gone(file)}"
    ).strip()
