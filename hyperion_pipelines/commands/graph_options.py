"""What the commands of `hyperion graph` share: the graph that is asked, a time."""

from datetime import UTC, datetime

import click
from typing_extensions import override

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph
from hyperion_pipelines.workspace import Workspace


class Moment(click.ParamType[datetime]):
    """A time in ISO's notation, of UTC where it names no zone."""

    name = "time"

    @override
    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The time, which has a zone."""
        if isinstance(value, datetime):
            return value
        time = time_in(str(value))
        if time is None:
            message = f"{value!r} is not a time such as 2024-05-31 or 2024-05-31T18:00+02:00"
            self.fail(message, param, ctx)
        return time


slug_argument = click.argument("slug")
path_argument = click.argument("path")
as_of_option = click.option(
    "--as-of",
    "at",
    type=Moment(),
    default=PRESENT,
    help="As it was then: an ISO date or time (UTC, if it names no zone; a date means its first "
    "moment)  [default: as it is at HEAD]",
)
count_option = click.option(
    "-k", "count", type=click.IntRange(min=1), help="How many to list  [default: 20, as JSON all]"
)


def open_graph(workspace: Workspace, slug: str) -> RepositoryGraph:
    """The graph of *slug*. Raises UsageError for no repository, HyperionError without a graph."""
    workspace.catalogue.get(slug)
    if workspace.graphs.loaded(slug) is None:
        raise HyperionError(f"{slug} has no graph yet: run `hyperion analyze {slug}` first")
    return RepositoryGraph(workspace.graphs, slug)


def time_in(text: str) -> datetime | None:
    """The time that *text* is in ISO's notation; None where it is none."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
