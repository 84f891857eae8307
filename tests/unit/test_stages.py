"""The stages: what they need, and when their tables are out of date."""

import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.schemas import SERVED_TABLES, TABLES
from hyperion_pipelines.stages import (
    REPOSITORY_STAGES,
    STAGES,
    by_scope,
    code_version,
    data_version,
    resolve_stages,
)


def names(*wanted: str) -> list[str]:
    return [stage.name for stage in resolve_stages(wanted)]


def test_every_table_is_made_by_one_stage_or_served() -> None:
    made = [table for stage in STAGES.values() for table in stage.tables]
    assert sorted([*made, *SERVED_TABLES]) == sorted(TABLES)


def test_a_stage_comes_after_those_that_it_needs() -> None:
    before: set[str] = set()
    for stage in STAGES.values():
        assert set(stage.needs) <= before
        before.add(stage.name)


def test_what_a_stage_needs_is_run_too_and_in_order() -> None:
    assert names("git") == ["git"]
    assert names("code") == names("code", "git") == ["git", "code"]
    assert names("secrets") == ["git", "secrets"]
    assert names("documents") == ["git", "documents"]
    not_needed = {"secrets", "documents", "profile", "graph"}
    assert names("predictions") == [name for name in STAGES if name not in not_needed]
    assert names("profile") == [name for name in STAGES if name not in {"documents", "graph"}]
    assert names() == []


def test_models_alone_are_made_of_all_repositories_at_once() -> None:
    of_one = [stage.name for stage in REPOSITORY_STAGES]
    assert of_one == [name for name in STAGES if name != "models"]
    assert {stage.scope for stage in REPOSITORY_STAGES} == {"repository"}
    assert STAGES["models"].scope == "all"


def test_stages_that_run_as_one_stay_together_and_in_order() -> None:
    parts = [[stage.name for stage in part] for part in by_scope(list(STAGES.values()))]
    assert parts == [
        ["git", "lines", "code", "secrets", "features", "labels"],
        ["models"],
        ["predictions", "documents", "profile", "graph"],
    ]
    assert by_scope(resolve_stages(["code"])) == [resolve_stages(["code"])]
    assert by_scope([]) == []


def test_an_unknown_stage_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="no stage cod, gti; there are: git, lines, code"):
        resolve_stages(["git", "cod", "gti"])


def test_tables_are_out_of_date_when_anything_they_depend_on_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = data_version("code", refs_digest="refs", configuration="filters")
    assert data_version("code", refs_digest="refs", configuration="filters") == version
    others = {
        data_version("code", refs_digest="moved", configuration="filters"),
        data_version("code", refs_digest="refs", configuration="edited"),
        data_version("git", refs_digest="refs", configuration="filters"),
    }
    before = code_version("code")
    monkeypatch.setattr("hyperion_pipelines.stages.grammar_version", str.upper)
    assert code_version("code") != before
    others.add(data_version("code", refs_digest="refs", configuration="filters"))
    assert len(others | {version}) == 5
