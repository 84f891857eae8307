"""Predictions of commits: the score, and beside it what a reviewer can act on.

What the lake has of a commit is read there; what it has not is read from a clone and judged now, as
the next analysis will. Each part of an answer is made in a module of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import polars as pl

from hyperion_pipelines.prediction.companions import missing_companions
from hyperion_pipelines.prediction.evidence import MOST_HUNKS, Found, find_evidence
from hyperion_pipelines.prediction.model import Prediction, Reason, Selection
from hyperion_pipelines.prediction.owners import owners
from hyperion_pipelines.prediction.reading import INSIGHTS, Known, read_known
from hyperion_pipelines.prediction.resolving import Commit, resolve
from hyperion_pipelines.prediction.reviewers import reviewers
from hyperion_pipelines.workspace import Workspace

ODD = 95.0  # percentile of the anomaly from which its reasons are told
EVIDENCE_AT_ONCE = 2  # of git's processes that look for evidence, whoever asks
_EVIDENCE = BoundedSemaphore(EVIDENCE_AT_ONCE)


def predict(
    workspace: Workspace, slug: str, selection: Selection, clone: Path | None = None
) -> list[Prediction]:
    """What is to be said of the commits that *selection* means, parents first.

    *clone* is where commits are looked for that the lake does not have (see `find_clones`). Raises
    UsageError and SourceError as `resolve` does.
    """
    with resolve(workspace, slug, selection, clone) as commits:
        return predictions_of(workspace, slug, commits)


def predictions_of(workspace: Workspace, slug: str, commits: Sequence[Commit]) -> list[Prediction]:
    """What is to be said of each of *commits*, none of them a merge, in their order.

    Those that are not stored are read from one git directory, that of the first of them.
    """
    answer = partial(_answer, workspace, slug, read_known(workspace, slug, commits))
    with ThreadPoolExecutor(EVIDENCE_AT_ONCE) as pool:
        return list(pool.map(answer, commits))


def as_one_change(predictions: Sequence[Prediction]) -> list[Prediction]:
    """The same, of commits that go together: what one of them changes, none of them misses."""
    changed = {path for prediction in predictions for path in prediction.files}
    return [
        replace(one, missing=tuple(each for each in one.missing if each.path not in changed))
        for one in predictions
    ]


def _answer(workspace: Workspace, slug: str, known: Known, commit: Commit) -> Prediction:
    is_it = pl.col("sha") == commit.sha
    row = known.commits.row(by_predicate=is_it, named=True)
    score = known.scores.row(by_predicate=is_it, named=True)
    changes = known.changes.filter(is_it)
    with _EVIDENCE:
        found = find_evidence(
            workspace.lake, slug, commit, row, changes, known.unknown, known.origins_of
        )
    paths = changes["path"].to_list()
    before = changes.select(pl.coalesce("old_path", "path")).to_series().to_list()
    known_by, coupling = (known.insights.get(table) for table in INSIGHTS)
    who = [] if known_by is None else reviewers(known_by, before, row["author_id"])
    return Prediction(
        repository=slug,
        sha=None if commit.is_draft else commit.sha,
        subject=row["subject"],
        author_name=row["author_name"],
        commit_time=row["commit_time"],
        files=tuple(paths),
        probability=score["probability"],
        percentile=score["percentile"],
        served_by=known.served_by[score["served_by"]],
        model_version=score["model_version"],
        reasons=_reasons(score["reasons"]),
        evidence=tuple(found.evidence),
        reviewers=tuple(who),
        # A program that bumps versions forgets nothing that people change with its files.
        missing=()
        if coupling is None or row["is_bot"]
        else tuple(missing_companions(coupling, known.tree, [*before, *paths])),
        anomalies=_anomalies(score),
        notes=tuple(_notes(commit, known, found, has_reviewers=bool(who))),
        is_stored=commit.is_stored,
        owners=() if known_by is None else tuple(owners(known_by, _largest_first(changes))),
        judge=score["served_by"],
    )


def _largest_first(changes: pl.DataFrame) -> list[str]:
    """The paths of *changes*, and those before renames, by how many lines changed there."""
    lines = pl.sum_horizontal("added", "deleted")
    ordered = changes.sort(lines, "path", descending=[True, False])
    paths = ordered.select(pl.concat_list("path", "old_path")).to_series().explode()
    return paths.drop_nulls().unique(maintain_order=True).to_list()


def _notes(commit: Commit, known: Known, found: Found, *, has_reviewers: bool) -> Iterator[str]:
    """What could not be said, or looked at."""
    for table, words in INSIGHTS.items():
        if table not in known.insights:
            yield words
    if "file_owners" in known.insights and not has_reviewers:
        yield "nobody but its author is active and has changed one of its files"
    if found.passed_over:
        yield (
            f"{found.passed_over} hunks were not looked at for earlier fixes: only the "
            f"{MOST_HUNKS} largest are"
        )
    if known.unlike_stored and not commit.is_stored:
        yield (
            "the stored commits that it is compared with were scored by another version of the "
            "model: run `hyperion analyze` to score them anew"
        )


def _reasons(reasons: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(**reason) for reason in reasons)


def _anomalies(score: Mapping[str, Any]) -> tuple[str, ...]:
    if (score["anomaly_percentile"] or 0.0) < ODD:
        return ()
    return tuple(oddity["text"] for oddity in score["anomaly_reasons"])
