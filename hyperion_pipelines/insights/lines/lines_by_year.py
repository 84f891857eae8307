"""How much of each year's work is left, as bands to draw. It is counted in `survival`."""

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes
from hyperion_pipelines.insights.lines.survival import lines_by_origin_year

INSIGHT = Insight(
    table="lines_by_year",
    question="How much is left of what each year wrote?",
    columns={
        "at": Column(pl.Date, "The last day of a year (UTC), or the day of HEAD's commit."),
        "origin_year": Column(pl.UInt32, "The year in which lines were written."),
        "lines": Column(pl.UInt32, "How many of them were there at that time."),
    },
    key=("at", "origin_year"),
    shown=None,
)


def lines_by_year(lifetimes: LineLifetimes | None) -> pl.DataFrame:
    """Lines by time and origin year, in that order; no rows where there are no lifetimes."""
    if lifetimes is None:
        return INSIGHT.schema.to_frame().drop("repository")
    return INSIGHT.frame(lines_by_origin_year(lifetimes))
