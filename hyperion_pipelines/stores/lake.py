"""The lake: every table as a Delta table on disk, partitioned by repository.

A repository's rows are replaced whole and at once, and not at all where they are the same; older
versions stay readable for a while. Only what the sidecar serves is appended, and thinned out by
age. What the columns mean is the schemas' business.
"""

import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from hyperion_pipelines.errors import HyperionError, LockedError, UsageError
from hyperion_pipelines.schemas import TABLES

WRITE_ATTEMPTS = 5
# Versions between two checkpoints of a table's log. Whoever opens the table reads all that came
# after the last one: with the default of 100, writes take twice as long on average, reads too.
CHECKPOINT_INTERVAL = 10
_WRITTEN = WriterProperties(compression="ZSTD", compression_level=3)
# Delta has no unsigned integers: they are kept in the next wider signed type.
_STORED: dict[type[pl.DataType], type[pl.DataType]] = {
    pl.UInt8: pl.Int16,
    pl.UInt16: pl.Int32,
    pl.UInt32: pl.Int64,
    pl.UInt64: pl.Int64,
}

logger = logging.getLogger(__name__)


class SchemaError(HyperionError):
    """A frame does not have the columns of its table; nothing of it was written."""


@dataclass(frozen=True)
class Lineage:
    """What rows were made from: `sources` maps each table that was read to its version."""

    head_sha: str
    data_version: str
    code_version: str
    sources: Mapping[str, int]


@dataclass(frozen=True)
class Version:
    """A version of a table: its number, when it was written (UTC), whose rows it replaced."""

    number: int
    written_at: datetime
    repository: str | None
    lineage: Lineage | None


class Lake(Protocol):
    """Where tables are kept."""

    def write(
        self, table: str, repository: str, frame: pl.DataFrame, *, lineage: Lineage | None = None
    ) -> int:
        """Replace a repository's rows; returns the number of the version that holds them."""
        ...

    def append(self, table: str, frame: pl.DataFrame) -> int:
        """Add rows to those of their repositories; returns the number of the version."""
        ...

    def forget(self, table: str, column: str, before: datetime) -> int:
        """Delete rows whose time in *column* is earlier, and join small files; how many rows."""
        ...

    def read(
        self,
        table: str,
        repository: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
        as_of: int | datetime | None = None,
    ) -> pl.DataFrame:
        """Rows of a repository (or of all), of *where* alone, as of now, a version or a time."""
        ...

    def version(self, table: str) -> int | None:
        """The number of the table's newest version; None before the first write."""
        ...

    def versions(self, table: str) -> list[Version]:
        """The versions of a table that can be read, the newest first."""
        ...

    def remove(self, repository: str) -> None:
        """Delete a repository's rows from every table, and their files."""
        ...

    def vacuum(self, retention_days: int) -> int:
        """Delete files that no version younger than *retention_days* needs; returns how many."""
        ...


