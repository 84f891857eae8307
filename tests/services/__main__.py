"""Command line of the test servers: `python -m tests.services start|stop|status`."""

import shutil
from collections.abc import Sequence

import click
from filelock import FileLock

from tests.services import debian, lifecycle
from tests.services.address_file import AddressFile
from tests.services.catalogue import PROGRAMS, SERVERS
from tests.services.server import ServiceError

_ADDRESSES = AddressFile()


@click.group(help=__doc__)
def main() -> None:
    """Group the commands."""


@main.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(SERVERS)))
def start(names: Sequence[str]) -> None:
    """Install and start the named servers, or all; those that are up are left alone.

    With all of them come the other programs that tests use.
    """
    with _one_at_a_time():
        try:
            if not names:
                debian.install([PROGRAMS[name] for name in PROGRAMS if not shutil.which(name)])
            started = lifecycle.start([SERVERS[name] for name in names or SERVERS], _ADDRESSES)
        except ServiceError as error:
            raise click.ClickException(str(error)) from error
    for name in names or SERVERS:
        verb = "started" if SERVERS[name] in started else "already up"
        running = _ADDRESSES.running(name)
        click.echo(f"{name:10}{verb:12}{running.url if running else ''}")
    click.echo(f"addresses: {_ADDRESSES.path}")


@main.command()
def stop() -> None:
    """Stop all servers that were started from here and remove their data."""
    with _one_at_a_time():
        stopped = lifecycle.stop(list(SERVERS.values()), _ADDRESSES)
    for name, server in SERVERS.items():
        click.echo(f"{name:10}{'stopped' if server in stopped else 'not started'}")


@main.command()
def status() -> None:
    """Say which servers answer; exit status 1 when one does not."""
    up = {name: lifecycle.is_up(server, _ADDRESSES) for name, server in SERVERS.items()}
    for name, answers in up.items():
        click.echo(f"{name:10}{'up' if answers else 'down'}")
    if not all(up.values()):
        raise click.exceptions.Exit(1)


def _one_at_a_time() -> FileLock:
    _ADDRESSES.path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(_ADDRESSES.path.with_suffix(".lock"))


if __name__ == "__main__":
    main()
