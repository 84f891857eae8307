"""One classifier for several repositories: a vote of all of them, and votes of their own.

Frames in, log-odds out. A row is answered by the pooled vote; where its repository has a vote of
its own, by the mean of both, which is better than either. What is calibrated is so for each
repository, as each has its own share of positives. When a repository gets a vote of its own is
decided by the models.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.calibration import Calibration, fit_calibration
from hyperion_pipelines.learning.classifier.inputs import InputColumns, Standing
from hyperion_pipelines.learning.classifier.vote import DEFAULT, Vote, VoteParameters, fit_vote

# With fewer examples than these, what is said of all repositories calibrates better.
LEAST_TO_CALIBRATE, LEAST_POSITIVES_TO_CALIBRATE = 100, 10
_DESCRIPTION = "shared.json"


@dataclass(frozen=True)
class SharedVote:
    """The votes: of all repositories (`pooled`), and `own` ones by repository."""

    standing: Standing
    pooled: Vote
    own: Mapping[str, Vote]

    @property
    def names(self) -> tuple[str, ...]:
        """What contributions are told for: the columns of the inputs."""
        return self.standing.columns.names

    def log_odds(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """An answer for each of *rows* (`repository` and the features)."""
        inputs = self.standing.numbers(rows)
        answers = np.empty(rows.height)
        for repository, places in places_by_repository(rows):
            votes = [vote.log_odds(inputs[places]) for vote in self._votes_of(repository)]
            answers[places] = np.mean(votes, axis=0)
        return answers

    def contributions(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """What each of `names` added to each row's log-odds, the base last: (n, d + 1)."""
        inputs = self.standing.numbers(rows)
        added = np.empty((rows.height, len(self.names) + 1))
        for repository, places in places_by_repository(rows):
            votes = [vote.contributions(inputs[places]) for vote in self._votes_of(repository)]
            added[places] = np.mean(votes, axis=0)
        return added

    def repositories_with_own(self) -> list[str]:
        """The repositories that have a vote of their own.

        The only repository is one of them: the vote of all is its own.
        """
        known = list(self.standing.repositories)
        return known if len(known) == 1 else sorted(self.own)

    def with_own(self, repositories: Sequence[str]) -> "SharedVote":
        """The same with no own votes but those of *repositories*."""
        kept = {name: vote for name, vote in self.own.items() if name in repositories}
        return SharedVote(self.standing, self.pooled, kept)

    def save(self, folder: Path) -> None:
        """Write all of it into *folder*."""
        self.standing.save(folder)
        self.pooled.save(folder / "pooled")
        for repository, vote in self.own.items():
            vote.save(folder / "own" / repository)

    @classmethod
    def load(cls, folder: Path, own: Sequence[str]) -> Self:
        """What `save` wrote; *own* names the repositories that have a vote of their own."""
        votes = {name: Vote.load(folder / "own" / name) for name in own}
        return cls(Standing.load(folder), Vote.load(folder / "pooled"), votes)

    def _votes_of(self, repository: str) -> list[Vote]:
        return [self.pooled, *([self.own[repository]] if repository in self.own else [])]


@dataclass(frozen=True)
class CalibratedSharedVote:
    """The votes and their calibrations: by repository, and `general` for all others."""

    vote: SharedVote
    calibrations: Mapping[str, Calibration]
    general: Calibration

    def log_odds(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Calibrated log-odds for each of *rows*."""
        answers = self.vote.log_odds(rows)
        for repository, places in places_by_repository(rows):
            answers[places] = self.calibration_of(repository).log_odds(answers[places])
        return answers

    def contributions(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """What each of the vote's `names` added to the calibrated log-odds, the base last."""
        added = self.vote.contributions(rows)
        for repository, places in places_by_repository(rows):
            added[places] = self.calibration_of(repository).contributions(added[places])
        return added

    def calibration_of(self, repository: str) -> Calibration:
        """The calibration of a repository's answers."""
        return self.calibrations.get(repository, self.general)

    def save(self, folder: Path) -> None:
        """Write all of it into *folder*: LightGBM's text, JSON, numpy's arrays."""
        self.vote.save(folder)
        described = {
            "own": sorted(self.vote.own),
            "calibrations": {name: asdict(line) for name, line in self.calibrations.items()},
            "general": asdict(self.general),
        }
        (folder / _DESCRIPTION).write_text(json.dumps(described, indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote."""
        described = json.loads((folder / _DESCRIPTION).read_text())
        lines = {name: Calibration(**line) for name, line in described["calibrations"].items()}
        vote = SharedVote.load(folder, described["own"])
        return cls(vote, lines, Calibration(**described["general"]))


def fit_shared(
    rows: pl.DataFrame,
    columns: InputColumns,
    *,
    own: Sequence[str] = (),
    parameters: VoteParameters = DEFAULT,
) -> SharedVote:
    """Fit the pooled vote to labelled *rows*, and for the *own* repositories one to theirs alone.

    *rows* have `repository`, bool `label` and the features of *columns*. Where there is only one
    repository, there is nothing but the pooled vote.
    """
    standing = Standing.of(rows, columns)
    inputs, labels = standing.numbers(rows), rows["label"].to_numpy()

    def fit(places: NDArray[np.intp] | slice) -> Vote:
        names = columns.names
        return fit_vote(inputs[places], labels[places], names=names, parameters=parameters)

    several = rows["repository"].n_unique() > 1
    votes = {
        repository: fit(places)
        for repository, places in places_by_repository(rows)
        if several and repository in own
    }
    return SharedVote(standing, fit(slice(None)), votes)


def calibrated(
    vote: SharedVote, rows: pl.DataFrame, answers: NDArray[np.float64]
) -> CalibratedSharedVote:
    """*vote*, calibrated on *answers* (n) to labelled *rows* that had no part in the fit.

    A repository with too few rows is calibrated as all of them together are.
    """
    labels = rows["label"].to_numpy()
    lines = {
        repository: fit_calibration(answers[places], labels[places])
        for repository, places in places_by_repository(rows)
        if len(places) >= LEAST_TO_CALIBRATE
        and np.count_nonzero(labels[places]) >= LEAST_POSITIVES_TO_CALIBRATE
    }
    return CalibratedSharedVote(vote, lines, fit_calibration(answers, labels))


def places_by_repository(rows: pl.DataFrame) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Each repository of *rows*, and the numbers of its rows."""
    numbered = rows.select("repository", place=pl.int_range(pl.len()))
    for (repository,), part in numbered.partition_by("repository", as_dict=True).items():
        yield str(repository), part["place"].to_numpy()
