"""`hyperion graph`: what the graph of a repository knows, by questions or in Cypher.

The questions are `hyperion_pipelines.graph.questions`; how answers look is `graph_text`'s business.
"""

import json
import re
import sys
from collections.abc import Mapping, Sequence

import click
from typing_extensions import override

from hyperion_pipelines.commands.graph_options import open_graph, time_in
from hyperion_pipelines.commands.graph_questions import QUESTIONS
from hyperion_pipelines.commands.graph_text import print_rows
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.stores.graph import LONGEST_SECONDS
from hyperion_pipelines.workspace import Workspace

_NAME = re.compile(r"\w[\w-]*")  # of a command; a query has more than one word


class Questions(click.Group):
    """Takes what is no question's name for a query, with its options before or after it."""

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The question that is named, or `query`."""
        if _NAME.fullmatch(args[0]):
            return super().resolve_command(ctx, args)
        return query.name, query, args


# Options may stand before the query, which is none of the group's business.
@click.group(cls=Questions, context_settings={"ignore_unknown_options": True})
def command() -> None:
    """Ask the graph of a repository: its files, functions, commits, people and teams, over time.

    In place of a question's name there may be a query in Cypher, as `query` takes it:

    hyperion graph "MATCH (f:File) RETURN f.path LIMIT 3"
    """


for question in QUESTIONS:
    command.add_command(question)


@command.command(short_help="Whatever else: any query that reads, in Cypher.")
@click.argument("cypher")
@click.option(
    "--repository", "slug", metavar="SLUG", help="Whose graph  [default: the only repository]"
)
@click.option(
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="What $NAME in the query stands for, may be given again: JSON, a time in ISO's notation, "
    "or else text.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=LONGEST_SECONDS,
    show_default=True,
    help="Seconds after which the query is given up.",
)
@json_option
@with_workspace
def query(
    cypher: str,
    slug: str | None,
    parameters: Sequence[str],
    timeout: float,
    *,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Ask CYPHER, a query that reads; - reads it from standard input.

    $repository in it is the slug.
    """
    text = sys.stdin.read() if cypher == "-" else cypher
    if not text.strip():
        raise UsageError('the query is empty: write one such as "MATCH (f:File) RETURN f.path"')
    graph = open_graph(workspace, slug or _only_slug(workspace))
    given = _parameters(parameters)
    answer = graph.store.query(graph.slug, text, given, seconds=timeout)
    print_rows(answer, as_json=as_json)


def _only_slug(workspace: Workspace) -> str:
    slugs = [repository.slug for repository in workspace.catalogue.list()]
    if not slugs:
        raise HyperionError("no repository is analysed yet: run `hyperion analyze SOURCE` first")
    if len(slugs) > 1:
        raise UsageError(f"say which graph with --repository; there are: {', '.join(slugs)}")
    return slugs[0]


def _parameters(given: Sequence[str]) -> Mapping[str, object]:
    """The parameters of a query by name. Raises UsageError for what has no name."""
    parameters: dict[str, object] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"--param {each!r}: write NAME=VALUE")
        parameters[name] = _parameter(value)
    return parameters


def _parameter(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return time_in(text) or text