@dataclass(frozen=True)
class DeltaLake:
    """The lake in a folder: `root/<table>/repository=<slug>/*.parquet`."""

    root: Path

    def write(
        self, table: str, repository: str, frame: pl.DataFrame, *, lineage: Lineage | None = None
    ) -> int:
        """Replace a repository's rows; returns the number of the version that holds them.

        What they were made from, their *lineage*, is kept with that version.
        Rows that are there already, in the same order, are not written again: that makes no new
        version. Raises SchemaError, writing nothing, on a wrong frame, and LockedError when other
        writers were faster too often.
        """
        schema = _schema(table)
        named = frame.with_columns(pl.lit(repository).alias("repository"))
        _check(table, named, schema)
        rows = named.select(list(schema))
        lost_race: CommitFailedError | None = None
        for _ in range(WRITE_ATTEMPTS):
            target = self._open_or_create(table)
            if _holds(target, schema, repository, rows):
                return target.version()
            try:
                _overwrite(target, schema, repository, rows, lineage)
            except CommitFailedError as error:
                # Another run replaced the same rows at the same moment, from the same mirror.
                logger.info("%s of %s: a write lost a race; again", table, repository)
                lost_race = error
            else:
                return target.version()
        message = f"{table} of {repository} is being written by another run: try again"
        raise LockedError(message) from lost_race

    def append(self, table: str, frame: pl.DataFrame) -> int:
        """Add rows, each to those of its column `repository`; returns the number of the version.

        Raises SchemaError, writing nothing, on a wrong frame.
        """
        schema = _schema(table)
        _check(table, frame, schema)
        target = self._open_or_create(table)
        write_deltalake(
            target,
            _as_stored(frame, schema),
            mode="append",
            schema_mode="merge",
            partition_by=["repository"],
            writer_properties=_WRITTEN,
        )
        return target.version()

    def forget(self, table: str, column: str, before: datetime) -> int:
        """Delete the rows whose time in *column* is earlier than *before*; returns how many.

        The small files that appending leaves are joined. Raises LockedError when other writers
        were faster too often. A table that was never written has nothing to forget.
        """
        try:
            target = DeltaTable(self._path(table))
        except TableNotFoundError:
            return 0
        try:
            done = target.delete(f"{column} < '{before.astimezone(UTC).isoformat()}'")
            target.optimize.compact(writer_properties=_WRITTEN)
        except CommitFailedError as error:
            raise LockedError(f"{table} is being written by another run: try again") from error
        return int(done["num_deleted_rows"] or 0)

    def read(
        self,
        table: str,
        repository: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
        as_of: int | datetime | None = None,
    ) -> pl.DataFrame:
        """A repository's rows (all, without one), as they are or were at a version or time.

        The columns are those of the table's schema, in its order, or *columns* alone, which is
        faster where others hold much; columns that an old version lacks are null. The rows are
        those of which *where* is true. A table that was never written is empty. Raises UsageError
        for a table or version that there is not, and for a time whose version is forgotten.
        """
        schema = _schema(table)
        wanted = list(schema if columns is None else columns)
        try:
            source = DeltaTable(self._path(table))
        except TableNotFoundError:
            return schema.to_frame().select(wanted)
        if isinstance(as_of, datetime):
            as_of = _number_at(table, _history(source), as_of)
        elif as_of is not None and not 0 <= as_of <= source.version():
            raise UsageError(f"{table} has no version {as_of}: they are 0 to {source.version()}")
        if as_of is not None:
            source.load_as_version(as_of)
        rows = _rows(source, schema, repository)
        if where is not None:
            rows = rows.filter(where)
        return rows.select(wanted).collect()

    def versions(self, table: str) -> list[Version]:
        """The versions of a table that can be read, the newest first; none before the first write.

        A version that removed a repository's rows, or was written without a word, has no lineage.
        """
        try:
            return _history(DeltaTable(self._path(table)))
        except TableNotFoundError:
            return []

    def version(self, table: str) -> int | None:
        """The number of the table's newest version; None before the first write."""
        try:
            return DeltaTable(self._path(table)).version()
        except TableNotFoundError:
            return None

    def remove(self, repository: str) -> None:
        """Delete a repository's rows from every table, and their files."""
        for table in self._existing():
            DeltaTable(self._path(table)).delete(f"repository = '{repository}'")
            folder = self.root / table / f"repository={repository}"
            shutil.rmtree(folder, ignore_errors=True)

    def vacuum(self, retention_days: int) -> int:
        """Delete files that no version younger than *retention_days* needs; returns how many."""
        return sum(
            len(
                DeltaTable(self._path(table)).vacuum(
                    retention_hours=24 * retention_days,
                    dry_run=False,
                    enforce_retention_duration=False,
                )
            )
            for table in self._existing()
        )

    def _open_or_create(self, table: str) -> DeltaTable:
        """The table, made empty where it is not there.

        Of two first writers that made it with their rows, one would replace the other's.
        """
        path = self._path(table)
        try:
            return DeltaTable(path)
        except TableNotFoundError:
            write_deltalake(
                path,
                pl.DataFrame(schema=_stored_schema(_schema(table))),
                mode="ignore",
                partition_by=["repository"],
                configuration={"delta.checkpointInterval": str(CHECKPOINT_INTERVAL)},
            )
            return DeltaTable(path)

    def _existing(self) -> Sequence[str]:
        return [table for table in TABLES if self.version(table) is not None]

    def _path(self, table: str) -> str:
        return str(self.root / table)


