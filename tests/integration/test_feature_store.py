"""The feature store on Dagster: lineage, past versions, the cache, and its own numbers."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.features.catalogue import ENTITY, FEATURES, columns
from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import SchemaError
from tests.histories import git
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import analyse

pytestmark = allow_dagsters_own_warning

EARLIER = "v1.0.0"
of_each_table = pytest.mark.parametrize("table", FEATURES)


@dataclass(frozen=True)
class Runs:
    """A home where the sample was analysed twice: as it was at a release, and whole."""

    home: Path
    then: dict[str, pl.DataFrame]
    versions_then: dict[str, int | None]
    result: dg.ExecuteInProcessResult
    heads: tuple[str, str]

    def metadata(self, asset: str) -> dict[str, Any]:
        """What the second run said of an asset."""
        (made,) = [
            event.materialization
            for event in self.result.get_asset_materialization_events()
            if event.asset_key == dg.AssetKey(asset)
        ]
        return dict(made.metadata)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("store")
    source = write_sample_repository(folder).git_dir
    now = git(source, "rev-parse", "HEAD").decode().strip()
    then = git(source, "rev-parse", f"{EARLIER}^{{commit}}").decode().strip()
    branch = git(source, "symbolic-ref", "HEAD").decode().strip()
    git(source, "update-ref", branch, then)
    assert analyse(folder / "home", source).success
    lake = open_home(folder / "home").lake
    tables = {table: lake.read(table, "shop") for table in FEATURES}
    versions = {table: lake.version(table) for table in FEATURES}
    git(source, "update-ref", branch, now)
    result = analyse(folder / "home", source)
    assert result.success
    return Runs(folder / "home", tables, versions, result, (then, now))


@of_each_table
def test_a_version_says_which_versions_of_which_tables_it_was_made_from(
    table: str, runs: Runs
) -> None:
    workspace = open_home(runs.home)
    newest = workspace.lake.versions(table)[0]
    published = workspace.publications.get(table, "shop")
    assert newest.lineage is not None
    assert published is not None
    assert newest.lineage.head_sha == runs.heads[1]
    assert newest.lineage.data_version == published.data_version
    assert newest.lineage.code_version == published.code_version
    assert newest.lineage.sources == {
        source: workspace.lake.version(source)
        for source in ("commits", "changes", "blob_metrics", "dependency_history")
    }
    assert runs.metadata(table)["source_versions"].value == newest.lineage.sources


@of_each_table
def test_the_features_of_the_past_are_read_by_version_and_by_time(table: str, runs: Runs) -> None:
    lake, number = open_home(runs.home).lake, runs.versions_then[table]
    assert number is not None
    (then,) = [version for version in lake.versions(table) if version.number == number]
    assert then.lineage is not None
    assert then.lineage.head_sha == runs.heads[0]
    for as_of in (number, then.written_at):
        assert_frame_equal(lake.read(table, "shop", as_of=as_of), runs.then[table])
    assert lake.read(table, "shop").height > runs.then[table].height


@of_each_table
def test_the_lineage_of_every_column_leads_to_columns_that_there_are(
    table: str, runs: Runs
) -> None:
    lineage = runs.metadata(table)["dagster/column_lineage"].value
    assert set(lineage.deps_by_column) == {feature.name for feature in columns(table)}
    sources = {dep.asset_key.to_user_string() for dep in _deps(lineage)}
    assert sources <= {"commits", "changes", "blob_metrics", "dependency_history"}
    assert all(dep.column_name in TABLES[dep.asset_key.to_user_string()] for dep in _deps(lineage))


def _deps(lineage: dg.TableColumnLineage) -> list[dg.TableColumnDep]:
    return [dep for deps in lineage.deps_by_column.values() for dep in deps]


@of_each_table
def test_the_store_tells_numbers_of_itself_that_plot_over_time(table: str, runs: Runs) -> None:
    said = {name: value.value for name, value in runs.metadata(table).items()}
    rows = open_home(runs.home).lake.read(table, "shop")
    assert (said["rows"], said["entities"]) == (rows.height, rows[ENTITY[table]].n_unique())
    assert said["behind_days"] == 0
    assert said["age_days"] > 0
    assert 0 < said["default_rate"] < 1
    assert 0 < said["null_rate"] <= 1


def test_what_is_served_is_what_the_tables_hold(runs: Runs) -> None:
    said = {name: value.value for name, value in runs.metadata("online_features").items()}
    for table in FEATURES:
        rows = open_home(runs.home).lake.read(table, "shop")
        assert said[f"{table}/published"] == rows[ENTITY[table]].n_unique()
        assert (said[f"{table}/missing_rate"], said[f"{table}/skew"]) == (0, 0)
        assert said[f"{table}/entities"] > 0
    assert said["misses"] == said["errors"] == 0


@of_each_table
def test_a_wrong_frame_is_refused_whole_and_nothing_is_written(
    table: str, runs: Runs, tmp_path: Path
) -> None:
    shutil.copytree(runs.home / "lake" / table, tmp_path / "lake" / table)
    lake = open_home(tmp_path).lake
    rows, version = lake.read(table, "shop"), lake.version(table)
    wrong = rows.with_columns(pl.col(FEATURES[table][0].name).cast(pl.Int64)).drop(ENTITY[table])
    with pytest.raises(
        SchemaError, match=rf"{table}: nothing was written: {ENTITY[table]} is miss"
    ):
        lake.write(table, "shop", wrong)
    assert lake.version(table) == version
    assert_frame_equal(lake.read(table, "shop"), rows)


@pytest.mark.service("redis")
def test_what_a_run_publishes_to_redis_other_processes_are_served_from_it(
    runs: Runs, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERION_REDIS_URL", redis_url)
    source = open_home(runs.home).catalogue.get("shop").source
    assert analyse(runs.home, Path(source), groups=["features"]).success
    reader = open_home(runs.home)
    for table in FEATURES:
        entity, rows = ENTITY[table], reader.lake.read(table, "shop")
        rows = rows.unique(entity, keep="last", maintain_order=True)
        served = reader.online_features.read(table, "shop", rows[entity].to_list())
        assert_frame_equal(served, rows.select(served.columns))
    counts = reader.cache.counts
    assert counts.hits > 500
    assert counts.misses == counts.errors == 0
