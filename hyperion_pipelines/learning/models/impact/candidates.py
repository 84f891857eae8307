"""Which files could have to change with a given one: the candidates that are ranked.

A query is a given file at a commit. Its candidates are the files that changed together with it,
those of its directory, its imports and importers, and those of its stem, as they were just before
the commit: files that there were then, under the paths that they had. What speaks for each is the
business of `signals`. The strongest of each kind are kept, so that no file that everything touches
makes a query expensive.
"""

from collections.abc import Iterator

import polars as pl

from hyperion_pipelines.learning.models.impact.changes import ChangeHistory
from hyperion_pipelines.learning.models.impact.occurrences import NOWHERE

MOST_TOGETHER = 40
MOST_JUST_TOGETHER = 30  # the newest co-changes, whose files may have changed together just once
MOST_IMPORTS = 30
NEWEST_IN_DIRECTORY = 40  # touches, of fewer files
MOST_OF_A_STEM = 20  # more share it: `index` and `__init__` say nothing
ROWS_AT_ONCE = 2_000_000


def slices(history: ChangeHistory, queries: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """*queries* in parts whose candidates fit into memory; those of a commit are in one part."""
    partners = history.together.partners.group_by("given").len("partners")
    sized = queries.join(partners, on="given", how="left", maintain_order="left").with_columns(
        slice=pl.col("partners").fill_null(0).cum_sum().first().over("rank") // ROWS_AT_ONCE
    )
    for part in sized.partition_by("slice", maintain_order=True):
        yield part.drop("partners", "slice")


def candidates(history: ChangeHistory, queries: pl.DataFrame) -> pl.DataFrame:
    """The candidates of each of *queries*: its columns, `file` and `file_path`, ordered by both.

    *queries* has `query`, `rank`, `given` (file) and `path` (the number of the given file's path).
    """
    together = _together(history, queries, least="first")
    found = pl.concat(
        [
            _strongest(together, ["times", "last"], MOST_TOGETHER),
            _strongest(together, ["last", "times"], MOST_JUST_TOGETHER),
            _in_directory(history, queries),
            _imports(history, queries),
            _of_same_stem(history, queries),
        ]
    )
    return _existing(history, queries, found)


def usual_candidates(history: ChangeHistory, queries: pl.DataFrame, most: int) -> pl.DataFrame:
    """The *most* files that changed with each given one most often, twice at least."""
    together = _together(history, queries, least="second")
    return _existing(history, queries, _strongest(together, ["times", "last"], most))


def _existing(history: ChangeHistory, queries: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Each `query` and `file` of *found* once, if the file was there; never the given file."""
    rows = queries.join(found.unique(), on="query").filter(pl.col("file") != pl.col("given"))
    path = history.states.path_before(rows["file"].to_numpy(), rows["rank"].to_numpy())
    return (
        rows.with_columns(file_path=path)
        .filter(pl.col("file_path") != NOWHERE)
        .sort("query", "file")
    )


def _together(history: ChangeHistory, queries: pl.DataFrame, *, least: str) -> pl.DataFrame:
    """The files that changed with the given one: how often, and when last (a rank).

    *least* names the rank that must lie before a query's: that of the `first` or `second` time.
    """
    pairs = history.together.pairs
    partners = history.together.partners.select("given", "file", "pair", begun=least)
    met = queries.select("query", "given", "rank").join(partners, on="given")
    met = met.filter(pl.col("begun") < pl.col("rank"))
    pair, rank = met["pair"].to_numpy(), met["rank"].to_numpy()
    end = pairs.before(pair, rank)
    return met.select(
        "query",
        "file",
        times=pl.Series(end - pairs.before(pair, 0)),
        last=pl.Series(pairs.rank_at(end - 1)),
    )


def _in_directory(history: ChangeHistory, queries: pl.DataFrame) -> pl.DataFrame:
    """The files that were touched last in the directory of the given one."""
    directory = history.names.directories()[queries["path"].to_numpy()]
    start, end = history.in_directory.recent(
        directory, queries["rank"].to_numpy(), NEWEST_IN_DIRECTORY
    )
    touched = pl.Series(history.directory_files)
    rows = pl.int_ranges(pl.Series(start), pl.Series(end), eager=True)
    met = queries.select("query", row=rows).explode("row")
    return met.select("query", file=touched.gather(met["row"])).unique()


def _imports(history: ChangeHistory, queries: pl.DataFrame) -> pl.DataFrame:
    """The neighbours in the graph of imports that changed last."""
    met = history.imports.neighbours(queries).unique()
    rank = met.join(queries.select("query", "rank"), on="query", maintain_order="left")["rank"]
    touches = history.states.touches
    row = touches.last(met["file"].to_numpy(), rank.to_numpy())
    return _strongest(
        met.with_columns(last=pl.Series(touches.rank_at(row))), ["last"], MOST_IMPORTS
    )


def _of_same_stem(history: ChangeHistory, queries: pl.DataFrame) -> pl.DataFrame:
    """The files whose name has the stem of the given one, but for extension and test marks."""
    stems = history.names.table.select(path="number", stem="stem")
    namesakes = (
        history.touches.join(stems, on="path")
        .group_by("stem", "file", maintain_order=True)
        .agg(begun=pl.min("rank"))
    )
    return (
        queries.join(stems, on="path")
        .join(namesakes, on="stem")
        .filter(pl.col("begun") < pl.col("rank"))
        .filter(pl.len().over("query") <= MOST_OF_A_STEM)
        .select("query", "file")
    )


def _strongest(rows: pl.DataFrame, by: list[str], most: int) -> pl.DataFrame:
    """Of each query the *most* files that have most of *by*."""
    ordered = rows.sort("query", *by, "file", descending=[False, *[True] * len(by), False])
    place = pl.int_range(pl.len()).over("query")
    return ordered.filter(place < most).select("query", "file")
