"""Who knows each file: the lines that are left of each person, the commits, the authorship.

All that asks whom to ask, who reviews, or what leaves with whom starts from this table.
"""

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.people.contributions import contributions
from hyperion_pipelines.insights.people.degree_of_authorship import (
    degree_of_authorship,
    is_author,
    of_the_most,
)

INSIGHT = Insight(
    table="file_owners",
    question="Who knows each file?",
    columns={
        "path": Column(pl.String, "A file of own code at HEAD; tests are among them."),
        "person_id": Column(pl.String, "The person: `person_id` of identities; no bot."),
        "person_name": Column(pl.String, "The name that stands for the person."),
        "is_active": Column(pl.Boolean, "The person committed in the newest 180 days."),
        "lines": Column(pl.UInt32, "Lines of the file at HEAD that the person wrote."),
        "line_share": Column(pl.Float64, "Their share of those that people wrote, 0 to 1."),
        "commits": Column(pl.UInt32, "Commits of the person to the file, merges left out."),
        "commit_share": Column(pl.Float64, "Their share of those of all people, 0 to 1."),
        "degree_of_authorship": Column(
            pl.Float64, "How far the person is its author: 3.293 and more is one (Avelino, 2016)."
        ),
        "authorship": Column(pl.Float64, "The same over that of the most knowing person, 0 to 1."),
        "is_author": Column(pl.Boolean, "It is at least 3.293, and more than 0.75 of the most."),
        "last_touch": Column(TIME, "When the person last committed to it (UTC)."),
    },
    key=("path", "person_id"),
)


def file_owners(
    files: pl.DataFrame,
    touches: pl.DataFrame,
    line_origins: pl.DataFrame,
    commits: pl.DataFrame,
    people: pl.DataFrame,
) -> pl.DataFrame:
    """A row per file and person who changed it or wrote lines of it, the most knowing first.

    Files are in the order of their paths. People are ordered by degree of authorship (see
    `degree_of_authorship`), then by lines. Bots are left out, and of no share.
    """
    by_person = (
        contributions(files, touches, line_origins, commits, people)
        .group_by("path", person_id="author_id")
        .agg(pl.any("is_creator"), pl.sum("commits", "lines"), pl.max("last_touch"))
        .join(people.select("person_id", "person_name", "is_active"), on="person_id")
    )
    rows = (
        by_person.with_columns(
            degree_of_authorship=degree_of_authorship(),
            line_share=_share("lines"),
            commit_share=_share("commits"),
        )
        .with_columns(authorship=of_the_most("degree_of_authorship"))
        .with_columns(is_author=is_author("degree_of_authorship", "authorship"))
        .sort(
            *("path", "degree_of_authorship", "lines", "person_id"),
            descending=[False, True, True, False],
        )
    )
    return INSIGHT.frame(rows)


def familiarity() -> pl.Expr:
    """How well a person knows a file, 0 to 1: the mean of their shares of its lines and commits."""
    return (pl.col("line_share") + pl.col("commit_share")) / 2


def _share(column: str) -> pl.Expr:
    total = pl.sum(column).over("path")
    return pl.when(total > 0).then(pl.col(column) / total).otherwise(0.0)
