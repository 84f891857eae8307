"""Reads many files of a repository, side by side, and makes frames of the documents in them.

What is in a file is the business of its reader, which files are read that of `update`. However
large the repository, a process holds the text of a few files, and the documents found so far.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.languages import language_of_content
from hyperion_pipelines.code.workers import start_workers
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction import notebook, prose
from hyperion_pipelines.documents.extraction.configuration import (
    configuration_documents,
    script_documents,
    whole_file_documents,
)
from hyperion_pipelines.documents.extraction.decoding import Extracted, decode_source
from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.git.commands import stream_git
from hyperion_pipelines.schemas import DOCUMENT_FILES, DOCUMENTS

# Starting two processes takes as long as reading some hundreds of files: below this, one is faster.
POOL_MINIMUM = 600
_CHUNK_FILES = 128
_CHUNK_BYTES = 8 << 20

_FILES = pl.Schema({name: DOCUMENT_FILES[name] for name in ("path", "documents", "skipped")})
_DOCUMENTS = pl.Schema({name: kind for name, kind in DOCUMENTS.items() if name != "repository"})


class Wanted(NamedTuple):
    """A file to be read: columns of the frame of `files.document_files`."""

    path: str
    blob: str
    language: str | None
    bytes: int
    reader: str
    kind: str


class DocumentFrames(NamedTuple):
    """Columns of the tables of these names."""

    document_files: pl.DataFrame
    documents: pl.DataFrame


def read_documents(
    git_dir: Path, wanted: pl.DataFrame, *, workers: int, progress: Callable[[int], None]
) -> DocumentFrames:
    """The documents of the files of *wanted*, whose columns are the fields of `Wanted`.

    `document_files` has `path`, `documents` (their number) and `skipped` alone. *progress* is told
    how many files were read since the last call. Raises MissingObjectsError for a blob that is
    gone.
    """
    chunks = _chunks(map(Wanted._make, wanted.select(Wanted._fields).iter_rows()))
    read = partial(_read, git_dir)
    if workers == 1 or wanted.height < POOL_MINIMUM:
        return _joined(map(read, chunks), progress)
    with start_workers(workers) as pool:
        return _joined(pool.map(read, chunks), progress)


def _chunks(rows: Iterator[Wanted]) -> Iterator[list[Wanted]]:
    chunk: list[Wanted] = []
    size = 0
    for row in rows:
        if len(chunk) == _CHUNK_FILES or (chunk and size + row.bytes > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row.bytes
    if chunk:
        yield chunk


def _joined(read: Iterable[DocumentFrames], progress: Callable[[int], None]) -> DocumentFrames:
    frames = [DocumentFrames(_FILES.to_frame(), _DOCUMENTS.to_frame())]
    for frame in read:
        frames.append(frame)
        progress(frame.document_files.height)
    return DocumentFrames(
        pl.concat(frame.document_files for frame in frames),
        pl.concat(frame.documents for frame in frames),
    )


def _read(git_dir: Path, chunk: list[Wanted]) -> DocumentFrames:
    files: list[tuple[str, int, str | None]] = []
    documents: list[tuple[object, ...]] = []
    blobs = (wanted.blob for wanted in chunk)
    contents = read_blobs(git_dir, blobs, maximum_bytes=notebook.MAXIMUM_BYTES)
    for wanted, (blob, _size, content) in zip(chunk, contents, strict=True):
        found = _extract(wanted, _beginning(git_dir, blob) if content is None else content)
        skipped = found.skipped or (None if found.documents else "no text")
        files.append((wanted.path, len(found.documents), skipped))
        documents += _rows(wanted, found)
    return DocumentFrames(
        pl.DataFrame(files, schema=_FILES, orient="row"),
        pl.DataFrame(documents, schema=_DOCUMENTS, orient="row"),
    )


def _beginning(git_dir: Path, blob: str) -> bytes:
    """As much of a large blob as prose is read; the rest is passed over without being held."""
    with stream_git(["cat-file", "blob", blob], git_dir=git_dir, what="reading a file") as output:
        content = output.read(prose.MAXIMUM_BYTES + 1)
        while output.read(prose.MAXIMUM_BYTES):
            pass
        return content


def _extract(wanted: Wanted, content: bytes) -> Extracted:
    match wanted.reader:
        case "prose":
            return prose.prose_documents(wanted.kind, content)
        case "notebook":
            return notebook.notebook_documents(content)
        case "configuration":
            return configuration_documents(wanted.language, content)
        case "script":
            return script_documents(content)
        case "source code" | "tests":
            return _of_source(wanted.language or "", content, wanted.reader == "tests")
        case _:
            return whole_file_documents(wanted.kind, content)


def _of_source(language: str, content: bytes, is_test: bool) -> Extracted:
    # Grammars are loaded by the processes that parse alone.
    from hyperion_pipelines.documents.extraction.source_code import source_documents

    language = language_of_content(language, content)
    decoded = decode_source(content, language)
    if decoded.text is None:
        return Extracted(skipped=decoded.skipped)
    documents = source_documents(language, decoded.text.encode(), is_test=is_test)
    return Extracted(documents, language=language)


def _rows(wanted: Wanted, found: Extracted) -> Iterator[tuple[object, ...]]:
    """Rows of the table `documents`, in the order of its columns."""
    for ordinal, document in enumerate(sorted(found.documents, key=_place)):
        yield (
            *(wanted.path, wanted.blob, found.language or wanted.language),
            *(document.kind, document.symbol, ordinal, document.start_line, document.end_line),
            document.text,
            hashlib.sha256(document.text.encode()).hexdigest(),
        )


def _place(document: Document) -> tuple[int, str]:
    return document.start_line, document.kind
