"""The embedding model in a process of its own."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
from hyperion_pipelines.documents.embedding.own_process import own_process
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache

TEXTS = ["Opens the shelf.", "def close(self): ...", "Opens the shelf."]

WITHOUT_PYTORCH = """
import sys
from functools import partial
from pathlib import Path
from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
from hyperion_pipelines.documents.embedding.own_process import own_process
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache

if __name__ == "__main__":
    model = SentenceTransformerModel(model_folder(""))
    cache = EmbeddingCache(Path(sys.argv[1]))
    print(Embedding(model, cache, partial(own_process, model)).vectors(["new"]).shape)
    print({"torch", "sentence_transformers"} & sys.modules.keys())
"""


@pytest.fixture(scope="module")
def model() -> SentenceTransformerModel:
    return SentenceTransformerModel(model_folder(""))


def test_it_makes_the_vectors_that_the_model_makes_here_and_is_gone_afterwards(
    model: SentenceTransformerModel, tmp_path: Path
) -> None:
    there = EmbeddingCache(tmp_path / "there.sqlite")
    vectors = Embedding(model, there, partial(own_process, model)).vectors(TEXTS)
    here = Embedding(model, EmbeddingCache(tmp_path / "here.sqlite")).vectors(TEXTS)
    assert np.allclose(vectors, here, atol=2e-3)
    assert not _workers()


def test_the_process_that_asks_never_imports_pytorch(tmp_path: Path) -> None:
    script = tmp_path / "embeds.py"
    script.write_text(WITHOUT_PYTORCH)
    command = [sys.executable, str(script), str(tmp_path / "embeddings.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(1, 384)", "set()"]


def test_what_the_model_refuses_is_told_here(model: SentenceTransformerModel) -> None:
    with own_process(model) as remote, pytest.raises(UsageError, match=r"tokens, and .* shorten"):
        remote.embed(["word " * 600])


def test_a_process_that_is_killed_is_told_as_what_it_is(model: SentenceTransformerModel) -> None:
    with own_process(model) as remote:
        remote.embed(["a text"])
        for worker in _workers():
            os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(HyperionError, match=r"was ended.*run again"):
            remote.embed(["another text"])


def _workers() -> list[psutil.Process]:
    """The processes that embed for this one."""
    children = psutil.Process().children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
