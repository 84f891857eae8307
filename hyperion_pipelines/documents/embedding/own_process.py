"""The embedding model in a process of its own, for as long as it has texts to embed.

PyTorch takes a gigabyte and gives none of it back: with the process it is gone before the vectors
are indexed. To import it takes longer than to export the model, so that is done there, too.
"""

import logging
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from hyperion_pipelines.code.workers import start_workers
from hyperion_pipelines.documents.embedding.export import ExportError, export
from hyperion_pipelines.documents.embedding.exported import exported_file
from hyperion_pipelines.documents.embedding.model import Precision, SentenceTransformerModel
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.stores.vectors import Vector

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _RemoteModel:
    """An EmbeddingModel whose work is done by the one process of *pool*."""

    model: SentenceTransformerModel
    pool: ProcessPoolExecutor

    @property
    def identity(self) -> str:
        return self.model.identity

    @property
    def dimensions(self) -> int:
        return self.model.dimensions

    def embed(self, texts: Sequence[str]) -> Vector:
        folder, precision = self.model.folder, self.model.precision
        return result_of(self.pool.submit(_embed, folder, precision, list(texts)))


@contextmanager
def own_process(
    model: SentenceTransformerModel, export_to: Path | None = None
) -> Generator[_RemoteModel]:
    """*model* in another process, which ends with the block, or with this process.

    Before it ends it exports the model to the folder *export_to*, unless that was done before; why
    that cannot be done is logged.
    """
    with start_workers(1) as pool:
        yield _RemoteModel(model, pool)
        if export_to is None or (file := exported_file(export_to, model)).exists():
            return
        try:
            result_of(pool.submit(export, model.folder, file))
        except ExportError as error:
            logger.warning("questions are embedded by PyTorch, which is slower: %s", error)


def export_once(model: SentenceTransformerModel, folder: Path) -> None:
    """Export *model* to *folder*, unless that was done before."""
    if not exported_file(folder, model).exists():
        with own_process(model, folder):
            pass


def result_of(work: Future[Result]) -> Result:
    """What *work* of a process with the model returns. Raises HyperionError where it was ended."""
    try:
        return work.result()
    except BrokenProcessPool as error:
        raise HyperionError(
            "the process that embeds was ended, by the system if memory was short: free some, "
            "then run again; what was embedded so far is kept"
        ) from error


def _embed(folder: Path, precision: Precision, texts: list[str]) -> Vector:
    return _loaded(folder, precision).embed(texts)


@cache
def _loaded(folder: Path, precision: Precision) -> SentenceTransformerModel:
    return SentenceTransformerModel(folder, precision)
