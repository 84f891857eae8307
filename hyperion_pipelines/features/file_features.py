"""The table `file_features`: a panel of the files at HEAD's history, a row per file and month."""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.catalogue import (
    FILE_TARGET,
    FILE_WINDOWS,
    TARGET_DAYS,
    columns,
    defaulted,
)
from hyperion_pipelines.features.history.window_ends import WindowEnds, at_each, count_distinct
from hyperion_pipelines.features.history.windows import DAY
from hyperion_pipelines.features.inputs import FeatureTables, History, read_history

# Commits to more files say little about what belongs together: imports, renames, reformats.
COUPLING_FILES = 50
MINOR_SHARE = 0.05
_CONTENT = (
    *("functions", "cyclomatic_sum", "cyclomatic_max", "cognitive_sum", "cognitive_max"),
    *("nesting_max", "function_lines_max", "maintainability_index", "comment_ratio"),
)


def file_features(tables: FeatureTables, filters: PathFilters) -> pl.DataFrame:
    """`path`, `window_end` and the catalogue's features of each file that there was at that time.

    Files are those of HEAD's own history at the firsts of months and at its newest commit; a file
    has the path of that time and is followed back through its renames. Ordered by both.
    """
    on_head = tables.commits.filter("is_on_head")
    history = read_history(tables._replace(commits=on_head), filters)
    ends = WindowEnds.of(history.commits["commit_time"])
    touches = history.file_touches
    rows = _files(history, ends, tables.blob_metrics)
    pairs = _pairs(history)
    for days in FILE_WINDOWS:
        rows = rows.join(_activity(touches, ends, days), on=["file", "end"], how="left")
        rows = _with_count(rows, _co_changes(pairs, ends, days), f"co_changed_files_{days}d")
    rows = _with_count(rows, _dependents(history, tables.dependency_history, ends), "dependents")
    rows = rows.join(_ages(touches, ends), on=["file", "end"], how="left")
    rows = rows.join(_targets(touches, ends), on=["file", "end"], how="left")
    is_over = pl.col("window_end") + pl.duration(days=TARGET_DAYS) <= pl.col("window_end").max()
    return (
        rows.with_columns(window_end=ends.times.gather(rows["end"]))
        .with_columns(
            pl.when(is_over).then(pl.col("is_fixed").fill_null(value=False)).alias(FILE_TARGET.name)
        )
        .sort("window_end", "path")
        .select("path", "window_end", *defaulted(columns("file_features")))
    )


def _files(history: History, ends: WindowEnds, blob_metrics: pl.DataFrame) -> pl.DataFrame:
    """The files that there are at each end, `path`, `file`, `end`, and what is in them."""
    touches = history.touches
    seen = touches.select(
        "path",
        "rank",
        "file",
        "new_blob",
        "is_test",
        lines="lines_after",
        exists=pl.col("status") != "D",
    )
    left = touches.filter(pl.col("status") == "R").select(
        path="old_path", rank="rank", exists=False
    )
    states = (
        pl.concat([left, seen], how="diagonal")
        .unique(["path", "rank"], keep="last", maintain_order=True)
        .sort("path", "rank")
    )
    begin = ends.after(history.commits["commit_time"].gather(states["rank"]))
    metrics = blob_metrics.select("blob", *_CONTENT, smells=pl.col("smells").list.len())
    lasting = states.with_columns(begin=begin).with_columns(
        stop=pl.col("begin").shift(-1, fill_value=len(ends.times)).over("path")
    )
    return at_each(
        lasting.filter("exists")
        .join(metrics, left_on="new_blob", right_on="blob", how="left")
        .drop("rank", "new_blob", "exists")
    )


def _activity(touches: pl.DataFrame, ends: WindowEnds, days: int) -> pl.DataFrame:
    """Who did how much to each file in the window of *days*."""
    begin, stop = ends.within(touches["commit_time"], days)
    file = ["file", "end"]
    of_author = (
        at_each(touches.select("file", "author", "churn", "is_fix", begin=begin, stop=stop))
        .group_by(*file, "author")
        .agg(commits=pl.len(), churn=pl.sum("churn"), fixes=pl.sum("is_fix"))
    )
    of_all = of_author.group_by(file).agg(
        pl.sum("commits", "churn", "fixes"), authors=pl.len(), most=pl.max("commits")
    )
    minor = (
        of_author.join(of_all.select(*file, all="commits"), on=file)
        .filter(pl.col("commits") < MINOR_SHARE * pl.col("all"))
        .group_by(file)
        .agg(minor_authors=pl.len())
    )
    return (
        of_all.with_columns(top_author_share=pl.col("most") / pl.col("commits"))
        .drop("most")
        .join(minor, on=file, how="left")
        .rename(lambda name: name if name in file else f"{name}_{days}d")
    )


def _pairs(history: History) -> pl.DataFrame:
    """The files that were touched together: `file`, `member` and `commit_time`, in that order."""
    sizes = history.touches.group_by("rank").agg(files=pl.len())
    few = sizes.filter(pl.col("files") <= COUPLING_FILES)
    small = history.file_touches.join(few, on="rank", how="semi")
    return (
        small.select("file", "rank", "commit_time")
        .join(small.select("rank", member="file"), on="rank")
        .filter(pl.col("file") != pl.col("member"))
        .sort("file", "member", "rank")
    )


def _co_changes(pairs: pl.DataFrame, ends: WindowEnds, days: int) -> pl.DataFrame:
    """How many other files were touched together with each file in the window of *days*."""
    begin, stop = ends.within(pairs["commit_time"], days)
    return count_distinct(pairs.select("file", "member", begin=begin, stop=stop))


def _dependents(
    history: History, dependency_history: pl.DataFrame, ends: WindowEnds
) -> pl.DataFrame:
    """How many files import each file."""
    edges = history.dependents(dependency_history).drop_nulls("file")
    return count_distinct(
        edges.select(
            "file",
            member=pl.col("from_path").rank("dense"),
            begin=ends.at(edges["since"]),
            stop=ends.at(edges["until"]),
        ).sort("file", "member", "begin")
    )


def _with_count(rows: pl.DataFrame, counts: pl.DataFrame, name: str) -> pl.DataFrame:
    """*rows* with the count that holds at their end, called *name*."""
    return rows.sort("end").join_asof(
        counts.rename({"count": name}).sort("end"), on="end", by="file", check_sortedness=False
    )


def _ages(touches: pl.DataFrame, ends: WindowEnds) -> pl.DataFrame:
    """How old each file is, and how long it was left alone."""
    begin = ends.after(touches["commit_time"])
    lasting = touches.select(
        "file",
        "commit_time",
        first=pl.min("commit_time").over("file"),
        begin=begin,
    ).with_columns(stop=pl.col("begin").shift(-1, fill_value=len(ends.times)).over("file"))
    rows = at_each(lasting)
    now = ends.times.gather(rows["end"])
    return rows.select(
        "file",
        "end",
        age_days=(now - rows["first"]).dt.total_seconds(fractional=True) / DAY,
        days_since_change=(now - rows["commit_time"]).dt.total_seconds(fractional=True) / DAY,
    )


def _targets(touches: pl.DataFrame, ends: WindowEnds) -> pl.DataFrame:
    """The files that a fix touches in the days after an end: `file`, `end`, `is_fixed`."""
    fixes = touches.filter("is_fix")
    begin = ends.after(fixes["commit_time"] - timedelta(days=TARGET_DAYS))
    stop = ends.after(fixes["commit_time"])
    fixed = at_each(fixes.select("file", begin=begin, stop=stop)).unique()
    return fixed.with_columns(is_fixed=True)
