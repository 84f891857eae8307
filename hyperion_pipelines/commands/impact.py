"""`hyperion impact`: which other files likely have to change with some, or with commits.

The answers are those of the impact model, through `hyperion_pipelines.prediction`.
"""

import json
import posixpath
from collections.abc import Sequence
from dataclasses import asdict

import click

from hyperion_pipelines.annotations.predicted import findings_of_suggestions
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.predict_text import print_suggestions
from hyperion_pipelines.commands.selection_options import (
    ANNOTATIONS,
    Asked,
    chosen_form,
    format_option,
    selection_options,
)
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction import Selection, Suggestion, impact, impact_of
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.argument("slug")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@selection_options
@click.option(
    "-k", "count", type=click.IntRange(min=1), default=10, show_default=True, help="How many files."
)
@json_option
@format_option
@with_workspace
def command(
    slug: str,
    paths: Sequence[str],
    asked: Asked,
    count: int,
    form: str | None,
    *,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Say which other files of SLUG likely have to change when PATHs do, the likeliest first.

    Paths are those in the repository. In their place --commit, --range, --worktree or --diff stand
    for the files that they change.
    """
    form = chosen_form(form, as_json=as_json)
    slug = workspace.catalogue.get(slug).slug
    paths = [posixpath.normpath(path) for path in paths]
    suggestions = _suggestions(workspace, slug, paths, asked, count)
    if form == "table":
        print_suggestions(_heading(slug, paths, asked.selection), suggestions)
    elif form == "json":
        rows = [asdict(suggestion) for suggestion in suggestions]
        click.echo(json.dumps({"repository": slug, "suggestions": rows}, indent=2))
    else:
        click.echo(ANNOTATIONS[form](findings_of_suggestions(suggestions)), nl=False)


def _suggestions(
    workspace: Workspace, slug: str, paths: Sequence[str], asked: Asked, count: int
) -> list[Suggestion]:
    if paths and asked.selection is not None:
        raise UsageError(
            "files or a change: give paths or one of --commit, --range, --worktree and --diff"
        )
    if asked.selection is not None:
        return impact_of(workspace, slug, asked.selection, asked.clone, count)
    if not paths:
        raise UsageError("name a file, or a change with --commit, --range, --worktree or --diff")
    return impact(workspace, slug, paths, count)


def _heading(slug: str, paths: Sequence[str], selection: Selection | None) -> str:
    if selection is None:
        changing = " and ".join(paths)
    elif selection.kind == "worktree":
        changing = "what is not committed yet"
    else:
        changing = f"what {selection.text} changes"
    return f"{slug}: what likely has to change with {changing}"
