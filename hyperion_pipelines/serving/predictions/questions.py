"""What can be asked about commits, diffs and files: the bodies of requests, bounded in size."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hyperion_pipelines.prediction import Patch, Selection
from hyperion_pipelines.prediction.diff import MOST_BYTES
from hyperion_pipelines.prediction.predict import ODD

MOST_COMMITS = 200
MOST_PATHS = 200
MOST_SUGGESTIONS = 100

Slug = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="The repository.")
]
Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{4,40}$", to_lower=True)]
Path = Annotated[str, Field(min_length=1, max_length=4_096, pattern=r"^[^\x00]+$")]
# Whole or short shas, branches and tags; git's further ways to name a commit may search for long.
Revision = Annotated[str, Field(max_length=250, pattern=r"^\w([\w/+#@-]|\.[\w/+#@-])*$")]
# What git would end a name with, and lines, are left out.
AuthorName = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f<>]*$")]

Shas = Annotated[
    list[Sha],
    Field(
        min_length=1,
        max_length=MOST_COMMITS,
        description="Commits, each by 4 to 40 digits of its sha.",
    ),
]
Paths = Annotated[
    list[Path],
    Field(min_length=1, max_length=MOST_PATHS, description="Files at HEAD, from the root."),
]


class Question(BaseModel):
    """What every question says: which repository it is about."""

    model_config = ConfigDict(extra="forbid")

    repository: Slug


class CommitsQuestion(Question):
    """Commits that the repository has."""

    shas: Shas


class FilesQuestion(Question):
    """Files at HEAD."""

    paths: Paths


class Change(Question):
    """A change that the repository need not have: a unified diff."""

    diff: Annotated[str, Field(min_length=1, max_length=MOST_BYTES)] | None = Field(
        default=None,
        description="A unified diff as `git diff --binary` prints it, with a/ and b/ before paths.",
    )
    base: Revision | None = Field(
        default=None,
        description="What the diff applies to: a sha, a branch or a tag; default: HEAD.",
    )
    author_name: AuthorName = Field(default="", description="Who made the diff.")
    author_email: AuthorName = Field(default="", description="Their address.")

    def patch(self) -> Patch | None:
        """The diff, as the engine applies it; None where there is none."""
        if self.diff is None:
            return None
        text = self.diff.encode("utf-8")
        return Patch(text, self.base or "HEAD", self.author_name, self.author_email)


class DiffQuestion(Change):
    """A unified diff and what it applies to; or two commits, as a CI job knows them."""

    head: Revision | None = Field(
        default=None,
        description="In place of a diff: the commits that this has and `base` has not.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.diff is None) == (self.head is None):
            raise ValueError("give a `diff`, or a `base` and a `head`")
        if self.head is not None and self.base is None:
            raise ValueError("`head` needs a `base`: the commits of base..head are meant")
        return self

    def asked(self) -> Selection:
        """What the engine is asked about."""
        patch = self.patch()
        return Selection.diff(patch) if patch else Selection.range(f"{self.base}..{self.head}")


class AnomaliesQuestion(Question):
    """The oddest commits, or those named."""

    shas: Shas | None = None
    limit: int = Field(default=10, ge=1, le=MOST_COMMITS, description="How many at most.")
    min_percentile: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="Commits less odd than that are left out; default: 95, or 0 for named ones.",
    )

    @property
    def least_percentile(self) -> float:
        """From which place among a hundred on commits are told."""
        if self.min_percentile is not None:
            return self.min_percentile
        return 0.0 if self.shas else ODD


class ImpactQuestion(Change):
    """Files, commits or a diff, whose companions are looked for."""

    paths: Paths | None = None
    shas: Shas | None = None
    k: int = Field(default=10, ge=1, le=MOST_SUGGESTIONS, description="How many files at most.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.paths, self.shas, self.diff)) != 1:
            raise ValueError("give one of `paths`, `shas` and `diff`")
        return self
