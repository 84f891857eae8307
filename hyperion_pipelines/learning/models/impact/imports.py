"""Which file imported which at a commit: direct imports, and what two files have in common.

The edges are those of the code graph: known at the turns of the quarters, and at HEAD.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.features.history.file_identity import files_of
from hyperion_pipelines.features.inputs import History
from hyperion_pipelines.graph.building.imports import import_stretches
from hyperion_pipelines.learning.models.impact.occurrences import Integers, Occurrences


@dataclass(frozen=True)
class ImportGraph:
    """Edges between files over time.

    `edges` has a row per stretch of time: `importer`, `imported` (files), `opened` (the rank of
    the first commit that meets the edge) and `closed` (that of the first that does not any more).
    """

    edges: pl.DataFrame
    commits: int
    files: int

    @classmethod
    def of(
        cls, history: History, dependency_history: pl.DataFrame, dependencies: pl.DataFrame
    ) -> "ImportGraph":
        """The graph of a repository: the edges IMPORTS of the code graph, between its files.

        What is known at HEAD alone holds for the time after it: no commit of the past meets it.
        """
        times, commits = history.commits["commit_time"], history.commits.height
        stretches = import_stretches(dependencies, dependency_history)
        seen = stretches.drop_nulls("since")
        past = seen.select(
            "source",
            "target",
            opened=times.search_sorted(seen["since"], side="left").cast(pl.Int64),
            closed=times.search_sorted(seen["until"], side="left").cast(pl.Int64),
        ).with_columns(closed=pl.when(seen["until"].is_null()).then(commits).otherwise("closed"))
        now = stretches.filter("at_head").select(
            "source",
            "target",
            opened=pl.lit(commits, pl.Int64),
            closed=pl.lit(commits + 1, pl.Int64),
        )
        edges = pl.concat([past, now]).with_columns(rank=pl.col("opened") - 1)
        for end, path in (("importer", "source"), ("imported", "target")):
            named = files_of(edges.rename({path: "path"}), history.segments)
            edges = named.rename({"path": path, "file": end})
        known = edges.select(pl.col("importer", "imported").cast(pl.Int64), "opened", "closed")
        there = known.drop_nulls().filter(pl.col("importer") != pl.col("imported"))
        return cls(there.unique(maintain_order=True), commits, history.segments.height)

    def neighbours(self, queries: pl.DataFrame) -> pl.DataFrame:
        """The files that the given file imports or that import it: `query`, `file`."""
        found = [
            queries.join(self.edges, left_on="given", right_on=one)
            .filter(pl.col("rank").is_between("opened", "closed", closed="left"))
            .select("query", file=other)
            for one, other in (("importer", "imported"), ("imported", "importer"))
        ]
        return pl.concat(found)

    def is_import(
        self, importer: Integers, imported: Integers, ranks: Integers
    ) -> NDArray[np.bool_]:
        """Whether *importer* imports *imported* at its rank, pair by pair."""
        keys = importer * self.files + imported
        opened, closed = (
            self._occurrences(rank).count(keys, ranks + 1) for rank in ("opened", "closed")
        )
        return opened > closed

    def shared(self, one: Integers, other: Integers, ranks: Integers) -> NDArray[np.float64]:
        """The Jaccard index of both files' neighbours (imported or importing) at each rank."""
        shares = np.zeros(len(ranks))
        changes = np.unique(self.edges.select(pl.concat([pl.col("opened"), pl.col("closed")])))
        epochs = np.searchsorted(changes, ranks, side="right")
        for epoch in np.unique(epochs[epochs > 0]):
            rows = np.flatnonzero(epochs == epoch)
            shares[rows] = self._shared_at(int(changes[epoch - 1]), one[rows], other[rows])
        return shares

    def _shared_at(self, rank: int, one: Integers, other: Integers) -> NDArray[np.float64]:
        from scipy.sparse import csr_array

        edges = self.edges.filter((pl.col("opened") <= rank) & (pl.col("closed") > rank))
        ends = edges.select("importer", "imported").to_numpy()
        both = np.unique(np.concatenate([ends, ends[:, ::-1]]), axis=0)
        shape = (self.files, self.files)
        graph = csr_array((np.ones(len(both), np.int32), (both[:, 0], both[:, 1])), shape=shape)
        degrees = np.bincount(both[:, 0], minlength=self.files)
        linked = np.flatnonzero((degrees[one] > 0) & (degrees[other] > 0))
        shares = np.zeros(len(one))
        common = np.asarray(graph[one[linked]].multiply(graph[other[linked]]).sum(axis=1), np.int64)
        either = degrees[one[linked]] + degrees[other[linked]] - common
        shares[linked] = common / either
        return shares

    def _occurrences(self, rank: str) -> Occurrences:
        key = pl.col("importer") * self.files + pl.col("imported")
        rows = self.edges.select(key=key, rank=rank).sort("key", "rank")
        return Occurrences.of(rows["key"].to_numpy(), rows["rank"].to_numpy(), self.commits)
