"""Vectors are searched once they answer as well as the ones before, and not sooner."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.workspace import Workspace
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import analyse

pytestmark = allow_dagsters_own_warning

CHECK = "finds_as_much_as_before"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_repository(tmp_path_factory.mktemp("sample")).git_dir


@pytest.fixture
def home(source: Path, tmp_path: Path) -> Path:
    """A home whose search is graded as if it had known every answer."""
    assert search_documents(tmp_path, source).success
    workspace = open_home(tmp_path)
    perfect = pl.lit(1.0).alias("recall"), pl.lit(1.0).alias("ndcg")
    grades = workspace.lake.read("search_grades", "shop").with_columns(*perfect)
    workspace.lake.write("search_grades", "shop", grades)
    return tmp_path


def search_documents(home: Path, source: Path) -> dg.ExecuteInProcessResult:
    return analyse(home, source, groups=("git", "documents"))


def finding_as_before(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    (check,) = (each for each in result.get_asset_check_evaluations() if each.check_name == CHECK)
    return check


def served(workspace: Workspace) -> tuple[str | None, set[str]]:
    """The version that is searched, and the one that the grades are of."""
    grades = workspace.lake.read("search_grades", "shop")
    return workspace.vectors.published("shop"), set(grades["version"])


def test_vectors_that_find_less_stay_unpublished_and_those_before_are_searched(
    source: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, graded = served(open_home(home))
    assert graded == {before}
    monkeypatch.setenv("HYPERION_CHUNK_TOKENS", "64")
    result = search_documents(home, source)
    assert not result.success
    check = finding_as_before(result)
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "HYPERION_ACCEPT_SEARCH_GRADES" in str(check.description)
    assert served(open_home(home)) == (before, {before})


def test_a_fall_that_a_person_accepts_is_published_and_told(
    source: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = served(open_home(home))
    monkeypatch.setenv("HYPERION_CHUNK_TOKENS", "64")
    monkeypatch.setenv("HYPERION_ACCEPT_SEARCH_GRADES", "true")
    result = search_documents(home, source)
    assert result.success
    check = finding_as_before(result)
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    version, graded = served(open_home(home))
    assert version != before
    assert graded == {version}
