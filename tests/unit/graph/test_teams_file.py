"""A person's file of teams, and the teams of the graph that come of it."""

from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.graph.building.ownership import team_owns
from hyperion_pipelines.graph.building.teams import team_members, teams_nodes
from hyperion_pipelines.graph.teams.teams_file import NO_TEAMS, TeamsFile, read_teams
from hyperion_pipelines.schemas import IDENTITIES
from tests.unit.insights.history_rows import NOW, tree_of
from tests.unit.insights.lifetimes import rows_of

TOUCHES = pl.DataFrame(
    schema={
        **dict.fromkeys(("sha", "path", "author_id"), pl.String),
        "commit_time": pl.Datetime("us", "UTC"),
        "is_bot": pl.Boolean,
    }
)


def identity(person: str, name: str, email: str) -> dict[str, str]:
    return {
        "name": name,
        "email": email,
        "person_id": person,
        "person_name": name,
        "person_email": email,
    }


PEOPLE = rows_of(
    IDENTITIES,
    [
        identity("alma@shop.org", "Alma Ekström", "alma@shop.org"),
        identity("bo@shop.org", "Bo", "Bo@Shop.org"),
        identity("cleo@users.noreply.github.com", "C.", "12+Cleo@users.noreply.github.com"),
    ],
)


def written(tmp_path: Path, text: str) -> TeamsFile:
    file = tmp_path / "teams.yaml"
    file.write_text(text, encoding="utf-8")
    return read_teams(file)


def members(codeowners: str | None, teams: TeamsFile) -> list[tuple[str, str]]:
    edges = team_members(codeowners, teams, PEOPLE, TOUCHES, NOW)
    assert edges["share"].null_count() == edges.height
    return edges.select("target", "source").sort("target", "source").rows()


def test_members_are_found_by_name_address_identity_and_handle(tmp_path: Path) -> None:
    teams = written(
        tmp_path,
        "teams:\n"
        "  front: [alma ekstrom, '@cleo']\n"
        "  back: [BO@shop.org, 'Alma <alma@shop.org>', bo@shop.org]\n",
    )
    assert members(None, teams) == [
        ("back", "alma@shop.org"),
        ("back", "bo@shop.org"),
        ("front", "alma@shop.org"),
        ("front", "cleo@users.noreply.github.com"),
    ]


def test_who_is_nobody_of_the_history_is_left_out_with_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    teams = TeamsFile(teams={"front": ("Zoë Nobody", "alma@shop.org", "C.")})
    assert members(None, teams) == [("front", "alma@shop.org")]
    assert caplog.messages == [
        "teams.yaml: 'C.' is nobody of the history; give their e-mail",
        "teams.yaml: 'Zoë Nobody' is nobody of the history; give their e-mail",
    ]


def test_a_team_of_both_is_the_one_of_codeowners_with_the_members_of_the_file() -> None:
    teams = TeamsFile(teams={"@shop/web": ("@cleo",), "front": ("Alma Ekström",)})
    codeowners = "* @Shop/Web @shop/empty\n"
    assert members(codeowners, teams) == [
        ("Shop/Web", "cleo@users.noreply.github.com"),
        ("front", "alma@shop.org"),
    ]
    nodes = teams_nodes(codeowners, teams, team_members(codeowners, teams, PEOPLE, TOUCHES, NOW))
    assert nodes.select("key", "name", "named_by", "members", "is_inferred").rows() == [
        ("Shop/Web", "Shop/Web", "CODEOWNERS", 1, False),
        ("front", "front", "teams.yaml", 1, False),
        ("shop/empty", "shop/empty", "CODEOWNERS", 0, False),
    ]


def test_teams_of_codeowners_own_files_at_head_and_users_nothing() -> None:
    codeowners = "* @shop/all @alma\n/web/ @Shop/All @shop/web\n/web/own.py @bo\n"
    edges = team_owns(codeowners, tree_of("a.py", "web/b.py", "web/own.py"))
    assert edges.rows() == [
        ("Shop/All", "a.py"),
        ("Shop/All", "web/b.py"),
        ("shop/web", "web/b.py"),
    ]


def test_without_codeowners_no_team_owns_anything() -> None:
    assert team_owns(None, tree_of("a.py")).is_empty()


def test_without_any_names_and_collaboration_there_are_no_teams() -> None:
    assert members(None, NO_TEAMS) == []
    assert teams_nodes(
        "* @alma\n", NO_TEAMS, team_members("* @alma\n", NO_TEAMS, PEOPLE, TOUCHES, NOW)
    ).is_empty()


def test_an_empty_file_names_no_teams(tmp_path: Path) -> None:
    assert written(tmp_path, "") == NO_TEAMS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("team: {}", "team: Extra inputs are not permitted; the keys it may have: teams"),
        ("teams: {front: []}", "teams.front: Tuple should have at least 1 item"),
        ("teams: {front: bo}", "teams.front: Input should be a valid tuple"),
        ("teams: {front: ['']}", "teams.front.0: String should have at least 1 character"),
        ("teams: {front: [bo], '@Front': [alma]}", "'@Front' stands there twice; keep one"),
        ("teams: [", "is not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_remedy(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        written(tmp_path, text)
    assert said in str(refused.value)
    assert str(tmp_path / "teams.yaml") in str(refused.value)
