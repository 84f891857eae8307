"""The option `--as-of`: a table as it was at a version or a time."""

from datetime import UTC, datetime

import click

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.workspace import Workspace


class AsOf(click.ParamType[int | datetime]):
    """A version of a table: its number, or a time in ISO's notation, of UTC without a zone."""

    name = "version|time"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int | datetime:
        """The number or the time, which has a zone."""
        if isinstance(value, int | datetime):
            return value
        text = str(value)
        if text.isascii() and text.isdigit():
            return int(text)
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            self.fail(
                f"{text!r} is neither the number of a version nor a time such as 2024-05-31 or "
                "2024-05-31T18:00+02:00",
                param,
                ctx,
            )
        return time if time.tzinfo else time.replace(tzinfo=UTC)


as_of_option = click.option(
    "--as-of",
    type=AsOf(),
    help="The table as it was: the number of a version, or an ISO date or time (UTC, if it names "
    "no zone; a date means its first moment).",
)


def version_as_of(workspace: Workspace, table: str, as_of: int | datetime | None) -> int | None:
    """The number of the version of *table* that was the newest at *as_of*; None: never written.

    Raises UsageError for a time before the first version.
    """
    if as_of is None:
        return workspace.lake.version(table)
    if isinstance(as_of, int):
        return as_of
    versions = workspace.lake.versions(table)
    there = [version.number for version in versions if version.written_at <= as_of]
    if versions and not there:
        first = min(version.written_at for version in versions).isoformat(" ", "milliseconds")
        raise UsageError(f"{table} has no version of that time: the first was written at {first}")
    return max(there, default=None)
