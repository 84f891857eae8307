"""Who knows a file: the people who made commits to it, the teams that are named as its owners."""

from datetime import datetime

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.graph.questions.paths import authorships, lineage
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

KNOWERS = pl.Schema(
    {
        "name": pl.String(),
        "email": pl.String(),
        "share": pl.Float64(),
        "line_share": pl.Float64(),
        "is_active": pl.Boolean(),
        "last_commit": TIME,
        "teams": pl.List(pl.String()),
    }
)
OWNING_TEAMS = pl.Schema({"team": pl.String(), "named_by": pl.String(), "members": pl.Int64()})

_OWNERS_AT = pl.Schema(
    {
        "person": pl.String(),
        "name": pl.String(),
        "email": pl.String(),
        "is_active": pl.Boolean(),
        "share": pl.Float64(),
    }
)
_OWNERS = pl.Schema([*_OWNERS_AT.items(), ("line_share", pl.Float64())])
_TEAMS = pl.Schema({"person": pl.String(), "team": pl.String()})


def knowers(graph: RepositoryGraph, path: str, at: datetime = PRESENT) -> pl.DataFrame:
    """The people who had made commits to the file at *path* by the time *at*: KNOWERS.

    `share` is that of all people's commits to the file until then, `line_share` that of its lines,
    known of the present alone; `last_commit` is the person's last one to the file until then, under
    any of its paths. `is_active` and `teams` are those of today. Order: by share, the greatest
    first, then by lines and name.
    """
    stretches = lineage(graph, path)
    then = next(each.path for each in stretches if each.since is None or each.since <= at)
    owners = _owners(graph, then, at)
    last = (
        authorships(graph, stretches)
        .filter(pl.col("time") <= at)
        .group_by("person")
        .agg(last_commit=pl.max("time"))
    )
    people = owners["person"].to_list()
    teams = graph.ask("teams_of_people", keys=people).frame(_TEAMS)
    return (
        owners.join(last, on="person", how="left")
        .join(
            teams.group_by("person").agg(teams=pl.col("team").sort()),
            on="person",
            how="left",
        )
        .with_columns(pl.col("teams").fill_null([]))
        .sort(
            *("share", "line_share", "name", "person"),
            descending=[True, True, False, False],
            nulls_last=True,
        )
        .select(list(KNOWERS))
    )


def _owners(graph: RepositoryGraph, path: str, at: datetime) -> pl.DataFrame:
    """Who made commits to what was at *path* by then: _OWNERS."""
    if at == PRESENT:
        return graph.ask("owners", key=graph.key(path)).frame(_OWNERS)
    past = graph.ask("owners_at", key=graph.key(path), at=at).frame(_OWNERS_AT)
    return past.with_columns(line_share=pl.lit(None, pl.Float64))


def owning_teams(graph: RepositoryGraph, path: str) -> pl.DataFrame:
    """The teams that are named as owners of the file at HEAD: OWNING_TEAMS, by name."""
    answer = graph.ask("owning_teams", key=graph.key(path))
    return answer.frame(OWNING_TEAMS).sort("team")
