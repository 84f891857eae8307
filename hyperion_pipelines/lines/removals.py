"""Keeps account of the lines that commits remove: of which origin, and whether blank or comment.

Lines are counted in batches, so that memory is bounded by what comes out. Which of them are
comments the text of the patch mostly shows (`removed_comments`); where it leaves doubt, the syntax
tree of the old version is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.code.comments import comment_lines
from hyperion_pipelines.lines.changes import Change
from hyperion_pipelines.lines.patches import Hunk
from hyperion_pipelines.lines.removed_comments import removed_comments
from hyperion_pipelines.lines.versions import Numbers, Origins, Text

BATCH_LINES = 500_000

Flags = NDArray[np.bool_]

COUNTS = pl.Schema(
    {
        "number": pl.UInt32,
        "place": pl.Int32,
        "lines": pl.UInt32,
        "blank": pl.UInt32,
        "comment": pl.UInt32,
    }
)


@dataclass(frozen=True, slots=True)
class RemovedLines:
    """Lines of an old version, counted from 0: whether each is blank, and whether a comment.

    Where `is_decided` is false only the syntax tree can tell the comments, and none is marked.
    """

    lines: Numbers
    is_blank: Flags
    is_comment: Flags
    is_decided: bool

    def without(self, kept: Numbers) -> Self:
        """Those that are not among *kept*."""
        gone = ~np.isin(self.lines, kept)
        flags = (self.is_blank[gone], self.is_comment[gone])
        return type(self)(self.lines[gone], *flags, self.is_decided)


def removed_lines(language: str | None, patch: bytes, hunks: Sequence[Hunk]) -> RemovedLines:
    """The lines that *hunks*, those of *patch*, remove from a file in *language*."""
    texts = [line for hunk in hunks if hunk.removed for line in hunk.removed_text()]
    ranges = [
        np.arange(hunk.start, hunk.start + hunk.removed, dtype=np.int32)
        for hunk in hunks
        if hunk.removed
    ]
    is_comment = removed_comments(language, patch, hunks)
    return RemovedLines(
        lines=np.concatenate([*ranges, np.empty(0, np.int32)]),
        is_blank=np.array([line.strip() == b"-" for line in texts], np.bool_),
        is_comment=np.zeros(len(texts), np.bool_) if is_comment is None else is_comment,
        is_decided=is_comment is not None,
    )


@dataclass
class _Batch:
    """Removed lines, while they are collected; `undecided` has (number, blob, language)."""

    numbers: list[int] = field(default_factory=list[int])
    places: list[Origins] = field(default_factory=list[Origins])
    removed: list[RemovedLines] = field(default_factory=list[RemovedLines])
    undecided: list[tuple[int, str, str | None]] = field(
        default_factory=list[tuple[int, str, str | None]]
    )
    size: int = 0

    def counts(self, git_dir: Path) -> pl.DataFrame:
        """The lines of each change and origin, as COUNTS."""
        if not self.numbers:
            return COUNTS.to_frame()
        lengths = [len(places) for places in self.places]
        lines = pl.DataFrame(
            {
                "number": np.repeat(np.array(self.numbers, np.uint32), lengths),
                "place": np.concatenate(self.places),
                "line": np.concatenate([removed.lines for removed in self.removed]),
                "is_blank": np.concatenate([removed.is_blank for removed in self.removed]),
                "is_comment": np.concatenate([removed.is_comment for removed in self.removed]),
            }
        )
        if self.undecided:
            told = self._comments_of_trees(git_dir)
            lines = lines.join(told, on=["number", "line"], how="left").with_columns(
                pl.col("is_comment") | pl.col("is_told").fill_null(value=False)
            )
        return (
            lines.group_by("number", "place")
            .agg(lines=pl.len(), blank=pl.sum("is_blank"), comment=pl.sum("is_comment"))
            .cast(COUNTS)
        )

    def _comments_of_trees(self, git_dir: Path) -> pl.DataFrame:
        """`number`, `line` (from 0) and `is_told` of the comments in the undecided old versions."""
        columns = {"number": pl.UInt32, "blob": pl.String, "language": pl.String}
        wanted = pl.DataFrame(self.undecided, schema=columns, orient="row")
        told = wanted.join(comment_lines(git_dir, wanted), on="blob")
        return told.select(
            "number", pl.col("line").cast(pl.Int32) - 1, pl.lit(value=True).alias("is_told")
        )


@dataclass
class RemovalAccount:
    """The lines that were removed, by change and origin."""

    git_dir: Path
    batch: _Batch = field(default_factory=_Batch)
    counted: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame])

    def add(self, change: Change, before: Text, removed: RemovedLines) -> None:
        """Take account of the lines that *change* removed from the version *before* it."""
        if not len(removed.lines):
            return
        self.batch.numbers.append(change.number)
        self.batch.places.append(before.origins[removed.lines])
        self.batch.removed.append(removed)
        if not removed.is_decided:
            self.batch.undecided.append((change.number, before.blob, change.language))
        self.batch.size += len(removed.lines)
        if self.batch.size >= BATCH_LINES:
            self._close()

    def counts(self) -> pl.DataFrame:
        """Everything so far, as COUNTS: `number` of the change, `place` of the origin."""
        self._close()
        return pl.concat(self.counted)

    def _close(self) -> None:
        self.counted.append(self.batch.counts(self.git_dir))
        self.batch = _Batch()
