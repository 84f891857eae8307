"""Options that say which commits are meant and in which form the answer comes."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

import click

from hyperion_pipelines.annotations import github, gitlab, sarif
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction.model import Patch, Selection

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
    """Add `--commit`, `--range`, `--worktree`, `--diff` and `--clone`.

    The command gets what is `asked`; more than one way to name commits raises UsageError.
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
        "--diff",
        type=click.File("rb"),
        help="A unified diff of HEAD that somebody sent: a file, or - for standard input.",
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
        diff: IO[bytes] | None,
        clone: Path | None,
        **options: object,
    ) -> object:
        selections = [
            *([] if revision is None else [Selection.commit(revision)]),
            *([] if commits is None else [Selection.range(commits)]),
            *([Selection.worktree()] if is_worktree else []),
            *([] if diff is None else [Selection.diff(Patch(diff.read()))]),
        ]
        if len(selections) > 1:
            raise UsageError("give one of --commit, --range and --worktree, or a --diff")
        asked = Asked(selections[0] if selections else None, clone)
        return command(asked=asked, **options)

    return selecting


def chosen_form(form: str | None, *, as_json: bool) -> str:
    """The form to write: `--json` is short for `--format json`. Raises UsageError for both."""
    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json or --format {form}: give one of them")
    return "json" if as_json else form or "table"
