"""The table of chunks, brought up to date: only documents that changed are cut.

Cutting one document is the business of `chunks`.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.workers import start_workers
from hyperion_pipelines.documents.chunk import Chunk
from hyperion_pipelines.documents.chunking.chunks import chunk_document
from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import CHUNKS

VERSION = "1"
"""To be raised with each change of what is cut where."""
NAMESPACE = uuid.UUID("5d0f8d8c-6d0c-4a38-9e55-0f6a1a8f6c11")
# Starting two processes takes as long as cutting so many characters: below this, one is faster.
POOL_MINIMUM = 4_000_000
_BATCH = 500_000
_DIGEST_LENGTH = 12
_FILE = ["path", "blob", "chunker"]
_DESCRIBED = ("language", "kind", "symbol", "start_line", "content_hash")
_ROWS = pl.Schema({name: kind for name, kind in CHUNKS.items() if name != "repository"})
_CUT = pl.Schema(
    {"document": pl.UInt32} | {name: CHUNKS[name] for name in (*Chunk._fields, "content_hash")}
)


class ChunksUpdate(NamedTuple):
    """The columns of CHUNKS without `repository`; `chunked` counts the documents that were cut."""

    rows: pl.DataFrame
    chunked: int


def update_chunks(
    documents: pl.DataFrame,
    known_chunks: pl.DataFrame,
    *,
    slug: str,
    tokenizer: Tokenizer,
    limit: int,
    workers: int = 1,
    progress: Progress | None = None,
) -> ChunksUpdate:
    """The chunks of all *documents*, from *known_chunks* where a file's documents are the same.

    Both are as in the tables of these names, with or without `repository`. By path, kind and
    ordinal, which counts the chunks of a kind in a file by their lines. Raises ConfigurationError
    for a *limit* that is too low.
    """
    wanted = _with_chunker(documents, tokenizer, limit)
    kept = known_chunks.select(*_ROWS).join(wanted, on=_FILE, how="semi")
    new = wanted.join(kept, on=_FILE, how="anti").with_row_index("document")
    with (progress or Silent()).stage("chunks", new.height, "documents") as advance:
        cut = _cut_all(new, tokenizer, limit, workers, advance)
    files = new.select("document", "path", "blob", "language", "kind", "symbol", "chunker")
    rows = _numbered(files.join(cut.with_row_index("position"), on="document"), slug)
    together = pl.concat([kept, rows], rechunk=True).sort("path", "kind", "ordinal")
    return ChunksUpdate(together, chunked=new.height)


def _with_chunker(documents: pl.DataFrame, tokenizer: Tokenizer, limit: int) -> pl.DataFrame:
    """The documents, with what cuts them and a digest of all that are in the file.

    One blob may give other documents once they are extracted in another way.
    """
    described = pl.struct(_DESCRIBED).struct.json_encode().sort_by("start_line", "ordinal")
    files = documents.group_by("path", "blob").agg(described.str.join("\n").alias("described"))
    cutter = f"{VERSION}-{tokenizer.identity}-{limit}"
    chunkers = [
        f"{cutter}-{hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]}"
        for text in files["described"]
    ]
    return documents.join(
        files.select("path", "blob", pl.Series("chunker", chunkers, pl.String)), on=["path", "blob"]
    ).sort("path", "start_line", "ordinal")


def _cut_all(
    documents: pl.DataFrame,
    tokenizer: Tokenizer,
    limit: int,
    workers: int,
    progress: Callable[[int], None],
) -> pl.DataFrame:
    """What _CUT names of all chunks, in order, and the number of the `document` of each."""
    batches = _batches(documents.select("document", "language", *Document._fields))
    cut = partial(_cut_batch, tokenizer, limit)
    if workers == 1 or sum(documents["text"].str.len_chars()) < POOL_MINIMUM:
        return _followed(map(cut, batches), progress)
    with start_workers(workers) as pool:
        return _followed(pool.map(cut, batches), progress)


def _batches(documents: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The documents in the same order, by batches of about as much text."""
    batch = pl.col("text").str.len_chars().cum_sum() // _BATCH
    numbered = documents.with_columns(batch=batch)
    yield from numbered.partition_by("batch", maintain_order=True, include_key=False)


def _cut_batch(
    tokenizer: Tokenizer, limit: int, documents: pl.DataFrame
) -> tuple[int, pl.DataFrame]:
    rows = [
        (number, *chunk, chunk.content_hash)
        for number, language, *document in documents.iter_rows()
        for chunk in chunk_document(Document._make(document), language, tokenizer, limit)
    ]
    return documents.height, pl.DataFrame(rows, schema=_CUT, orient="row")


def _followed(
    cut: Iterable[tuple[int, pl.DataFrame]], progress: Callable[[int], None]
) -> pl.DataFrame:
    frames = [_CUT.to_frame()]
    for documents, rows in cut:
        frames.append(rows)
        progress(documents)
    return pl.concat(frames)


def _numbered(chunks: pl.DataFrame, slug: str) -> pl.DataFrame:
    """The rows of new files: numbered within path and kind, in the order of lines."""
    place = chunks.sort("path", "kind", "start_line", "document", "position")
    numbered = place.with_columns(
        ordinal=pl.int_range(pl.len(), dtype=pl.UInt32).over("path", "kind")
    )
    name = pl.concat_str(pl.lit(slug), "path", "kind", "ordinal", separator="/")
    ids = [str(uuid.uuid5(NAMESPACE, text)) for text in numbered.select(name.alias("name"))["name"]]
    return numbered.with_columns(pl.Series("chunk_id", ids, pl.String)).select(*_ROWS)
