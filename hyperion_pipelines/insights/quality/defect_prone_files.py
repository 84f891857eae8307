"""Which files keep getting fixed: their fixes, the bugs brought into them, the outlook."""

from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight

YEAR = timedelta(days=365)
FEWEST_FIXES = 2  # one may be chance

INSIGHT = Insight(
    table="defect_prone_files",
    question="Which files keep getting fixed?",
    columns={
        "path": Column(pl.String, "A file of own code at HEAD that is no test."),
        "area": Column(pl.String, "The area it belongs to."),
        "fixes": Column(pl.UInt32, "Fixes that ever touched it, merges and bots left out."),
        "fixes_365_days": Column(pl.UInt32, "Those of the newest 365 days."),
        "induced_bugs": Column(
            pl.UInt32, "Commits to it that induced a bug which a fix of it mended."
        ),
        "fix_share": Column(pl.Float64, "Fixes of all commits to it, 0 to 1."),
        "median_days_to_fix": Column(
            pl.Float64, "Median days that its bugs lived, where known; null without any."
        ),
        "reopened": Column(pl.UInt32, "Fixes of it that did not hold, by fix_times."),
        "last_fix": Column(TIME, "When it was last fixed (UTC)."),
        "probability": Column(
            pl.Float64, "Probability of a fix in the next 90 days; null where no model says it."
        ),
        "score": Column(
            pl.Float64, "Time-weighted risk: recent fixes count most; 0.5 at most each."
        ),
    },
    key=("path",),
)


def defect_prone_files(
    files: pl.DataFrame,
    touches: pl.DataFrame,
    bug_labels: pl.DataFrame,
    fix_times: pl.DataFrame,
    file_scores: pl.DataFrame,
    head_time: datetime | None,
) -> pl.DataFrame:
    """A row per own file, tests left out, that two fixes have touched; the highest score first.

    The score is the time-weighted risk of Lewis et al. ("Does bug prediction support human
    developers?", 2013): the sum over the file's fixes of 1 / (1 + exp(12 - 12 t)), where t is 0
    at the first commit to own code and 1 at *head_time*. A fix of today counts 0.5, one of the
    middle of the history 0.002.
    """
    own = files.filter(~pl.col("is_test")).select("path", "area")
    made = touches.filter(~pl.col("is_bot")).join(own, on="path", how="semi")
    return INSIGHT.frame(
        _history(made, head_time)
        .filter(pl.col("fixes") >= FEWEST_FIXES)
        .join(own, on="path")
        .join(_induced(made, bug_labels), on="path", how="left")
        .join(_mended(made, fix_times), on="path", how="left")
        .join(file_scores.select("path", "probability"), on="path", how="left")
        .with_columns(pl.col("induced_bugs", "reopened").fill_null(0))
        .sort("score", "fixes", "path", descending=[True, True, False])
    )


def _history(made: pl.DataFrame, head_time: datetime | None) -> pl.DataFrame:
    """What the commits to each file say of it."""
    now = pl.lit(head_time, TIME)
    start = pl.col("commit_time").min()
    # A history of one moment is all of today; clocks that run ahead are taken for HEAD's.
    passed = (pl.col("commit_time") - start) / (now - start)
    age = pl.when(now > start).then(passed).otherwise(1.0).clip(0, 1)
    is_recent = pl.col("commit_time") > now - YEAR
    return (
        made.with_columns(weight=1 / (1 + (12 - 12 * age).exp()))
        .group_by("path")
        .agg(
            fixes=pl.sum("is_fix"),
            fixes_365_days=(pl.col("is_fix") & is_recent).sum(),
            fix_share=pl.mean("is_fix"),
            last_fix=pl.col("commit_time").filter("is_fix").max(),
            score=pl.col("weight").filter("is_fix").sum(),
        )
    )


def _induced(made: pl.DataFrame, bug_labels: pl.DataFrame) -> pl.DataFrame:
    """How many commits to a file induced a bug that was mended in it.

    A label's path is that before the fix. Where the fix touched a file that has this path at HEAD,
    the label is about that file alone; else the file was renamed since, and the label is about what
    both the inducing commit and the fix touched.
    """
    place = made.select("path", fix_sha="sha")
    labels = bug_labels.filter(pl.col("algorithm") == "R").select(
        "fix_sha", "inducing_sha", label_path="path"
    )
    kept_path = place.select("fix_sha", label_path="path", has_kept_path=True)
    return (
        labels.join(kept_path, on=["fix_sha", "label_path"], how="left")
        .join(place, on="fix_sha")
        .join(made.select("path", inducing_sha="sha"), on=["path", "inducing_sha"], how="semi")
        .filter((pl.col("label_path") == pl.col("path")) | pl.col("has_kept_path").is_null())
        .group_by("path")
        .agg(induced_bugs=pl.col("inducing_sha").n_unique())
    )


def _mended(made: pl.DataFrame, fix_times: pl.DataFrame) -> pl.DataFrame:
    """How long the bugs of a file lived, and how many of its fixes did not hold."""
    return (
        made.select("path", fix_sha="sha")
        .join(fix_times, on="fix_sha")
        .group_by("path")
        .agg(
            median_days_to_fix=pl.median("days_to_fix"),
            reopened=pl.col("reopened_by").is_not_null().sum(),
        )
    )
