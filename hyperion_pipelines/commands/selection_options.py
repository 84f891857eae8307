"""Options that say which commits are meant and in which form the answer comes."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click

from hyperion_pipelines.annotations import github, gitlab, sarif
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction.model import Selection

Command = Callable[..., Any]


ANNOTATIONS = {"sarif": sarif.render, "github": github.render, "gitlab": gitlab.render}
FORMATS = ("table", "json", *ANNOTATIONS)


class Asked(NamedTuple):
    """The commits that are meant, None where none are named, and the clone to look in first."""

    selection: Selection | None
    clone: Path | None


format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How the answer is written: for a person, as JSON, or as annotations for another system"
    "  [default: table]",
)


def selection_options(command: Command) -> Command:
    """Add `--commit`, `--range`, `--worktree` and `--clone`; the command gets what is `asked`.

    More than one way to name commits raises UsageError.
    """

    @click.option("--commit", "revision", metavar="REV", help="A commit, as git names it.")
    @click.option("--range", "commits", metavar="A..B", help="Commits that B has and A has not.")
    @click.option(
        "--worktree",
        "is_worktree",
        is_flag=True,
        help="What is not committed yet in the clone, untracked files included.",
    )
    @click.option(
        "--clone",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A clone that has the commits  [default: the current folder, else the source]",
    )
    @functools.wraps(command)
    def selecting(
        *,
        revision: str | None,
        commits: str | None,
        is_worktree: bool,
        clone: Path | None,
        **options: object,
    ) -> object:
        selections = [
            *([] if revision is None else [Selection.commit(revision)]),
            *([] if commits is None else [Selection.range(commits)]),
            *([Selection.worktree()] if is_worktree else []),
        ]
        if len(selections) > 1:
            raise UsageError("give one of --commit, --range and --worktree, not several")
        asked = Asked(selections[0] if selections else None, clone)
        return command(asked=asked, **options)

    return selecting


def chosen_form(form: str | None, *, as_json: bool) -> str:
    """The form to write: `--json` is short for `--format json`. Raises UsageError for both."""
    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json or --format {form}: give one of them")
    return "json" if as_json else form or "table"
