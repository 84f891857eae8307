"""The size and age of a repository, for the head of its profile."""

import polars as pl

from hyperion_pipelines.insights.profile.model import Overview
from hyperion_pipelines.insights.shared.people import people


def overview(commits: pl.DataFrame, identities: pl.DataFrame, tree: pl.DataFrame) -> Overview:
    """The overview from the tables of those names; *commits* has at least one on HEAD's history."""
    made = commits.filter("is_on_head").select(
        commits=pl.len(),
        merges=pl.sum("is_merge"),
        fixes=pl.sum("is_fix"),
        first_commit=pl.min("commit_time"),
        last_commit=pl.max("commit_time"),
    )
    authors = people(commits, identities).select(
        authors=(~pl.col("is_bot")).sum(),
        bots=pl.sum("is_bot"),
        active_authors=pl.sum("is_active"),
    )
    languages = _languages(tree)
    size = languages.select(pl.sum("files", "lines"))
    numbers = pl.concat([made, authors, size], how="horizontal").row(0, named=True)
    return Overview.model_validate({**numbers, "languages": languages.to_dicts()})


def _languages(tree: pl.DataFrame) -> pl.DataFrame:
    """Files and lines of own code (tests are part of it) by language, most lines first."""
    is_own = ~pl.col("is_vendored") & ~pl.col("is_generated") & ~pl.col("is_documentation")
    return (
        tree.filter(is_own)
        .drop_nulls("language")
        .group_by("language")
        .agg(files=pl.len(), lines=pl.col("lines").fill_null(0).sum())
        .sort("lines", "language", descending=[True, False])
    )
