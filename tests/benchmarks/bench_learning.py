"""How long labels, models and scores take, how fast risk is told, and how much memory that needs.

The history is made up, as in `bench_features`; `HYPERION_BENCH_HOMES=/a:/b` names homes whose
repositories are measured too, from the tables that they hold, which stay as they are. Every
repository is measured in a process of its own, whose peak memory is that of this work alone.
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import polars as pl

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.labels.bug_labels import labels_of
from hyperion_pipelines.learning.labels.candidates import trace_fixes
from hyperion_pipelines.learning.models.risk import RiskPredictor
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.registry.pyfunc import load_model
from hyperion_pipelines.learning.repository_tables import RepositoryTables
from hyperion_pipelines.learning.scoring.model_scores import ServedModel
from hyperion_pipelines.learning.scoring.repository_scores import scored_commits, scored_files
from hyperion_pipelines.learning.train import Training, train_models
from hyperion_pipelines.stores.lake import DeltaLake, Lake
from hyperion_pipelines.workspace import Workspace
from tests.benchmarks.bench_features import VARIABLE
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import own_peak
from tests.homes import open_home
from tests.made_up_tables import SOURCES, made_up_tables

Result = TypeVar("Result")

COMMITS = 15_000
FEWEST = 5_000  # commits, from which on a repository is measured
SECONDS = 180  # for COMMITS
TOLD_A_SECOND = 20_000
PEAK_MIB = 3 * 1024
SLUG = "measured"


@dataclass(frozen=True)
class Measured:
    """Seconds of each part, commits a second of the risk, and the peak memory in MiB."""

    commits: int
    seconds: Mapping[str, float]
    risks_a_second: float
    reasons_a_second: float
    peak: float


def run() -> Iterator[Figure]:
    """Figures of the made-up history, then of every long repository of the homes named."""
    filters = read_filters()
    yield from _figures("made-up history", made_up_tables(COMMITS, filters), filters)
    for home in filter(None, os.environ.get(VARIABLE, "").split(":")):
        workspace = open_home(Path(home))
        for repository in workspace.catalogue.list():
            tables = _tables(workspace, repository.slug)
            if tables["commits"].height >= FEWEST:
                yield from _figures(repository.slug, tables, workspace.filters(repository.slug))


def _figures(
    name: str, tables: Mapping[str, pl.DataFrame], filters: PathFilters
) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        lake = DeltaLake(Path(folder))
        for table, frame in tables.items():
            lake.write(table, SLUG, frame.drop("repository", strict=False))
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawning) as process:
            found = process.submit(_measured, Path(folder), filters).result()
    label = f"{name}, {found.commits:,} commits"
    parts = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in found.seconds.items())
    target = SECONDS * found.commits / COMMITS
    yield Figure(f"{label}: {parts}", sum(found.seconds.values()), target, "lower", "s")
    for what, speed in (
        ("probability", found.risks_a_second),
        ("with reasons", found.reasons_a_second),
    ):
        yield Figure(f"{label}: risk, {what}", speed, TOLD_A_SECOND, "higher", "commits/s")
    yield Figure(f"{label}: peak memory", found.peak, PEAK_MIB, "lower", "MiB")


def _measured(folder: Path, filters: PathFilters) -> Measured:
    """Label, train and score the repository in the lake at *folder*."""
    lake = DeltaLake(folder)
    seconds: dict[str, float] = {}
    seconds["labels"], _ = _timed(lambda: _label(lake, filters))
    seconds["training"], models = _timed(
        lambda: _trained(RepositoryTables(lake, SLUG, filters), folder)
    )
    tables = RepositoryTables(lake, SLUG, filters)  # a run of its own reads them anew
    seconds["scoring"], _ = _timed(
        lambda: (scored_commits(tables, models), scored_files(tables, models))
    )
    peak, features, risk = own_peak(), tables.commit_features, _risk(models)
    rows = features.with_columns(key="sha")
    probability, _ = _timed(lambda: risk.predict(rows))
    served = ServedModel("risk", "1", risk)
    reasons, _ = _timed(lambda: served.scores(features, "commit_features"))
    commits = features.height
    return Measured(commits, seconds, commits / probability, commits / reasons, peak)


def _label(lake: Lake, filters: PathFilters) -> None:
    commits, changes, removals = (
        lake.read(table, SLUG) for table in ("commits", "changes", "line_removals")
    )
    labels = labels_of(trace_fixes(commits, changes, removals, filters))
    lake.write("bug_labels", SLUG, labels)


def _trained(tables: RepositoryTables, folder: Path) -> Champions:
    """The models of one training, saved and loaded as those that are served were."""
    models: dict[str, Any] = {}
    for name, result in train_models(Training([tables], Champions(), {})):
        if isinstance(result, Candidate):
            place = folder / "models" / name
            place.mkdir(parents=True)
            result.save(place)
            models[name] = load_model(name, place)
    return Champions(**models, versions=dict.fromkeys(models, "1"))


def _risk(models: Champions) -> RiskPredictor:
    if models.risk is None:
        raise ValueError("the history is too short to train the risk model: measure another")
    return models.risk


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _tables(workspace: Workspace, slug: str) -> dict[str, pl.DataFrame]:
    return {table: workspace.lake.read(table, slug) for table in SOURCES}
