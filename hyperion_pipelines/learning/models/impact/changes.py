"""The changes of one repository, ready to be asked what was known before any commit.

What co-changes, candidates and signals are made from; what is asked of it, and what is made of the
answers, is the business of `candidates` and `signals`. Strictly earlier commits alone count:
those of HEAD's own history, since a change that was picked onto another branch is one change.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.file_features import COUPLING_FILES
from hyperion_pipelines.features.history.file_identity import files_of
from hyperion_pipelines.features.history.windows import DAY
from hyperion_pipelines.features.inputs import FeatureTables, History, read_history
from hyperion_pipelines.learning.models.impact.imports import ImportGraph
from hyperion_pipelines.learning.models.impact.names import PathNames
from hyperion_pipelines.learning.models.impact.occurrences import NOWHERE, Integers, Occurrences
from hyperion_pipelines.schemas import BLOB_METRICS

YEAR = 365 * DAY


class ImpactTables(NamedTuple):
    """Tables of one repository, as the lake has them."""

    commits: pl.DataFrame
    changes: pl.DataFrame
    dependency_history: pl.DataFrame
    dependencies: pl.DataFrame
    tree: pl.DataFrame


@dataclass(frozen=True)
class States:
    """What each touch of a file left: where the file lay, and whether it was still there."""

    touches: Occurrences
    path: Integers
    is_there: NDArray[np.bool_]

    def path_before(self, files: Integers, ranks: Integers) -> Integers:
        """The number of the path that each file had just before its rank; NOWHERE without one."""
        row = self.touches.last(files, ranks)
        return np.where((row != NOWHERE) & self.is_there[row], self.path[row], NOWHERE)


@dataclass(frozen=True)
class CoChanges:
    """Which files changed together, in commits of HEAD's history of at most `COUPLING_FILES`.

    `changes` are the counted ones of each file. `pairs` are keyed by the number of an ordered pair
    of files; before a row of it, `weights` add up to the sum of 1 / (files of the commit - 1).
    `partners` has a row per pair: `given`, `file`, `pair`, `first` and `second` (ranks).
    """

    changes: Occurrences
    pairs: Occurrences
    weights: NDArray[np.float64]
    partners: pl.DataFrame
    keys: Integers
    files: int

    def pair(self, given: Integers, other: Integers) -> Integers:
        """The number of each pair of files; NOWHERE where they never changed together."""
        wanted = given * self.files + other
        if not len(self.keys):
            return np.full(len(wanted), NOWHERE)
        row = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        return np.where(self.keys[row] == wanted, row, NOWHERE)


@dataclass(frozen=True)
class ChangeHistory:
    """All that is asked about one repository.

    `commits` has `rank`, `sha`, `files` (how many it touched) and `is_counted` (it is of HEAD's
    history, and touched 1 to 50); rank `present` stands for the time after all of them. `touches`
    has a row per file and commit of any branch: `rank`, `file`, `path` (the number of the one that
    it had before the commit, where it was there). `directory_files` are the files of the rows of
    `in_directory`. `seconds` (present + 1) is the time at each rank, `counted` how many counted
    commits lie before it, `year_ago` the first rank that is at most a year older. `at_head` has
    `path` and `file`.
    """

    commits: pl.DataFrame
    touches: pl.DataFrame
    names: PathNames
    states: States
    together: CoChanges
    in_directory: Occurrences
    directory_files: Integers
    imports: ImportGraph
    seconds: Integers
    counted: Integers
    year_ago: Integers
    at_head: pl.DataFrame

    @property
    def present(self) -> int:
        """The rank after the newest commit."""
        return self.commits.height


def read_changes(tables: ImpactTables, filters: PathFilters) -> ChangeHistory:
    """The history that *tables* hold; *filters* say which paths are tests."""
    nothing = BLOB_METRICS.to_frame()
    history = read_history(
        FeatureTables(tables.commits, tables.changes, nothing, nothing, nothing), filters
    )
    commits = history.commits.join(
        history.touches.group_by("rank").agg(files=pl.col("file").n_unique()),
        on="rank",
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("rank", "files").cast(pl.Int64).fill_null(0))
    names = PathNames.of(
        pl.concat(
            [history.touches["path"], history.touches["old_path"].drop_nulls(), tables.tree["path"]]
        ),
        filters,
    )
    touches = _touches(history, names)
    known = touches.join(commits.filter("is_on_head"), on="rank", how="semi")
    seconds = _with_present(commits["seconds"].to_numpy())
    few = pl.col("files").is_between(1, COUPLING_FILES)
    commits = commits.with_columns(is_counted=pl.col("is_on_head") & few)
    in_directory = _in_directory(known, names)
    head = tables.tree.select("path", rank=pl.lit(commits.height, pl.Int64))
    return ChangeHistory(
        commits=commits.select("rank", "sha", "files", "is_counted"),
        touches=touches.select("rank", "file", path="path_before"),
        names=names,
        states=_states(known, commits.height),
        together=_together(
            known, commits.filter("is_counted"), history.segments.height, commits.height
        ),
        in_directory=Occurrences.of(
            in_directory["directory"].to_numpy(), in_directory["rank"].to_numpy(), commits.height
        ),
        directory_files=in_directory["file"].to_numpy(),
        imports=ImportGraph.of(history, tables.dependency_history, tables.dependencies),
        seconds=seconds,
        counted=np.append(0, np.cumsum(commits["is_counted"].to_numpy())),
        year_ago=np.searchsorted(seconds[:-1], seconds - YEAR),
        at_head=files_of(head, history.segments).select("path", pl.col("file").cast(pl.Int64)),
    )


def _with_present(seconds: Integers) -> Integers:
    """The present is the time of the newest commit."""
    return np.append(seconds, seconds.max(initial=0))


def _touches(history: History, names: PathNames) -> pl.DataFrame:
    """A row per file and commit, ordered by both: the paths around it, and if it is still there."""
    before = pl.when(pl.col("status") == "R").then("old_path").otherwise("path")
    rows = history.touches.with_columns(before=before, is_there=pl.col("status") != "D")
    return (
        rows.select(
            pl.col("rank", "file").cast(pl.Int64),
            "is_there",
            path=names.numbers(rows["path"]),
            path_before=names.numbers(rows["before"]),
        )
        .sort("file", "rank", "is_there")
        .unique(["file", "rank"], keep="last", maintain_order=True)
    )


def _states(known: pl.DataFrame, commits: int) -> States:
    touches = Occurrences.of(known["file"].to_numpy(), known["rank"].to_numpy(), commits)
    return States(touches, known["path"].to_numpy(), known["is_there"].to_numpy())


def _in_directory(known: pl.DataFrame, names: PathNames) -> pl.DataFrame:
    directory = pl.Series(names.directories()[known["path"].to_numpy()])
    return known.select("rank", "file", directory=directory).sort("directory", "rank", "file")


def _together(known: pl.DataFrame, counted: pl.DataFrame, files: int, commits: int) -> CoChanges:
    """The co-changes of the *counted* commits."""
    small = known.select("file", "rank").join(counted.select("rank", "files"), on="rank")
    small = small.sort("file", "rank")
    pairs = (
        small.rename({"file": "given"})
        .join(small.select("rank", "file"), on="rank")
        .filter(pl.col("given") != pl.col("file"))
        .with_columns(key=pl.col("given") * files + pl.col("file"))
        .sort("key", "rank")
        .with_columns(pair=pl.col("key").rle_id().cast(pl.Int64))
    )
    partners = pairs.group_by("pair", maintain_order=True).agg(
        pl.first("given", "file", "key"),
        first=pl.col("rank").first(),
        second=pl.col("rank").get(1, null_on_oob=True),
    )
    weights = 1 / (pairs["files"] - 1).to_numpy()
    changes = Occurrences.of(small["file"].to_numpy(), small["rank"].to_numpy(), commits)
    return CoChanges(
        changes=changes,
        pairs=Occurrences.of(pairs["pair"].to_numpy(), pairs["rank"].to_numpy(), commits),
        weights=np.append(0.0, np.cumsum(weights)),
        partners=partners.drop("key"),
        keys=partners["key"].to_numpy(),
        files=files,
    )
