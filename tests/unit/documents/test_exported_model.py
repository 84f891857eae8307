"""The embedding model in the form that reads questions: the same vectors, without PyTorch."""

import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from hyperion_pipelines.documents.embedding.export import ExportError, export
from hyperion_pipelines.documents.embedding.exported import ExportedModel, exported_file
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
from hyperion_pipelines.documents.embedding.own_process import export_once, own_process
from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.vectors import Vector
from hyperion_pipelines.workspace import Workspace

QUESTIONS = ["How are retries configured?", "x", "", "naïve 日本 🙂 `a == b`", "word " * 510]

WITHOUT_PYTORCH = """
import sys
from collections.abc import Sequence
from pathlib import Path
from hyperion_pipelines.documents.embedding.exported import ExportedModel
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder

model = ExportedModel(SentenceTransformerModel(model_folder("")), Path(sys.argv[1]))
print(model.embed(["How are retries configured?"]).shape)
print({"torch", "transformers", "sentence_transformers", "onnx"} & sys.modules.keys())
"""


@pytest.fixture(scope="module")
def model() -> SentenceTransformerModel:
    return SentenceTransformerModel(model_folder(""), "float32")


@pytest.fixture(scope="module")
def file(model: SentenceTransformerModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    export_once(model, folder)
    return exported_file(folder, model)


def test_its_vectors_are_those_of_the_model(model: SentenceTransformerModel, file: Path) -> None:
    exported = ExportedModel(model, file)

    vectors = exported.embed(QUESTIONS)

    assert vectors == pytest.approx(model.embed(QUESTIONS), abs=1e-5)
    assert (vectors.dtype, exported.dimensions) == (np.float32, 384)
    assert exported.embed([]).shape == (0, 384)
    assert exported.identity == model.identity


def test_it_needs_no_pytorch(file: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_PYTORCH, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(1, 384)", "set()"]
    assert done.stderr == ""


def test_a_question_over_the_models_positions_is_refused(
    model: SentenceTransformerModel, file: Path
) -> None:
    with pytest.raises(UsageError, match=r"602 tokens.*at most 512"):
        ExportedModel(model, file).embed(["short", "word " * 600])


def test_it_is_exported_once(model: SentenceTransformerModel, file: Path) -> None:
    written = file.stat()

    export_once(model, file.parent)
    with own_process(model, file.parent) as remote:
        remote.embed(["a text"])
    export(model.folder, file)

    assert file.stat() == written
    assert {each.suffix for each in file.parent.iterdir()} == {".onnx", ".lock"}


def test_to_export_prints_nothing(
    model: SentenceTransformerModel, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with own_process(model, tmp_path):
        assert not list(tmp_path.iterdir())
    assert {each.suffix for each in tmp_path.iterdir()} == {".onnx", ".lock"}
    assert capfd.readouterr() == ("", "")


def test_what_makes_other_vectors_is_not_kept(
    model: SentenceTransformerModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Others(ExportedModel):
        def embed(self, texts: Sequence[str]) -> Vector:
            return -super().embed(texts)

    module = import_module("hyperion_pipelines.documents.embedding.export")
    monkeypatch.setattr(module, "ExportedModel", Others)
    file = exported_file(tmp_path, model)
    with pytest.raises(ExportError, match="makes other vectors"):
        export(model.folder, file)
    assert {each.suffix for each in tmp_path.iterdir()} == {".lock"}


def test_a_model_larger_than_a_file_of_onnx_is_not_exported(
    model: SentenceTransformerModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("hyperion_pipelines.documents.embedding.export")
    monkeypatch.setattr(module, "MOST_BYTES", 90_000_000)
    with pytest.raises(ExportError, match=r"90,852,864 bytes.* holds 90,000,000"):
        export(model.folder, exported_file(tmp_path, model))


def test_a_damaged_file_is_told_with_what_to_do(
    model: SentenceTransformerModel, tmp_path: Path
) -> None:
    file = tmp_path / "damaged.onnx"
    file.write_bytes(b"no model")
    with pytest.raises(ConfigurationError, match=r"damaged\.onnx.*cannot be read.*delete it"):
        ExportedModel(model, file).embed(["a question"])


def test_questions_are_read_by_it_once_it_is_there(file: Path, tmp_path: Path) -> None:
    cache = tmp_path / "shared" / "embeddings.sqlite"
    workspace = Workspace(Settings(home=tmp_path, embedding_cache=cache))
    assert isinstance(workspace.question_model, SentenceTransformerModel)

    workspace.exported_models.mkdir(parents=True)
    (workspace.exported_models / file.name).symlink_to(file)

    assert workspace.exported_models.parent == cache.parent
    assert isinstance(workspace.question_model, ExportedModel)
    assert workspace.question_model is workspace.question_model  # its weights are read once


def test_a_model_that_cannot_be_exported_is_told_in_the_log(
    model: SentenceTransformerModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    module = import_module("hyperion_pipelines.documents.embedding.own_process")
    monkeypatch.setattr(module, "export", refused)
    with own_process(model, tmp_path) as remote:
        assert remote.embed(["a text"]).shape == (1, 384)
    assert "embedded by PyTorch, which is slower: it has no such form" in caplog.text


def refused(*_: Path) -> None:
    """In another process."""
    raise ExportError("it has no such form")
