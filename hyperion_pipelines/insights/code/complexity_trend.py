"""The complexity trend: how large and how complex the own code was at the end of each month.

Made from the whole history of all files, those that are gone included: the past of today's files
alone would show growth where code was replaced.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight

INSIGHT = Insight(
    table="complexity_trend",
    question="Is the code as a whole getting harder to follow?",
    columns={
        "month": Column(pl.Date, "First day of the month; figures are those of its end (UTC)."),
        "files": Column(pl.UInt32, "Files of own code that could be parsed, tests left out."),
        "code_lines": Column(pl.UInt32, "Their lines that hold code."),
        "cyclomatic": Column(pl.UInt32, "Cyclomatic complexity of their functions, summed."),
        "cognitive": Column(pl.UInt32, "Cognitive complexity of their functions, summed."),
        "cognitive_per_100_lines": Column(
            pl.Float64, "Cognitive complexity per 100 lines of code; null without code."
        ),
    },
    key=("month",),
    shown=None,
)

_MEASURES = ("files", "code_lines", "cyclomatic", "cognitive")
_AFTER_ALL_COMMITS = 2**32 - 1


def complexity_trend(
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    tree: pl.DataFrame,
    blob_metrics: pl.DataFrame,
    filters: PathFilters,
    head_time: datetime,
) -> pl.DataFrame:
    """The columns of INSIGHT, a row per month from the first with own code to that of HEAD.

    A month without commits keeps the last value; that of HEAD is exact. A file's content at a
    month's end is that of the last commit, in topological order, made until then: exact on linear
    histories. Elsewhere work counts from when it was committed, even if it was merged later, and
    what a merge itself changed shows at the next commit to the file. Paths that HEAD lacks although
    no commit deleted them are left out: a merge dropped them, or moved them as a subtree.
    """
    made = changes.join(commits.filter("is_on_head"), on="sha")
    present = tree.select(
        "path",
        "blob",
        commit_time=pl.lit(head_time, TIME),
        position=pl.lit(_AFTER_ALL_COMMITS, pl.UInt32),
    )
    steps = _steps(_contents(made, present, filters), blob_metrics)
    if steps.is_empty():
        return INSIGHT.schema.to_frame().drop("repository")
    last = pl.lit(head_time, TIME).dt.truncate("1mo")
    return INSIGHT.frame(
        steps.select(month=pl.datetime_range(pl.col("month").min(), last, "1mo"))
        .join(steps.group_by("month").agg(pl.sum(*_MEASURES)), on="month", how="left")
        .sort("month")
        .with_columns(pl.col(_MEASURES).fill_null(0).cum_sum())
        .with_columns(
            cognitive_per_100_lines=pl.when(pl.col("code_lines") > 0).then(
                100 * pl.col("cognitive") / pl.col("code_lines")
            )
        )
    )


def _contents(made: pl.DataFrame, present: pl.DataFrame, filters: PathFilters) -> pl.DataFrame:
    """What own paths held from when on: `path`, `commit_time`, `blob`, null where nothing is left.

    *made* are the changes with their commits, *present* the files at HEAD. A renamed file leaves
    its old path empty.
    """
    moved = made.filter(pl.col("status") == "R")
    left = moved.select("commit_time", "position", path="old_path", blob=pl.lit(None, pl.String))
    written = made.select("commit_time", "position", "path", blob="new_blob")
    held = pl.concat([left, written, present], how="diagonal")
    paths = held.select(pl.col("path").unique()).with_columns(filters.columns(pl.col("path")))
    is_foreign = pl.any_horizontal("is_test", "is_generated", "is_vendored", "is_documentation")
    own = paths.filter(language_of(pl.col("path")).is_not_null(), ~is_foreign)
    is_gone = pl.col("blob").last().is_null().over("path")
    return (
        held.join(own, on="path", how="semi", maintain_order="left")
        .sort("path", "commit_time", "position", maintain_order=True)
        # A commit that comes first in topological order undoes none that is dated before it.
        .filter(pl.col("position") == pl.col("position").cum_max().over("path"))
        .filter(is_gone | pl.col("path").is_in(present["path"].implode()))
    )


def _steps(contents: pl.DataFrame, blob_metrics: pl.DataFrame) -> pl.DataFrame:
    """By how much each content changed the measures: `month` and `_MEASURES`."""
    measured = blob_metrics.drop_nulls("cyclomatic_sum").select(
        "blob",
        "code_lines",
        files=pl.lit(1),
        cyclomatic="cyclomatic_sum",
        cognitive="cognitive_sum",
    )
    before = pl.col(_MEASURES).shift(1, fill_value=0).over("path")
    return (
        contents.join(measured.unique("blob"), on="blob", how="left", maintain_order="left")
        .with_columns(pl.col(_MEASURES).cast(pl.Int64).fill_null(0))
        .select(pl.col("commit_time").dt.truncate("1mo").alias("month"), pl.col(_MEASURES) - before)
        .filter(pl.any_horizontal(pl.col(_MEASURES) != 0))
    )
