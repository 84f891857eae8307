"""How long bugs lived before they were mended, and which fixes did not hold.

It starts from the bug labels: the fixes whose removed code names the commit that brought the bug.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil, isnan
from typing import Any

import numpy as np
import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.quality.reopened import reopened

INSIGHT = Insight(
    table="fix_times",
    question="How long do bugs live before they are fixed, and do the fixes hold?",
    columns={
        "fix_sha": Column(pl.String, "A fix on HEAD's history with a known inducing commit."),
        "fix_time": Column(TIME, "When it was committed (UTC)."),
        "subject": Column(pl.String, "First line of its message."),
        "path_count": Column(pl.UInt32, "Files that it changed."),
        "induced_time": Column(TIME, "When the latest inducing commit was committed (UTC)."),
        "days_to_fix": Column(pl.Float64, "Days from then to the fix."),
        "reopened_by": Column(
            pl.String, "The first later commit that shows that it did not hold; null without one."
        ),
        "reopened_how": Column(pl.String, "reverted, same issue, or its lines were fixed again."),
        "author_name": Column(pl.String, "Who wrote the fix, as recorded."),
    },
    key=("fix_sha",),
)


def fix_times(
    commits: pl.DataFrame, changes: pl.DataFrame, bug_labels: pl.DataFrame
) -> pl.DataFrame:
    """A row per fix on HEAD's history that has a bug label, the newest first.

    The inducing commit is the latest that algorithm R names (of a fix without one, that AG names):
    of all who wrote the code at fault the one that can have brought the bug last, so that times are
    rather too short than too long. Whether a fix held is said by `reopened`.
    """
    on_head = commits.filter("is_on_head")
    by_r = pl.col("algorithm") == "R"
    induced = (
        bug_labels.filter(by_r | ~by_r.any().over("fix_sha"))
        .join(commits.select(inducing_sha="sha", induced_time="commit_time"), on="inducing_sha")
        .group_by("fix_sha")
        .agg(pl.max("induced_time"))
    )
    path_count = changes.group_by(fix_sha="sha").agg(path_count=pl.col("path").n_unique())
    days = (pl.col("fix_time") - pl.col("induced_time")).dt.total_seconds() / 86_400
    fixes = (
        on_head.rename({"sha": "fix_sha", "commit_time": "fix_time"})
        .join(induced, on="fix_sha")
        .join(path_count, on="fix_sha", how="left")
        .with_columns(pl.col("path_count").fill_null(0), days_to_fix=days)
    )
    return INSIGHT.frame(
        fixes.join(reopened(fixes, on_head, bug_labels), on="fix_sha", how="left").sort(
            "fix_time", "position", descending=True
        )
    )


@dataclass(frozen=True)
class MedianTimeToFix:
    """The median of days to fix over `fixes`, with the bounds of its 95 % interval.

    The bounds are None where there are too few fixes (under six) to give them.
    """

    days: float
    low: float | None
    high: float | None
    fixes: int

    @property
    def sentence(self) -> str:
        """What it says, and what it cannot say."""
        within = "a day" if self.days <= 1 else f"{ceil(self.days):,} days"
        bounds = ""
        if self.low is not None and self.high is not None:
            bounds = f" (95 % interval {self.low:,.1f} to {self.high:,.1f} days)"
        return (
            f"Half of the {self.fixes:,} fixed bugs whose origin is known were fixed within "
            f"{within} of the commit that brought them in{bounds}; bugs that nobody has found yet "
            "are missing, and would make it longer."
        )


def median_time_to_fix(
    fix_times: pl.DataFrame, since: datetime | None = None
) -> MedianTimeToFix | None:
    """The median of `days_to_fix`, of fixes made at *since* or later; None without any.

    The interval is that of the order statistics (Conover, "Practical Nonparametric Statistics",
    1999, section 3.2): exact, whatever the distribution. It takes fixes for independent. Bugs
    that are not found yet are censored, not counted: it tells of the bugs that were fixed.
    """
    from scipy import stats

    fixes = fix_times if since is None else fix_times.filter(pl.col("fix_time") >= since)
    days = fixes["days_to_fix"]
    if days.is_empty():
        return None
    test: Any = stats.quantile_test(days.to_numpy(), p=0.5)
    interval: tuple[float, float] = test.confidence_interval(0.95)
    low, high = (None if isnan(bound) else float(bound) for bound in interval)
    return MedianTimeToFix(float(np.median(days.to_numpy())), low, high, days.len())
