"""What the code location offers: assets with their lineage, checks, jobs, schedules and sensors."""

from itertools import product

import dagster as dg
import pytest

from assets.models import asset_name
from assets.partitions import REPOSITORIES
from assets.training_data import QUALITY
from hyperion_pipelines.checks import CHECKS
from hyperion_pipelines.definitions import defs
from hyperion_pipelines.features.catalogue import FEATURES
from hyperion_pipelines.graph.build import tables_read as graph_tables
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.insights.make import tables_read
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.schemas import SERVED_TABLES, TABLES
from hyperion_pipelines.stages import STAGES, code_version

# Asset -> its group and what it is made of.
LINEAGE = {
    "mirror": ("git", set[str]()),
    "commits": ("git", {"mirror"}),
    "changes": ("git", {"mirror"}),
    "identities": ("git", {"mirror"}),
    "refs": ("git", {"mirror"}),
    "tree": ("git", {"mirror"}),
    "line_origins": ("lines", {"commits", "changes", "tree"}),
    "line_removals": ("lines", {"commits", "changes", "tree"}),
    "blob_metrics": ("code", {"commits", "changes", "tree"}),
    "functions": ("code", {"commits", "changes", "tree"}),
    "dangerous_calls": ("code", {"commits", "changes", "tree"}),
    "imports": ("code", {"commits", "changes", "tree"}),
    "dependencies": ("code", {"imports", "tree"}),
    "call_sites": ("code", {"commits", "changes", "tree"}),
    "calls": ("code", {"call_sites", "dependencies", "functions", "imports", "tree"}),
    "snapshots": ("code", {"commits", "imports"}),
    "dependency_history": ("code", {"commits", "imports"}),
    "secrets": ("secrets", {"commits", "changes", "tree"}),
    "commit_features": (
        "features",
        {"commits", "changes", "blob_metrics", "dependency_history"},
    ),
    "file_features": (
        "features",
        {"commits", "changes", "blob_metrics", "dependency_history"},
    ),
    "online_features": ("features", {"commit_features", "file_features"}),
    "bug_labels": ("labels", {"commits", "changes", "line_removals"}),
    "training_windows": ("labels", {"commit_features", "bug_labels"}),
    "risk_model": ("models", {"commit_features", "bug_labels"}),
    "anomaly_model": ("models", {"commit_features", "commits", "changes", "refs"}),
    "bug_model": ("models", {"file_features"}),
    "impact_model": (
        "models",
        {"commits", "changes", "tree", "dependencies", "dependency_history"},
    ),
    "ensemble": (
        "models",
        {
            *("commit_features", "bug_labels"),
            *("risk_model", "anomaly_model", "bug_model", "impact_model"),
        },
    ),
    "commit_scores": (
        "predictions",
        {"commit_features", "risk_model", "anomaly_model", "ensemble"},
    ),
    "file_scores": ("predictions", {"file_features", "tree", "bug_model"}),
    "document_files": ("documents", {"tree"}),
    "documents": ("documents", {"tree"}),
    "chunks": ("documents", {"documents"}),
    "vectors": ("documents", {"chunks"}),
    "search_grades": ("documents", {"chunks", "documents", "commits", "changes"}),
    **{table: ("profile", tables_read(table)) for table in INSIGHT_TABLES},
    "repository_profile": (
        "profile",
        {*INSIGHT_TABLES, "commits", "identities", "tree", "file_scores", "dependencies"},
    ),
    "code_graph": ("graph", set(graph_tables())),
    "graph_counts": ("graph", {"code_graph"}),
}
MODEL_ASSETS = {asset for asset, (group, _) in LINEAGE.items() if group == "models"}
TABLE_CHECKS = {(table, name) for table, names in CHECKS.items() for name in names}
EXPECTATIONS = set(product(FEATURES, ("expectations",)))
ADVICE = {
    *product(FEATURES, ("expectations_advice", "drift")),
    *product(("training_windows",), QUALITY),
}
STORES = {("vectors", "finds_as_much_as_before"), ("code_graph", "holds_what_was_built")}
ALL_CHECKS = TABLE_CHECKS | EXPECTATIONS | STORES | ADVICE
STEPS = {
    "mirror": {"mirror"},
    "history": {"commits", "changes", "identities", "refs"},
    "tree": {"tree"},
    "line_history": {"line_origins", "line_removals"},
    "syntax": {"blob_metrics", "functions", "dangerous_calls", "imports", "call_sites"},
    "dependencies": {"dependencies", "calls", "snapshots", "dependency_history"},
    "secrets": {"secrets"},
    "features": {"commit_features", "file_features"},
    "online_features": {"online_features"},
    "bug_labels": {"bug_labels"},
    "training_data": {"training_windows"},
    "predictions": {"commit_scores", "file_scores"},
    "documents": {"document_files", "documents"},
    "chunks": {"chunks"},
    "vectors": {"vectors", "search_grades"},
    "insights": set(INSIGHT_TABLES),
    "profile": {"repository_profile"},
    "graph": {"code_graph", "graph_counts"},
}


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_the_assets_their_groups_and_their_lineage(specs: dict[str, dg.AssetSpec]) -> None:
    assert {
        key: (spec.group_name, {dep.asset_key.to_user_string() for dep in spec.deps})
        for key, spec in specs.items()
    } == LINEAGE


