"""When models are due to be trained again, and why.

A training leaves a record of what it was made from; set against what it would be made from now, it
gives the reasons. Who asks, and where the record is kept, is the business of the orchestrator.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from hyperion_pipelines.errors import FailedCheckError

GROWTH = 0.10  # of a repository's labelled commits
SMALLEST_GROWTH = 10  # commits
LONGEST_REST = timedelta(days=30)


@dataclass(frozen=True)
class RepositoryState:
    """What a repository gives to a training.

    `data_version` changes with its data in any way; `labelled` commits, `positives` among them;
    `drifted` are the features that were found to have drifted.
    """

    data_version: str
    labelled: int
    positives: int
    drifted: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingState:
    """What a training is made from: its moment, the version of its code, its repositories by slug.

    The version of the code is one that changes with the catalogue of features and the models.
    """

    trained_at: datetime
    code_version: str
    repositories: dict[str, RepositoryState] = field(default_factory=dict[str, RepositoryState])

    def to_json(self) -> str:
        """The record as JSON, as `from_json` reads it."""
        return _RECORD.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "TrainingState":
        """The record that *text* is; raises FailedCheckError where it is none."""
        try:
            return _RECORD.validate_json(text)
        except ValidationError as error:
            raise FailedCheckError(
                "the record of the last training cannot be read; train again to replace it"
            ) from error


_RECORD = TypeAdapter(TrainingState)


def reasons_to_train(last: TrainingState | None, now: TrainingState) -> list[str]:
    """Why models are due to be trained, as sentences; empty when they are not.

    *last* is the record of the last training, None without one; *now* the one that a training at
    this moment would leave. A training is due when there was none; when a repository with labelled
    commits is new, or has 10 % more of them (and ten at least); when features have drifted that had
    not when it was trained; when the code is another; and when it is 30 days old and any data is
    new. It is never due where there is nothing labelled to train on.
    """
    if not any(repository.labelled for repository in now.repositories.values()):
        return []
    if last is None:
        return ["No model has been trained yet."]
    return [*_of_repositories(last, now), *_of_code_and_age(last, now)]


def _of_repositories(last: TrainingState, now: TrainingState) -> Iterator[str]:
    for slug, repository in sorted(now.repositories.items()):
        before = last.repositories.get(slug)
        if before is None:
            if repository.labelled:
                yield f"{slug} is new, with {repository.labelled:,} labelled commits."
            continue
        growth = repository.labelled - before.labelled
        if growth >= max(GROWTH * before.labelled, SMALLEST_GROWTH):
            yield f"{slug} has {growth:,} labelled commits more than the {before.labelled:,} then."
        if drifted := sorted(set(repository.drifted) - set(before.drifted)):
            yield f"Features of {slug} have drifted: {', '.join(drifted)}."


def _of_code_and_age(last: TrainingState, now: TrainingState) -> Iterator[str]:
    if now.code_version != last.code_version:
        yield (
            "The features or the models have changed: "
            f"{last.code_version} has become {now.code_version}."
        )
    age = now.trained_at - last.trained_at
    if age >= LONGEST_REST and _versions(now) != _versions(last):
        yield f"The last training was {age.days} days ago, and there is new data."


def _versions(state: TrainingState) -> dict[str, str]:
    return {slug: repository.data_version for slug, repository in state.repositories.items()}
