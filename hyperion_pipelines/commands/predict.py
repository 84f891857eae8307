"""`hyperion predict`: how risky commits are, before they are merged, and what to do about it.

The answers are those of `hyperion_pipelines.prediction`; at a terminal they look as `predict_text`
says, for other systems as `annotations` says.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hyperion_pipelines.annotations.finding import level_of
from hyperion_pipelines.annotations.predicted import findings_of_commits
from hyperion_pipelines.annotations.words import SHORT_SHA
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.predict_text import print_predictions
from hyperion_pipelines.commands.selection_options import (
    ANNOTATIONS,
    Asked,
    chosen_form,
    format_option,
    selection_options,
)
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.prediction import (
    Prediction,
    Selection,
    as_one_change,
    exceeds,
    predict,
)
from hyperion_pipelines.prediction.clone import find_clones
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.argument("slug")
@selection_options
@json_option
@format_option
@click.option(
    "--fail-above",
    "limit",
    type=click.FloatRange(0, 100),
    metavar="PERCENTILE",
    help="Exit with status 1 if a commit is riskier than that many of 100.",
)
@with_workspace
def command(
    slug: str,
    asked: Asked,
    form: str | None,
    limit: float | None,
    *,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Say how risky commits of SLUG are, why, and who should look; the riskiest first.

    Without --commit, --range, --worktree or --diff that is the newest commit of HEAD.
    """
    form = chosen_form(form, as_json=as_json)
    slug = workspace.catalogue.get(slug).slug
    selection = asked.selection or _newest(workspace, slug, asked.clone)
    predictions = ranked(predict(workspace, slug, selection, asked.clone))
    if form == "table":
        print_predictions(predictions, limit)
    elif form == "json":
        click.echo(json.dumps(document(slug, predictions), indent=2, default=str))
    else:
        click.echo(ANNOTATIONS[form](findings_of_commits(predictions)), nl=False)
    if limit is not None and exceeds(predictions, limit):
        raise HyperionError(too_risky(predictions, limit))


def ranked(predictions: Sequence[Prediction]) -> list[Prediction]:
    """The riskiest first. What one of several commits changes, none of them misses."""
    together = as_one_change(predictions)
    return sorted(together, key=lambda prediction: prediction.percentile, reverse=True)


def document(slug: str, predictions: Sequence[Prediction]) -> dict[str, Any]:
    """All that is known of the commits, as JSON has it; times are ISO times in UTC."""
    commits = [
        asdict(prediction)
        | {
            "commit_time": prediction.commit_time.isoformat(),
            "evidence": [
                asdict(lines) | {"fixed_at": lines.fixed_at.isoformat()}
                for lines in prediction.evidence
            ],
            "level": level_of(prediction.percentile),
        }
        for prediction in predictions
    ]
    return {"repository": slug, "commits": commits}


def too_risky(predictions: Sequence[Prediction], limit: float) -> str:
    """The sentence that names the commits above *limit*."""
    above = [each for each in predictions if each.percentile > limit]
    named = ", ".join(
        f"{each.subject if each.sha is None else each.sha[:SHORT_SHA]} ({each.percentile:.1f})"
        for each in above
    )
    count = "1 commit is" if len(above) == 1 else f"{len(above)} commits are"
    return (
        f"{count} riskier than {limit:g} of 100 commits of {above[0].repository}, "
        f"which --fail-above refuses: {named}"
    )


def _newest(workspace: Workspace, slug: str, clone: Path | None) -> Selection:
    """The newest commit of HEAD that is no merge: merges change nothing by themselves."""
    clones = find_clones(workspace, slug, clone)
    git_dir = clones[0].git_dir if clones else workspace.mirror(slug).git_dir
    newest = ["rev-list", "--no-merges", "--max-count=1", "HEAD"]
    found = run_git(newest, git_dir=git_dir, what=f"reading HEAD of {slug}").output
    return Selection.commit(found.decode("ascii").strip())
