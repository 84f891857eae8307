"""Outside tables as rows to learn from and rows to judge by: read, checked, split by time.

Nothing is learned here; that is the business of `judging`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.learning.outside.columns import ColumnMap

TRAIN_SHARE = 0.85
TRAIN, TEST = "train", "test"
SPLITS = (TRAIN, TEST)
RESERVED = ("repository", "label", "judged")


class Round(NamedTuple):
    """Rows to fit on, and rows to judge by; `judged` names them in the report."""

    fit: pl.DataFrame
    judge: pl.DataFrame


@dataclass(frozen=True)
class OutsideTable:
    """An outside table: `repository`, bool `label`, and its own columns, in the order of time."""

    rows: pl.DataFrame
    columns: ColumnMap

    def rounds(self) -> Iterator[Round]:
        """What is fitted on and judged by, never the later by the earlier.

        Commits: one round, by the table's own split, else the newest 15 % of each project are
        judged. Files: a round for each release but a project's first, fitted on those before it.
        Rows to judge have `judged`: the project, and the release if there is one.
        """
        if self.columns.release is not None:
            yield from self._release_rounds(self.columns.release)
            return
        named = self.rows.with_columns(judged="repository")
        if self.columns.split is not None:
            part = pl.col(self.columns.split).cast(pl.String).str.to_lowercase()
        else:
            is_old = pl.int_range(pl.len()) < (pl.len() * TRAIN_SHARE).floor()
            part = pl.when(is_old.over("repository")).then(pl.lit(TRAIN)).otherwise(pl.lit(TEST))
        yield Round(named.filter(part == TRAIN), named.filter(part == TEST))

    def _release_rounds(self, release: str) -> Iterator[Round]:
        for rows in self.rows.partition_by("repository", maintain_order=True):
            known = rows[release].cast(pl.String)
            ordered = sorted(known.unique(), key=version_key)
            for place, name in enumerate(ordered[1:], start=1):
                judged = pl.format("{} {}", "repository", pl.lit(name))
                yield Round(
                    rows.filter(known.is_in(ordered[:place])),
                    rows.filter(known == name).with_columns(judged=judged),
                )


def read_table(file: Path, columns: ColumnMap) -> OutsideTable:
    """The Parquet or CSV *file*, its columns checked.

    Raises UsageError where the file cannot be read or does not hold what *columns* name, and
    ConfigurationError where *columns* do not say enough.
    """
    rows = _read(file)
    _check(file, rows, columns)
    prepared = rows.with_columns(
        pl.col(columns.project).cast(pl.String).alias("repository"),
        (pl.col(columns.label).cast(pl.Float64) > 0).alias("label"),
    )
    ordered = prepared.sort(columns.time, maintain_order=True) if columns.time else prepared
    return OutsideTable(ordered, columns)


def version_key(version: str) -> list[tuple[int, int, str]]:
    """An order in which 1.10 comes after 1.9: numbers by size, words by letters, and before them.

    A shorter version comes before one that begins with it.
    """
    parts = re.findall(r"\d+|[^\d.\-_]+", version)
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]


def _read(file: Path) -> pl.DataFrame:
    readers = {".parquet": pl.read_parquet, ".csv": pl.read_csv}
    if file.suffix.lower() not in readers:
        raise UsageError(f"{file} must be a .parquet or .csv file")
    try:
        return readers[file.suffix.lower()](file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def _check(file: Path, rows: pl.DataFrame, columns: ColumnMap) -> None:
    """Raise an error that says what *rows* lack of what *columns* name."""
    if columns.release is None and columns.split is None and columns.time is None:
        raise ConfigurationError("name the column of time, split or release: what comes later?")
    missing = [name for name in columns.named if name not in rows.columns]
    if missing:
        raise UsageError(
            f"{file} has no column {', '.join(missing)}; it has {', '.join(rows.columns)}: map the "
            "names with --columns MAP.toml"
        )
    if rows.is_empty():
        raise UsageError(f"{file} has no rows")
    ours = [name for name in columns.read_by_the_model if name in RESERVED]
    if ours or columns.label in columns.read_by_the_model:
        raise ConfigurationError(
            f"a model cannot read {', '.join(ours) or columns.label}: give the column another name"
        )
    numeric = dict.fromkeys((columns.label, columns.baseline, *columns.read_by_the_model))
    texts = [name for name in numeric if not _is_number(rows.schema[name])]
    if texts:
        raise UsageError(f"{file}: {', '.join(texts)} must hold numbers")
    needed = (columns.project, columns.label, columns.baseline, columns.time, columns.release)
    incomplete = [name for name in needed if name is not None and rows[name].null_count()]
    if incomplete:
        raise UsageError(f"{file}: {', '.join(incomplete)} must have a value in every row")
    if columns.split is not None:
        found = rows[columns.split].cast(pl.String).str.to_lowercase().unique()
        odd = sorted(str(name) for name in found if name not in SPLITS)
        if odd:
            raise UsageError(f"{file}: {columns.split} must be train or test; it is {odd[0]}")


def _is_number(kind: pl.DataType) -> bool:
    return kind.is_numeric() or kind == pl.Boolean
