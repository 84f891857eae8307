"""What is said of commits before they are merged, and of files before they are changed.

`predict` answers for a commit, a range or the work tree, `impact` for changed files; both read what
the pipeline published and change nothing. The flow is `clone` and `worktree` (where commits are
found), `resolving` (which are meant), `reading` (all that is known of them; `pending` and `scoring`
where the lake does not know it), and for each of them `evidence`, `reviewers` and `companions`;
`model` is what comes out. How answers are shown is the commands' business.
"""

from hyperion_pipelines.prediction.impact import impact, impact_of
from hyperion_pipelines.prediction.model import (
    Evidence,
    Missing,
    Prediction,
    Reason,
    Reviewer,
    Selection,
    Suggestion,
    exceeds,
)
from hyperion_pipelines.prediction.predict import predict
from hyperion_pipelines.prediction.resolving import Commit, resolve

__all__ = [
    "Commit",
    "Evidence",
    "Missing",
    "Prediction",
    "Reason",
    "Reviewer",
    "Selection",
    "Suggestion",
    "exceeds",
    "impact",
    "impact_of",
    "predict",
    "resolve",
]
