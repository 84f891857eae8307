"""Nodes of people, and their edges to commits: who wrote and who reviewed.

Whose the files are is said by `ownership`, who belongs together by `teams`.
"""

import polars as pl

from hyperion_pipelines.graph.building.mentions import people_meant


def people_nodes(identities: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A node for everybody in *identities*: `key` is the `person_id`.

    Their commits are those that they wrote on HEAD's history, merges included; whoever wrote none
    has 0, no first and no last.
    """
    made = people.select("person_id", "commits", "first_commit", "last_commit", "is_active")
    return (
        identities.sort("name", "email")
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", "is_bot", name="person_name", email="person_email")
        .join(made, on="person_id", how="left")
        .with_columns(
            key="person_id",
            commits=pl.col("commits").fill_null(0).cast(pl.Int64),
            is_active=pl.col("is_active").fill_null(value=False),
        )
        .sort("key")
    )


def authored(commits: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Edges from people to the commits that they wrote; `role` is `author` or `co-author`.

    Co-authors are those of the message's trailers whom `people_meant` finds. Who is both is the
    author.
    """
    author = commits.select(source="author_id", target="sha", role=pl.lit("author"))
    co_authors = _trailers("co_authors", commits, identities)
    return (
        pl.concat([author, co_authors.with_columns(role=pl.lit("co-author"))])
        .drop_nulls("source")
        .unique(["source", "target"], keep="first", maintain_order=True)
        .sort("source", "target")
    )


def reviewed(commits: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Edges from people to the commits whose messages name them as reviewers (`people_meant`)."""
    return _trailers("reviewers", commits, identities)


def _trailers(column: str, commits: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """`source` (a person), `target` (a commit) for each trailer whose person is known."""
    named = commits.select("sha", mention=column).explode("mention").drop_nulls("mention")
    return (
        named.join(people_meant(named["mention"], identities), on="mention")
        .select(source="person_id", target="sha")
        .unique()
        .sort("source", "target")
    )
