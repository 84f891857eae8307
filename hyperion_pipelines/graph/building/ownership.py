"""Edges of ownership: whose commits made a file, now and before, and which team is named as owner.

The present (OWNS) and the past (OWNED) are types of their own, so that the present has one edge for
a person and a file.

A person's share of a file is known at the turns of the quarters (1 January, April, July and
October, 00:00 UTC) and at HEAD. It counts what the insight `file_owners` counts, so that the
present says the same in both.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.graph.building.path_stays import commits_of_stays, lives_of_stays
from hyperion_pipelines.graph.teams.codeowners import named_teams, owned_paths

LEAST_SHARE = 0.05
MOST_KNOWING = 5  # people of a file whose edges are kept however small their shares are
QUARTER = "1q"


def person_owns(ownership_stretches: pl.DataFrame, file_owners: pl.DataFrame) -> pl.DataFrame:
    """OWNS from people to the files at HEAD that they made commits to: the stretches that last.

    `line_share` is known where `file_owners` has the file.
    """
    lines = file_owners.select("line_share", target="path", source="person_id")
    return (
        ownership_stretches.filter(pl.col("until").is_null())
        .drop("until")
        .join(lines, on=["source", "target"], how="left")
        .sort("source", "target")
    )


def person_owned(ownership_stretches: pl.DataFrame) -> pl.DataFrame:
    """OWNED from people to the files that they had made commits to: the stretches that ended."""
    return ownership_stretches.drop_nulls("until")


def ownership_stretches(
    changes: pl.DataFrame,
    commits: pl.DataFrame,
    tree: pl.DataFrame,
    people: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """When a person had which share of a file: a row per stretch of time.

    Columns: `source` (the person), `target` (the path), `share`, `since`, `until`.

    `share` is that of the commits to the file by people (no bots, no merges, HEAD's history) from
    the first to the last before `since`. A stretch begins at the turn after the quarter in which
    the share changed and ends at the turn at which it changes again; what changed since the last
    turn begins at *head_time*. The one that lasts (`until` is null) is the state at HEAD, commits
    of *head_time* included; a person and a file have one such at most.

    A file is followed through renames. A stretch ends where its path is given away, and goes on
    under the next one; deleted files have no owners until they come back. Kept are shares of 5 %
    and more, and those of the five people who had most commits to the file then. Whoever only
    changed a file that lived at no turn has no row.
    """
    on_head = commits.filter("is_on_head").select("sha", "position", "commit_time", "author_id")
    made = changes.select("sha", "path", "old_path", "status").join(on_head, on="sha")
    persons = people.filter(~pl.col("is_bot")).select(author_id="person_id")
    counted = commits_of_stays(made).join(persons, on="author_id", how="semi")
    lives = lives_of_stays(made, tree, head_time)
    return (
        _shares(counted, head_time)
        .join(lives, on=["path", "stay"], nulls_equal=True)
        .select(
            "share",
            source="author_id",
            target="path",
            since=pl.max_horizontal("since", "begin"),
            until=pl.min_horizontal("until", "end"),
        )
        .filter(pl.col("until").is_null() | (pl.col("since") < pl.col("until")))
        .sort("source", "target", "since")
    )


def team_owns(codeowners: str | None, tree: pl.DataFrame) -> pl.DataFrame:
    """Edges from teams that CODEOWNERS names to the files at HEAD that it gives them.

    Since when is not known; a team has no shares.
    """
    text = codeowners or ""
    team = pl.col("owner").replace_strict(named_teams(text), default=None, return_dtype=pl.String)
    return (
        owned_paths(text, tree["path"])
        .select(source=team, target="path")
        .drop_nulls("source")
        .unique()
        .sort("source", "target")
    )


def _shares(counted: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """The stretches in which a person's share stays the same, were the file always there.

    Columns: `path`, `stay`, `author_id`, `share`, `since`, `until` (null for the last).
    """
    stay, person = ["path", "stay"], ["path", "stay", "author_id"]
    quarter = pl.col("commit_time").dt.truncate(QUARTER)
    made = counted.group_by(*person, quarter=quarter).agg(commits=pl.len())
    quarters = made.group_by(*stay, "quarter").agg(everybodys=pl.sum("commits"))
    first = made.group_by(person).agg(first=pl.min("quarter"))
    turn = pl.col("quarter").dt.offset_by(QUARTER)
    rank = pl.col("so_far").rank("ordinal", descending=True).over(*stay, "quarter")
    share = pl.col("so_far") / pl.col("everybodys_so_far")
    return (
        quarters.sort(*stay, "quarter")
        .with_columns(everybodys_so_far=pl.col("everybodys").cum_sum().over(stay))
        .join(first, on=stay, nulls_equal=True)
        .filter(pl.col("quarter") >= pl.col("first"))
        .join(made, on=[*person, "quarter"], how="left", nulls_equal=True)
        .sort(*person, "quarter")
        .with_columns(so_far=pl.col("commits").fill_null(0).cum_sum().over(person))
        .with_columns(share=share, since=pl.min_horizontal(turn, pl.lit(head_time)))
        .with_columns(share=pl.when((share >= LEAST_SHARE) | (rank <= MOST_KNOWING)).then("share"))
        .filter(pl.col("share").ne_missing(pl.col("share").shift().over(person)))
        .with_columns(until=pl.col("since").shift(-1).over(person))
        .drop_nulls("share")
        .select(*person, "share", "since", "until")
    )
