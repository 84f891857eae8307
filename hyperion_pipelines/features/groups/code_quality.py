"""The features of the group code: what a commit leaves of the source that it touches."""

import polars as pl

from hyperion_pipelines.features.inputs import FeatureTables, History

_MAXIMA = ("cyclomatic_max", "cognitive_max", "nesting_max", "function_lines_max", "parameters_max")
_DELTAS = {
    "cyclomatic_delta": "cyclomatic_sum",
    "cognitive_delta": "cognitive_sum",
    "halstead_volume_delta": "halstead_volume",
}


def code_quality(history: History, tables: FeatureTables) -> pl.DataFrame:
    """`rank` and the group's features, for commits that have any of them."""
    touches = history.touches
    tests = touches.group_by("rank").agg(
        test_share=pl.col("churn").filter("is_test").sum() / pl.sum("churn")
    )
    coverage = _coverage(history, tables.coverage)
    return (
        tests.with_columns(pl.col("test_share").fill_nan(0.0))
        .join(_syntax(touches, tables.blob_metrics), on="rank", how="left")
        .join(coverage, on="rank", how="left")
    )


def _syntax(touches: pl.DataFrame, blob_metrics: pl.DataFrame) -> pl.DataFrame:
    """Measures of the source files, before and after."""
    metrics = blob_metrics.filter(pl.col("skipped").is_null()).select(
        "blob",
        *_MAXIMA,
        *_DELTAS.values(),
        "maintainability_index",
        "comment_lines",
        "code_lines",
        smells=pl.col("smells").list.len(),
    )
    after = metrics.rename({"blob": "new_blob"}).with_columns(is_after=True)
    before = metrics.select(
        pl.col("blob").alias("old_blob"),
        *(pl.col(name).name.suffix("_before") for name in _DELTAS.values()),
        is_before=True,
    )
    source = (
        touches.filter(~pl.col("is_vendored"), ~pl.col("is_generated"))
        .select("rank", "old_blob", "new_blob")
        .join(after, on="new_blob", how="left")
        .join(before, on="old_blob", how="left")
    )
    # A side that is there but was not parsed makes no difference that could be named.
    is_compared = (pl.col("new_blob").is_null() | pl.col("is_after")) & (
        pl.col("old_blob").is_null() | pl.col("is_before")
    )
    comments, code = pl.sum("comment_lines"), pl.sum("code_lines")
    return source.group_by("rank").agg(
        *(pl.max(name) for name in _MAXIMA),
        *(
            (_signed(name) - _signed(f"{name}_before")).filter(is_compared).sum().alias(delta)
            for delta, name in _DELTAS.items()
        ),
        maintainability_min=pl.min("maintainability_index"),
        comment_ratio=pl.when(comments + code > 0).then(comments / (comments + code)),
        smells=pl.sum("smells"),
    )


def _signed(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).fill_null(0.0)


def _coverage(history: History, coverage: pl.DataFrame) -> pl.DataFrame:
    """Mean coverage of the files of each commit, by the newest report of an earlier commit."""
    reports = coverage.join(history.commits.select("sha", report="rank"), on="sha")
    newest = (
        history.commits.select("rank")
        .join_asof(
            reports.select(pl.col("report").unique()).sort("report"),
            left_on="rank",
            right_on="report",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .drop_nulls()
    )
    return (
        history.touches.select("rank", "path")
        .join(newest, on="rank")
        .join(reports.select("report", "path", "coverage"), on=["report", "path"])
        .group_by("rank")
        .agg(coverage_mean=pl.mean("coverage"))
    )
