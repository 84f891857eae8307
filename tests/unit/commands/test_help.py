"""Every command explains itself."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from hyperion_pipelines.cli import COMMANDS, hyperion


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words that call each command, those of groups of commands included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


ALL = list(commands(hyperion))
GROUPS = {("repo",), ("models",), ("graph",), ("token",)}


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_command_answers_to_help(words: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(hyperion, [*words, "--help"])
    assert answer.exit_code == 0
    assert answer.output.startswith("Usage: ")
    described = answer.output.partition("\n\n")[2]
    assert described.strip()


def test_the_list_of_commands_says_what_each_does() -> None:
    listed = CliRunner().invoke(hyperion, ["--help"], terminal_width=200).output
    assert all(f"{name} " in listed and meaning in listed for name, meaning in COMMANDS.items())


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_that_works_on_a_home_takes_it_as_an_option(words: tuple[str, ...]) -> None:
    answer = CliRunner().invoke(hyperion, [*words, "--help"])
    assert ("--home" in answer.output) == (words not in GROUPS)


def test_an_unknown_command_is_refused() -> None:
    answer = CliRunner().invoke(hyperion, ["bake"])
    assert answer.exit_code == 2
    assert "No such command 'bake'" in answer.output
