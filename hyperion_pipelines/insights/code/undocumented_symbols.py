"""Which public functions say nothing about themselves, those that most people meet first.

Made from the functions at HEAD, the imports among files and the history of files.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.scales import log2
from hyperion_pipelines.insights.shared.touches import commits_of_the_year

TRIVIAL_LINES = 3

INSIGHT = Insight(
    table="undocumented_symbols",
    question="Which public functions should be documented first?",
    columns={
        "path": Column(pl.String, "A file of own code, no test."),
        "symbol": Column(pl.String, "A public function in it that has no docstring or comment."),
        "start_line": Column(pl.UInt32, "Where it begins."),
        "lines": Column(pl.UInt32, "Its length in lines: those of 3 or fewer are left out."),
        "cognitive": Column(pl.UInt32, "Its cognitive complexity."),
        "dependents": Column(pl.UInt32, "Files that import its file, or that file's header."),
        "commits": Column(pl.UInt32, "Commits by people to its file in the newest 365 days."),
        "score": Column(
            pl.Float64,
            "log2(1 + lines) x (1 + log2(1 + dependents) + log2(1 + commits)): the greater, "
            "the sooner.",
        ),
    },
    key=("path", "symbol", "start_line"),
)


def undocumented_symbols(
    functions: pl.DataFrame,
    files: pl.DataFrame,
    dependencies: pl.DataFrame,
    touches: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """A row per public function without a docstring in own code, most read first.

    Tests, and functions of three lines or fewer, are left out; what documents one overload
    documents all of that name in the file. The score grows with what has to be
    understood (the length) and with how many meet it: the files that import its file, and the
    commits of people to it in the year before *head_time*. Each counts by its logarithm, since the
    tenth dependent adds less than the first.
    """
    own = files.filter(~pl.col("is_test")).select("path")
    is_documented = pl.col("docstring").fill_null("").str.strip_chars() != ""
    rows = (
        functions.filter(~is_documented.any().over("path", "qualified_name"))
        .filter("is_public", pl.col("lines") > TRIVIAL_LINES)
        .join(own, on="path", how="semi")
        .join(_dependents(own, dependencies), on="path", how="left")
        .join(commits_of_the_year(touches, head_time), on="path", how="left")
        .with_columns(pl.col("dependents", "commits").fill_null(0), symbol="qualified_name")
    )
    readers = 1 + log2("dependents") + log2("commits")
    return INSIGHT.frame(
        rows.with_columns(score=log2("lines") * readers).sort(
            "score", "path", "start_line", descending=[True, False, False]
        )
    )


def _dependents(own: pl.DataFrame, dependencies: pl.DataFrame) -> pl.DataFrame:
    """How many files import each file; those of a header count for the source beside it."""
    stem = pl.col("path").str.replace(r"\.(c|cc|cpp|cxx)$", "")
    headers = own.select("path", to_path=stem + ".h").filter(pl.col("path") != pl.col("to_path"))
    known_as = pl.concat([own.select("path", to_path="path"), headers])
    return (
        dependencies.join(known_as, on="to_path")
        .filter(pl.col("from_path") != pl.col("path"))
        .group_by("path")
        .agg(dependents=pl.n_unique("from_path"))
    )
