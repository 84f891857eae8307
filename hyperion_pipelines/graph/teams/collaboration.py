"""Communities of collaboration: people who work on the same files, where nobody named a team.

Two people are as close as the commits of the newest two years that they made to common files say. A
file counts the less the more people touch it, as a paper counts the less the more authors it has
(Newman, "Scientific collaboration networks. II", Phys. Rev. E 64, 2001). The communities are those
of the Louvain method (Blondel et al., "Fast unfolding of communities in large networks", J. Stat.
Mech., 2008).

Many histories have none: in a small project everybody works on everything. Below a modularity of
0.3, which Newman and Girvan ("Finding and evaluating community structure in networks", Phys. Rev. E
69, 2004) found to be the least that real communities show, none are made; nor where less than two
are large enough. `building.teams` makes nodes and edges of them.
"""

from datetime import datetime, timedelta
from typing import Any, cast

import polars as pl

from hyperion_pipelines.insights.shared.areas import ROOT, areas

RECENT = timedelta(days=730)
# As for change coupling: a commit to more of them says nothing about who works with whom.
MOST_FILES = 50
FEWEST_COMMITS = 5  # whoever made fewer is a guest; guests who met nobody look like communities
FEWEST_MEMBERS = 3
LEAST_MODULARITY = 0.3
TOP_FOLDER = "top folder"

COMMUNITIES = pl.Schema({"team": pl.String, "person_id": pl.String, "share": pl.Float64})


def communities(touches: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """Who is in which community: `team`, `person_id`, `share`; empty where there are none.

    *touches* is the shared frame of the insights. A community bears the name of the area (see
    `areas`) that its share of commits exceeds that of all others the most; where several do, the
    most distinct comes first and the others are numbered. `share` is that of the person's commits
    that touched this area. People without community are left out.
    """
    recent = _recent(touches, head_time)
    found = _louvain(recent["author_id"].unique().sort().to_list(), _closeness(recent))
    if found.is_empty():
        return COMMUNITIES.to_frame()
    placed = recent.join(areas(recent["path"].unique().sort()), on="path").join(
        found, on="author_id", how="left"
    )
    return (
        found.join(_names(placed), on="community")
        .join(_shares(placed), on=["author_id", "area"], how="left")
        .select("team", person_id="author_id", share=pl.col("share").fill_null(0.0))
        .sort("team", "person_id")
    )


def _recent(touches: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """`sha`, `path`, `author_id` of what regular people changed in commits of moderate size."""
    is_recent = pl.col("commit_time") >= head_time - RECENT
    return (
        touches.filter(is_recent, ~pl.col("is_bot"))
        .filter(pl.len().over("sha") <= MOST_FILES)
        .filter(pl.n_unique("sha").over("author_id") >= FEWEST_COMMITS)
        .select("sha", "path", "author_id")
    )


def _closeness(recent: pl.DataFrame) -> pl.DataFrame:
    """The cosine of what two people worked on: `author_id`, `other`, `closeness` above 0.

    A person's weight of a file is ln(1 + their commits to it) over the number of its people.
    """
    weight = (1 + pl.col("commits")).log() / pl.len().over("path")
    length = pl.col("weight").pow(2).sum().over("author_id").sqrt()
    worked = (
        recent.group_by("path", "author_id")
        .agg(commits=pl.n_unique("sha"))
        .sort("path", "author_id")
        .with_columns(weight=weight)
        .with_columns(weight=pl.col("weight") / length)
        .select("path", "author_id", "weight")
    )
    others = worked.rename({"author_id": "other", "weight": "weight_of_other"})
    return (
        worked.join(others, on="path", maintain_order="left_right")
        .filter(pl.col("author_id") < pl.col("other"))
        .group_by("author_id", "other", maintain_order=True)
        .agg(closeness=(pl.col("weight") * pl.col("weight_of_other")).sum())
        .sort("author_id", "other")
    )


def _louvain(people: list[str], closeness: pl.DataFrame) -> pl.DataFrame:
    """`community` (a number), `author_id` of the communities that are large enough."""
    import networkx

    number = {person: place for place, person in enumerate(people)}
    graph = cast("Any", networkx.Graph())
    # Numbers, and in this order: a text's place in a set differs from process to process.
    graph.add_nodes_from(range(len(people)))
    graph.add_weighted_edges_from(
        (number[person], number[other], close) for person, other, close in closeness.iter_rows()
    )
    nothing = pl.DataFrame(schema={"community": pl.Int64, "author_id": pl.String})
    if closeness.is_empty():
        return nothing
    parts = cast("list[set[int]]", networkx.community.louvain_communities(graph, seed=0))
    modularity = cast("float", networkx.community.modularity(graph, parts))
    large = sorted(sorted(part) for part in parts if len(part) >= FEWEST_MEMBERS)
    if modularity < LEAST_MODULARITY or len(large) < 2:
        return nothing
    rows = [(community, people[place]) for community, part in enumerate(large) for place in part]
    return pl.DataFrame(rows, schema=nothing.schema, orient="row")


def _names(placed: pl.DataFrame) -> pl.DataFrame:
    """The area and name of each community: `community`, `area`, `team`.

    *placed* has `sha`, `area` and `community` (null for those of none).
    """
    everybodys = placed["sha"].n_unique()
    all_of_area = placed.group_by("area").agg(everybodys_there=pl.n_unique("sha"))
    own = placed.drop_nulls("community")
    of_community = own.group_by("community").agg(commits=pl.n_unique("sha"))
    there, others = pl.col("there"), everybodys - pl.col("commits")
    others_there = (pl.col("everybodys_there") - there) / others
    place = pl.int_range(pl.len()).over("area") + 1
    name = pl.col("area").replace(ROOT, TOP_FOLDER)
    return (
        own.group_by("community", "area")
        .agg(there=pl.n_unique("sha"))
        .join(of_community, on="community")
        .join(all_of_area, on="area")
        .with_columns(distinction=there / pl.col("commits") - others_there)
        .sort("distinction", "area", "community", descending=[True, False, False])
        .unique("community", keep="first", maintain_order=True)
        .with_columns(place=place)
        .select(
            "community",
            "area",
            team=pl.when(pl.col("place") == 1)
            .then(name)
            .otherwise(pl.format("{} {}", name, "place")),
        )
    )


def _shares(placed: pl.DataFrame) -> pl.DataFrame:
    """The share of each person's commits that touched an area: `author_id`, `area`, `share`."""
    commits = placed.group_by("author_id").agg(commits=pl.n_unique("sha"))
    return (
        placed.group_by("author_id", "area")
        .agg(there=pl.n_unique("sha"))
        .join(commits, on="author_id")
        .select("author_id", "area", share=pl.col("there") / pl.col("commits"))
    )
