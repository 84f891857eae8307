"""Who could review a commit: people who are active and know the files that it touches."""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.insights.people.file_owners import familiarity
from hyperion_pipelines.prediction.model import Reviewer

MOST = 3
LEAST_SHARE = 0.05  # of a file: who wrote and changed less of it does not know it


def reviewers(file_owners: pl.DataFrame, paths: Sequence[str], author_id: str) -> list[Reviewer]:
    """At most three people for a commit by *author_id* of *paths* (their paths at HEAD).

    *file_owners* is the insight. Who knows most (`familiarity`, summed over the files) comes first;
    who is no longer active is left out. The file that each knows best says why. Where nobody knows
    a twentieth of a file, it is the one who comes nearest to that.
    """
    candidates = (
        file_owners.filter("is_active", pl.col("path").is_in(paths))
        .filter(pl.col("person_id") != author_id)
        .with_columns(knowledge=familiarity())
        .sort("knowledge", "path", "person_id", descending=[True, False, False])
    )
    knowing = candidates.filter(pl.col("knowledge") >= LEAST_SHARE)
    if knowing.is_empty():
        nearest = candidates.head(1).select("person_name", "path")
        return [Reviewer(name, _why_the_nearest(path)) for name, path in nearest.iter_rows()]
    named = (
        knowing.group_by("person_id", maintain_order=True)
        .agg(
            pl.first("person_name", "path", "line_share", "commit_share"),
            others=pl.len() - 1,
            total=pl.sum("knowledge"),
        )
        .sort("total", "person_id", descending=[True, False])
        .head(MOST)
        .select("person_name", "path", "line_share", "commit_share", "others")
    )
    return [Reviewer(name, _why(*known)) for name, *known in named.iter_rows()]


def _why_the_nearest(path: str) -> str:
    return f"changed {path} before, and nobody else who is active knows it better"


def _why(path: str, line_share: float, commit_share: float, others: int) -> str:
    if line_share >= commit_share:
        known = f"wrote {100 * line_share:.0f} % of {path}'s lines"
    else:
        known = f"made {100 * commit_share:.0f} % of the commits to {path}"
    return f"{known}, and knows {others} more of its files" if others else known
