"""Communities of collaboration: who works together where nobody named a team."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.graph.building.teams import team_members, teams_nodes
from hyperion_pipelines.graph.teams.collaboration import COMMUNITIES, communities
from hyperion_pipelines.graph.teams.teams_file import NO_TEAMS
from hyperion_pipelines.schemas import IDENTITIES
from tests.unit.insights.history_rows import NOW, before

WEB, SHOP = ("w1", "w2", "w3"), ("s1", "s2", "s3", "s4")


def touches_of(rows: Sequence[tuple[str, str, float]], commits: int = 6) -> pl.DataFrame:
    """Each row is a person who made *commits* commits to a path, the last some days ago."""
    made = [
        (f"{person} {path} {number}", path, person, before(days + number), person == "renovate")
        for person, path, days in rows
        for number in range(commits)
    ]
    names = ["sha", "path", "author_id", "commit_time", "is_bot"]
    return pl.DataFrame(made, schema=names, orient="row")


def two_teams() -> list[tuple[str, str, float]]:
    """Three people of the web, four of the shop, and a file that both know."""
    rows = [(person, f"web/{name}.js", 1.0) for person in WEB for name in "abc"]
    rows += [(person, f"shop/{name}.py", 1.0) for person in SHOP for name in "abcd"]
    return rows + [(person, "README.md", 1.0) for person in (*WEB, *SHOP)]


def members(touches: pl.DataFrame) -> dict[str, list[str]]:
    found = communities(touches, NOW).group_by("team").agg("person_id").sort("team")
    return {team: sorted(people) for team, people in found.rows()}


def test_people_who_share_files_are_a_team_named_after_their_directory() -> None:
    assert members(touches_of(two_teams())) == {"shop": list(SHOP), "web": list(WEB)}


def test_the_share_is_that_of_a_persons_commits_to_the_directory() -> None:
    """Each of the web made 18 of 24 commits to it, each of the shop 24 of 30."""
    found = communities(touches_of(two_teams()), NOW)
    assert found.group_by("team").agg(pl.col("share").unique()).sort("team").rows() == [
        ("shop", [24 / 30]),
        ("web", [18 / 24]),
    ]


def test_teams_that_work_in_one_directory_are_numbered() -> None:
    """All files are in `src`; nothing tells the two apart but who they are."""
    rows = [(person, f"src/{name}.js", 1.0) for person in WEB for name in "abc"]
    rows += [(person, f"src/{name}.py", 1.0) for person in SHOP for name in "xyz"]
    assert members(touches_of(rows)) == {"src": list(SHOP), "src 2": list(WEB)}


def test_a_team_of_files_at_the_top_is_named_so() -> None:
    rows = [(person, f"{name}.md", 1.0) for person in WEB for name in "abc"]
    rows += [(person, f"shop/{name}.py", 1.0) for person in SHOP for name in "xyz"]
    assert members(touches_of(rows)) == {"shop": list(SHOP), "top folder": list(WEB)}


def test_guests_bots_and_pairs_are_in_no_team() -> None:
    """A guest made four commits, a bot many, and two people who share files are no team."""
    rows = [("p1", "docs/a.md", 1.0), ("p2", "docs/a.md", 1.0), ("renovate", "web/a.js", 1.0)]
    touches = pl.concat(
        [touches_of([*two_teams(), *rows]), touches_of([("g", "web/a.js", 1.0)], 4)]
    )
    assert members(touches) == {"shop": list(SHOP), "web": list(WEB)}


def test_what_is_older_than_two_years_makes_no_team() -> None:
    old = [(person, path, days + 731) for person, path, days in two_teams()]
    assert communities(touches_of(old), NOW).is_empty()


def test_commits_to_very_many_files_bring_nobody_together() -> None:
    """All seven reformatted the same 51 files, commit for commit."""
    rows = [
        (f"{person} {number}", f"all/{name}.py", person, before(1), False)
        for person in (*WEB, *SHOP)
        for number in range(6)
        for name in range(51)
    ]
    touches = touches_of(two_teams())
    wide = pl.DataFrame(rows, schema=touches.schema, orient="row")
    assert members(pl.concat([touches, wide])) == {"shop": list(SHOP), "web": list(WEB)}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("w1", "web/a.js", 1.0)],
        [(person, "web/a.js", 1.0) for person in (*WEB, *SHOP)],
        [(person, f"{person}/a.js", 1.0) for person in (*WEB, *SHOP)],
    ],
    ids=["nobody", "one person", "all work on everything", "each works alone"],
)
def test_where_nothing_parts_people_there_are_no_teams(rows: list[tuple[str, str, float]]) -> None:
    touches = touches_of(rows) if rows else touches_of(two_teams()).clear()
    found = communities(touches, NOW)
    assert found.is_empty()
    assert found.schema == COMMUNITIES


def test_teams_are_the_same_in_every_process() -> None:
    """The seed of a process for its sets of texts changes nothing."""
    script = (
        "import tests.unit.graph.test_collaboration as t\n"
        "print(t.communities(t.touches_of(t.two_teams()), t.NOW).rows())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_inferred_teams_are_nodes_that_say_so_and_named_ones_take_their_place() -> None:
    touches, nobody = touches_of(two_teams()), IDENTITIES.to_frame()
    nodes = teams_nodes(None, NO_TEAMS, team_members(None, NO_TEAMS, nobody, touches, NOW))
    assert nodes.select("key", "named_by", "is_inferred", "members").rows() == [
        ("shop", "collaboration", True, 4),
        ("web", "collaboration", True, 3),
    ]
    edges = team_members(None, NO_TEAMS, nobody, touches, NOW)
    assert edges.filter(target="web").select("source", "share").rows() == [
        (person, 18 / 24) for person in WEB
    ]
    assert team_members("* @shop/all", NO_TEAMS, nobody, touches, NOW).is_empty()
    assert teams_nodes(
        "* @shop/all", NO_TEAMS, team_members("* @shop/all", NO_TEAMS, nobody, touches, NOW)
    )["key"].to_list() == ["shop/all"]
