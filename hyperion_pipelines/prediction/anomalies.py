"""The oddest commits of a repository: what the anomaly model says of those that the lake has.

It knows how a commit's values compare with what is typical, not whether it is a good one: how risky
it is, is the business of `predict`.
"""

from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.workspace import Workspace


@dataclass(frozen=True)
class Oddity:
    """A value of a commit that is rare, beside the repository's `typical` one."""

    text: str
    feature: str
    value: float | None
    typical: float | None


@dataclass(frozen=True)
class Anomaly:
    """How odd a commit is: `score` as the model gives it, its place among a hundred, and why."""

    sha: str
    score: float
    percentile: float
    reasons: tuple[Oddity, ...]


def anomalies(
    workspace: Workspace,
    slug: str,
    *,
    among: list[str] | None = None,
    least_percentile: float = 0.0,
    most: int = 20,
) -> list[Anomaly]:
    """The *most* odd commits of a repository, or of the shas *among* it, the oddest first.

    Commits that no anomaly model judged are left out, as are those below *least_percentile*.
    """
    columns = ("sha", "anomaly", "anomaly_percentile", "anomaly_reasons")
    is_odd = pl.col("anomaly").is_not_null() & (pl.col("anomaly_percentile") >= least_percentile)
    is_meant = is_odd if among is None else is_odd & pl.col("sha").is_in(among)
    rows = (
        workspace.lake.read("commit_scores", slug, columns=columns, where=is_meant)
        .sort("anomaly", "sha", descending=[True, False])
        .head(most)
    )
    return [
        Anomaly(sha, score, percentile, tuple(Oddity(**oddity) for oddity in reasons or ()))
        for sha, score, percentile, reasons in rows.iter_rows()
    ]
