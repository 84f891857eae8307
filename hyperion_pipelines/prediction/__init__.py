"""What is said of commits before they are merged, and of files before they are changed.

`predict` answers for a commit, a range, the work tree or a diff, `files` for files at HEAD,
`anomalies` says which commits are odd, `impact` what changes with changed files; all read what the
pipeline published and change nothing. The flow is `clone`, `worktree` and `diff` (where commits are
found, or made as `drafts`), `resolving` and `naming` (which are meant), `reading` (all that is
known of them; `pending` and `scoring` where the lake does not know it), and for each of them
`evidence`, `owners`, `reviewers` and `companions`; `model` is what comes out. How answers are shown
is the business of the commands and of the sidecar.
"""

from hyperion_pipelines.prediction.anomalies import Anomaly, Oddity, anomalies
from hyperion_pipelines.prediction.files import FileFix, FilePrediction, predict_files
from hyperion_pipelines.prediction.impact import impact, impact_of, touched_paths
from hyperion_pipelines.prediction.model import (
    Evidence,
    Missing,
    OwnedFile,
    Owner,
    Patch,
    Prediction,
    Reason,
    Reviewer,
    Selection,
    Suggestion,
    exceeds,
)
from hyperion_pipelines.prediction.naming import NamedCommits, name_commits
from hyperion_pipelines.prediction.owners import owners
from hyperion_pipelines.prediction.predict import as_one_change, predict, predictions_of
from hyperion_pipelines.prediction.resolving import Commit, resolve
from hyperion_pipelines.prediction.reviewers import reviewers
from hyperion_pipelines.prediction.shared_commits import SharedCommit, shared_commits

__all__ = [
    "Anomaly",
    "Commit",
    "Evidence",
    "FileFix",
    "FilePrediction",
    "Missing",
    "NamedCommits",
    "Oddity",
    "OwnedFile",
    "Owner",
    "Patch",
    "Prediction",
    "Reason",
    "Reviewer",
    "Selection",
    "SharedCommit",
    "Suggestion",
    "anomalies",
    "as_one_change",
    "exceeds",
    "impact",
    "impact_of",
    "name_commits",
    "owners",
    "predict",
    "predict_files",
    "predictions_of",
    "resolve",
    "reviewers",
    "shared_commits",
    "touched_paths",
]
