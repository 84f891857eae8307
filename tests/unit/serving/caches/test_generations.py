"""A generation ends when something is published, and with nothing else."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hyperion_pipelines.learning.registry.published import Champion, PublishedModels
from hyperion_pipelines.serving.caches.generations import Generations, PerGeneration
from tests.unit.serving.caches.published_tables import SLUG, Analysis


def settle(home: Path) -> None:
    """Let everything be written an hour ago, as far as the file system knows."""
    then = time.time() - 3_600
    for path in (home, *home.rglob("*")):
        os.utime(path, (then, then))


def _publish_table(home: Path) -> None:
    Analysis(home).publish("tree", "a.py")


def _publish_champion(home: Path) -> None:
    PublishedModels(home).publish(Champion("risk", 1, "run", "", {}), lambda folder: folder)


def _publish_vectors(home: Path) -> None:
    place = home / "vectors" / SLUG / "published.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps({"version": "one", "before": None}))


def _edit_filters(home: Path) -> None:
    (home / "config" / SLUG / "filters.yaml").write_text("test: [spec/]")


def _fetch(home: Path) -> None:
    head = home / "mirrors" / f"{SLUG}.git" / "HEAD"
    new = head.with_suffix(".lock")
    new.write_text("ref: refs/heads/main\n")
    new.replace(head)


def _add_repository(home: Path) -> None:
    Analysis(home).workspace.catalogue.add("https://example.org/other.git")


def _remove_repository(home: Path) -> None:
    Analysis(home).workspace.publications.remove(SLUG)


CHANGES = [
    _publish_table,
    _publish_champion,
    _publish_vectors,
    _edit_filters,
    _fetch,
    _add_repository,
    _remove_repository,
]


@pytest.fixture
def settled(home: Path, analysis: Analysis) -> Path:
    """A home with a repository that was analysed an hour ago."""
    analysis.publish("tree", "a.py")
    for folder in (f"mirrors/{SLUG}.git", f"config/{SLUG}"):
        (home / folder).mkdir(parents=True)
    (home / "config" / SLUG / "filters.yaml").write_text("test: [tests/]")
    settle(home)
    return home


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_published_begins_a_generation(
    settled: Path, change: Callable[[Path], None]
) -> None:
    generations = Generations(settled, look_seconds=0.0)
    before = generations.current()
    assert generations.current() == before
    change(settled)
    assert generations.current() > before


def test_what_happens_to_another_repository_changes_nothing_of_this_one(settled: Path) -> None:
    (settled / "published" / "other").mkdir()
    settle(settled)
    generations = Generations(settled, look_seconds=0.0)
    whole, this, other = generations.current(), generations.of([SLUG]), generations.of(["other"])
    (settled / "published" / "other" / "tree.json").write_text("{}")
    assert generations.of([SLUG]) == this
    assert generations.of(["other"]) > other
    assert generations.current() > whole


def test_logs_and_served_predictions_change_nothing(settled: Path) -> None:
    generations = Generations(settled, look_seconds=0.0)
    before = generations.current()
    for folder in ("logs", "lake/served_predictions"):
        (settled / folder).mkdir(parents=True)
        (settled / folder / "file").touch()
    assert generations.current() == before


def test_a_change_within_one_tick_of_the_clock_is_seen_at_the_next_look(home: Path) -> None:
    """Two changes may leave the same time: what is as new as that is not relied upon."""
    Analysis(home).publish("tree", "a.py")
    generations = Generations(home, look_seconds=0.0)
    assert generations.current() < generations.current()


def test_a_home_is_not_looked_at_more_often_than_said(settled: Path) -> None:
    generations = Generations(settled, look_seconds=60.0)
    before = generations.current()
    _publish_table(settled)
    assert generations.current() == before


def test_a_home_with_nothing_in_it_has_a_generation(tmp_path: Path) -> None:
    assert Generations(tmp_path / "nowhere").current() == Generations(tmp_path / "no").current()


def test_a_value_is_made_once_a_generation(settled: Path) -> None:
    values = PerGeneration[str, int](Generations(settled, look_seconds=0.0))
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    assert [values.get("a", make), values.get("a", make), values.get("b", make)] == [0, 0, 1]
    _publish_table(settled)
    assert values.get("a", make) == 2


def test_what_cannot_be_made_is_tried_again(settled: Path) -> None:
    values = PerGeneration[str, int](Generations(settled, look_seconds=0.0))
    with pytest.raises(ZeroDivisionError):
        values.get("a", lambda: 1 // 0)
    assert values.get("a", lambda: 1) == 1
