"""Test gaps: complex code that changes without its tests.

Made from the history of co-changes and from imports. No test is run: a test inside the file that it
tests is not seen, nor is what a test reaches through other files.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.code.hotspots import YEAR
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.words import counted

SIMPLE = 5  # cyclomatic complexity of a file that needs no test of its own
COVERED_SHARE = 0.5  # of a file's commits, from which on they count as tested
LARGEST_COMMIT = 50  # files; a larger one says nothing of what belongs together
FEWEST_TOGETHER = 2
TESTS_NAMED = 5
_FIRST = 2.0  # above every rank by co-change, which is at most 1

INSIGHT = Insight(
    table="test_gaps",
    question="Which complex code changes without its tests?",
    columns={
        "path": Column(pl.String, "A file of own code, tests left out."),
        "area": Column(pl.String, "Its part of the repository."),
        "commits": Column(pl.UInt32, "Commits that changed it in the newest 365 days."),
        "cyclomatic": Column(pl.UInt32, "Cyclomatic complexity of its functions, summed."),
        "commits_with_tests": Column(pl.UInt32, "Of these, those that changed a test too."),
        "tests": Column(
            pl.List(pl.String),
            "Tests that import it, then those that changed with it most exclusively; at most 5. "
            "What tests import themselves supports them, and is left out.",
        ),
        "last_commit": Column(TIME, "When it was last changed (UTC)."),
        "score": Column(pl.UInt32, "Commits without a test x cyclomatic complexity."),
        "why": Column(pl.String, "The same in words."),
    },
    key=("path",),
)


def test_gaps(
    files: pl.DataFrame, touches: pl.DataFrame, dependencies: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """The columns of INSIGHT, a row per file with a score above 0, the highest first.

    The score is that of `hotspots` over the commits of the 365 days up to *head_time* that changed
    no test. Files of a cyclomatic complexity of at most 5 are left out, and those that a test
    imports if half of their commits changed a test.
    """
    code = files.filter(~pl.col("is_test"), pl.col("cyclomatic") > SIMPLE)
    tests = files.filter("is_test").select(test="path")
    importing = _importing(dependencies, tests)
    together = _changed_together(touches, code, tests)
    is_support = pl.col("test").is_in(importing["path"].implode())  # tests import it themselves
    named = (
        pl.concat([importing.with_columns(rank=pl.lit(_FIRST)), together])
        .filter(~is_support)
        .sort("rank", "test", descending=[True, False])
        .group_by("path", maintain_order=True)
        .agg(tests=pl.col("test").unique(maintain_order=True).head(TESTS_NAMED))
    )
    share = pl.col("commits_with_tests") / pl.col("commits")
    return INSIGHT.frame(
        code.join(_commits(touches, tests, head_time), on="path")
        .join(importing.group_by("path").agg(importing=pl.len()), on="path", how="left")
        .join(named, on="path", how="left")
        .with_columns(
            pl.col("importing").fill_null(0),
            pl.col("tests").fill_null([]),
            score=(pl.col("commits") - pl.col("commits_with_tests")) * pl.col("cyclomatic"),
        )
        .filter(pl.col("score") > 0, (share < COVERED_SHARE) | (pl.col("importing") == 0))
        .with_columns(why=_why())
        .sort("score", "path", descending=[True, False])
    )


def _importing(dependencies: pl.DataFrame, tests: pl.DataFrame) -> pl.DataFrame:
    """`path` and `test`: which test imports which file, once each."""
    edges = dependencies.select(path="to_path", test="from_path").drop_nulls().unique()
    return edges.join(tests, on="test", how="semi")


def _commits(touches: pl.DataFrame, tests: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """By path: `commits` and `commits_with_tests` of the last year, `last_commit`."""
    recent = touches.filter(pl.col("commit_time") >= head_time - YEAR)
    with_test = recent.join(tests, left_on="path", right_on="test", how="semi")["sha"].unique()
    is_with_test = pl.col("sha").is_in(with_test.implode())
    return recent.group_by("path").agg(
        commits=pl.n_unique("sha"),
        commits_with_tests=pl.col("sha").filter(is_with_test).n_unique(),
        last_commit=pl.max("commit_time"),
    )


def _changed_together(
    touches: pl.DataFrame, code: pl.DataFrame, tests: pl.DataFrame
) -> pl.DataFrame:
    """`path`, `test`, `rank`: how much two files changed in the same commits, in all the history.

    Jaccard's index: commits of both / commits of either, over commits of at most 50 files; pairs
    that met but once are left out.
    """
    touched = touches.select("path", "sha").unique()
    touched = touched.filter(pl.len().over("sha") <= LARGEST_COMMIT)
    touched = touched.with_columns(changes=pl.len().over("path"))
    changed_tests = touched.join(tests, left_on="path", right_on="test", how="semi").rename(
        {"path": "test", "changes": "test_changes"}
    )
    return (
        touched.join(code, on="path", how="semi")
        .join(changed_tests, on="sha")
        .group_by("path", "test", "changes", "test_changes")
        .agg(both=pl.len())
        .filter(pl.col("both") >= FEWEST_TOGETHER)
        .select(
            "path",
            "test",
            rank=pl.col("both") / (pl.col("changes") + pl.col("test_changes") - pl.col("both")),
        )
    )


def _why() -> pl.Expr:
    with_tests = (
        pl.when(pl.col("commits_with_tests") == 0)
        .then(pl.lit("none of them together with a test"))
        .otherwise(pl.format("{} of them together with a test", "commits_with_tests"))
    )
    importing = (
        pl.when(pl.col("importing") == 0)
        .then(pl.lit("no test imports it directly"))
        .otherwise(pl.format("{} it", counted("importing", "test imports", "tests import")))
    )
    return pl.format(
        "{} changed it in the last year, {}; {}. Its functions have {} independent ways through "
        "them (cyclomatic complexity).",
        counted("commits", "commit", "commits"),
        with_tests,
        importing,
        "cyclomatic",
    )
