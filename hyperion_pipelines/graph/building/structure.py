"""The repository, its directories, files and functions, and what holds what.

Files of the past are nodes too. Who changed them is told by `history`, who imports and calls whom
by `imports` and `calls`.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.graph.building.stretches import in_directories
from hyperion_pipelines.insights.shared.centrality import page_rank

REPOSITORY = ""  # its local identity
_DIRECTORY = r"(?s)^(.*)/"
_NAME = r"(?s)([^/]*)$"


def repository_nodes(refs: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """The one row of the repository: `key`, `head_sha`, `head_time`."""
    head_sha = refs.filter("is_head").select(pl.first("sha")).item()
    return pl.DataFrame(
        {"key": [REPOSITORY], "head_sha": [head_sha], "head_time": [head_time]},
        {"key": pl.String, "head_sha": pl.String, "head_time": pl.Datetime("us", "UTC")},
    )


def directory_nodes(changes: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """A row per directory that holds a file of `file_nodes`, at any depth: `key`, `path`."""
    directories = in_directories(_paths(changes, tree)).select(path="directory").unique()
    return directories.select("path", key="path")


def file_nodes(
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    tree: pl.DataFrame,
    dependencies: pl.DataFrame,
    hotspots: pl.DataFrame,
    file_scores: pl.DataFrame,
    filters: PathFilters,
) -> pl.DataFrame:
    """A row per path that a commit of any branch changed, or that is there at HEAD.

    Its commits are those that changed it under this path. What a path says of a file (`is_test`
    and the like) is said of files of the past too. `centrality` is that of `page_rank`; null for
    files that neither import nor are imported.
    """
    risks = file_scores.select("path", risk="probability", risk_percentile="percentile")
    present = tree.select("path", "language", "lines", at_head=True)
    own = pl.col("path")
    is_test, is_generated, is_vendored, _is_documentation = filters.columns(own)
    return (
        _paths(changes, tree)
        .join(present, on="path", how="left")
        .join(_commits_to(commits, changes), on="path", how="left")
        .join(risks, on="path", how="left")
        .join(hotspots.select("path", hotspot="score"), on="path", how="left")
        .join(_centrality(tree, dependencies), on="path", how="left")
        .with_columns(
            pl.col("at_head").fill_null(value=False),
            pl.col("commits").fill_null(0),
            pl.col("hotspot").cast(pl.Float64),
            *(is_test, is_generated, is_vendored),
            key=own,
            name=own.str.extract(_NAME),
        )
    )


def function_nodes(functions: pl.DataFrame) -> pl.DataFrame:
    """A row per function at HEAD; of several that begin in one line under one name, the longest."""
    return (
        functions.sort("path", "start_line", "end_line", "qualified_name")
        .with_columns(key=function_identity("path", "qualified_name", "start_line"))
        .unique("key", keep="last", maintain_order=True)
        .select(
            *("key", "path", "name", "qualified_name", "start_line", "end_line"),
            *("cyclomatic", "cognitive", "is_public"),
        )
    )


def function_identity(path: str, qualified_name: str, start_line: str) -> pl.Expr:
    """What tells functions apart, of the columns of these names; null where one is null."""
    return pl.format("{}#{}@{}", pl.col(path), pl.col(qualified_name), pl.col(start_line))


def repository_directories(directory_stretches: pl.DataFrame) -> pl.DataFrame:
    """CONTAINS from the repository to the directories at its top."""
    return _at_top(directory_stretches)


def repository_files(path_stretches: pl.DataFrame) -> pl.DataFrame:
    """CONTAINS from the repository to the files at its top, an edge per stretch."""
    return _at_top(path_stretches)


def directory_directories(directory_stretches: pl.DataFrame) -> pl.DataFrame:
    """CONTAINS from a directory to those that lie right in it."""
    return _below(directory_stretches)


def directory_files(path_stretches: pl.DataFrame) -> pl.DataFrame:
    """CONTAINS from a directory to the files that lie right in it, an edge per stretch."""
    return _below(path_stretches)


def defines(functions: pl.DataFrame) -> pl.DataFrame:
    """DEFINES from a file to its functions."""
    return function_nodes(functions).select(source="path", target="key")


def _at_top(stretches: pl.DataFrame) -> pl.DataFrame:
    top = stretches.filter(~pl.col("path").str.contains("/", literal=True))
    return top.select("since", "until", source=pl.lit(REPOSITORY), target="path")


def _below(stretches: pl.DataFrame) -> pl.DataFrame:
    directory = pl.col("path").str.extract(_DIRECTORY)
    return stretches.select("since", "until", source=directory, target="path").drop_nulls("source")


def _paths(changes: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """Every `path` that there is or was, once."""
    paths = [changes["path"], changes["old_path"].drop_nulls(), tree["path"]]
    return pl.concat([path.rename("path") for path in paths]).unique().to_frame()


def _commits_to(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """By `path`: `commits` of HEAD's history, `first_commit`, `last_commit`."""
    made = commits.filter("is_on_head").select("sha", "commit_time")
    return (
        changes.select("sha", "path")
        .join(made, on="sha")
        .group_by("path")
        .agg(
            commits=pl.n_unique("sha"),
            first_commit=pl.min("commit_time"),
            last_commit=pl.max("commit_time"),
        )
    )


def _centrality(tree: pl.DataFrame, dependencies: pl.DataFrame) -> pl.DataFrame:
    """By `path`, of the files that import each other: `centrality`."""
    edges = (
        dependencies.filter(pl.col("from_path") != pl.col("to_path"))
        .join(tree, left_on="from_path", right_on="path", how="semi")
        .join(tree, left_on="to_path", right_on="path", how="semi")
        .select("from_path", "to_path")
    )
    paths = pl.concat([edges["from_path"], edges["to_path"].rename("from_path")])
    return page_rank(paths.unique().sort(), edges)
