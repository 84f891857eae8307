"""The pipeline on Dagster: what a run tells of its tables, and what a failure leaves untouched."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets.training_data import QUALITY
from hyperion_pipelines.checks import CHECKS
from hyperion_pipelines.features.catalogue import FEATURES
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.schemas import SERVED_TABLES, TABLES
from hyperion_pipelines.stages import STAGES
from hyperion_pipelines.stores.preview import COLUMNS, ROWS
from tests.histories import commit_of, git, write_history
from tests.homes import allow_dagsters_own_warning, assert_same_tables, open_home, read_tables
from tests.integration.pipeline import analyse, job_of_processes

pytestmark = allow_dagsters_own_warning

PROJECT = Path(__file__).parents[2]
CART = "import os\n\n\ndef total(prices):\n    return sum(prices)\n"


@dataclass(frozen=True)
class SampleRun:
    """A run of the whole pipeline over the sample repository."""

    home: Path
    source: Path
    result: dg.ExecuteInProcessResult


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    folder = tmp_path_factory.mktemp("sample")
    source = write_sample_repository(folder).git_dir
    return SampleRun(folder / "home", source, analyse(folder / "home", source))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository of two commits; `later` is one ahead of `main`, the branch at HEAD."""
    commits = [commit_of({"cart.py": CART}), commit_of({"main.py": "import cart\n"})]
    shas = write_history(tmp_path / "shop.git", commits)
    git(tmp_path / "shop.git", "update-ref", "refs/heads/main", shas[0])
    git(tmp_path / "shop.git", "update-ref", "refs/hidden/later", shas[1])
    return tmp_path / "shop.git"


def advance(source: Path) -> None:
    """The second commit arrives on `main`."""
    git(source, "update-ref", "refs/heads/main", "refs/hidden/later")


def materialized(result: dg.ExecuteInProcessResult) -> set[str]:
    """The assets that a run made."""
    events = result.get_asset_materialization_events()
    return {event.asset_key.to_user_string() for event in events if event.asset_key}


def failed_checks(result: dg.ExecuteInProcessResult) -> set[tuple[str, str]]:
    """The checks of a run that did not pass, each as asset and name."""
    found = result.get_asset_check_evaluations()
    return {(each.asset_key.to_user_string(), each.check_name) for each in found if not each.passed}


@pytest.mark.parametrize("table", [each for each in TABLES if each not in SERVED_TABLES])
def test_a_table_tells_its_rows_version_and_a_preview(table: str, sample_run: SampleRun) -> None:
    (made,) = [
        event.materialization
        for event in sample_run.result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(table)
    ]
    workspace = open_home(sample_run.home)
    rows = workspace.lake.read(table, "shop")
    published = workspace.publications.get(table, "shop")
    assert published is not None
    metadata: dict[str, Any] = {key: value.value for key, value in made.metadata.items()}
    assert metadata["dagster/partition_row_count"] == rows.height == published.rows
    assert metadata["head_sha"] == git(sample_run.source, "rev-parse", "HEAD").decode().strip()
    assert made.tags is not None
    assert made.tags["dagster/data_version"] == metadata["data_version"] == published.data_version
    header, _, *body = str(metadata["preview"]).splitlines()
    assert header.count(" | ") == min(COLUMNS, rows.width - 1) - 1
    assert len([line for line in body if line.startswith("|")]) == min(ROWS, rows.height)


def metadata_of(table: str, run: SampleRun) -> Mapping[str, Any]:
    """What the materialisation of *table* tells."""
    (made,) = [
        event.materialization
        for event in run.result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(table)
    ]
    return {key: value.value for key, value in made.metadata.items()}


@pytest.mark.parametrize("table", INSIGHT_TABLES)
def test_an_insight_has_its_picture_in_the_ui(table: str, sample_run: SampleRun) -> None:
    figure = metadata_of(table, sample_run)["figure"]
    is_empty = open_home(sample_run.home).lake.read(table, "shop").is_empty()
    assert figure.endswith("There is nothing to show.") == is_empty
    assert ("](data:image/svg+xml;base64," in figure) != is_empty