def test_every_table_is_an_asset_of_its_stage(specs: dict[str, dg.AssetSpec]) -> None:
    beside = {"mirror", "online_features", "vectors", "code_graph"}
    assert set(specs) == {*beside, *MODEL_ASSETS, *TABLES} - SERVED_TABLES
    for stage in STAGES.values():
        for table in stage.tables:
            assert specs[table].group_name == stage.name
            assert specs[table].code_version == code_version(stage.name)


def test_every_model_that_can_be_served_is_an_asset(specs: dict[str, dg.AssetSpec]) -> None:
    assert {asset_name(model) for model in MODELS} == MODEL_ASSETS
    for asset in MODEL_ASSETS:
        assert specs[asset].code_version == code_version("models")


def test_few_steps_make_all_tables() -> None:
    nodes = defs.resolve_job_def("analysis").graph.node_dict
    assert set(nodes) == set(STEPS)
    made = {name: {out.name for out in nodes[name].definition.output_defs} for name in STEPS}
    checks = {f"{table}_{name}" for table, name in ALL_CHECKS}
    one_asset = {"mirror", "online_features"}  # whose only output is called "result"
    assert {name: outs - checks for name, outs in made.items() if name not in one_asset} == {
        name: tables for name, tables in STEPS.items() if name not in one_asset
    }


def test_one_step_trains_all_models() -> None:
    """MLflow's runs do not go together with several."""
    (step,) = defs.resolve_job_def("training").graph.node_dict.values()
    assert {out.name for out in step.definition.output_defs} == MODEL_ASSETS


def test_every_asset_says_what_it_is_and_belongs_to_a_repository_or_to_all(
    specs: dict[str, dg.AssetSpec],
) -> None:
    for key, spec in specs.items():
        assert spec.partitions_def == (None if key in MODEL_ASSETS else REPOSITORIES), key
        assert spec.owners == ["team:hyperion"], key
        assert spec.description, key
        assert spec.kinds, key
        assert spec.code_version, key


@pytest.mark.parametrize("table", [each for each in TABLES if each not in SERVED_TABLES])
def test_a_table_shows_its_columns(table: str, specs: dict[str, dg.AssetSpec]) -> None:
    shown = specs[table].metadata["dagster/column_schema"]
    assert isinstance(shown, dg.TableSchema)
    assert [column.name for column in shown.columns] == list(TABLES[table])
    assert all(column.type and column.description for column in shown.columns)


def test_every_check_blocks_what_is_downstream_but_those_that_advise() -> None:
    nodes = defs.resolve_asset_graph().assets_defs
    specs = {
        (spec.asset_key.to_user_string(), spec.name): spec
        for node in nodes
        for spec in node.check_specs
    }
    assert specs.keys() == ALL_CHECKS
    for key, spec in specs.items():
        assert spec.description
        assert spec.blocking == (key not in ADVICE)


def test_the_jobs() -> None:
    assert {job.name for job in defs.resolve_all_job_defs()} - {"__ASSET_JOB"} == {
        "analysis",
        "scoring",
        "training",
        "upkeep_job",
    }
    jobs = {name: defs.resolve_job_def(name) for name in ("analysis", "scoring", "training")}
    assert {name: job.partitions_def for name, job in jobs.items()} == {
        "analysis": REPOSITORIES,
        "scoring": REPOSITORIES,
        "training": None,
    }
    assert all(job.executor_def is dg.in_process_executor for job in jobs.values())
    assert set(jobs["scoring"].graph.node_dict) == {"predictions", "insights", "profile", "graph"}


def test_schedules_and_sensors_run_without_being_turned_on() -> None:
    repository = defs.get_repository_def()
    schedules = {each.name: each for each in repository.schedule_defs}
    assert {name: (each.job_name, each.cron_schedule) for name, each in schedules.items()} == {
        "nightly": ("analysis", "0 2 * * *"),
        "nightly_training": ("training", "0 4 * * *"),
        "nightly_upkeep": ("upkeep_job", "0 3 * * *"),
    }
    assert {each.default_status for each in schedules.values()} == {
        dg.DefaultScheduleStatus.RUNNING
    }
    sensors = {each.name: each for each in repository.sensor_defs}
    assert {name: {job.name for job in each.jobs} for name, each in sensors.items()} == {
        "repository_watch": {"analysis", "scoring"},
        "training_watch": {"training"},
    }
    assert {each.default_status for each in sensors.values()} == {dg.DefaultSensorStatus.RUNNING}
    assert sensors["repository_watch"].minimum_interval_seconds == 60
