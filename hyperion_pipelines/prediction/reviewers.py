"""Who could review a commit: people who are active and know the files that it touches."""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.prediction.model import Reviewer

MOST = 3
LEAST_SHARE = 0.05  # of a file: who wrote and changed less of it does not know it


def reviewers(file_owners: pl.DataFrame, paths: Sequence[str], author_id: str) -> list[Reviewer]:
    """At most three people for a commit by *author_id* of *paths* (their paths at HEAD).

    *file_owners* is the insight. How well somebody knows a file is the mean of the share of its
    lines that they wrote and the share of its commits that they made; who knows most, summed over
    the files, comes first. Who is no longer active is left out. The file that each knows best says
    why.
    """
    knowledge = (pl.col("line_share") + pl.col("commit_share")) / 2
    named = (
        file_owners.filter(pl.col("path").is_in(paths), pl.col("person_id") != author_id)
        .with_columns(knowledge=knowledge)
        .filter("is_active", pl.col("knowledge") >= LEAST_SHARE)
        .sort("knowledge", "path", descending=[True, False])
        .group_by("person_id", maintain_order=True)
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


def _why(path: str, line_share: float, commit_share: float, others: int) -> str:
    if line_share >= commit_share:
        known = f"wrote {100 * line_share:.0f} % of {path}'s lines"
    else:
        known = f"made {100 * commit_share:.0f} % of the commits to {path}"
    return f"{known}, and knows {others} more of its files" if others else known