def test_the_profile_is_published_and_its_figures_are_numbers(sample_run: SampleRun) -> None:
    said = metadata_of("repository_profile", sample_run)
    folder = open_home(sample_run.home).profile_folder("shop")
    profile = Profile.model_validate_json((folder / "profile.json").read_text("utf-8"))
    assert Path(said["report"]) == folder / "report.html"
    assert "<html" in (folder / "report.html").read_text("utf-8")
    assert profile.actions[0].what.removesuffix(".") in said["this_week"]
    for headline in profile.headlines:
        assert said.get(f"{headline.insight} ({headline.unit})") == headline.value
    row = open_home(sample_run.home).lake.read("repository_profile", "shop")
    assert Profile.model_validate_json(row["profile"].item()) == profile


def test_every_check_runs_and_passes_on_the_sample(sample_run: SampleRun) -> None:
    assert sample_run.result.success
    evaluated = sample_run.result.get_asset_check_evaluations()
    assert {(each.asset_key.to_user_string(), each.check_name) for each in evaluated} == {
        *((table, name) for table, names in CHECKS.items() for name in names),
        *product(FEATURES, ("expectations", "expectations_advice", "drift")),
        *product(("training_windows",), QUALITY),
        ("vectors", "finds_as_much_as_before"),
        ("code_graph", "holds_what_was_built"),
    }
    # So small a team has no minor authors: the advice is to leave such columns out.
    assert failed_checks(sample_run.result) <= {("file_features", "expectations_advice")}


def test_what_models_learn_from_is_judged_in_figures_and_words(sample_run: SampleRun) -> None:
    found = {
        each.check_name: each
        for each in sample_run.result.get_asset_check_evaluations()
        if each.asset_key == dg.AssetKey("training_windows") and each.check_name in QUALITY
    }
    assert found.keys() == QUALITY.keys()
    for check in found.values():
        assert check.severity is dg.AssetCheckSeverity.WARN
        assert check.description
        observed, low, high = (
            float(str(check.metadata[name].value)) for name in ("observed", "lowest", "highest")
        )
        assert low <= observed <= high


def test_a_damaged_table_fails_its_check_and_stops_what_is_downstream(
    source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert analyse(home, source).success
    before = read_tables(home, "shop")
    lake = open_home(home).lake
    changes = lake.read("changes", "shop")
    lake.write("changes", "shop", pl.concat([changes, changes]))
    advance(source)
    result = analyse(home, source)
    assert not result.success
    assert failed_checks(result) == {("changes", "paths_are_unique_in_a_commit")}
    made_of_it = ("code", "secrets", "features", "labels", "predictions", "profile")
    assert materialized(result).isdisjoint(
        {"search_grades", *(table for stage in made_of_it for table in STAGES[stage].tables)}
    )
    after = read_tables(home, "shop")
    assert after["functions"].equals(before["functions"])


def test_a_failed_repository_keeps_its_tables_and_the_others_get_theirs(
    source: Path, tmp_path: Path
) -> None:
    home, other = tmp_path / "home", tmp_path / "other.git"
    shutil.copytree(source, other)
    assert analyse(home, source).success
    before = read_tables(home, "shop")
    source.rename(tmp_path / "away.git")
    advance(other)
    assert not analyse(home, source).success
    assert analyse(home, other, slug="other").success
    after = read_tables(home, "shop")
    assert all(after[table].equals(before[table]) for table in TABLES)
    assert open_home(home).lake.read("commits", "other").height == 2


@pytest.fixture
def persistent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """The instance that dagster.yaml describes, as other processes can open it too."""
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT))
    monkeypatch.setenv("HYPERION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HYPERION_DAGSTER_STORAGE", str(tmp_path / "dagster"))
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    with dg.DagsterInstance.get() as instance:
        yield instance


def test_steps_in_processes_of_their_own_make_the_same_tables(
    persistent: dg.DagsterInstance, sample_run: SampleRun, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    open_home(home).catalogue.add(str(sample_run.source), "shop")
    persistent.add_dynamic_partitions("repository", ["shop"])
    fork = {"forkserver": {"preload_modules": ["hyperion_pipelines.definitions"]}}
    config = {"max_concurrent": 1, "start_method": fork}
    result = dg.execute_job(
        dg.reconstructable(job_of_processes),
        instance=persistent,
        tags={"dagster/partition": "shop"},
        run_config={"execution": {"config": config}},
    )
    with result:
        assert result.success
        steps = {event.step_key for event in result.all_events if event.is_step_success}
    assert len(steps) == 18
    assert_same_tables(home, sample_run.home, "shop")
