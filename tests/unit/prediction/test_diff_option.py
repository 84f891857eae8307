"""`--diff` on the command line: a file or standard input, in place of commits."""

from pathlib import Path

import click
from click.testing import CliRunner

from hyperion_pipelines.commands.selection_options import Asked, selection_options
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction import Patch

DIFF = b"--- a/caf\xe9\n+++ b/caf\xe9\n"


@click.command()
@selection_options
def show(asked: Asked) -> None:
    """Print the diff that is asked about."""
    assert asked.selection is not None
    assert asked.selection.patch == Patch(DIFF)
    click.echo(asked.selection.text)


def test_a_diff_is_read_as_it_is_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    (tmp_path / "change.diff").write_bytes(DIFF)
    by_file = CliRunner().invoke(show, ["--diff", str(tmp_path / "change.diff")])
    by_input = CliRunner().invoke(show, ["--diff", "-"], input=DIFF)
    assert (by_file.output, by_input.output) == ("the diff\n", "the diff\n")


def test_a_diff_and_a_commit_are_not_asked_about_together() -> None:
    outcome = CliRunner().invoke(show, ["--diff", "-", "--commit", "HEAD"], input=DIFF)
    assert isinstance(outcome.exception, UsageError)
    assert "or a --diff" in str(outcome.exception)
