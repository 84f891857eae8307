"""Champions are promoted, rolled back and published, on a database in the home and on a server."""

import pytest
from mlflow import MlflowClient

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.learning.registry.events import Kind
from hyperion_pipelines.learning.registry.published import PublishedModels
from hyperion_pipelines.learning.registry.registry import ModelRegistry
from tests.unit.learning.registry.tiny_model import (
    LOSES,
    TinyModel,
    beats,
    candidate,
    champion_number,
)


def test_the_history_says_what_moved_why_and_by_whom(registry: ModelRegistry, name: str) -> None:
    first = registry.register(candidate(name)).decision.reason
    refused = registry.register(candidate(name, LOSES)).decision.reason
    registry.promote(name, 2, by="ada")
    registry.rollback(name, by="bob")
    said = [
        (event.kind, event.alias, event.before, event.version, event.by)
        for event in registry.history(name)
    ]
    assert said == [
        (Kind.REGISTERED, "challenger", None, 1, "gate"),
        (Kind.REGISTERED, "champion", None, 1, "gate"),
        (Kind.REGISTERED, "challenger", 1, 2, "gate"),
        (Kind.PROMOTED, "champion", 1, 2, "ada"),
        (Kind.ROLLED_BACK, "champion", 2, 1, "bob"),
    ]
    reasons = [event.why for event in registry.history(name)]
    assert reasons[1] == first
    assert "though the gate refused it: " in reasons[3]
    assert refused.startswith("it was not compared")
    assert refused in reasons[3]


def test_rollbacks_go_back_champion_by_champion(registry: ModelRegistry, name: str) -> None:
    registry.register(candidate(name))
    for _ in range(2):
        registry.register(candidate(name, beats(0.5)))
    assert champion_number(registry, name) == 3
    assert registry.rollback(name, by="ada").version == 2
    assert registry.rollback(name, by="ada").version == 1
    with pytest.raises(HyperionError, match="no earlier champion to go back to"):
        registry.rollback(name, by="ada")
    assert champion_number(registry, name) == 1
    registry.register(candidate(name, beats(0.5)))
    assert registry.rollback(name, by="ada").version == 1


def test_a_rollback_passes_over_versions_that_were_deleted(
    registry: ModelRegistry, name: str, client: MlflowClient
) -> None:
    registry.register(candidate(name))
    for _ in range(2):
        registry.register(candidate(name, beats(0.5)))
    client.delete_model_version(f"hyperion-{name}", "2")
    assert registry.rollback(name, by="ada").version == 1


def test_only_a_version_that_exists_and_is_not_champion_is_promoted(
    registry: ModelRegistry, name: str
) -> None:
    registry.register(candidate(name))
    with pytest.raises(UsageError, match="has no version 9"):
        registry.promote(name, 9, by="ada")
    with pytest.raises(UsageError, match="is the champion already"):
        registry.promote(name, 1, by="ada")


def test_an_untrained_model_cannot_be_moved(registry: ModelRegistry, name: str) -> None:
    for move in (
        lambda: registry.promote(name, 1, by=""),
        lambda: registry.rollback(name, by=""),
    ):
        with pytest.raises(HyperionError, match="has no versions yet"):
            move()


def test_the_home_follows_the_champion(registry: ModelRegistry, name: str) -> None:
    registry.register(candidate(name, weight=1.0))
    registry.register(candidate(name, beats(0.5), weight=2.0))
    published = PublishedModels(registry.home)
    assert [each.version for each in registry.publish_champions([name])] == [2]
    champion = published.champion(name)
    assert champion is not None
    assert TinyModel.load(published.folder(champion)) == TinyModel(2.0)
    assert champion.tags["training_cut"] == "2026-01-01"
    registry.rollback(name, by="ada")
    (back,) = registry.publish_champions([name])
    assert TinyModel.load(published.folder(back)) == TinyModel(1.0)
    assert published.champion(name) is not None


def test_what_did_not_move_is_not_published_again(registry: ModelRegistry, name: str) -> None:
    registry.register(candidate(name))
    registry.publish_champions([name])
    before = PublishedModels(registry.home).champion(name)
    assert registry.publish_champions([name]) == []
    assert PublishedModels(registry.home).champion(name) == before


def test_an_alias_that_another_client_moved_is_followed_and_recorded(
    registry: ModelRegistry, name: str, client: MlflowClient
) -> None:
    registry.register(candidate(name))
    registry.register(candidate(name, LOSES))
    client.set_registered_model_alias(f"hyperion-{name}", "champion", "2")
    assert [each.version for each in registry.publish_champions([name])] == [2]
    last = registry.history(name)[-1]
    assert (last.kind, last.before, last.version) == (Kind.MOVED_ELSEWHERE, 1, 2)
    assert registry.rollback(name, by="ada").version == 1


def test_a_champion_that_was_taken_away_is_not_served(
    registry: ModelRegistry, name: str, client: MlflowClient
) -> None:
    registry.register(candidate(name))
    registry.publish_champions([name])
    client.delete_registered_model_alias(f"hyperion-{name}", "champion")
    assert registry.publish_champions([name]) == []
    assert PublishedModels(registry.home).champion(name) is None
    assert registry.rollback(name, by="ada").version == 1
