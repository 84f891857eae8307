"""Which files a commit may have forgotten: those that mostly change with its own."""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.prediction.model import Missing

LEAST_SUPPORT = 3  # commits that changed both
LEAST_CONFIDENCE = 0.5  # their share of the commits that changed the given file
MOST = 5
_PAIR = ("given", "path", "support", "commits", "confidence")


def companions(change_coupling: pl.DataFrame, paths: Sequence[str]) -> pl.DataFrame:
    """Who changed with *paths*, without these: `given`, `path`, `support`, `commits`, `confidence`.

    *change_coupling* is the insight, in which a pair has one row; `commits` are the given file's.
    """
    there = change_coupling.select(
        pl.col("path").alias("given"), "support", "commits", "confidence", path="other"
    )
    back = change_coupling.select(
        "path",
        "support",
        given="other",
        commits="other_commits",
        confidence="other_confidence",
    )
    return pl.concat([there.select(_PAIR), back.select(_PAIR)]).filter(
        pl.col("given").is_in(paths), ~pl.col("path").is_in(paths)
    )


def missing_companions(
    change_coupling: pl.DataFrame, tree: pl.DataFrame, paths: Sequence[str]
) -> list[Missing]:
    """The files of *tree* that mostly changed with one of *paths*, and are not among these.

    *change_coupling* is the insight: a pair has one row, which counts for either of its files. That
    a test changed says nothing of what it tests: it may be mended by itself. The five strongest, by
    confidence, then by support; each once, for the file that speaks most for it.
    """
    is_test = tree.select("path", "is_test")
    found = (
        companions(change_coupling, paths)
        .filter(pl.col("support") >= LEAST_SUPPORT, pl.col("confidence") >= LEAST_CONFIDENCE)
        .join(is_test, on="path")
        .join(is_test.rename({"path": "given"}), on="given", how="left", suffix="_given")
        .filter(pl.col("is_test") | ~pl.col("is_test_given").fill_null(value=False))
        .sort(["confidence", "support", "path", "given"], descending=[True, True, False, False])
        .unique("path", keep="first", maintain_order=True)
        .head(MOST)
        .select(_PAIR)
    )
    sentence = pl.format("{} changes with {} {} times of {}", "path", "given", "support", "commits")
    rows = found.with_columns(sentence=sentence).iter_rows(named=True)
    return [Missing(**row) for row in rows]
