"""For each commit the earlier commits that have something in common with it, each of them once.

A commit that touches several files meets an earlier one in any of them, so that counts cannot be
summed over files. Making all pairs would cost the square of how often the most touched file is
touched, and many a project has a file that every other commit touches. So the earlier commits to
the *main* one of a commit's keys, which has most of them, are counted where they lie, and pairs are
made of the others alone.
"""

from collections.abc import Iterator

import polars as pl

from hyperion_pipelines.features.history.windows import window_start

PAIRS_AT_ONCE = 4_000_000


def in_order(keys: pl.DataFrame) -> pl.DataFrame:
    """*keys*, commits (`rank`) and what each has (`key`), with `row` and the `first` of its key.

    Ordered by key and rank; between `first` and `row` lie the earlier commits of the same key.
    """
    ordered = keys.sort("key", "rank").with_row_index("row")
    return ordered.with_columns(first=pl.min("row").over("key"))


def main_keys(ordered: pl.DataFrame) -> pl.DataFrame:
    """Of each commit the row of the key that has most earlier commits."""
    return ordered.sort(pl.col("row") - pl.col("first"), "key").unique("rank", keep="last")


def beyond_main(ordered: pl.DataFrame, main: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Pairs `rank`, `earlier` of commits that share a key, but not the *main* key of the later one.

    All pairs of a commit are in one frame, with its key as `main`. There is at least one frame.
    """
    others = ordered.join(main.select("rank", main="key"), on="rank").filter(
        pl.col("key") != pl.col("main")
    )
    holders = ordered.select(main="key", earlier="rank")
    for pairs in _pairs(others.select("rank", "main", "first", "row"), ordered["rank"]):
        yield pairs.join(holders, on=["main", "earlier"], how="anti")


def within(ordered: pl.DataFrame, days: int) -> Iterator[pl.DataFrame]:
    """Pairs `rank`, `earlier` of commits that share a key and lie at most *days* apart.

    *ordered* has `seconds` too. All pairs of a commit are in one frame; there is at least one.
    """
    recent = ordered.with_columns(first=window_start(pl.col("key"), days=days))
    return _pairs(recent.select("rank", "first", "row"), ordered["rank"])


def _pairs(rows: pl.DataFrame, ranks: pl.Series) -> Iterator[pl.DataFrame]:
    """The commits at `first` up to `row` among *ranks*, for each of *rows*, once a commit."""
    sliced = (
        rows.sort("rank")
        .with_columns(pairs=(pl.col("row") - pl.col("first")).cum_sum())
        .with_columns(slice=pl.min("pairs").over("rank") // PAIRS_AT_ONCE)
    )
    about = [name for name in rows.columns if name not in {"first", "row"}]
    for part in sliced.partition_by("slice", maintain_order=True) or [sliced]:
        met = part.select(*about, earlier=pl.int_ranges("first", "row")).explode("earlier")
        yield (
            met.with_columns(earlier=ranks.gather(met["earlier"]))
            .drop_nulls()
            .group_by(about, maintain_order=True)
            .agg(pl.col("earlier").unique())
            .explode("earlier")
        )
