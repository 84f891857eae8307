"""The features of the group team: who writes a commit, and who knows its files."""

from itertools import pairwise

import numpy as np
import polars as pl

from hyperion_pipelines.features.groups.business import subsystem
from hyperion_pipelines.features.history.earlier_commits import beyond_main, in_order, main_keys
from hyperion_pipelines.features.history.windows import DAY, count_before
from hyperion_pipelines.features.inputs import History

YEAR = 365.25 * DAY
ROWS_AT_ONCE = 512


def team(history: History) -> pl.DataFrame:
    """`rank` and the group's features but those of the files' own history (`file_history`)."""
    commits = history.commits
    by_author = commits.select("rank", "author", "seconds").sort("author", "rank")
    experience = by_author.select(
        "rank",
        author_experience=pl.int_range(pl.len()).over("author"),
        author_recent_experience=_recent_experience(by_author),
        author_commits_30d=count_before(key=pl.col("author"), days=30),
    )
    reviewers = commits.select(
        "rank",
        reviewers=pl.col("reviewers").list.eval(pl.element().str.to_lowercase()).list.n_unique(),
    )
    return reviewers.join(experience, on="rank").join(
        _subsystem_experience(commits, history.touches), on="rank", how="left"
    )


def _recent_experience(by_author: pl.DataFrame) -> pl.Series:
    """The sum of 1 / (1 + age in years) over an author's earlier commits."""
    recent = np.zeros(by_author.height)
    years = by_author["seconds"].to_numpy() / YEAR
    bounds = by_author["author"].search_sorted(by_author["author"].unique(maintain_order=True))
    for begin, end in pairwise([*bounds.to_list(), by_author.height]):
        for start in range(begin, end, ROWS_AT_ONCE):
            stop = min(start + ROWS_AT_ONCE, end)
            age = years[start:stop, None] - years[None, begin:stop]
            recent[start:stop] = np.tril(1 / (1 + age), k=start - begin - 1).sum(axis=1)
    return pl.Series(recent)


def _subsystem_experience(commits: pl.DataFrame, touches: pl.DataFrame) -> pl.DataFrame:
    """Earlier commits of the author to a top-level directory that a commit touches."""
    places = (
        touches.select("rank", subsystem=subsystem(pl.col("path")))
        .unique()
        .join(commits.select("rank", "author"), on="rank")
        .select("rank", key=pl.struct("author", "subsystem").rank("dense"))
    )
    ordered = in_order(places)
    main = main_keys(ordered)
    beyond = pl.concat(
        pairs.group_by("rank").agg(beyond=pl.len()) for pairs in beyond_main(ordered, main)
    )
    in_main = pl.col("row") - pl.col("first")
    return main.join(beyond, on="rank", how="left").select(
        "rank", author_subsystem_experience=in_main + pl.col("beyond").fill_null(0)
    )
