"""One training on a made-up repository, for the tests of all that comes of a training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from threadpoolctl import threadpool_limits

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.labels.bug_labels import labels_of
from hyperion_pipelines.learning.labels.candidates import trace_fixes
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.registry.pyfunc import load_model
from hyperion_pipelines.learning.repository_tables import RepositoryTables
from hyperion_pipelines.learning.train import Training, train_models
from hyperion_pipelines.stores.lake import DeltaLake
from tests.made_up_tables import made_up_tables

SLUG = "made-up"
COMMITS = 1_000  # fewer do not give the ensemble its examples
YEARS = 2
TAGS = {"data_version": "abc"}


@dataclass(frozen=True)
class Trained:
    """What a training was made from, what came of each model, and the models, saved and loaded."""

    tables: RepositoryTables
    results: Mapping[str, Candidate | Shortage]
    models: Champions

    def candidate(self, name: str) -> Candidate:
        """The candidate for *name*, which there must be."""
        result = self.results[name]
        assert isinstance(result, Candidate), result
        return result


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The training, of all five models."""
    folder = tmp_path_factory.mktemp("trained")
    tables = tables_of(folder / "lake", made_up_tables(COMMITS, read_filters(), YEARS))
    with threadpool_limits(1):  # threads that wait for each other take longer than so little work
        results = dict(train_models(Training([tables], Champions(), TAGS)))
    models: dict[str, Any] = {}
    for name, result in results.items():
        if isinstance(result, Candidate):
            (folder / name).mkdir()
            result.save(folder / name)
            models[name] = load_model(name, folder / name)
    versions = {name: f"{name} 1" for name in models}
    return Trained(tables, results, Champions(**models, versions=versions))


def tables_of(folder: Path, frames: Mapping[str, pl.DataFrame]) -> RepositoryTables:
    """A lake in *folder* with the tables given, and the bug labels that follow from them."""
    lake, filters = DeltaLake(folder), read_filters()
    commits, changes, removals = (frames[name] for name in ("commits", "changes", "line_removals"))
    labels = labels_of(trace_fixes(commits, changes, removals, filters))
    for table, frame in (*frames.items(), ("bug_labels", labels)):
        lake.write(table, SLUG, frame.drop("repository", strict=False))
    return RepositoryTables(lake, SLUG, filters)
