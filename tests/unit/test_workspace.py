"""A home: what a stage works on, what it may keep, and when its tables are current."""

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from hyperion_pipelines.documents.embedding.model import model_folder
from hyperion_pipelines.errors import (
    ConfigurationError,
    LockedError,
    MissingObjectsError,
    SourceError,
    UsageError,
)
from hyperion_pipelines.git.identities import NO_OVERRIDES
from hyperion_pipelines.git.sources import RefList
from hyperion_pipelines.insights.security.suppressions import NO_SUPPRESSIONS
from hyperion_pipelines.learning.registry.published import Champion
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stages import STAGES, code_version
from hyperion_pipelines.stores.memory_cache import MemoryCache
from hyperion_pipelines.stores.publications import Publication
from hyperion_pipelines.stores.redis_cache import RedisCache
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, write_history
from tests.vector_points import published, version_points

GIT_TABLES = STAGES["git"].tables


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A home with the repository `shop` in its catalogue, not mirrored yet."""
    write_history(tmp_path / "shop.git", [commit_of({"a": "1\n"}), commit_of({"a": "2\n"})])
    workspace = Workspace(Settings(home=tmp_path / "home", git_timeout=20))
    workspace.catalogue.add(str(tmp_path / "shop.git"))
    return workspace


@pytest.fixture
def refs(workspace: Workspace) -> RefList:
    return workspace.mirror("shop").update()


def rows(table: str, slug: str) -> pl.DataFrame:
    """One row of any table, empty but for its repository."""
    return pl.DataFrame([{"repository": slug}], schema=TABLES[table])


def publish(
    workspace: Workspace, table: str, data_version: str, code: str = "code", slug: str = "shop"
) -> None:
    workspace.lake.write(table, slug, rows(table, slug).drop("repository"))
    made = Publication.now(data_version=data_version, code_version=code, head_sha="a" * 40, rows=1)
    workspace.publications.record(table, slug, made)


def heights(frames: list[pl.DataFrame]) -> list[int]:
    return [frame.height for frame in frames]


def configure(workspace: Workspace, name: str, text: str) -> None:
    file = workspace.home / "config" / "shop" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_home_is_absolute_wherever_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Workspace(Settings(home=Path("here"))).home == tmp_path / "here"


def test_a_mirror_follows_the_catalogue(workspace: Workspace) -> None:
    mirror = workspace.mirror("shop")
    assert mirror.git_dir == workspace.home / "mirrors" / "shop.git"
    assert (mirror.source, mirror.timeout) == (workspace.catalogue.get("shop").source, 20)
    with pytest.raises(UsageError, match="no repository named 'other'"):
        workspace.mirror("other")


def test_a_stage_gets_the_mirror_its_refs_and_versions(workspace: Workspace, refs: RefList) -> None:
    with workspace.running("git", "shop") as inputs:
        assert (inputs.slug, inputs.refs) == ("shop", refs)
        assert inputs.git_dir == workspace.mirror("shop").git_dir
        assert inputs.data_version == workspace.data_version("git", "shop", refs)
        assert inputs.code_version == code_version("git")


def test_a_stage_without_a_mirror_says_what_comes_first(workspace: Workspace) -> None:
    with (
        pytest.raises(SourceError, match="shop is not mirrored yet: materialise `mirror` first"),
        workspace.running("git", "shop"),
    ):
        pass


def test_two_stages_of_one_repository_do_not_run_at_once(
    workspace: Workspace, refs: RefList
) -> None:
    with (
        workspace.running("git", "shop"),
        pytest.raises(LockedError, match="stage git"),
        workspace.running("code", "shop"),
    ):
        pass


def test_a_repository_is_not_removed_while_a_stage_runs(
    workspace: Workspace, refs: RefList
) -> None:
    with (
        workspace.running("git", "shop"),
        pytest.raises(LockedError, match=r"shop is in use .*stage git"),
    ):
        workspace.remove("shop")
    assert workspace.mirror("shop").refs() == refs


def test_a_mirror_that_lacks_objects_is_removed(workspace: Workspace, refs: RefList) -> None:
    with pytest.raises(MissingObjectsError), workspace.running("git", "shop"):
        raise MissingObjectsError("objects are missing")
    assert workspace.mirror("shop").refs() is None


def test_rows_are_known_once_all_tables_of_a_run_are_published(workspace: Workspace) -> None:
    """A run that was killed between two writes leaves some tables of its own, some of another."""
    tables = ("commits", "changes")
    assert heights(workspace.known_rows(tables, "shop")) == [0, 0]
    publish(workspace, "commits", "one")
    assert heights(workspace.known_rows(tables, "shop")) == [0, 0]
    publish(workspace, "changes", "one")
    assert heights(workspace.known_rows(tables, "shop")) == [1, 1]
    publish(workspace, "commits", "two")
    assert heights(workspace.known_rows(tables, "shop")) == [0, 0]
    publish(workspace, "changes", "two")
    assert heights(workspace.known_rows(tables, "shop")) == [1, 1]
    workspace.publications.withdraw("changes", "shop")
    frames = workspace.known_rows(tables, "shop")
    assert [frame.schema for frame in frames] == [TABLES[table] for table in tables]
    assert heights(frames) == [0, 0]


def test_rows_made_by_other_code_are_not_known_where_that_counts(workspace: Workspace) -> None:
    publish(workspace, "functions", "one", code="old")
    assert heights(workspace.known_rows(["functions"], "shop", made_by="old")) == [1]
    assert heights(workspace.known_rows(["functions"], "shop", made_by="new")) == [0]


def test_known_rows_are_one_repositorys(workspace: Workspace) -> None:
    for slug in ("shop", "other"):
        publish(workspace, "commits", "one", slug=slug)
    (known,) = workspace.known_rows(["commits"], "shop")
    assert known["repository"].to_list() == ["shop"]


def test_tables_are_current_until_refs_or_configuration_change(
    workspace: Workspace, refs: RefList
) -> None:
    stages = [STAGES["git"]]
    assert not workspace.is_current("shop", refs, stages)
    version = workspace.data_version("git", "shop", refs)
    for table in GIT_TABLES:
        publish(workspace, table, version)
    assert workspace.is_current("shop", refs, stages)
    assert not workspace.is_current("shop", refs, [*stages, STAGES["code"]])
    assert not workspace.is_current("shop", RefList("b" * 40, None, refs.refs), stages)
    for name in ("filters.yaml", "identities.yaml", "issues.csv", "issues.json"):
        configure(workspace, name, "")
        before = workspace.data_version("git", "shop", refs)
        configure(workspace, name, "# edited")
        assert workspace.data_version("git", "shop", refs) != before
    assert not workspace.is_current("shop", refs, stages)


def serve(workspace: Workspace, name: str, version: int) -> None:
    """Publish a champion, as the registry does, of no files at all."""
    champion = Champion(name, version, f"run-{version}", "2024-01-01T00:00:00+00:00", {})
    workspace.champions.publish(champion, lambda folder: folder)


def test_another_champion_makes_what_models_judge_stale_and_nothing_else(
    workspace: Workspace, refs: RefList
) -> None:
    def versions() -> dict[str, str]:
        return {stage: workspace.data_version(stage, "shop", refs) for stage in STAGES}

    before = versions()
    for name, version in (("risk", 1), ("impact", 1), ("risk", 2)):
        serve(workspace, name, version)
        after = versions()
        changed = {stage for stage in STAGES if after[stage] != before[stage]}
        assert changed == {"predictions", "profile", "graph"}
        assert workspace.data_version("predictions", "shop", refs) == after["predictions"]
        before = after
    workspace.champions.withdraw("impact")
    assert versions()["predictions"] not in before.values()


@pytest.mark.parametrize(
    "other",
    [{"embedding_model": "/models/other"}, {"chunk_tokens": 128}, {"qdrant_url": "http://q"}],
)
def test_other_vectors_or_another_place_for_them_make_the_documents_stale_and_nothing_else(
    other: dict[str, Any], workspace: Workspace, refs: RefList
) -> None:
    changed = Workspace(Settings(home=workspace.home, **other))
    assert {
        stage
        for stage in STAGES
        if changed.data_version(stage, "shop", refs) != workspace.data_version(stage, "shop", refs)
    } == {"documents"}


def test_chunks_that_the_embedding_model_cannot_read_whole_are_refused(tmp_path: Path) -> None:
    """Half as many positions as the tokens of a chunk."""
    model = tmp_path / "model"
    shutil.copytree(model_folder(""), model)
    config = json.loads((model / "config.json").read_text()) | {"max_position_embeddings": 128}
    (model / "config.json").write_text(json.dumps(config))
    workspace = Workspace(Settings(home=tmp_path, embedding_model=str(model)))
    with pytest.raises(ConfigurationError, match="at most 128 tokens, not 256"):
        _ = workspace.chunk_tokens


def test_a_stage_without_tables_is_always_current(workspace: Workspace, refs: RefList) -> None:
    """Whether models are due to be trained is told by the record of the last training."""
    assert workspace.is_current("shop", refs, [STAGES["models"]])


def test_the_record_of_trainings_covers_the_catalogue(workspace: Workspace, tmp_path: Path) -> None:
    assert workspace.training.repositories == ["shop"]
    workspace.catalogue.add(str(tmp_path / "shop.git"), "other")
    assert set(workspace.training.repositories) == {"shop", "other"}
    assert workspace.training.last() is None
    workspace.training.save(workspace.training.now())
    assert (workspace.home / "models" / "training.json").exists()


def test_issues_are_those_that_were_exported_into_the_home(workspace: Workspace) -> None:
    assert workspace.issues("shop") is None
    configure(workspace, "issues.csv", "issue,type,created\n12,bug,2024-01-01\n")
    issues = workspace.issues("shop")
    assert issues is not None
    assert issues["issue"].to_list() == ["12"]


def test_models_read_a_repositorys_own_tables_by_its_own_filters(workspace: Workspace) -> None:
    configure(workspace, "filters.yaml", "test: {add: ['^checks/']}\n")
    for slug in ("shop", "other"):
        publish(workspace, "commits", "one", slug=slug)
    tables = workspace.tables("shop")
    assert tables.commits["repository"].to_list() == ["shop"]
    assert tables.filters == workspace.filters("shop") != workspace.filters("other")


def test_models_are_registered_in_the_home_or_on_the_server_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    own = Workspace(Settings(home=tmp_path))
    assert (own.registry.home, own.registry.tracking_uri) == (tmp_path, "")
    address = SecretStr("http://me:secret@127.0.0.1:1")
    served = Workspace(Settings(home=tmp_path, mlflow_tracking_uri=address))
    assert served.registry.uri == address.get_secret_value()
    assert "secret" not in repr(served.registry)


def test_a_persons_decisions_about_identities_are_read_from_the_home(workspace: Workspace) -> None:
    assert workspace.identity_overrides("shop") == NO_OVERRIDES
    decision = "merge:\n- [alma@example.org, a.smith@example.org]\n"
    configure(workspace, "identities.yaml", decision)
    assert workspace.identity_overrides("shop") != NO_OVERRIDES


def test_a_removed_repository_leaves_its_configuration_and_the_others(
    workspace: Workspace, refs: RefList, tmp_path: Path
) -> None:
    other = workspace.catalogue.add(str(tmp_path / "shop.git"), "other")
    workspace.mirror("other").update()
    for slug in ("shop", "other"):
        publish(workspace, "commits", "one", slug=slug)
        published(workspace.vectors, slug, "one", version_points("one"))
    configure(workspace, "filters.yaml", "# a person wrote this")
    workspace.remove("shop")
    assert [workspace.vectors.published(slug) for slug in ("shop", "other")] == [None, "one"]
    assert workspace.catalogue.list() == [other]
    assert workspace.lake.read("commits")["repository"].to_list() == ["other"]
    assert workspace.publications.get("commits", "shop") is None
    assert not (workspace.home / "mirrors" / "shop.git").exists()
    assert (workspace.home / "config" / "shop" / "filters.yaml").exists()
    assert workspace.mirror("other").refs() == refs
    assert workspace.publications.get("commits", "other") is not None
    with pytest.raises(UsageError):
        workspace.remove("shop")


def publish_lines(workspace: Workspace, data_version: str, code: str) -> None:
    for table in STAGES["lines"].tables:
        publish(workspace, table, data_version, code)


def test_the_lines_of_the_last_run_are_known_with_the_history_they_were_made_of(
    workspace: Workspace, refs: RefList
) -> None:
    with workspace.running("lines", "shop") as inputs:
        assert workspace.known_lines(inputs) is None
        publish_lines(workspace, inputs.data_version, inputs.code_version)
    known = workspace.known_lines(inputs)
    assert known is not None
    assert (known.head_sha, known.tips) == (refs.head_sha, frozenset(refs.tips))
    assert (known.origins.height, known.removals.height) == (1, 1)


def test_lines_of_other_code_or_of_a_run_that_was_killed_are_not_known(
    workspace: Workspace, refs: RefList
) -> None:
    assert refs.tips == [refs.head_sha]
    with workspace.running("lines", "shop") as inputs:
        publish_lines(workspace, inputs.data_version, "old code")
    assert workspace.known_lines(inputs) is None
    publish_lines(workspace, "of a run that was killed", inputs.code_version)
    assert workspace.known_lines(inputs) is None


def test_the_secrets_of_the_last_whole_run_are_known_with_the_history_that_it_searched(
    workspace: Workspace, refs: RefList
) -> None:
    with workspace.running("secrets", "shop") as inputs:
        assert workspace.known_secrets(inputs) is None
        publish(workspace, "secrets", inputs.data_version, inputs.code_version)
    known = workspace.known_secrets(inputs)
    assert known is not None
    assert (known.rows.height, known.tips) == (1, frozenset(refs.tips))
    publish(workspace, "secrets", inputs.data_version, "old rules")
    assert workspace.known_secrets(inputs) is None
    publish(workspace, "secrets", "of a run that was killed", inputs.code_version)
    assert workspace.known_secrets(inputs) is None


def test_what_is_suppressed_is_a_persons_and_makes_the_profile_stale_alone(
    workspace: Workspace, refs: RefList
) -> None:
    def versions() -> list[str]:
        return [workspace.data_version(stage, "shop", refs) for stage in ("secrets", "profile")]

    assert workspace.suppressions("shop") == NO_SUPPRESSIONS
    secrets, profile = versions()
    accepted = "{rule: private-key, path: tests/*, reason: of a test, until: 2030-01-01}"
    configure(workspace, "suppressions.yaml", f"suppressions:\n- {accepted}\n")
    assert workspace.suppressions("shop").of("private-key", "tests/a.pem", None) is not None
    assert versions()[0] == secrets
    assert versions()[1] != profile


def test_one_setting_moves_the_cache_into_redis(tmp_path: Path) -> None:
    own = Workspace(Settings(home=tmp_path))
    shared = Workspace(Settings(home=tmp_path, redis_url=SecretStr("redis://127.0.0.1:1")))
    assert isinstance(own.cache, MemoryCache)
    assert isinstance(shared.cache, RedisCache)
    assert own.online_features.ttl_seconds == shared.online_features.ttl_seconds == 3600
