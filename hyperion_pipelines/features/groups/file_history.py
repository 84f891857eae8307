"""What earlier commits did to the files of a commit: features of the groups team and temporal."""

import polars as pl

from hyperion_pipelines.features.history.earlier_commits import (
    beyond_main,
    in_order,
    main_keys,
    within,
)
from hyperion_pipelines.features.history.windows import DAY, sum_before, sum_older
from hyperion_pipelines.features.inputs import History

WEEKS = 13


def file_history(history: History) -> pl.DataFrame:
    """`rank` and the features of every commit that touches a file."""
    touches = in_order(history.file_touches.rename({"file": "key"}))
    return (
        _lines(touches)
        .join(_earlier(touches, history.commits), on="rank")
        .join(_collaborators(touches, history.commits["author"]), on="rank", how="left")
    )


def _earlier(touches: pl.DataFrame, commits: pl.DataFrame) -> pl.DataFrame:
    """Of the earlier commits to any file of a commit: how many, whose, fixes or not."""
    is_first = pl.int_range(pl.len()).over("key", "author") == 0
    counted = touches.with_columns(
        changes=pl.col("row") - pl.col("first"),
        own=pl.int_range(pl.len()).over("key", "author"),
        authors=(is_first.cum_sum() - is_first).over("key"),
        fixes=sum_before(pl.col("is_fix").cast(pl.Int64), key=pl.col("key"), days=365),
    )
    main = main_keys(counted)
    joined = touches.filter(is_first).select("author", main="key", since="rank")
    beyond = pl.concat(_beyond(pairs, commits, joined) for pairs in beyond_main(touches, main))
    both = main.join(beyond, on="rank", how="left", suffix="_beyond")
    total = {
        name: pl.col(name) + pl.col(f"{name}_beyond").fill_null(0)
        for name in ("changes", "own", "authors", "fixes")
    }
    return both.select(
        "rank",
        prior_changes=total["changes"],
        file_authors=total["authors"],
        ownership=pl.when(total["changes"] > 0).then(total["own"] / total["changes"]),
        prior_fixes_365d=total["fixes"],
    )


def _beyond(pairs: pl.DataFrame, commits: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """The same of the earlier commits in *pairs*; authors who wrote to the main file count there.

    *joined* says from which commit on (`since`) an author has written to a file (`main`).
    """
    rank, earlier = pairs["rank"], pairs["earlier"]
    author, seconds = commits["author"], commits["seconds"]
    is_recent = seconds.gather(rank) - seconds.gather(earlier) <= 365 * DAY
    described = pairs.select(
        "rank",
        "main",
        author=author.gather(earlier),
        is_own=author.gather(earlier) == author.gather(rank),
        is_recent_fix=commits["is_fix"].gather(earlier) & is_recent,
    )
    new_authors = (
        described.select("rank", "main", "author")
        .unique()
        .join(joined, on=["author", "main"], how="left")
        .filter(pl.col("since").is_null() | (pl.col("since") >= pl.col("rank")))
        .group_by("rank")
        .agg(authors=pl.len())
    )
    return (
        described.group_by("rank")
        .agg(changes=pl.len(), own=pl.sum("is_own"), fixes=pl.sum("is_recent_fix"))
        .join(new_authors, on="rank", how="left")
    )


def _collaborators(touches: pl.DataFrame, author: pl.Series) -> pl.DataFrame:
    """Other authors who touched the files of a commit in the 90 days before."""
    return pl.concat(
        pairs.select("rank", author=author.gather(pairs["earlier"]))
        .filter(pl.col("author") != author.gather(pairs["rank"]))
        .group_by("rank")
        .agg(collaborators_90d=pl.n_unique("author"))
        for pairs in within(touches, days=90)
    )


def _lines(touches: pl.DataFrame) -> pl.DataFrame:
    """Churn before, its trend, and the time since the last change, over a commit's files."""
    churn, key = pl.col("churn"), pl.col("key")
    # The churn of the week that began k + 1 weeks ago is what is older than k weeks, less what is
    # older than k + 1; week 12 - k is the abscissa of a least squares line (mean 6, scatter 182).
    slope = pl.sum_horizontal(
        (sum_older(churn, key=key, days=7 * k) - sum_older(churn, key=key, days=7 * (k + 1)))
        * (WEEKS // 2 - k)
        for k in range(WEEKS)
    ) / sum((week - WEEKS // 2) ** 2 for week in range(WEEKS))
    last = pl.col("seconds").shift().over("key")
    return (
        touches.select(
            "rank",
            churn_30d=sum_before(churn, key=key, days=30),
            churn_trend_90d=slope,
            days_since_change=(pl.col("seconds") - last) / DAY,
        )
        .group_by("rank")
        .agg(pl.sum("churn_30d", "churn_trend_90d"), pl.mean("days_since_change"))
    )
