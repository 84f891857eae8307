"""Between tables and arrays: line_origins of files and the reverse, line_removals of counts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from hyperion_pipelines.git.modes import IS_FILE
from hyperion_pipelines.git.tree import list_tree
from hyperion_pipelines.lines.order import CommitOrder
from hyperion_pipelines.lines.versions import (
    EMPTY_BLOB,
    NO_FILES,
    Binary,
    Files,
    Text,
    Version,
    read_as_text,
)
from hyperion_pipelines.schemas import LINE_ORIGINS, LINE_REMOVALS


def origins_table(
    git_dir: Path, files: Files, tree: pl.DataFrame, order: CommitOrder
) -> pl.DataFrame:
    """The table line_origins: in each text file of *tree* the runs of lines of one origin.

    *files* has them all, with the places of the origins in *order*.
    """
    paths = tree.filter(IS_FILE, pl.col("lines") > 0)["path"].sort()
    texts = [read_as_text(git_dir, files[path]).origins for path in paths]
    lines = pl.DataFrame(
        {
            "file": np.repeat(np.arange(len(texts)), [len(origins) for origins in texts]),
            "place": np.concatenate([*texts, np.empty(0, np.int32)]),
        }
    )
    return (
        lines.with_columns(
            run=pl.struct("file", "place").rle_id(),
            start_line=pl.int_range(1, pl.len() + 1).over("file"),
        )
        .group_by("run", maintain_order=True)
        .agg(pl.first("file", "place", "start_line"), lines=pl.len())
        .with_columns(path=pl.lit(paths).gather("file"))
        .join(order.frame, on="place", maintain_order="left")
        .select(_columns(LINE_ORIGINS))
    )


def files_of(git_dir: Path, sha: str, origins: pl.DataFrame, order: CommitOrder) -> Files:
    """The files of the commit whose table line_origins *origins* is: the reverse of the above."""
    runs = (
        origins.join(order.frame, on="origin_sha")
        .sort("path", "start_line")
        .group_by("path")
        .agg("place", "lines")
    )
    regular = list_tree(git_dir, sha).filter(IS_FILE).join(runs, on="path", how="left")
    files = NO_FILES.mutate()
    for path, blob, places, lines in regular.select("path", "blob", "place", "lines").iter_rows():
        files[path] = _version(blob, places, lines)
    return files.finish()


def _version(blob: str, places: Sequence[int] | None, lines: Sequence[int]) -> Version:
    if places is not None:
        return Text(blob, np.repeat(np.array(places, np.int32), lines))
    return Text.new(blob, 0, 0) if blob == EMPTY_BLOB else Binary(blob, 0, is_known=False)


def removals_table(counts: pl.DataFrame, changes: pl.DataFrame, order: CommitOrder) -> pl.DataFrame:
    """The table line_removals, counted by the `number` of a change and the `place` of an origin."""
    before = changes.select("number", "sha", path=pl.coalesce("old_path", "path"))
    rows = counts.join(before, on="number").join(order.frame, on="place")
    return rows.select(_columns(LINE_REMOVALS))


def in_order(removals: pl.DataFrame, order: CommitOrder) -> pl.DataFrame:
    """Rows of line_removals by commit, path and origin, the commits in their order."""
    commits = order.frame.rename({"origin_sha": "sha", "place": "commit_place"})
    return (
        removals.join(commits, on="sha")
        .join(order.frame, on="origin_sha")
        .sort("commit_place", "path", "place")
        .select(removals.columns)
    )


def _columns(schema: pl.Schema) -> list[pl.Expr]:
    return [pl.col(name).cast(kind) for name, kind in schema.items() if name != "repository"]
