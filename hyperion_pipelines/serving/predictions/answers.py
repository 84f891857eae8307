"""What is answered about commits, files and suggestions: the engine's values, and who says so."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, Field

from hyperion_pipelines.prediction import (
    Evidence,
    FileFix,
    FilePrediction,
    Missing,
    Oddity,
    OwnedFile,
    Prediction,
    Reason,
    Reviewer,
    SharedCommit,
)
from hyperion_pipelines.workspace import Workspace

MERGE = "it is a merge, which changes nothing by itself: ask about the commits that it brought"


class ModelUsed(BaseModel):
    """Which model answers: `version` is null where none does; `served_by` says it in words."""

    name: str
    version: str | None
    served_by: str | None


class FeaturesUsed(BaseModel):
    """How old what the answer was made from is."""

    published_at: datetime | None = Field(description="Null while they are being made anew.")
    age_seconds: float | None = Field(description="How long ago that was.")

    @classmethod
    def of(cls, workspace: Workspace, table: str, slug: str) -> Self:
        """When *table* was published, and how long ago that is."""
        made = workspace.publications.get(table, slug)
        if made is None:
            return cls(published_at=None, age_seconds=None)
        published_at = datetime.fromisoformat(made.published_at)
        age = (datetime.now(UTC) - published_at).total_seconds()
        return cls(published_at=published_at, age_seconds=round(max(age, 0.0), 1))


class Answered(BaseModel):
    """What every prediction has: how likely, how it compares, why, and by whom."""

    probability: float | None = Field(description="0 to 1; null where no model answers.")
    percentile: float | None = Field(description="How many of a hundred others are less so.")
    owners: Sequence[OwnedFile]
    reviewers: Sequence[Reviewer]
    missing: Sequence[Missing] = Field(description="Files that mostly change with these.")
    model: ModelUsed
    features: FeaturesUsed
    notes: Sequence[str]


class CommitAnswer(Answered):
    """How likely a commit is to induce a bug; a diff has no `sha`."""

    asked: str | None = Field(description="How it was asked for.")
    sha: str | None
    subject: str
    author_name: str
    commit_time: datetime
    files: Sequence[str]
    reasons: Sequence[Reason]
    evidence: Sequence[Evidence]
    anomalies: Sequence[str]
    is_stored: bool = Field(description="Whether the pipeline itself has judged it.")

    @classmethod
    def of(cls, prediction: Prediction, features: FeaturesUsed, asked: str | None = None) -> Self:
        """The answer that *prediction* is; *asked* is how the commit was asked for."""
        said = {name: getattr(prediction, name) for name in _COMMIT}
        model = ModelUsed(
            name="risk", version=prediction.model_version, served_by=prediction.served_by
        )
        return cls(**said, asked=asked, model=model, features=features)


_COMMIT = CommitAnswer.model_fields.keys() & Prediction.__dataclass_fields__.keys()


class Merge(BaseModel):
    """A merge stands in no ranking: it changes nothing by itself."""

    asked: str
    sha: str
    note: str = MERGE


class CommitsAnswer(BaseModel):
    """Predictions in the order asked, and the merges among what was asked."""

    repository: str
    predictions: Sequence[CommitAnswer]
    merges: Sequence[Merge] = ()


class FileAnswer(Answered):
    """How likely a file is to need a fix in the next 90 days."""

    path: str
    reasons: Sequence[Reason]
    evidence: Sequence[FileFix]

    @classmethod
    def of(cls, prediction: FilePrediction, features: FeaturesUsed) -> Self:
        """The answer that *prediction* is."""
        said = {name: getattr(prediction, name) for name in _FILE}
        model = ModelUsed(
            name="bug", version=prediction.model_version, served_by=prediction.served_by
        )
        return cls(**said, model=model, features=features)


_FILE = FileAnswer.model_fields.keys() & FilePrediction.__dataclass_fields__.keys()


class FilesAnswer(BaseModel):
    """Predictions in the order asked."""

    repository: str
    predictions: Sequence[FileAnswer]


class AnomalyAnswer(BaseModel):
    """How odd a commit is, and in what; how risky it is, is its `prediction`."""

    asked: str | None
    sha: str
    score: float = Field(description="As the anomaly model gives it; more is odder.")
    percentile: float = Field(description="How many of a hundred commits are less odd.")
    reasons: Sequence[Oddity]
    model: ModelUsed
    prediction: CommitAnswer


class AnomaliesAnswer(BaseModel):
    """Odd commits, the oddest first; `not_judged` are named ones that no anomaly model judged."""

    repository: str
    anomalies: Sequence[AnomalyAnswer]
    not_judged: Sequence[str]
    merges: Sequence[Merge] = ()


class SuggestionAnswer(BaseModel):
    """A file that likely has to change too; `given` speaks for it most."""

    path: str
    given: str
    probability: float | None = Field(description="0 to 1; null where no model answers.")
    percentile: float | None = Field(
        description="How many of a hundred files of HEAD are less likely to."
    )
    support: int = Field(description="Commits that changed both.")
    confidence: float = Field(description="Their share of the given file's commits, 0 to 1.")
    reasons: Sequence[str]
    evidence: Sequence[SharedCommit] = Field(description="The newest commits that changed both.")
    owners: Sequence[OwnedFile]


class ImpactAnswer(BaseModel):
    """What likely has to change with `paths`, the likeliest first; who could look at these."""

    repository: str
    paths: Sequence[str]
    suggestions: Sequence[SuggestionAnswer]
    reviewers: Sequence[Reviewer]
    model: ModelUsed
    features: FeaturesUsed
    notes: Sequence[str]
