"""Predictions of files: how likely each will need a fix, and what a reviewer can act on.

The pipeline judged every file of own code at HEAD; here its answer is put beside the fixes that are
behind it. Predictions of commits are the business of `predict`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from hyperion_pipelines.git.renames import with_present_path
from hyperion_pipelines.insights.predictions import judged_by
from hyperion_pipelines.prediction.companions import missing_companions
from hyperion_pipelines.prediction.model import Judge, Missing, OwnedFile, Reason, Reviewer
from hyperion_pipelines.prediction.owners import owners
from hyperion_pipelines.prediction.reading import INSIGHTS
from hyperion_pipelines.prediction.reviewers import reviewers
from hyperion_pipelines.stores.lake import Lake
from hyperion_pipelines.workspace import Workspace

MOST_FIXES = 5
NOT_JUDGED = "it is no source file of the repository's own, so it was not judged"

_SCORE = ("path", "model_version", "served_by", "probability", "percentile", "reasons")


@dataclass(frozen=True)
class FileFix:
    """A commit that mended a file (`path` is its path then); `fixed_at` is in UTC.

    `lines` are those of earlier commits that it mended there, as far as these are known.
    """

    path: str
    fix_sha: str
    fixed_at: datetime
    fixed_by: str
    lines: int | None
    sentence: str


@dataclass(frozen=True)
class FilePrediction:
    """What is known of a file at HEAD: how likely it will need a fix in the next 90 days, and why.

    `percentile` says how many of a hundred files of the repository's own are less risky; both are
    None of what is none of these. `judge` is `served_by` in a word. `evidence` are its newest
    fixes, `missing` the files that mostly change with it.
    """

    repository: str
    path: str
    probability: float | None
    percentile: float | None
    served_by: str | None
    judge: Judge | None
    model_version: str | None
    reasons: tuple[Reason, ...]
    evidence: tuple[FileFix, ...]
    owners: tuple[OwnedFile, ...]
    reviewers: tuple[Reviewer, ...]
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]


def predict_files(workspace: Workspace, slug: str, paths: Sequence[str]) -> list[FilePrediction]:
    """What is to be said of those of *paths* that HEAD has, in their order."""
    lake = workspace.lake
    tree = lake.read("tree", slug, columns=["path", "is_test"])
    there = set(tree["path"])
    asked = [path for path in dict.fromkeys(paths) if path in there]
    is_asked = pl.col("path").is_in(asked)
    scores = lake.read("file_scores", slug, columns=_SCORE, where=is_asked)
    by_path = {row["path"]: row for row in scores.iter_rows(named=True)}
    served_by = judged_by(lake, slug).get("files")
    insights = {
        table: lake.read(table, slug)
        for table in INSIGHTS
        if workspace.publications.get(table, slug) is not None
    }
    fixes = fixes_of(lake, slug, asked)
    return [
        _answer(slug, path, by_path.get(path), served_by, fixes, insights, tree) for path in asked
    ]


def _answer(
    slug: str,
    path: str,
    score: Mapping[str, Any] | None,
    served_by: str | None,
    fixes: Mapping[str, Sequence[FileFix]],
    insights: Mapping[str, pl.DataFrame],
    tree: pl.DataFrame,
) -> FilePrediction:
    known_by, coupling = (insights.get(table) for table in INSIGHTS)
    notes = [words for table, words in INSIGHTS.items() if table not in insights]
    if score is None:
        notes.append(NOT_JUDGED)
    return FilePrediction(
        repository=slug,
        path=path,
        probability=score["probability"] if score else None,
        percentile=score["percentile"] if score else None,
        served_by=served_by if score else None,
        judge=score["served_by"] if score else None,
        model_version=score["model_version"] if score else None,
        reasons=tuple(Reason(**reason) for reason in score["reasons"]) if score else (),
        evidence=tuple(fixes.get(path, ())),
        owners=() if known_by is None else tuple(owners(known_by, [path])),
        reviewers=() if known_by is None else tuple(reviewers(known_by, [path], "")),
        missing=() if coupling is None else tuple(missing_companions(coupling, tree, [path])),
        notes=tuple(notes),
    )


def fixes_of(lake: Lake, slug: str, paths: Sequence[str]) -> dict[str, list[FileFix]]:
    """The newest fixes of HEAD's history of each of *paths*, MOST_FIXES at most, newest first.

    Renames are followed. Files that were never fixed are left out.
    """
    columns = ("sha", "position", "commit_time", "author_name", "subject", "is_fix")
    made = lake.read("commits", slug, columns=columns, where=pl.col("is_on_head"))
    changes = lake.read("changes", slug, columns=["sha", "path", "old_path", "status"])
    # Of what is no fix only the renames are needed, to follow the others through them.
    telling = changes.join(made, on="sha").filter(pl.col("is_fix") | (pl.col("status") == "R"))
    newest = (
        with_present_path(telling)
        .filter("is_fix", pl.col("present_path").is_in(list(paths)))
        .with_columns(before=pl.coalesce("old_path", "path"))
        .join(_mended(lake, slug), on=["sha", "before"], how="left")
        .sort("position", descending=True)
        .group_by("present_path", maintain_order=True)
        .head(MOST_FIXES)
    )
    found: dict[str, list[FileFix]] = {}
    for row in newest.iter_rows(named=True):
        found.setdefault(row["present_path"], []).append(_fix(row))
    return found


def _mended(lake: Lake, slug: str) -> pl.DataFrame:
    """Lines that each fix mended in each file: `sha`, `before` (its path then), `lines`.

    Of the algorithms that look for them, the one that found most counts.
    """
    labels = lake.read("bug_labels", slug, columns=["fix_sha", "path", "lines", "algorithm"])
    per_algorithm = labels.group_by("fix_sha", "path", "algorithm").agg(pl.sum("lines"))
    return per_algorithm.group_by(sha="fix_sha", before="path").agg(pl.max("lines"))


def _fix(row: Mapping[str, Any]) -> FileFix:
    lines: int | None = row["lines"]
    mended = "1 line was mended" if lines == 1 else f"{lines} lines were mended"
    what = "it was fixed" if lines is None else mended
    who = f"{row['author_name']} ({row['sha'][:7]} {row['subject']})"
    return FileFix(
        path=row["path"],
        fix_sha=row["sha"],
        fixed_at=row["commit_time"],
        fixed_by=row["author_name"],
        lines=lines,
        sentence=f"{what} on {row['commit_time']:%Y-%m-%d} by {who}",
    )
