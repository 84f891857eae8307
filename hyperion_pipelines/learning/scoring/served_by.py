"""Who answers for a repository, in words: this sentence stands wherever a score is shown."""

from dataclasses import dataclass
from typing import Literal

ServedBy = Literal["own", "pooled", "fallback"]
Rows = Literal["commits", "files"]

_RANKED_BY: dict[Rows, str] = {"commits": "lines added", "files": "lines"}
_POSITIVE: dict[Rows, str] = {"commits": "bug-inducing commits", "files": "fixed files"}


@dataclass(frozen=True)
class LabelCounts:
    """How many labelled rows a repository has, how many of them positive, and of each the minimum.

    The minima are those from which a repository may have a model of its own.
    """

    labelled: int
    positive: int
    minimum_labelled: int
    minimum_positive: int


def served_by_sentence(served_by: ServedBy, rows: Rows, counts: LabelCounts) -> str:
    """Who scored a repository's *rows*; where it was no model of its own, what that would take."""
    if served_by == "fallback":
        return f"by no model: none is served yet, so {rows} are ranked by {_RANKED_BY[rows]}"
    if served_by == "own":
        return "by a model of its own"
    needed = "that a model of its own needs"
    if counts.labelled < counts.minimum_labelled:
        had = f"{counts.labelled:,} of the {counts.minimum_labelled:,} labelled {rows}"
    elif counts.positive < counts.minimum_positive:
        had = f"{counts.positive:,} of the {counts.minimum_positive:,} {_POSITIVE[rows]}"
    else:
        return "by a model of all repositories: one of its own did no better"
    return f"by a model of other repositories: this one has {had} {needed}"
