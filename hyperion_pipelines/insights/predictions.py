"""What the models say of a repository, as a person reads it: where to look, why, and who says so.

It reads the tables of scores and computes none.
"""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.features.catalogue import FILE_TARGET
from hyperion_pipelines.learning.models.minima import OWN
from hyperion_pipelines.learning.scoring.served_by import LabelCounts, ServedBy, served_by_sentence
from hyperion_pipelines.learning.scoring.words.alike import TOPICS
from hyperion_pipelines.learning.training.examples import commit_moments, labelled
from hyperion_pipelines.stores.lake import Lake

RECENT = timedelta(days=90)
SHOWN = 5
REASONS = 2  # of a row
_COMMIT = ("sha", "commit_time", "served_by", "probability", "percentile", "priority", "reasons")
_FILE = ("path", "served_by", "probability", "percentile", "reasons")


def risky_commits(lake: Lake, slug: str, commits: pl.DataFrame) -> pl.DataFrame:
    """The commits of the newest 90 days on HEAD's history that are to be reviewed first.

    *commits* has `sha`, `subject`, `author_name` and `is_on_head`. Columns: these, `probability`
    (of having induced a bug; null by the fallback), `percentile`, `why` (the largest reasons in
    words); the first by `priority`, or by percentile where there is none.
    """
    scores = lake.read("commit_scores", slug, columns=_COMMIT)
    newest = pl.col("commit_time") >= pl.col("commit_time").max() - RECENT
    return (
        scores.filter(newest)
        .join(commits.filter("is_on_head").select("sha", "subject", "author_name"), on="sha")
        .sort(pl.coalesce("priority", "percentile"), "percentile", "sha", descending=True)
        .head(SHOWN)
        .select("sha", "subject", "author_name", "probability", "percentile", why=_why())
    )


def risky_files(lake: Lake, slug: str, tree: pl.DataFrame) -> pl.DataFrame:
    """The files at HEAD that are likeliest to get a fix in the next 90 days.

    *tree* is the table; tests, vendored and generated files are left out. Columns: `path`,
    `probability`, `percentile`, `why`.
    """
    own = tree.filter(~pl.col("is_test"), ~pl.col("is_vendored"), ~pl.col("is_generated"))
    return (
        lake.read("file_scores", slug, columns=_FILE)
        .join(own.drop_nulls("language").select("path"), on="path", how="semi")
        .sort("percentile", "path", descending=[True, False])
        .head(SHOWN)
        .select("path", "probability", "percentile", why=_why())
    )


def judged_by(lake: Lake, slug: str) -> dict[str, str]:
    """Who judged the `commits` and the `files`, a sentence each; none before they were judged."""
    commits = _served_by(lake, slug, "commit_scores")
    files = _served_by(lake, slug, "file_scores")
    said: dict[str, str] = {}
    if commits is not None:
        said["commits"] = served_by_sentence(commits, "commits", _commits_known(lake, slug))
    if files is not None:
        said["files"] = served_by_sentence(files, "files", _files_known(lake, slug))
    return said


def _served_by(lake: Lake, slug: str, table: str) -> ServedBy | None:
    """Who judged a table's rows, all of them by the same; None where there are none."""
    rows: list[ServedBy] = lake.read(table, slug, columns=["served_by"])["served_by"].to_list()
    return rows[0] if rows else None


def _commits_known(lake: Lake, slug: str) -> LabelCounts:
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


def _why() -> pl.Expr:
    """The largest reasons that raise the score, each about something else; the fallback's one."""
    reason = pl.element().struct
    raises = pl.element().filter(reason.field("contribution").fill_null(1.0) > 0)
    topic = reason.field("feature").replace(TOPICS)
    return (
        pl.col("reasons")
        .list.eval(raises)
        .list.eval(pl.element().filter(topic.is_first_distinct()))
        .list.head(REASONS)
        .list.eval(pl.element().struct.field("text"))
        .list.join("; ")
    )
