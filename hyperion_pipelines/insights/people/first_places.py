"""Where a newcomer can begin: small, quiet, alive, with something to do and somebody to ask.

Made from other insights: hotspots, test gaps, undocumented functions and who knows each file.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.scales import log2
from hyperion_pipelines.insights.shared.touches import commits_of_the_year
from hyperion_pipelines.insights.shared.words import counted

FEWEST_LINES = 10
MOST_LINES = 400
RISKY_SHARE = 0.1  # of the files at least as hot as it: these are no place to begin
TEST_WORTH = 2.0

INSIGHT = Insight(
    table="first_places",
    question="Where can a newcomer begin?",
    columns={
        "path": Column(pl.String, "A small source file that is no hotspot and has work to do."),
        "area": Column(pl.String, "Its area."),
        "why": Column(pl.List(pl.String), "The reasons, in sentences; what there is to do first."),
        "ask": Column(pl.String, "Who of the active people knows it best."),
        "score": Column(
            pl.Float64,
            "(log2(1 + undocumented functions) + 2 for a missing test) x log2(1 + commits of the "
            "newest 365 days) / log2(1 + lines of code): the greater, the better.",
        ),
    },
    key=("path",),
)


def first_places(
    files: pl.DataFrame,
    hotspots: pl.DataFrame,
    test_gaps: pl.DataFrame,
    undocumented_symbols: pl.DataFrame,
    file_owners: pl.DataFrame,
    touches: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """A row per file that is a good first place, the best first.

    It is a source file of 10 to 400 lines of code, no test, and not among the hottest tenth of the
    hotspots; people changed it in the year before *head_time*; somebody active knows it; and it has
    an undocumented public function, or no test that imports it or changes with it. The score
    prefers much to do, in what changes often and is soon read.
    """
    lines = pl.col("code_lines")
    small = files.filter(~pl.col("is_test"), lines.is_between(FEWEST_LINES, MOST_LINES))
    described = (
        small.join(_hottest(hotspots), on="path", how="anti")
        .join(commits_of_the_year(touches, head_time), on="path")
        .join(_knowing(file_owners), on="path")
        .join(_untested(test_gaps), on="path", how="left")
        .join(_undocumented(undocumented_symbols), on="path", how="left")
        .with_columns(
            pl.col("is_untested").fill_null(value=False), pl.col("undocumented").fill_null(0)
        )
        .filter(pl.col("is_untested") | (pl.col("undocumented") > 0))
    )
    work = log2("undocumented") + TEST_WORTH * pl.col("is_untested")
    rows = described.with_columns(score=work * log2("commits") / log2("code_lines"), why=_why())
    return INSIGHT.frame(rows.sort("score", "path", descending=[True, False]))


def _hottest(hotspots: pl.DataFrame) -> pl.DataFrame:
    rank = pl.col("score").rank("min", descending=True)
    return hotspots.filter(rank <= (RISKY_SHARE * pl.len()).ceil())


def _knowing(file_owners: pl.DataFrame) -> pl.DataFrame:
    """Who of the active people knows each file best; files without any are left out."""
    order = ["authorship", "person_id"]
    best = pl.col("person_name").sort_by(order, descending=[True, False]).first()
    return file_owners.filter("is_active").group_by("path").agg(ask=best)


def _untested(test_gaps: pl.DataFrame) -> pl.DataFrame:
    return test_gaps.filter(pl.col("tests").list.len() == 0).select("path", is_untested=True)


def _undocumented(undocumented_symbols: pl.DataFrame) -> pl.DataFrame:
    """How many functions of each file are undocumented, and the first of them."""
    first = pl.col("symbol", "start_line").sort_by("score", "start_line", descending=[True, False])
    return undocumented_symbols.group_by("path").agg(first.first(), undocumented=pl.len())


def _why() -> pl.Expr:
    """What there is to do, then why this is a place to begin."""
    others = pl.col("undocumented") - 1
    too = pl.when(others > 0).then(pl.format(", and {} more", others)).otherwise(pl.lit(""))
    return pl.concat_list(
        pl.when(pl.col("undocumented") > 0).then(
            pl.format("`{}` (line {}) is public and not documented{}.", "symbol", "start_line", too)
        ),
        pl.when("is_untested").then(
            pl.lit("No test imports it or changes with it: a first test is missing.")
        ),
        pl.format(
            "It is small ({} of code) and changed in {} of the last 365 days.",
            counted("code_lines", "line", "lines"),
            counted("commits", "commit", "commits"),
        ),
    ).list.drop_nulls()
