"""The shape of a repository's profile: the one document that reports, pages and scripts read.

Its version follows semantic versioning: fields are added in a minor one; a major one renames or
removes. What a row of an insight holds is said by the insight's columns.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = "1.0"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageShare(_Part):
    """Files and lines of own code in a language at HEAD."""

    language: str
    files: int
    lines: int


class Overview(_Part):
    """The size and age of a repository: its history up to HEAD, its own code at HEAD."""

    commits: int
    merges: int
    fixes: int
    authors: int
    bots: int
    active_authors: int
    first_commit: datetime
    last_commit: datetime
    files: int
    lines: int
    languages: list[LanguageShare]


class Action(_Part):
    """Something to do this week.

    `what` is an imperative sentence, `why` the sentence that gives the reason in numbers,
    `evidence` what shows it (paths, commits, people; the first is the most telling). `insight` is
    the table that it was read from. `urgency` (0 to 1) orders the actions.
    """

    what: str
    why: str
    evidence: list[str]
    insight: str
    urgency: float


class Headline(_Part):
    """A number that sums an insight up, with the sentence that says what it means.

    `low` and `high` bound it where it is uncertain (a 95 % interval); `is_concern` marks what a
    reader should worry about, by the threshold that the sentence names.
    """

    insight: str
    value: float | None
    unit: str
    sentence: str
    low: float | None = None
    high: float | None = None
    is_concern: bool = False


class InsightRows(_Part):
    """The question of an insight, the first of its rows, and how many there are in all."""

    question: str
    total: int
    rows: list[dict[str, Any]]


class Measure(_Part):
    """A figure of a model on the part of the history that it has not seen."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


class ModelQuality(_Part):
    """How far a model is to be believed: its figures, and its doubts in sentences."""

    name: str
    version: str
    answers: str
    measures: list[Measure]
    doubts: list[str]


class Profile(_Part):
    """All that is known of a repository.

    `actions` have the most urgent first. `insights` is by table. `judged_by` says who judged the
    commits and the files. `missing` names the stages that have not run, and what that leaves out.
    """

    schema_version: str = SCHEMA_VERSION
    repository: str
    head_sha: str
    head_time: datetime
    generator: str
    overview: Overview
    actions: list[Action]
    headlines: list[Headline]
    judged_by: dict[str, str]
    models: list[ModelQuality]
    insights: dict[str, InsightRows]
    missing: list[str]
