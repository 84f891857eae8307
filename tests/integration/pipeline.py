"""Runs the asset pipeline inside a test's process, on a Dagster instance in memory."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from hyperion_pipelines.definitions import build_definitions
from hyperion_pipelines.progress import Silent
from hyperion_pipelines.stages import STAGES
from resources.workspace import WorkspaceResource
from tests.homes import open_home


def definitions_for(home: Path) -> dg.Definitions:
    """The definitions as they are deployed, working on *home*."""
    resources = {"workspace": WorkspaceResource(home=str(home)), "progress": Silent()}
    return build_definitions(resources=resources)


def job_of_processes() -> dg.JobDefinition:
    """The assets as a job whose every step is a process of its own; the home is HYPERION_HOME."""
    name = "analysis_in_processes"
    job = dg.define_asset_job(
        name, selection=dg.AssetSelection.all(), executor_def=dg.multiprocess_executor
    )
    return dg.Definitions.merge(build_definitions(), dg.Definitions(jobs=[job])).resolve_job_def(
        name
    )


def analyse(
    home: Path,
    source: Path,
    *,
    slug: str = "shop",
    groups: Sequence[str] = tuple(STAGES),
    instance: dg.DagsterInstance | None = None,
) -> dg.ExecuteInProcessResult:
    """Run the job `analysis`, or the *groups* of it, for one source, which is added if need be.

    A step that fails does not raise here: the result says so.
    """
    open_home(home).catalogue.add(str(source), slug)
    definitions = definitions_for(home)
    graph = definitions.resolve_asset_graph()
    selected = dg.AssetSelection.groups(*groups).resolve(graph)
    with instance or dg.DagsterInstance.ephemeral() as used:
        used.add_dynamic_partitions("repository", [slug])
        return definitions.resolve_job_def("analysis").execute_in_process(
            instance=used,
            partition_key=slug,
            asset_selection=sorted(selected, key=str),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
