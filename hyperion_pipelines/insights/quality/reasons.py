"""The reasons for a score that a person is told: those that raise it, each about something else."""

import polars as pl

from hyperion_pipelines.learning.scoring.words.alike import TOPICS


def raising_reasons() -> pl.Expr:
    """The texts of the column `reasons` of a table of scores, the largest first.

    A reason that lowers the score is left out, as is one that says nearly the same as a larger one.
    The fallback's reason has no contribution, and is told.
    """
    reason = pl.element().struct
    raises = pl.element().filter(reason.field("contribution").fill_null(1.0) > 0)
    topic = reason.field("feature").replace(TOPICS)
    return (
        pl.col("reasons")
        .list.eval(raises)
        .list.eval(pl.element().filter(topic.is_first_distinct()))
        .list.eval(pl.element().struct.field("text"))
    )
