"""Champions in the home: complete, replaced at once, the one before kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hyperion_pipelines.learning.registry.published import Champion, PublishedModels


def champion(version: int, run_id: str = "run") -> Champion:
    return Champion("risk", version, run_id, "2026-01-01T00:00:00+00:00", {"features": "[]"})


def files(content: str) -> Callable[[Path], Path]:
    def download(folder: Path) -> Path:
        (folder / "files").mkdir()
        (folder / "files" / "model.txt").write_text(content)
        return folder / "files"

    return download


def breaks(folder: Path) -> Path:
    (folder / "half").touch()
    raise OSError("the connection was lost")


@pytest.fixture
def models(tmp_path: Path) -> PublishedModels:
    return PublishedModels(tmp_path)


def served(models: PublishedModels) -> tuple[int, str]:
    """The version that is served, and what its file says."""
    found = models.champion("risk")
    assert found is not None
    return found.version, (models.folder(found) / "model.txt").read_text()


def folders(models: PublishedModels) -> list[str]:
    return sorted(each.name for each in (models.home / "models" / "risk").iterdir())


def test_without_a_champion_none_is_served(models: PublishedModels) -> None:
    assert models.champion("risk") is None
    assert not models.withdraw("risk")


def test_a_champion_is_read_as_it_was_published(models: PublishedModels) -> None:
    assert models.publish(champion(1), files("one"))
    found = models.champion("risk")
    assert found is not None
    assert (found.name, found.version, found.run_id) == ("risk", 1, "run")
    assert found.tags == {"features": "[]"}
    assert found.published_at
    assert models.folder(found) == models.home / "models" / "risk" / "1"
    assert served(models) == (1, "one")


def test_what_is_served_is_not_fetched_again(models: PublishedModels) -> None:
    models.publish(champion(1), files("one"))
    assert not models.publish(champion(1), breaks)


def test_the_champion_before_is_kept_and_no_other(models: PublishedModels) -> None:
    for version in (1, 2, 3):
        models.publish(champion(version), files(str(version)))
    assert folders(models) == ["2", "3", "champion.json"]
    models.publish(champion(2), files("2"))
    assert served(models) == (2, "2")
    assert folders(models) == ["2", "3", "champion.json"]


def test_a_version_of_a_new_store_replaces_its_namesake(models: PublishedModels) -> None:
    models.publish(champion(1, "old store"), files("old"))
    assert models.publish(champion(1, "new store"), files("new"))
    assert served(models) == (1, "new")
    assert folders(models) == ["1", "champion.json"]


def test_files_that_went_missing_are_fetched_again(models: PublishedModels) -> None:
    models.publish(champion(1), files("one"))
    (models.home / "models" / "risk" / "1" / "model.txt").unlink()
    (models.home / "models" / "risk" / "1").rmdir()
    assert models.champion("risk") is None
    assert models.publish(champion(1), files("one"))
    assert served(models) == (1, "one")


def test_a_broken_transfer_changes_nothing_and_its_remains_go(models: PublishedModels) -> None:
    models.publish(champion(1), files("one"))
    with pytest.raises(OSError, match="the connection was lost"):
        models.publish(champion(2), breaks)
    assert served(models) == (1, "one")
    models.publish(champion(2), files("two"))
    assert served(models) == (2, "two")
    assert folders(models) == ["1", "2", "champion.json"]


def test_a_withdrawn_champion_is_not_served(models: PublishedModels) -> None:
    models.publish(champion(1), files("one"))
    assert models.withdraw("risk")
    assert models.champion("risk") is None
