"""What each table of each repository was last made from: one small file, replaced atomically.

It is withdrawn before the lake replaces the rows and recorded after; a run killed in between leaves
no record, so the table is made once more.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from hyperion_pipelines.stores.records import read_record, replace_record


@dataclass(frozen=True)
class Publication:
    """What a table was made from.

    `data_version` hashes all inputs, `code_version` the code alone; `published_at` is an ISO time
    in UTC.
    """

    data_version: str
    code_version: str
    head_sha: str
    rows: int
    published_at: str

    @classmethod
    def now(cls, *, data_version: str, code_version: str, head_sha: str, rows: int) -> Self:
        """A publication of this moment."""
        published_at = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(data_version, code_version, head_sha, rows, published_at)


@dataclass(frozen=True)
class Basis:
    """The history that a stage last worked on: its HEAD, and the tips that reach all of it."""

    data_version: str
    head_sha: str
    tips: Sequence[str]


@dataclass(frozen=True)
class Publications:
    """The publications in a folder: `root/<slug>/<table>.json`, and what goes with them.

    `<stage>.basis.json` has the history that a stage worked on, `<table>.drift.json` the features
    that have drifted.
    """

    root: Path

    def record(self, table: str, slug: str, publication: Publication) -> None:
        """Replace what is recorded of a table."""
        replace_record(self._file(table, slug), asdict(publication))

    def withdraw(self, table: str, slug: str) -> None:
        """Say that a table is about to be replaced: it counts as absent until it is recorded."""
        self._file(table, slug).unlink(missing_ok=True)

    def get(self, table: str, slug: str) -> Publication | None:
        """What a table was last made from; None if it was never made."""
        said = read_record(self._file(table, slug))
        return Publication(**said) if said is not None else None

    def record_basis(self, stage: str, slug: str, basis: Basis) -> None:
        """Replace what is recorded of the history that a stage worked on."""
        replace_record(self._basis_file(stage, slug), asdict(basis))

    def basis(self, stage: str, slug: str) -> Basis | None:
        """The history that a stage last worked on to its end; None if it never did."""
        said = read_record(self._basis_file(stage, slug))
        return Basis(**said) if said is not None else None

    def record_drift(self, table: str, slug: str, features: Sequence[str]) -> None:
        """Replace what is recorded of the features of a table that have drifted."""
        replace_record(self._drift_file(table, slug), {"features": list(features)})

    def drifted(self, table: str, slug: str) -> Sequence[str]:
        """The features of a table that were found to have drifted when it was last made."""
        said = read_record(self._drift_file(table, slug))
        return said["features"] if said is not None else ()

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        shutil.rmtree(self.root / slug, ignore_errors=True)

    def _file(self, table: str, slug: str) -> Path:
        return self.root / slug / f"{table}.json"

    def _basis_file(self, stage: str, slug: str) -> Path:
        return self.root / slug / f"{stage}.basis.json"

    def _drift_file(self, table: str, slug: str) -> Path:
        return self.root / slug / f"{table}.drift.json"
