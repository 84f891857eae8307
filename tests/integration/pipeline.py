"""Runs the asset pipeline inside a test's process, on a Dagster instance in memory."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import dagster as dg

from hyperion_pipelines.definitions import QUIET, build_definitions
from hyperion_pipelines.progress import Silent
from hyperion_pipelines.stages import REPOSITORY_STAGES
from resources.workspace import WorkspaceResource
from tests.homes import open_home

ONE_REPOSITORY = tuple(stage.name for stage in REPOSITORY_STAGES)


def definitions_for(home: Path) -> dg.Definitions:
    """The definitions as they are deployed, working on *home*."""
    resources = {"workspace": WorkspaceResource(home=str(home)), "progress": Silent()}
    return build_definitions(resources=resources)


def job_of_processes() -> dg.JobDefinition:
    """The job `analysis`, every step a process of its own; the home is HYPERION_HOME."""
    name = "analysis_in_processes"
    selection = dg.AssetSelection.groups(*ONE_REPOSITORY)
    job = dg.define_asset_job(name, selection=selection, executor_def=dg.multiprocess_executor)
    return dg.Definitions.merge(build_definitions(), dg.Definitions(jobs=[job])).resolve_job_def(
        name
    )


def analyse(
    home: Path,
    source: Path,
    *,
    slug: str = "shop",
    groups: Sequence[str] = ONE_REPOSITORY,
    instance: dg.DagsterInstance | None = None,
) -> dg.ExecuteInProcessResult:
    """Run the job `analysis`, or the *groups* of it, for one source, which is added if need be.

    A step that fails does not raise here: the result says so. An *instance* that is given stays
    open.
    """
    open_home(home).catalogue.add(str(source), slug)
    definitions = definitions_for(home)
    graph = definitions.resolve_asset_graph()
    selected = dg.AssetSelection.groups(*groups).resolve(graph)
    with nullcontext(instance) if instance else dg.DagsterInstance.ephemeral() as used:
        used.add_dynamic_partitions("repository", [slug])
        return definitions.resolve_job_def("analysis").execute_in_process(
            instance=used,
            partition_key=slug,
            asset_selection=sorted(selected, key=str),
            run_config=QUIET,
            raise_on_error=False,
        )


def train(home: Path) -> dg.ExecuteInProcessResult:
    """Run the job `training` over all that a home holds; a failure is told by the result."""
    job = definitions_for(home).resolve_job_def("training")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, run_config=QUIET, raise_on_error=False)
