"""The embedding model: what it is, what it makes of a text, and what it refuses."""

import json
import shutil
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.embedding.model import (
    SentenceTransformerModel,
    model_folder,
    processor_precision,
)
from hyperion_pipelines.errors import ConfigurationError, UsageError

FOLDER = model_folder("")
TEXTS = [
    "How are retries configured?",
    "def get(url, params=None, **kwargs):\n    return request('get', url, params=params, **kwargs)",
    "Timeouts\nMost requests should have a timeout. " * 20,
    "x",
    "",
    " ".join(Path(__file__).read_text().split()[:100]),
]


@pytest.fixture(scope="module")
def model() -> SentenceTransformerModel:
    return SentenceTransformerModel(FOLDER, "bfloat16")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The model's folder, all but its weights as it is: there, a few numbers."""
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").write_bytes(np.arange(1_000, dtype=np.float32).tobytes())
    return folder


def identity(folder: Path) -> str:
    return SentenceTransformerModel(folder, "float32").identity


def rewritten(file: Path, **settings: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **settings}))


def test_loading_is_silent_and_reaches_for_no_network(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    SentenceTransformerModel(FOLDER).embed(["a text"])
    assert capfd.readouterr() == ("", "")


def test_vectors_are_those_of_sentence_transformers_to_four_digits(
    model: SentenceTransformerModel,
) -> None:
    reference = SentenceTransformer(str(FOLDER), device="cpu", local_files_only=True)
    reference.max_seq_length = 512
    expected = reference.encode(TEXTS, normalize_embeddings=True)
    vectors = model.embed(TEXTS)
    assert (vectors * expected).sum(axis=1).min() >= 0.9999
    assert SentenceTransformerModel(FOLDER, "float32").embed(TEXTS) == pytest.approx(
        expected, abs=1e-5
    )


def test_rows_are_float32_of_length_one_and_in_the_order_of_the_texts(
    model: SentenceTransformerModel,
) -> None:
    vectors = model.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), model.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.vstack([model.embed([text]) for text in TEXTS])
    assert (vectors * alone).sum(axis=1).min() >= 0.9999


def test_no_texts_make_no_rows(model: SentenceTransformerModel) -> None:
    assert model.embed([]).shape == (0, 384)


def test_a_text_is_read_to_its_last_token(model: SentenceTransformerModel) -> None:
    beginning = "word " * (model.max_tokens - 3)
    assert Tokenizer.of(FOLDER).count([beginning + "cat"]) == [model.max_tokens]
    cat, dog = model.embed([beginning + "cat", beginning + "dog"])
    assert (cat * dog).sum() < 0.99999


def test_a_text_over_the_models_positions_is_refused_rather_than_cut_off() -> None:
    with pytest.raises(UsageError, match=r"602 tokens.*at most 512"):
        SentenceTransformerModel(FOLDER).embed(["short", "word " * 600])


def test_matrices_alone_are_kept_in_bfloat16(model: SentenceTransformerModel) -> None:
    types = {type(module).__name__: weight.dtype for module, weight in weights(model)}
    assert types.pop("Linear") == torch.bfloat16
    assert set(types.values()) == {torch.float32}
    assert {"Embedding", "LayerNorm"} <= types.keys()


def weights(model: SentenceTransformerModel) -> list[tuple[torch.nn.Module, torch.Tensor]]:
    return [
        (module, weight)
        for module in model.loaded.modules()
        for weight in module.parameters(recurse=False)
    ]


def test_the_same_files_elsewhere_are_the_same_model(copied: Path, tmp_path: Path) -> None:
    (copied / "README.md").write_text("Other words.")
    elsewhere = shutil.copytree(copied, tmp_path / "elsewhere")
    assert identity(elsewhere) == identity(copied)


def test_one_weight_more_or_less_is_another_model(copied: Path) -> None:
    before = identity(copied)
    weights = np.arange(1_000, dtype=np.float32)
    weights[700] += 1e-3
    (copied / "model.safetensors").write_bytes(weights.tobytes())
    assert identity(copied) != before


def test_other_pooling_is_another_model(copied: Path) -> None:
    before = identity(copied)
    rewritten(copied / "1_Pooling" / "config.json", pooling_mode_cls_token=True)
    assert identity(copied) != before


def test_precisions_are_told_apart() -> None:
    one, other = (SentenceTransformerModel(FOLDER, kind) for kind in ("float32", "bfloat16"))
    assert one.identity.removesuffix("float32") == other.identity.removesuffix("bfloat16")


@pytest.mark.parametrize(
    ("flags", "precision"),
    [("fma avx2 avx512f", "float32"), ("avx512_bf16 fma", "bfloat16"), ("amx_bf16", "bfloat16")],
)
def test_the_processor_decides_on_the_precision(tmp_path: Path, flags: str, precision: str) -> None:
    (tmp_path / "cpuinfo").write_text(f"model name\t: one\nflags\t\t: {flags}\n")
    assert processor_precision(tmp_path / "cpuinfo") == precision
    assert processor_precision(tmp_path / "missing") == "float32"


def test_a_module_that_narrows_the_vectors_is_heeded(copied: Path) -> None:
    modules = json.loads((copied / "modules.json").read_text())
    (copied / "modules.json").write_text(json.dumps([*modules, {"path": "3_Dense"}]))
    (copied / "3_Dense").mkdir()
    (copied / "3_Dense" / "config.json").write_text('{"in_features": 384, "out_features": 96}')
    assert SentenceTransformerModel(copied).dimensions == 96


def test_a_folder_that_says_nothing_of_its_vectors_is_refused(copied: Path) -> None:
    for file in copied.rglob("*config.json"):
        file.write_text("{}")
    with pytest.raises(ConfigurationError, match="states none of hidden_size"):
        _ = SentenceTransformerModel(copied).dimensions


def test_settings_that_are_no_json_are_named(copied: Path) -> None:
    (copied / "config.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"config\.json.*no JSON"):
        _ = SentenceTransformerModel(copied).max_tokens


def test_a_folder_is_taken_as_it_is_named(copied: Path) -> None:
    assert model_folder(str(copied)) == copied


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no such model//"])
def test_a_model_that_is_not_on_this_machine_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"HYPERION_EMBEDDING_MODEL.*hf download"):
        model_folder(name)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no weights"):
        model_folder(str(tmp_path))
