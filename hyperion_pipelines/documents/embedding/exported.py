"""The embedding model as ONNX Runtime runs it: what makes vectors of questions without PyTorch.

A question takes a third of the time so, and the process a gigabyte less; PyTorch in bfloat16 stays
the faster one for the texts that are searched. `export` writes the file.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, check_lengths
from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.stores.vectors import Vector

INPUT, OUTPUT = "input_ids", "vectors"
# A question is some ten tokens: more threads wait for each other longer than they compute.
THREADS = 1


def exported_file(folder: Path, model: SentenceTransformerModel) -> Path:
    """Where in *folder* the exported form of *model* lies, once there is one."""
    return folder / f"{model.digest}.onnx"


class ExportedModel:
    """*model*, from the *file* that it was exported to. Its vectors are in float32 throughout.

    ONNX Runtime and the weights are loaded with the first text.
    """

    def __init__(self, model: SentenceTransformerModel, file: Path) -> None:
        self.folder, self.file = model.folder, file
        self.identity, self.dimensions = model.identity, model.dimensions
        self.max_tokens = model.max_tokens

    def embed(self, texts: Sequence[str]) -> Vector:
        """The vectors of *texts*: float32, shape (texts, dimensions), each row of length 1.

        Raises UsageError for a text of more than `max_tokens` tokens.
        """
        tokens = Tokenizer.of(self.folder).ids(texts)
        check_lengths([len(ids) for ids in tokens], self.max_tokens)
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for place, ids in enumerate(tokens):
            (vectors[place : place + 1],) = self._session.run([OUTPUT], {INPUT: np.array([ids])})
        return vectors

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - ONNX Runtime has types in parts only
        runtime: Any = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = THREADS
        try:
            return runtime.InferenceSession(self.file, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its errors have no class in common
            raise ConfigurationError(
                f"{self.file}, the exported embedding model, cannot be read ({error}): delete it, "
                "and the next analysis writes it anew"
            ) from error
