"""How long a line lives, as a curve to draw. The estimate itself is made in `survival`."""

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes
from hyperion_pipelines.insights.lines.survival import survival_function

MOST_ROWS = 200

INSIGHT = Insight(
    table="line_survival",
    question="How long does a line of code live here?",
    columns={
        "age_days": Column(pl.Float64, "Age of lines in days."),
        "survival": Column(pl.Float64, "Share of lines that live longer than that."),
        "at_risk": Column(pl.UInt32, "Lines that reached that age: the fewer, the less sure."),
    },
    key=("age_days",),
    shown=None,
)


def line_survival(lifetimes: LineLifetimes | None) -> pl.DataFrame:
    """The survival function of lines, youngest age first; no rows where there are no lifetimes.

    Of each two-hundredth of the greatest age the last step is kept, with its exact values.
    """
    if lifetimes is None:
        return INSIGHT.schema.to_frame().drop("repository")
    age = pl.col("age").dt.total_microseconds()
    # In whole numbers: the end of a part is in it. A greatest age of 0 has no parts: null, for all.
    part = ((age * MOST_ROWS - 1) // age.max()).clip(lower_bound=0)
    steps = survival_function(lifetimes).with_columns(
        age_days=pl.col("age") / pl.duration(days=1), part=part
    )
    return INSIGHT.frame(steps.unique("part", keep="last", maintain_order=True))
