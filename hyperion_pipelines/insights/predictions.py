"""In whose name the scores of a repository speak: a model of its own, one of others, or none.

It reads the tables of scores and computes none; which commits and files they put first is said in
`quality`.
"""

import polars as pl

from hyperion_pipelines.features.catalogue import FILE_TARGET
from hyperion_pipelines.learning.models.minima import OWN
from hyperion_pipelines.learning.scoring.served_by import LabelCounts, ServedBy, served_by_sentence
from hyperion_pipelines.learning.training.examples import commit_moments, labelled
from hyperion_pipelines.stores.lake import Lake


def judged_by(lake: Lake, slug: str) -> dict[str, str]:
    """Who judged the `commits` and the `files`, a sentence each; none before they were judged."""
    commits = _served_by(lake, slug, "commit_scores")
    files = _served_by(lake, slug, "file_scores")
    said: dict[str, str] = {}
    if commits is not None:
        said["commits"] = served_by_sentence(commits, "commits", commits_known(lake, slug))
    if files is not None:
        said["files"] = served_by_sentence(files, "files", _files_known(lake, slug))
    return said


def _served_by(lake: Lake, slug: str, table: str) -> ServedBy | None:
    """Who judged a table's rows, all of them by the same; None where there are none."""
    rows: list[ServedBy] = lake.read(table, slug, columns=["served_by"])["served_by"].to_list()
    return rows[0] if rows else None


def commits_known(lake: Lake, slug: str) -> LabelCounts:
    """How many commits of *slug* are labelled, and how many of them induced a bug."""
    columns = ("repository", "sha", "commit_time")
    moments = commit_moments(
        lake.read("commit_features", slug, columns=columns), lake.read("bug_labels", slug)
    )
    return _counts(labelled(moments, pl.max("time")))


def _files_known(lake: Lake, slug: str) -> LabelCounts:
    target = lake.read("file_features", slug, columns=[FILE_TARGET.name])
    return _counts(target.drop_nulls().select(label=FILE_TARGET.name))


def _counts(known: pl.DataFrame) -> LabelCounts:
    positives = int(known["label"].sum())
    return LabelCounts(known.height, positives, OWN.labelled, OWN.positive)
