"""Writes the embedding model as ONNX, once a model; what for, `exported` says.

That takes PyTorch and five seconds more, hence `own_process`. The file is in its place only once it
was seen to make the same vectors.
"""

import logging
import warnings
from pathlib import Path

import numpy as np

from hyperion_pipelines.documents.embedding.exported import INPUT, OUTPUT, ExportedModel
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.locks import exclusive

LOCK_SECONDS = 300.0
# A file of ONNX is one message of protobuf, which may have 2 GiB; the graph needs a little of it.
MOST_BYTES = 2**31 - 2**24
LARGEST_DIFFERENCE = 1e-4  # between two numbers of vectors of length 1


class ExportError(HyperionError):
    """The model cannot be exported; PyTorch makes the vectors of questions as well."""


def export(folder: Path, file: Path) -> None:
    """Export the model in *folder* to *file*, unless that was done before. Raises ExportError."""
    lock = file.with_suffix(".lock")
    with exclusive(lock, doing="exporting the embedding model", wait=LOCK_SECONDS):
        if not file.exists():
            _write_checked(folder, file)


def _write_checked(folder: Path, file: Path) -> None:
    """Write *file*, if that makes the same vectors."""
    model, written = SentenceTransformerModel(folder, "float32"), file.with_suffix(".partial")
    texts = ["", "How are retries configured?", "word " * (model.max_tokens // 2)]
    try:
        _write(model, written)
        made = ExportedModel(model, written).embed(texts)
        if not np.allclose(made, model.embed(texts), atol=LARGEST_DIFFERENCE):
            raise ExportError(f"the embedding model in {folder} makes other vectors once exported")
        written.replace(file)
    finally:
        written.unlink(missing_ok=True)


def _write(model: SentenceTransformerModel, file: Path) -> None:
    import torch

    class Vectors(torch.nn.Module):
        """From the tokens of one text, shape (1, tokens), to its vector, shape (1, dimensions)."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model.loaded.to("cpu")

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            tokens = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
            vectors = self.model(tokens)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    weights = sum(weight.nbytes for weight in model.loaded.parameters())
    if weights > MOST_BYTES:
        raise ExportError(
            f"the embedding model in {model.folder} has weights of {weights:,} bytes, and a file "
            f"of ONNX holds {MOST_BYTES:,}"
        )
    example = torch.tensor([[0, 1, 2, 3]])
    lengths = torch.export.Dim("tokens", min=2, max=model.max_tokens)
    # What the exporter says of its own insides is of no use to anybody here.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                Vectors().eval(),
                (example,),
                file,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes=({1: lengths},),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        except torch.onnx.OnnxExporterError as error:
            raise ExportError(
                f"PyTorch cannot export the embedding model in {model.folder} ({error})"
            ) from error
