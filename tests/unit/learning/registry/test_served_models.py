"""Champions in memory: loaded once, anew when they move, and no more of them than fit."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from hyperion_pipelines.learning.registry.published import Champion, PublishedModels
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.registry.served import ServedModels
from tests.unit.learning.registry.tiny_model import TINY, TinyModel

NAMES = ("tiny", "small")
PLENTY = 1_000_000


@pytest.fixture(autouse=True)
def tiny_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models that weigh a number of bytes each."""
    for name in NAMES:
        monkeypatch.setitem(MODELS, name, TINY)


@pytest.fixture
def published(tmp_path: Path) -> PublishedModels:
    return PublishedModels(tmp_path)


def publish(
    published: PublishedModels, name: str, version: int, weight: str, run_id: str = "run"
) -> None:
    def download(folder: Path) -> Path:
        (folder / "files").mkdir()
        (folder / "files" / "weight.txt").write_text(weight)
        return folder / "files"

    published.publish(Champion(name, version, run_id, "2026-01-01T00:00:00+00:00", {}), download)


def weight(models: ServedModels, name: str = "tiny") -> tuple[int, float]:
    """The version that is served, and the weight of its model."""
    served = models.load(name)
    assert served is not None
    assert isinstance(served.model, TinyModel)
    return served.champion.version, served.model.weight


def test_without_a_champion_there_is_no_model(published: PublishedModels) -> None:
    assert ServedModels(published, PLENTY).load("tiny") is None


def test_a_model_is_loaded_once(published: PublishedModels) -> None:
    publish(published, "tiny", 1, "2.0")
    models = ServedModels(published, PLENTY)
    assert [weight(models), weight(models)] == [(1, 2.0), (1, 2.0)]
    assert models.loads == {"tiny": 1}


def test_a_champion_that_moves_is_loaded_anew(published: PublishedModels) -> None:
    publish(published, "tiny", 1, "2.0")
    models = ServedModels(published, PLENTY)
    weight(models)
    publish(published, "tiny", 2, "3.0")
    assert weight(models) == (2, 3.0)
    publish(published, "tiny", 2, "4.0", run_id="of a new store")
    assert weight(models) == (2, 4.0)
    assert models.loads == {"tiny": 3}


def test_a_champion_that_is_withdrawn_is_let_go(published: PublishedModels) -> None:
    publish(published, "tiny", 1, "2.0")
    models = ServedModels(published, PLENTY)
    weight(models)
    published.withdraw("tiny")
    assert models.load("tiny") is None


@pytest.mark.parametrize(("max_bytes", "loads"), [(6, 1), (5, 2), (2, 2)])
def test_models_whose_files_do_not_fit_make_room(
    published: PublishedModels, max_bytes: int, loads: int
) -> None:
    """Two models of three bytes: both fit, one of them, none."""
    for name in NAMES:
        publish(published, name, 1, "2.0")
    models = ServedModels(published, max_bytes)
    for name in (*NAMES, *NAMES):
        assert weight(models, name) == (1, 2.0)
    assert models.loads == dict.fromkeys(NAMES, loads)


def test_of_many_threads_one_loads(published: PublishedModels) -> None:
    publish(published, "tiny", 1, "2.0")
    models = ServedModels(published, PLENTY)
    together = Barrier(8)

    def ask() -> object:
        together.wait(timeout=10)
        return models.load("tiny")

    with ThreadPoolExecutor(8) as threads:
        found = [each.result() for each in [threads.submit(ask) for _ in range(8)]]
    assert all(each is not None and each == found[0] for each in found)
    assert models.loads == {"tiny": 1}


def test_files_that_cannot_be_read_are_tried_again(published: PublishedModels) -> None:
    publish(published, "tiny", 1, "2.0")
    champion = published.champion("tiny")
    assert champion is not None
    file = published.folder(champion) / "weight.txt"
    file.unlink()
    models = ServedModels(published, PLENTY)
    with pytest.raises(FileNotFoundError):
        models.load("tiny")
    file.write_text("2.0")
    assert weight(models) == (1, 2.0)
    assert models.loads == {"tiny": 1}
