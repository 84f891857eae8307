"""The tables of files and documents, brought up to date: only files that changed are read.

A file is read again where its path, its blob, or what reads it is another than before. How it is
read is the business of `reading`, whether it is read at all that of `files`.
"""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.documents.extraction.files import REASONS, document_files
from hyperion_pipelines.documents.extraction.reading import DocumentFrames, read_documents
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import DOCUMENT_FILES, DOCUMENTS

PATHS_NAMED = 5

_KEY = ["path", "blob", "extractor"]
_FILE_COLUMNS = [name for name in DOCUMENT_FILES if name != "repository"]
_DOCUMENT_COLUMNS = [name for name in DOCUMENTS if name != "repository"]


class DocumentsUpdate(NamedTuple):
    """The tables without `repository`; `read` counts the files that were read for them."""

    tables: DocumentFrames
    read: int

    def skipped(self) -> pl.DataFrame:
        """What was passed over: `reason`, what it `means`, the number of `files`, some `paths`.

        The commonest reason comes first.
        """
        passed_over = self.tables.document_files.drop_nulls("skipped")
        paths = pl.col("path").sort().head(PATHS_NAMED).alias("paths")
        reasons = passed_over.group_by(reason="skipped").agg(pl.len().alias("files"), paths)
        means = pl.col("reason").replace_strict(REASONS, return_dtype=pl.String).alias("means")
        return reasons.select("reason", means, "files", "paths").sort(
            "files", "reason", descending=[True, False]
        )


def update_documents(
    git_dir: Path,
    tree: pl.DataFrame,
    known: DocumentFrames,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> DocumentsUpdate:
    """The files of *tree*, the table of that name, and the documents in them.

    What *known* says of files that did not change is taken from there. Files are ordered by path,
    documents by path and ordinal. Raises MissingObjectsError for a blob that is gone.
    """
    files = document_files(tree)
    said = known.document_files.select(*_KEY, "documents", "skipped")
    kept = files.drop("skipped").join(said, on=_KEY)
    wanted = files.drop_nulls("extractor").join(kept, on="path", how="anti")
    with (progress or Silent()).stage("documents", wanted.height, "files") as advance:
        read = read_documents(git_dir, wanted, workers=workers, progress=advance)
    found = wanted.drop("skipped").join(read.document_files, on="path")
    unread = files.filter(pl.col("extractor").is_null()).with_columns(
        pl.lit(0, DOCUMENT_FILES["documents"]).alias("documents")
    )
    documents = known.documents.select(_DOCUMENT_COLUMNS).join(kept, on="path", how="semi")
    tables = DocumentFrames(
        pl.concat(one.select(_FILE_COLUMNS) for one in (kept, found, unread)).sort("path"),
        pl.concat([documents, read.documents], rechunk=True).sort("path", "ordinal"),
    )
    return DocumentsUpdate(tables, read=wanted.height)
