"""Which file imported which at the turns of the quarters: the table `dependency_history`.

What files import is read in the stage's first step (`update`); here it is resolved, snapshot by
snapshot, and what the last run resolved is taken from its tables. The dependencies at HEAD are no
part of it.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.snapshots import Snapshots
from hyperion_pipelines.code.update import read_dependencies
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import DEPENDENCY_HISTORY, SNAPSHOTS

_EDGE = ("from_path", "to_path")
_STATEMENT = ("language", "module", "names", "line")


@dataclass(frozen=True)
class DependencyHistory:
    """The tables `snapshots` and `dependency_history`, without `repository`.

    `resolved` counts the snapshots that were not known.
    """

    snapshots: pl.DataFrame
    edges: pl.DataFrame
    resolved: int = field(default=0, kw_only=True)


def update_dependency_history(
    git_dir: Path,
    snapshots: Snapshots,
    imports: pl.DataFrame,
    known: DependencyHistory,
    *,
    progress: Progress | None = None,
) -> DependencyHistory:
    """The edges between files at *snapshots*, from *known* where it has a snapshot as it is now.

    *imports* has those of every blob of the snapshots. A snapshot is resolved once more when its
    files are read differently than they were: a blob that turns up under another path as well may
    change its language, or be generated no longer.
    """
    commits = snapshots.commits.with_columns(imports_digest=_digests(snapshots, imports))
    commits = commits.with_row_index("place")
    as_known = commits.join(known.snapshots, on=["sha", "imports_digest"], how="semi")
    new = commits.join(as_known, on="sha", how="anti", maintain_order="left")
    edges = [_edges_of(known).join(as_known.select("sha", "place"), on="sha").drop("sha")]
    with (progress or Silent()).stage("dependencies", new.height, "snapshots") as advance:
        for place, sha in new.select("place", "sha").iter_rows():
            found = read_dependencies(git_dir, sha, imports, snapshots.files(place))
            within = found.select(_EDGE).drop_nulls().unique()
            edges.append(within.with_columns(place=pl.lit(place, pl.UInt32)))
            advance(1)
    return DependencyHistory(
        commits.select(name for name in SNAPSHOTS if name != "repository"),
        _stretches(pl.concat(edges), commits),
        resolved=new.height,
    )


def _digests(snapshots: Snapshots, imports: pl.DataFrame) -> pl.Series:
    """For each snapshot a digest of what its files import, as written."""
    rows = imports.select("blob", statement=imports.select(_STATEMENT).hash_rows())
    blobs = rows.group_by("blob").agg(pl.col("statement").sort())
    files = Snapshots(
        snapshots.commits,
        snapshots.versions.join(
            blobs.select("blob", statements=blobs.hash_rows()),
            on="blob",
            how="left",
            maintain_order="left",
        ).with_columns(pl.col("statements").fill_null(0)),
    )
    digests = [
        hashlib.sha256(files.files(place)["statements"].to_numpy().tobytes()).hexdigest()[:16]
        for place in range(snapshots.commits.height)
    ]
    return pl.Series("imports_digest", digests, pl.String)


def _edges_of(history: DependencyHistory) -> pl.DataFrame:
    """The edges of each snapshot of *history*: `from_path`, `to_path`, `sha`."""
    turns = history.snapshots.select("sha", turn="since")
    return history.edges.join_where(
        turns,
        pl.col("since") <= pl.col("turn"),
        pl.col("until").is_null() | (pl.col("until") > pl.col("turn")),
    ).select(*_EDGE, "sha")


def _stretches(edges: pl.DataFrame, commits: pl.DataFrame) -> pl.DataFrame:
    """*edges* (`from_path`, `to_path`, `place`) as the rows of `dependency_history`.

    *commits* has the snapshots' `place` and `since`.
    """
    in_order = edges.sort(*_EDGE, "place")
    goes_on = pl.all_horizontal(
        *(pl.col(name) == pl.col(name).shift() for name in _EDGE),
        pl.col("place") == pl.col("place").shift() + 1,
    )
    turns = commits.select("place", "since")
    return (
        in_order.with_columns(stretch=(~goes_on).fill_null(value=True).cum_sum())
        .group_by(*_EDGE, "stretch")
        .agg(pl.min("place"), end=pl.max("place") + 1)
        .join(turns, on="place")
        .join(turns.select(end="place", until="since"), on="end", how="left")
        .select(name for name in DEPENDENCY_HISTORY if name != "repository")
        .sort(*_EDGE, "since")
    )
