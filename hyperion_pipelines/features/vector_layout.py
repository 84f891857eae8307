"""A row of a feature table as bytes, and back: its time, then its features as float32.

A vector names neither its entity nor its columns: who keeps it keeps them beside it.
"""

import hashlib
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import polars as pl

from hyperion_pipelines.features.catalogue import ENTITY, EVENT_TIME, columns


class VectorLayout:
    """How the rows of *table* lie in bytes, little-endian: int64 microseconds, then the columns.

    The columns are float32 in the catalogue's order: false is 0, true 1, null NaN (a feature is
    never NaN otherwise).
    """

    def __init__(self, table: str) -> None:
        self.entity, self.time = ENTITY[table], EVENT_TIME[table]
        self.columns = {feature.name: feature.dtype for feature in columns(table)}
        self._record = np.dtype([("time", "<i8"), ("features", "<f4", (len(self.columns),))])

    @cached_property
    def signature(self) -> str:
        """A hash of the columns' names, types and order: vectors of one signature are alike."""
        named = ",".join(f"{name} {dtype}" for name, dtype in self.columns.items())
        return hashlib.sha256(named.encode()).hexdigest()[:12]

    def newest(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Of each entity's rows the one of the greatest time; in the order of time."""
        return rows.sort(self.time).unique(self.entity, keep="last", maintain_order=True)

    def pack(self, rows: pl.DataFrame) -> dict[str, bytes]:
        """The vector of each row by its entity, which must be there once."""
        features = rows.select(
            pl.col(name).cast(pl.Float32).fill_null(float("nan")) for name in self.columns
        )
        records = np.empty(rows.height, self._record)
        records["time"] = rows[self.time].to_physical().to_numpy()
        records["features"] = features.to_numpy()
        vectors: list[bytes] = records.view(np.dtype((np.void, self._record.itemsize))).tolist()
        return dict(zip(rows[self.entity].to_list(), vectors, strict=True))

    def unpack(self, vectors: Mapping[str, bytes]) -> pl.DataFrame:
        """The rows of *vectors*, by entity and in their order: entity, time, features."""
        records = np.frombuffer(b"".join(vectors.values()), self._record)
        time = pl.Series(self.time, records["time"].astype(np.int64), pl.Int64)
        # Cut from one series: making each of its own takes three times as long for a single row.
        features = pl.Series(records["features"].T.ravel(), nan_to_null=True)
        rows = len(records)
        return pl.DataFrame(
            [
                pl.Series(self.entity, list(vectors), pl.String),
                time.cast(pl.Datetime("us", "UTC")),
                *(
                    features.slice(place * rows, rows).alias(name).cast(dtype)
                    for place, (name, dtype) in enumerate(self.columns.items())
                ),
            ]
        )
