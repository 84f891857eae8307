"""What can be asked about, and what is answered: plain values, for the terminal and JSON alike.

Nothing is computed here but what follows from the values themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from hyperion_pipelines.learning.scoring.served_by import ServedBy as Judge


@dataclass(frozen=True)
class Patch:
    """A unified diff, the revision that it applies to, and who made it, as far as that is said."""

    text: bytes
    base: str = "HEAD"
    author_name: str = ""
    author_email: str = ""


@dataclass(frozen=True)
class Selection:
    """What is asked about: a commit, a range of commits, what is not committed yet, or a diff.

    `text` names it in messages; of a commit and a range it is how git names them.
    """

    kind: Literal["commit", "range", "worktree", "diff"]
    text: str = ""
    patch: Patch | None = None

    @classmethod
    def commit(cls, revision: str) -> Self:
        """The commit that *revision* names, as git understands it."""
        return cls("commit", revision)

    @classmethod
    def range(cls, text: str) -> Self:
        """The commits of `A..B`: those that B reaches and A does not."""
        return cls("range", text)

    @classmethod
    def worktree(cls) -> Self:
        """Everything in the work tree that is not committed, untracked files included."""
        return cls("worktree", "the work tree")

    @classmethod
    def diff(cls, patch: Patch) -> Self:
        """What *patch* changes, as a commit that nobody made."""
        return cls("diff", "the diff", patch)


@dataclass(frozen=True)
class Reason:
    """What moved a score, in words; `contribution` is in log-odds, None without a model."""

    text: str
    feature: str
    value: float | None
    contribution: float | None


@dataclass(frozen=True)
class Evidence:
    """Lines that a commit replaces, or adds to, which a fix wrote: they were wrong before.

    `path` and the lines (from 1, both included) are those before the commit.
    """

    path: str
    start_line: int
    end_line: int
    fix_sha: str
    fixed_at: datetime
    fixed_by: str
    sentence: str


@dataclass(frozen=True)
class Reviewer:
    """Somebody who knows the files, and how that is known."""

    name: str
    why: str


@dataclass(frozen=True)
class Owner:
    """Somebody who knows a file: `share` is how much of it, 0 to 1 (see `familiarity`)."""

    name: str
    share: float
    is_active: bool


@dataclass(frozen=True)
class OwnedFile:
    """A file at HEAD and who knows it, the most knowing first."""

    path: str
    people: tuple[Owner, ...]


@dataclass(frozen=True)
class Missing:
    """A file (`path`) that mostly changes with one of the commit's (`given`), and is not in it.

    Both changed together in `support` of the `commits` that changed the given one; `confidence` is
    that share, 0 to 1.
    """

    path: str
    given: str
    support: int
    commits: int
    confidence: float
    sentence: str


@dataclass(frozen=True)
class Prediction:
    """What is known of a commit: how likely it is to induce a bug, why, and what to do about it.

    The work tree and a diff have no `sha`, and the time of asking as their `commit_time` (UTC).
    `files` are its paths, `owners` those who know the files of which it changes most lines.
    `probability` is None without a model; `percentile` says how many of a hundred of the
    repository's commits are less risky. `served_by` says in words who answers, `notes` what could
    not be said or looked at. `anomalies` are known of stored commits alone (`is_stored`: the answer
    is the pipeline's own). `judge` is `served_by` in a word, as the tables of scores have it.
    """

    repository: str
    sha: str | None
    subject: str
    author_name: str
    commit_time: datetime
    files: tuple[str, ...]
    probability: float | None
    percentile: float
    served_by: str
    model_version: str | None
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    reviewers: tuple[Reviewer, ...]
    missing: tuple[Missing, ...]
    anomalies: tuple[str, ...]
    notes: tuple[str, ...]
    is_stored: bool
    owners: tuple[OwnedFile, ...] = ()
    judge: Judge | None = None


@dataclass(frozen=True)
class Suggestion:
    """A file that will likely have to change too: `given` is what speaks for it most.

    Both changed together in `support` commits, a share `confidence` of the given one's. Without a
    model there is no `probability`: files are ranked by the confidence.
    """

    path: str
    probability: float | None
    given: str
    support: int
    confidence: float
    reasons: Sequence[str]


def exceeds(predictions: Sequence[Prediction], percentile: float) -> bool:
    """Whether one at least of *predictions* is riskier than *percentile* of a hundred commits."""
    return any(prediction.percentile > percentile for prediction in predictions)
