"""Whether planted commits are found, and how fast the anomaly model trains and scores.

Four odd commits (`tests.anomalies`) are planted into a clone of each repository, which the whole
pipeline analyses; a rank of 1 % says that 99 % of the history's commits are less odd. Times are
those of a history of 15,000 commits that is made up.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.definitions import run_stages
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.learning.models.anomaly import (
    AnomalyDetector,
    commit_signals,
    evaluated_on_planted,
)
from hyperion_pipelines.progress import Silent
from hyperion_pipelines.schemas import REFS
from hyperion_pipelines.stages import resolve_stages
from tests.anomalies import detector_inputs, plant_anomalies
from tests.benchmarks.bench_features import long_history
from tests.benchmarks.figures import Figure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories
from tests.homes import open_home

Result = TypeVar("Result")

WORST_RANK = 1.0  # per cent
FEWEST = 500  # commits, of which one hundredth has room for four planted ones
COMMITS = 15_000


def run() -> Iterator[Figure]:
    """Ranks of the planted commits of each repository that is long enough, then times."""
    with mirrored_repositories() as repositories, TemporaryDirectory() as folder:
        for repository in repositories:
            yield from _ranks(repository, Path(folder))
    yield from _times(_long_features())


def _ranks(repository: BenchRepository, folder: Path) -> Iterator[Figure]:
    name, home = repository.name, folder / "home"
    clone = folder / f"{name}.git"
    command = ["git", "clone", "--quiet", "--bare", repository.git_dir, clone]
    subprocess.run(command, check=True)
    planted = plant_anomalies(clone)
    workspace = open_home(home)
    workspace.catalogue.add(str(clone), name)
    run_stages(workspace, name, resolve_stages(["features"]), Silent())
    features = detector_inputs(workspace, name)
    if features.height < FEWEST:
        return
    scores = AnomalyDetector.grow(features).score(features, with_reasons=False)
    rank = 100 * pl.col("anomaly").rank("max", descending=True) / pl.count("anomaly")
    ranked = scores.with_columns(rank=rank)
    for kind, sha in asdict(planted).items():
        worst = ranked.row(by_predicate=pl.col("sha") == sha, named=True)["rank"]
        yield Figure(f"{name}: rank of the planted {kind}", worst, WORST_RANK, "lower", "%")
    trial = evaluated_on_planted(features)
    if trial is not None:
        label = f"{name}: average precision on rows planted, lines added {trial.baseline:.2f}"
        yield Figure(label, trial.average_precision, trial.baseline, "higher")


def _times(features: pl.DataFrame) -> Iterator[Figure]:
    AnomalyDetector.grow(features.head(100))  # imports scikit-learn
    seconds, detector = _timed(lambda: AnomalyDetector.grow(features))
    yield Figure("training on 15,000 commits", seconds, 5, "lower", "s")
    seconds, _ = _timed(lambda: detector.score(features, with_reasons=False))
    yield Figure("scoring without reasons", COMMITS / seconds, 20_000, "higher", "commits/s")
    seconds, _ = _timed(lambda: detector.score(features))
    yield Figure("scoring with reasons", COMMITS / seconds, 4_000, "higher", "commits/s")


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _long_features() -> pl.DataFrame:
    tables, filters = long_history(COMMITS), read_filters()
    made = pl.datetime(2020, 1, 1, time_zone="UTC")
    commits = tables.commits.with_columns(
        author_time=pl.coalesce("author_time", made),
        author_tz_minutes=pl.lit(0, pl.Int16),
        parents=pl.concat_list(pl.col("sha").shift(1, fill_value="0" * 40)),
    )
    signals = commit_signals(commits, tables.changes, REFS.to_frame(), filters)
    features = commit_features(tables, filters).with_columns(repository=pl.lit("made up"))
    return features.join(signals, on="sha")
