"""The questions of `hyperion graph`: each asks one thing, and says what was found in a sentence.

What is found is the business of `hyperion_pipelines.graph.questions`; tables and JSON are printed
by `graph_text`.
"""

from datetime import datetime

import click
import polars as pl

from hyperion_pipelines.commands.graph_options import (
    as_of_option,
    asked_file,
    count_option,
    open_graph,
    path_argument,
    slug_argument,
)
from hyperion_pipelines.commands.graph_text import Reply, print_reply
from hyperion_pipelines.commands.options import json_option, with_workspace
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
from hyperion_pipelines.graph.questions.paths import KnownFile, lineage
from hyperion_pipelines.graph.questions.repository_graph import PRESENT
from hyperion_pipelines.workspace import Workspace

MOST_CENTRAL = 20


@click.command("knows", short_help="Who knows a file?")
@slug_argument
@path_argument
@as_of_option
@count_option
@json_option
@with_workspace
def ask_knowers(
    slug: str, path: str, at: datetime, count: int | None, *, as_json: bool, workspace: Workspace
) -> None:
    """Say who knows the file PATH: who made commits to it, and which teams own it."""
    graph = open_graph(workspace, slug)
    file = asked_file(graph, path)
    people, teams = knowers(graph, file.path, at), owning_teams(graph, file.path)
    active = _counted(people.filter("is_active").height, "of them is active", "of them are active")
    found = _counted(people.height, "person knows", "people know")
    sentence = f"{slug}: {found} {file.path}{_then(at)}; {active}. {_gone(file)}"
    reply = Reply(
        {"repository": slug, "path": file.path, "as_of": _when(at)},
        {"people": people, "teams": teams},
        [sentence.strip()],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("dependents", short_help="What depends on a file, or calls a function?")
@slug_argument
@path_argument
@click.option("--calls", "function", metavar="FUNCTION", help="Who calls this function of PATH.")
@as_of_option
@count_option
@json_option
@with_workspace
def ask_dependents(
    slug: str,
    path: str,
    function: str | None,
    at: datetime,
    count: int | None,
    *,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Say which files depend on the file PATH, by imports or through others that import it.

    With --calls: which functions depend on one of its functions, by calls.
    """
    graph = open_graph(workspace, slug)
    file = asked_file(graph, path)
    if function is None:
        found, what = dependents(graph, file.path, at), f"{file.path}{_then(at)}"
        counted = _counted(found.height, "file depends", "files depend")
    elif at != PRESENT:
        raise UsageError("--calls and --as-of: calls are known of HEAD alone; leave one out")
    else:
        found, what = callers(graph, file.path, function), f"{function} of {file.path}"
        counted = _counted(found.height, "function or file depends", "functions or files depend")
    direct = found.filter(distance=1).height
    reply = Reply(
        {"repository": slug, "path": file.path, "function": function, "as_of": _when(at)},
        {"dependents": found},
        [f"{slug}: {counted} on {what}, {direct:,} directly. {_gone(file)}".strip()],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("changes-with", short_help="What changes together with a file?")
@slug_argument
@path_argument
@count_option
@json_option
@with_workspace
def ask_co_changes(
    slug: str, path: str, count: int | None, *, as_json: bool, workspace: Workspace
) -> None:
    """Say which files change together with the file PATH, more often than by chance."""
    graph = open_graph(workspace, slug)
    file = asked_file(graph, path)
    found = changes_with(graph, file.path)
    counted = _counted(found.height, "file changes", "files change")
    reply = Reply(
        {"repository": slug, "path": file.path},
        {"files": found},
        [f"{slug}: {counted} with {file.path} more often than by chance. {_gone(file)}".strip()],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("history", short_help="How did a file come to be?")
@slug_argument
@path_argument
@count_option
@json_option
@with_workspace
def ask_history(
    slug: str, path: str, count: int | None, *, as_json: bool, workspace: Workspace
) -> None:
    """Say how the file PATH came to be: its commits, the newest first, under all its names."""
    graph = open_graph(workspace, slug)
    file = asked_file(graph, path)
    commits = history(graph, file.path)
    former = [
        {"path": each.path, "until": each.until}
        for each in lineage(graph, file.path)
        if each.until is not None
    ]
    reply = Reply(
        {"repository": slug, "path": file.path, "former_paths": former},
        {"commits": commits},
        [
            f"{slug}: {_history_in_words(file, commits)}",
            *(f"It was {each['path']} until {each['until']:%Y-%m-%d}." for each in former),
        ],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("islands", short_help="Which files lie apart from the rest?")
@slug_argument
@as_of_option
@count_option
@json_option
@with_workspace
def ask_islands(
    slug: str, at: datetime, count: int | None, *, as_json: bool, workspace: Workspace
) -> None:
    """List groups of files that imports tie to each other, and to no other file of SLUG."""
    found = islands(open_graph(workspace, slug), at)
    groups = _counted(found.islands.height, "group lies", "groups lie")
    reply = Reply(
        {"repository": slug, "as_of": _when(at), "largest": found.mainland},
        {"islands": found.islands},
        [
            (
                f"{slug}: {groups} apart from the largest, of "
                f"{_counted(found.mainland, 'file')}, that imports tie together{_then(at)}."
            )
        ],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("cycles", short_help="Which files import each other in circles?")
@slug_argument
@as_of_option
@count_option
@json_option
@with_workspace
def ask_cycles(
    slug: str, at: datetime, count: int | None, *, as_json: bool, workspace: Workspace
) -> None:
    """List groups of files of SLUG that import each other, with the smallest circle in each."""
    found = cycles(open_graph(workspace, slug), at)
    groups = _counted(found.height, "group of files imports", "groups of files import")
    files = _counted(int(found["files"].sum()), "file")
    reply = Reply(
        {"repository": slug, "as_of": _when(at)},
        {"cycles": found},
        [f"{slug}: {groups} each other in circles{_then(at)}, {files} in all."],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("communities", short_help="Which files belong together?")
@slug_argument
@count_option
@json_option
@with_workspace
def ask_communities(slug: str, count: int | None, *, as_json: bool, workspace: Workspace) -> None:
    """List groups of files of SLUG that import each other, or change together, more than others."""
    found = communities(open_graph(workspace, slug))
    groups = _counted(found.communities.height, "community", "communities")
    reply = Reply(
        {"repository": slug, "modularity": found.modularity},
        {"communities": found.communities},
        [
            (
                f"{slug}: {groups} of {LEAST_FILES} files or more, by imports and by what changes "
                "together, each named after the directory that most of its files lie in."
            ),
            (
                f"The division has a modularity of {found.modularity:.2f}: from about 0.3 on the "
                "parts are well apart, at 0 not at all."
            ),
        ],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("central", short_help="On which files does the rest lean?")
@slug_argument
@count_option
@json_option
@with_workspace
def ask_central_files(slug: str, count: int | None, *, as_json: bool, workspace: Workspace) -> None:
    """List the files of SLUG that the rest leans on most: by imports, and by who imports those."""
    found = central_files(open_graph(workspace, slug), count or MOST_CENTRAL)
    reply = Reply(
        {"repository": slug},
        {"files": found},
        [
            (
                f"{slug}: {_counted(found.height, 'file')} that the rest leans on most, by "
                "PageRank: the chance of being there for a reader who follows imports at random."
            ),
        ],
    )
    print_reply(reply, count, as_json=as_json)


@click.command("orphans", short_help="What would nobody know if a person left?")
@slug_argument
@click.argument("person")
@count_option
@json_option
@with_workspace
def ask_orphans(
    slug: str, person: str, count: int | None, *, as_json: bool, workspace: Workspace
) -> None:
    """Say which files nobody active would know if PERSON left: a name, e-mail address or id."""
    graph = open_graph(workspace, slug)
    leaving = known_person(graph, person)
    found = orphans(graph, leaving)
    files = _counted(found.height, "source file")
    sentence = (
        f"if {leaving.name} left, nobody active would know {files} any more."
        if leaving.is_active
        else f"{leaving.name} has not committed for 180 days: {files} that they know, nobody "
        "active does."
    )
    reply = Reply(
        {"repository": slug, "person_id": leaving.person_id, "person_name": leaving.name},
        {"orphans": found},
        [f"{slug}: {sentence}", RULE],
    )
    print_reply(reply, count, as_json=as_json)


QUESTIONS: tuple[click.Command, ...] = (
    ask_knowers,
    ask_dependents,
    ask_co_changes,
    ask_history,
    ask_islands,
    ask_cycles,
    ask_communities,
    ask_central_files,
    ask_orphans,
)


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
