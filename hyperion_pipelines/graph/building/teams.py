"""Nodes of teams, and who is in them.

Teams are those that CODEOWNERS and a person's `teams.yaml` name. Where neither names any, they are
the communities of collaboration, if the history has some. What teams own is said by `ownership`.
"""

import logging
from datetime import datetime

import polars as pl

from hyperion_pipelines.graph.building.mentions import people_meant
from hyperion_pipelines.graph.teams.codeowners import named_teams
from hyperion_pipelines.graph.teams.collaboration import communities
from hyperion_pipelines.graph.teams.names import team_key, team_name
from hyperion_pipelines.graph.teams.teams_file import TeamsFile

CODEOWNERS = "CODEOWNERS"
TEAMS_FILE = "teams.yaml"
COLLABORATION = "collaboration"

logger = logging.getLogger(__name__)


def teams_nodes(
    codeowners: str | None, teams: TeamsFile, team_members: pl.DataFrame
) -> pl.DataFrame:
    """A node per team: `key` is its name, for a team of CODEOWNERS without the `@`.

    A team that both name is one, `named_by` CODEOWNERS. `members` counts the edges of `member_of`.
    """
    counted = team_members.group_by(key="target").agg(members=pl.len().cast(pl.Int64))
    named = _named(codeowners, teams)
    by = named or dict.fromkeys(team_members["target"].unique().sort(), COLLABORATION)
    nodes = pl.DataFrame(
        list(by.items()), schema={"key": pl.String, "named_by": pl.String}, orient="row"
    )
    return (
        nodes.join(counted, on="key", how="left")
        .with_columns(
            name="key",
            is_inferred=pl.col("named_by") == COLLABORATION,
            members=pl.col("members").fill_null(0),
        )
        .sort("key")
    )


def member_of(team_members: pl.DataFrame) -> pl.DataFrame:
    """MEMBER_OF, as `team_members` finds it."""
    return team_members


def team_members(
    codeowners: str | None,
    teams: TeamsFile,
    identities: pl.DataFrame,
    touches: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """Edges from people to their teams; `share` is null unless the team is inferred.

    CODEOWNERS does not say who is in a team, so that its teams have the members of `teams.yaml`.
    An entry there that means nobody of the history is left out with a warning.
    """
    for member in _strangers(teams, identities):
        logger.warning("teams.yaml: %r is nobody of the history; give their e-mail", member)
    names = {team_key(name): name for name in _named(codeowners, teams)}
    if not names:
        found = communities(touches, head_time)
        return found.select("share", source="person_id", target="team").sort("source", "target")
    entries = pl.DataFrame(
        [
            (names[team_key(team)], member)
            for team, members in teams.teams.items()
            for member in members
        ],
        schema={"target": pl.String, "mention": pl.String},
        orient="row",
    )
    return (
        entries.join(people_meant(entries["mention"], identities), on="mention")
        .select("target", source="person_id", share=pl.lit(None, pl.Float64))
        .unique()
        .sort("source", "target")
    )


def _strangers(teams: TeamsFile, identities: pl.DataFrame) -> list[str]:
    """The entries of the file that mean nobody."""
    entries = {member for members in teams.teams.values() for member in members}
    meant = people_meant(pl.Series(sorted(entries), dtype=pl.String), identities)
    return sorted(entries - set(meant["mention"]))


def _named(codeowners: str | None, teams: TeamsFile) -> dict[str, str]:
    """Who named each team, by its name as first written."""
    written = [(team, CODEOWNERS) for team in named_teams(codeowners or "").values()]
    written += [(team, TEAMS_FILE) for team in teams.teams]
    first = {team_key(team): (team_name(team), by) for team, by in reversed(written)}
    return dict(first.values())