def _history(source: DeltaTable) -> list[Version]:
    """The versions of an open table that its log still tells of, the newest first."""
    return [_version(entry) for entry in source.history()]


def _number_at(table: str, history: Sequence[Version], when: datetime) -> int:
    """The version that was the newest at a time; the first, which is empty, before any write.

    The times are those that the log tells. delta-rs goes by when the log's files were modified,
    which is a little later, and anything at all where a home was copied.
    """
    for version in history:
        if version.written_at <= when:
            return version.number
    oldest = history[-1]
    if oldest.number > 0:
        raise UsageError(
            f"{table} as of {when:%Y-%m-%d %H:%M} is forgotten: its versions go back to "
            f"{oldest.written_at:%Y-%m-%d %H:%M} UTC"
        )
    return oldest.number


def _version(entry: Mapping[str, Any]) -> Version:
    """What the log says of one version."""
    written_at = datetime.fromtimestamp(entry["timestamp"] / 1000, UTC)
    said = entry.get("lineage")
    lineage = Lineage(**json.loads(said)) if said else None
    return Version(entry["version"], written_at, entry.get("repository"), lineage)


def _schema(table: str) -> pl.Schema:
    if table not in TABLES:
        raise UsageError(f"no table named {table!r}; there are: {', '.join(TABLES)}")
    return TABLES[table]


def _rows(source: DeltaTable, schema: pl.Schema, repository: str | None) -> pl.LazyFrame:
    """A repository's rows (all, without one) of an open table, with the columns of *schema*."""
    rows = pl.scan_delta(source)
    if repository is not None:
        rows = rows.filter(pl.col("repository") == repository)
    there = rows.collect_schema()
    return rows.select(
        (pl.col(name) if name in there else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def _holds(source: DeltaTable, schema: pl.Schema, repository: str, rows: pl.DataFrame) -> bool:
    """Whether *rows* are a repository's rows already."""
    there = _rows(source, schema, repository)
    # Rows that differ mostly differ in number, which is known without reading them.
    return there.select(pl.len()).collect().item() == rows.height and there.collect().equals(rows)


def _overwrite(
    target: DeltaTable,
    schema: pl.Schema,
    repository: str,
    rows: pl.DataFrame,
    lineage: Lineage | None,
) -> None:
    about = {"repository": repository}
    if lineage is not None:
        about["lineage"] = json.dumps(asdict(lineage))
    write_deltalake(
        target,
        _as_stored(rows, schema),
        mode="overwrite",
        schema_mode="merge",
        predicate=f"repository = '{repository}'",
        partition_by=["repository"],
        writer_properties=_WRITTEN,
        commit_properties=CommitProperties(custom_metadata=about),
    )


def _as_stored(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The columns of *schema* in its order, in the types in which Delta keeps them."""
    return rows.select(pl.col(name).cast(stored) for name, stored in _stored_schema(schema).items())


def _stored_schema(schema: pl.Schema) -> dict[str, pl.DataType]:
    return {name: _stored(dtype) for name, dtype in schema.items()}


def _stored(dtype: pl.DataType) -> pl.DataType:
    """The type in which Delta keeps *dtype*, inside lists and structs too."""
    if isinstance(dtype, pl.List):
        return pl.List(_stored(dtype.inner))  # pyright: ignore[reportArgumentType] - polars types inner loosely
    if isinstance(dtype, pl.Struct):
        return pl.Struct({field.name: _stored(field.dtype) for field in dtype.fields})  # pyright: ignore
    wider = _STORED.get(dtype.base_type())  # inside others a type may be a class
    return wider() if wider else dtype


def _check(table: str, frame: pl.DataFrame, schema: pl.Schema) -> None:
    """Raise SchemaError, naming each column that is missing, unknown or of another type."""
    there = frame.schema
    missing = [f"{name} is missing" for name in schema if name not in there]
    unknown = [f"{name} is unknown" for name in there if name not in schema]
    wrong = [
        f"{name} is {there[name]}, not {dtype}"
        for name, dtype in schema.items()
        if name in there and there[name] != dtype
    ]
    if missing or unknown or wrong:
        raise SchemaError(f"{table}: nothing was written: {'; '.join(missing + unknown + wrong)}")
