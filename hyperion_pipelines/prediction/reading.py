"""All that is known of the commits that are asked about: from the lake, or read and judged now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hyperion_pipelines.insights.predictions import commits_known
from hyperion_pipelines.learning.models.minima import OWN
from hyperion_pipelines.learning.scoring.served_by import LabelCounts, ServedBy, served_by_sentence
from hyperion_pipelines.prediction.resolving import Commit
from hyperion_pipelines.schemas import COMMITS
from hyperion_pipelines.stores.lake import Lake
from hyperion_pipelines.workspace import Workspace

# The insights that are looked at, and what cannot be said before they are made.
INSIGHTS = {
    "file_owners": "who could review it is not known before the insights are made: "
    "run `hyperion analyze` again",
    "change_coupling": "which files mostly change with its own is not known before the insights "
    "are made: run `hyperion analyze` again",
}
_COMMIT = (
    "sha",
    "parents",
    "author_name",
    "author_id",
    "commit_time",
    "subject",
    "is_fix",
    "is_bot",
)
_CHANGE = ("sha", "path", "old_path", "added", "deleted", "old_blob", "new_blob")
_SCORE = (
    *("sha", "model_version", "served_by", "probability", "percentile", "reasons"),
    *("anomaly_percentile", "anomaly_reasons"),
)


@dataclass(frozen=True)
class Known:
    """What is known of commits.

    `commits`, `changes` and `scores` have rows of the tables of these names; `unknown` are the
    commits that the lake does not have, and `unlike_stored` says that they were judged by another
    version of the model than those it has. `insights` has the INSIGHTS that were made, `tree` the
    files at HEAD, `served_by` the sentence for each word of that column, `origins_of` the commit
    whose lines `line_origins` knows.
    """

    commits: pl.DataFrame
    changes: pl.DataFrame
    scores: pl.DataFrame
    unknown: pl.DataFrame
    insights: Mapping[str, pl.DataFrame]
    tree: pl.DataFrame
    served_by: Mapping[str, str]
    origins_of: str | None
    unlike_stored: bool = False


def read_known(workspace: Workspace, slug: str, commits: Sequence[Commit]) -> Known:
    """What is known of *commits*; no model is loaded where the lake has the scores of all."""
    lake = workspace.lake
    is_stored = pl.col("sha").is_in([commit.sha for commit in commits if commit.is_stored])
    origins = workspace.publications.get("line_origins", slug)
    known = Known(
        commits=lake.read("commits", slug, columns=_COMMIT, where=is_stored),
        changes=lake.read("changes", slug, columns=_CHANGE, where=is_stored),
        scores=lake.read("commit_scores", slug, columns=_SCORE, where=is_stored),
        unknown=COMMITS.to_frame().select(_COMMIT),
        insights={
            table: lake.read(table, slug)
            for table in INSIGHTS
            if workspace.publications.get(table, slug) is not None
        },
        tree=lake.read("tree", slug, columns=["path", "is_test"]),
        served_by={},
        origins_of=origins.head_sha if origins else None,
    )
    pending = [commit for commit in commits if not commit.is_stored]
    known = _with_pending(workspace, slug, known, pending) if pending else known
    names: list[ServedBy] = known.scores["served_by"].unique().to_list()
    return replace(known, served_by={name: _sentence(lake, slug, name) for name in names})


def _with_pending(
    workspace: Workspace, slug: str, known: Known, commits: Sequence[Commit]
) -> Known:
    # What measures source and asks models is not imported where the lake has the answer.
    from hyperion_pipelines.prediction.pending import read_pending
    from hyperion_pipelines.prediction.scoring import score

    shas = [commit.sha for commit in commits]
    pending = read_pending(workspace, slug, commits[0].git_dir, shas)
    scores = score(workspace, slug, pending.features)
    new = pending.commits.select(_COMMIT)
    stored = workspace.lake.read("commit_scores", slug, columns=["model_version"])
    return replace(
        known,
        commits=pl.concat([known.commits, new]),
        changes=pl.concat([known.changes, pending.changes.select(_CHANGE)]),
        scores=pl.concat([known.scores, scores], how="diagonal"),
        unknown=new,
        unlike_stored=set(stored["model_version"]) != set(scores["model_version"]),
    )


def _sentence(lake: Lake, slug: str, name: ServedBy) -> str:
    counts = LabelCounts(0, 0, OWN.labelled, OWN.positive)
    if name == "pooled":  # the one whose sentence tells of labels
        counts = commits_known(lake, slug)
    return served_by_sentence(name, "commits", counts)
