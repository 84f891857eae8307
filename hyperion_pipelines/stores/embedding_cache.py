"""The cache of embeddings: a text is embedded once by a model, and never again.

An SQLite file, by model and SHA-256 of the text; every repository of a home shares it. Several
processes may use it at once, and one that is killed leaves whole batches. What is embedded, and
how, is the business of `documents.embedding`.
"""

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hyperion_pipelines.errors import ConfigurationError, HyperionError, LockedError
from hyperion_pipelines.locks import exclusive
from hyperion_pipelines.stores.vectors import Vector

# The number in an SQLite file's header that says whose it is ("HypE").
APPLICATION_ID = 0x48797045
BUSY_SECONDS = 60.0
_LITTLE_ENDIAN = np.dtype("<f4")
# Five vectors of 384 numbers fill such a page; a smaller one is left a quarter empty.
_SCHEMA = f"""
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE models (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE);
CREATE TABLE embeddings (
    model INTEGER NOT NULL REFERENCES models (id),
    hash TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, hash)
);
PRAGMA application_id = {APPLICATION_ID};
COMMIT;
"""
_WANTED = """
FROM embeddings
WHERE model = (SELECT id FROM models WHERE identity = ?)
  AND hash IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True)
class EmbeddingCache:
    """The vectors in *file*, which is made when it is first used.

    Every method raises ConfigurationError where the file is damaged, foreign or not accessible,
    LockedError where another process keeps it for a minute, HyperionError where the disk is full.
    """

    file: Path

    def known(self, model: str, hashes: Sequence[str]) -> set[str]:
        """Those of *hashes* (hexadecimal) whose vectors are known."""
        with self._connected() as database:
            query = f"SELECT hash {_WANTED}"
            return {key for (key,) in database.execute(query, (model, json.dumps(list(hashes))))}

    def get(self, model: str, hashes: Sequence[str]) -> dict[str, Vector]:
        """The vectors that are known of *hashes* (hexadecimal), each of shape (dimensions,).

        They are read-only. A hash that nothing is known of is left out.
        """
        with self._connected() as database:
            query = f"SELECT hash, vector {_WANTED}"
            rows = database.execute(query, (model, json.dumps(list(hashes))))
            return {key: np.frombuffer(vector, _LITTLE_ENDIAN) for key, vector in rows}

    def put(self, model: str, hashes: Sequence[str], vectors: Vector) -> None:
        """Keep *vectors*, of shape (hashes, dimensions), all or none of them.

        What is known already stays as it is.
        """
        rows = zip(hashes, vectors.astype(_LITTLE_ENDIAN, copy=False), strict=True)
        keyed = [(model, content_hash, vector.tobytes()) for content_hash, vector in rows]
        with self._connected() as database, database:
            database.execute("INSERT OR IGNORE INTO models (identity) VALUES (?)", (model,))
            database.executemany(
                "INSERT OR IGNORE INTO embeddings "
                "SELECT id, ?2, ?3 FROM models WHERE identity = ?1",
                keyed,
            )

    @contextmanager
    def _connected(self) -> Generator[sqlite3.Connection]:
        with explained_errors(self.file):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=BUSY_SECONDS)) as database:
                if not _is_ours(database):
                    self._create(database)
                # Whole batches survive a killed process; a power failure may cost the last ones.
                database.execute("PRAGMA synchronous = NORMAL")
                yield database

    def _create(self, database: sqlite3.Connection) -> None:
        """Make the tables in an empty file, once: SQLite does not queue changes to WAL."""
        lock = self.file.with_name(f"{self.file.name}.lock")
        with exclusive(lock, doing="creating the cache of embeddings", wait=BUSY_SECONDS):
            if _is_ours(database):
                return
            (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if tables:
                raise ConfigurationError(
                    f"{self.file} is another program's database, not the cache of embeddings: "
                    "name another file by HYPERION_EMBEDDING_CACHE"
                )
            database.executescript(_SCHEMA)


def _is_ours(database: sqlite3.Connection) -> bool:
    (number,) = database.execute("PRAGMA application_id").fetchone()
    return number == APPLICATION_ID


@contextmanager
def explained_errors(file: Path) -> Generator[None]:
    """Turn what SQLite and the system say of *file* into errors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        # The extended codes have the plain one in their lowest byte.
        raise _explained(file, error, error.sqlite_errorcode & 0xFF) from error
    except OSError as error:
        raise ConfigurationError(_inaccessible(file, error)) from error


def _explained(file: Path, error: sqlite3.Error, code: int) -> HyperionError:
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return ConfigurationError(
            f"the cache of embeddings {file} is damaged, or is no such cache ({error}): delete it, "
            "then its texts are embedded once more, or name another file by "
            "HYPERION_EMBEDDING_CACHE"
        )
    if code == sqlite3.SQLITE_FULL:
        return HyperionError(
            f"no space is left for the cache of embeddings {file} ({error}): free some, then run "
            "again; what was embedded so far is kept"
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LockedError(
            f"another process has kept the cache of embeddings {file} for "
            f"{BUSY_SECONDS:.0f} seconds: wait for it to end, then run again"
        )
    return ConfigurationError(_inaccessible(file, error))


def _inaccessible(file: Path, error: Exception) -> str:
    return (
        f"the cache of embeddings {file} cannot be read and written ({error}): give this user the "
        "right to, or name another file by HYPERION_EMBEDDING_CACHE"
    )
