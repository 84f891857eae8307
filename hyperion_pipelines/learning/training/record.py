"""The record of the last training, set against what a training now would be made from.

What makes a training due is said in `retraining`; here the lake and the publications are asked.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from hyperion_pipelines.learning.training.examples import commit_moments, labelled
from hyperion_pipelines.learning.training.retraining import (
    RepositoryState,
    TrainingState,
    reasons_to_train,
)
from hyperion_pipelines.stages import code_version
from hyperion_pipelines.stores.lake import Lake
from hyperion_pipelines.stores.publications import Publications

FEATURES, LABELS = "commit_features", "bug_labels"
_LABEL_COLUMNS = ("repository", "inducing_sha", "fix_time", "algorithm")


@dataclass(frozen=True)
class TrainingRecord:
    """The last training of a home, in *file*, and what its *repositories* hold now."""

    file: Path
    repositories: Sequence[str]
    lake: Lake
    publications: Publications

    def reasons(self) -> list[str]:
        """Why a training is due, as sentences; empty when none is."""
        return reasons_to_train(self.last(), self.now())

    def is_new(self) -> bool:
        """Whether a training now would be made from other data, or by other code, than the last."""
        last, now = self.last(), self.now()
        is_possible = any(state.labelled for state in now.repositories.values())
        return is_possible and (last is None or _inputs(last) != _inputs(now))

    def last(self) -> TrainingState | None:
        """What the last training was made from; None where there was none."""
        try:
            return TrainingState.from_json(self.file.read_text("utf-8"))
        except FileNotFoundError:
            return None

    def now(self) -> TrainingState:
        """What a training at this moment would be made from."""
        states = {slug: self._state(slug) for slug in self.repositories}
        known = {slug: state for slug, state in states.items() if state is not None}
        return TrainingState(datetime.now(UTC), code_version("models"), known)

    def save(self, state: TrainingState) -> None:
        """Replace the record: *state* is what was trained on."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new")
        new.write_text(state.to_json() + "\n", "utf-8")
        new.replace(self.file)

    def _state(self, slug: str) -> RepositoryState | None:
        """What a repository gives to a training; None where it has no features or no labels yet."""
        made = [self.publications.get(table, slug) for table in (FEATURES, LABELS)]
        if any(publication is None for publication in made):
            return None
        versions = "-".join(each.data_version for each in made if each is not None)
        commits = self.lake.read(FEATURES, slug, columns=["repository", "sha", "commit_time"])
        labels = self.lake.read(LABELS, slug, columns=_LABEL_COLUMNS)
        known = labelled(commit_moments(commits, labels), pl.max("time"))
        drifted = tuple(self.publications.drifted(FEATURES, slug))
        return RepositoryState(versions, known.height, int(known["label"].sum()), drifted)


def inputs_digest(state: TrainingState) -> str:
    """A short hash of what a training is made from, its moment aside."""
    return hashlib.sha256(repr(_inputs(state)).encode()).hexdigest()[:16]


def _inputs(state: TrainingState) -> tuple[str, list[tuple[str, str]]]:
    versions = ((slug, each.data_version) for slug, each in state.repositories.items())
    return state.code_version, sorted(versions)
