"""The questions of `hyperion graph`, each a command that prints the reply.

What is found is the business of `hyperion_pipelines.graph.questions`, and its `replies` say it in
sentences; tables and JSON are printed by `graph_text`.
"""

from datetime import datetime

import click

from hyperion_pipelines.commands.graph_options import (
    as_of_option,
    count_option,
    open_graph,
    path_argument,
    slug_argument,
)
from hyperion_pipelines.commands.graph_text import print_reply
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions import replies
from hyperion_pipelines.graph.questions.repository_graph import PRESENT
from hyperion_pipelines.workspace import Workspace


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
    reply = replies.who_knows(open_graph(workspace, slug), path, at)
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
    if function is not None and at != PRESENT:
        raise UsageError("--calls and --as-of: calls are known of HEAD alone; leave one out")
    reply = replies.what_depends(open_graph(workspace, slug), path, function, at)
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
    reply = replies.what_changes_with(open_graph(workspace, slug), path)
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
    reply = replies.how_it_came_to_be(open_graph(workspace, slug), path)
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
    reply = replies.what_lies_apart(open_graph(workspace, slug), at)
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
    reply = replies.what_goes_in_circles(open_graph(workspace, slug), at)
    print_reply(reply, count, as_json=as_json)


@click.command("communities", short_help="Which files belong together?")
@slug_argument
@count_option
@json_option
@with_workspace
def ask_communities(slug: str, count: int | None, *, as_json: bool, workspace: Workspace) -> None:
    """List groups of files of SLUG that import each other, or change together, more than others."""
    reply = replies.what_belongs_together(open_graph(workspace, slug))
    print_reply(reply, count, as_json=as_json)


@click.command("central", short_help="On which files does the rest lean?")
@slug_argument
@count_option
@json_option
@with_workspace
def ask_central_files(slug: str, count: int | None, *, as_json: bool, workspace: Workspace) -> None:
    """List the files of SLUG that the rest leans on most: by imports, and by who imports those."""
    graph = open_graph(workspace, slug)
    reply = replies.what_the_rest_leans_on(graph, count or replies.MOST_CENTRAL)
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
    reply = replies.what_nobody_else_knows(open_graph(workspace, slug), person)
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
