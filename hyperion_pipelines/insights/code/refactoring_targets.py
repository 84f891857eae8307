"""Refactoring targets: which function to split first, why, and what that costs and gains.

A hotspot says which file; this says which of its functions. Made from the functions at HEAD and
from who wrote their lines when.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.code.smells import FUNCTION_THRESHOLDS
from hyperion_pipelines.insights.code.hotspots import YEAR
from hyperion_pipelines.insights.code.technical_debt import (
    COMPLEXITY_LIMIT,
    smells_of,
    splitting_minutes,
)
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.words import counted

INSIGHT = Insight(
    table="refactoring_targets",
    question="Which functions should be split first?",
    columns={
        "path": Column(pl.String, "A file of own code, tests left out."),
        "function": Column(pl.String, "Its function, with the names of what encloses it."),
        "start_line": Column(pl.UInt32, "First line, from 1."),
        "end_line": Column(pl.UInt32, "Last line."),
        "cognitive": Column(pl.UInt32, "Cognitive complexity: how hard it is to follow."),
        "cyclomatic": Column(pl.UInt32, "Cyclomatic complexity: independent ways through it."),
        "nesting": Column(pl.UInt32, "Deepest nesting."),
        "parameters": Column(pl.UInt32, "Parameters."),
        "lines": Column(pl.UInt32, "Length in lines."),
        "changes": Column(pl.UInt32, "Commits of the newest 365 days that wrote lines in it."),
        "authors": Column(pl.UInt32, "People who made them, no bots."),
        "why": Column(pl.List(pl.String), "Why it should be split, in sentences."),
        "effort_hours": Column(
            pl.Float64, "Hours to split it: 5 minutes, and 1 for each point of cognitive over 15."
        ),
        "gain": Column(
            pl.Float64,
            "Part of all complexity that the changes of the year met which would go, 0 to 1: its "
            "score, of the sum of changes x cognitive complexity over all functions.",
        ),
        "score": Column(pl.UInt32, "Changes x points of cognitive complexity over 15."),
    },
    key=("path", "function", "start_line"),
)

# Splitting mends these.
_SMELLS = ("long function", "deep nesting", "complex function")
# Many a file holds its own tests: what is named as one is not split for those who change the code.
_TEST_NAME = r"(?:^|\.)(?:tests?\.|test_|test[A-Z])|(?:_test|Test)$"
_FUNCTION = ("path", "function", "start_line", "end_line")


def refactoring_targets(
    files: pl.DataFrame,
    functions: pl.DataFrame,
    line_origins: pl.DataFrame,
    commits: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """The columns of INSIGHT, a row per function with a score above 0, the highest first.

    A target has a smell that splitting mends, is over SonarSource's limit of cognitive complexity
    (rule S3776: 15; Campbell, "Cognitive Complexity", 2018), and was changed in the 365 days up to
    *head_time*: what is long but plain gains little, what nobody changes nothing. Its score is what
    the commits of a year met beyond the limit: changes x points over it. If the function were
    split into ones at the limit, that would go; the complexity as a whole would only be spread.
    The effort is SonarSource's for that rule. `changes` counts commits whose lines are still there.
    """
    own = _own_functions(files, functions)
    measured = (
        own.join(_changes(own, line_origins, commits, head_time), on=_FUNCTION)
        .with_columns(
            met=pl.col("changes") * pl.col("cognitive"),
            score=pl.col("changes") * (pl.col("cognitive").cast(pl.Int64) - COMPLEXITY_LIMIT),
        )
        .with_columns(gain=pl.col("score") / pl.col("met").sum())
    )
    return INSIGHT.frame(
        measured.filter(smells_of(*_SMELLS), pl.col("score") > 0)
        .with_columns(effort_hours=splitting_minutes() / 60, why=_why())
        .sort("score", *_FUNCTION, descending=[True, *(False for _ in _FUNCTION)])
    )


def _own_functions(files: pl.DataFrame, functions: pl.DataFrame) -> pl.DataFrame:
    """Functions of own code but no tests, with the `file_share` of the cognitive complexity."""
    total = pl.col("cognitive").sum().over("path")
    return (
        functions.join(files.filter(~pl.col("is_test")), on="path", how="semi")
        .with_columns(
            function="qualified_name",
            file_share=pl.when(total > 0).then(pl.col("cognitive") / total),
        )
        .filter(~pl.col("qualified_name").str.contains(_TEST_NAME))
    )


def _changes(
    own: pl.DataFrame, line_origins: pl.DataFrame, commits: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """By function: `changes` and `authors` of the last year whose lines are in it."""
    is_recent = pl.col("commit_time") >= head_time - YEAR
    recent = commits.filter("is_on_head", is_recent).select("author_id", "is_bot", origin_sha="sha")
    runs = line_origins.join(recent, on="origin_sha").select(
        *("path", "origin_sha", "author_id", "is_bot"),
        run_start="start_line",
        run_end=pl.col("start_line") + pl.col("lines") - 1,
    )
    return (
        own.select(_FUNCTION)
        .join(runs, on="path")
        .filter(
            pl.col("run_start") <= pl.col("end_line"), pl.col("run_end") >= pl.col("start_line")
        )
        .group_by(_FUNCTION)
        .agg(
            changes=pl.n_unique("origin_sha"),
            authors=pl.col("author_id").filter(~pl.col("is_bot")).n_unique(),
        )
    )


def _why() -> pl.Expr:
    """The reasons in sentences, those that hold."""
    largest = {threshold.kind: threshold.largest for threshold in FUNCTION_THRESHOLDS}
    by_people = pl.format(
        "{} by {} wrote lines in it in the last year.",
        counted("changes", "commit", "commits"),
        counted("authors", "person", "people"),
    )
    by_bots = pl.format(
        "{} by bots wrote lines in it in the last year.", counted("changes", "commit", "commits")
    )
    sentences = (
        pl.format(
            f"Its cognitive complexity is {{}}, {{}} times the {COMPLEXITY_LIMIT} that "
            "SonarSource's rule S3776 allows.",
            "cognitive",
            (pl.col("cognitive") / COMPLEXITY_LIMIT).round(1),
        ),
        pl.when(pl.col("authors") > 0).then(by_people).otherwise(by_bots),
        pl.format(
            "It holds {} % of the cognitive complexity of its file.",
            (100 * pl.col("file_share")).round().cast(pl.UInt32),
        ),
        pl.when(smells_of("long function")).then(
            pl.format(
                f"It is {{}} lines long; over {largest['long function']} count as long.", "lines"
            )
        ),
        pl.when(smells_of("deep nesting")).then(
            pl.format(
                f"It is nested {{}} deep; over {largest['deep nesting']} count as deep.", "nesting"
            )
        ),
    )
    return pl.concat_list(sentences).list.drop_nulls()
