"""When models are due to be trained again: each reason alone, and none when nothing happened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.training.retraining import (
    RepositoryState,
    TrainingState,
    reasons_to_train,
)

TRAINED = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = RepositoryState("v1", labelled=1000, positives=120, drifted=("entropy",))
LAST = TrainingState(TRAINED, "code-1", {"shop": SHOP})


def state(days: int = 1, code: str = "code-1", **repositories: RepositoryState) -> TrainingState:
    """What a training some days later would be made from, the shop as it was unless given."""
    return TrainingState(TRAINED + timedelta(days=days), code, {"shop": SHOP, **repositories})


def test_nothing_new_is_no_reason() -> None:
    assert reasons_to_train(LAST, state()) == []
    assert reasons_to_train(LAST, state(days=400)) == []


def test_the_first_training_is_due() -> None:
    assert reasons_to_train(None, state()) == ["No model has been trained yet."]


def test_without_labelled_commits_none_is_due() -> None:
    """There is nothing to train on, whatever else happened."""
    empty = RepositoryState("v2", labelled=0, positives=0)
    assert reasons_to_train(None, TrainingState(TRAINED, "code-1", {"shop": empty})) == []
    assert reasons_to_train(None, TrainingState(TRAINED, "code-1")) == []


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (
            state(bank=RepositoryState("v1", 2000, 10)),
            "bank is new, with 2,000 labelled commits.",
        ),
        (
            state(shop=replace(SHOP, labelled=1100)),
            "shop has 100 labelled commits more than the 1,000 then.",
        ),
        (
            state(shop=replace(SHOP, drifted=("entropy", "lines_added", "files"))),
            "Features of shop have drifted: files, lines_added.",
        ),
        (
            state(code="code-2"),
            "The features or the models have changed: code-1 has become code-2.",
        ),
        (
            state(days=30, shop=replace(SHOP, data_version="v2")),
            "The last training was 30 days ago, and there is new data.",
        ),
    ],
)
def test_each_change_is_a_reason(now: TrainingState, reason: str) -> None:
    assert reasons_to_train(LAST, now) == [reason]


@pytest.mark.parametrize(
    "now",
    [
        state(bank=RepositoryState("v1", labelled=0, positives=0)),
        state(shop=replace(SHOP, labelled=1099)),
        state(shop=replace(SHOP, drifted=())),
        state(days=29, shop=replace(SHOP, data_version="v2")),
    ],
)
def test_small_changes_are_none(now: TrainingState) -> None:
    """A repository without labels, 9.9 % more commits, drift that has gone, new data so soon."""
    assert reasons_to_train(LAST, now) == []


def test_a_small_repository_grows_by_ten_commits_at_least() -> None:
    small = RepositoryState("v1", labelled=20, positives=2)
    last = TrainingState(TRAINED, "code-1", {"shop": small})
    assert reasons_to_train(last, state(shop=replace(small, labelled=29))) == []
    assert len(reasons_to_train(last, state(shop=replace(small, labelled=30)))) == 1


def test_every_reason_is_told() -> None:
    now = state(
        days=90,
        code="code-2",
        shop=replace(SHOP, data_version="v2", labelled=2000),
        bank=RepositoryState("v1", 50, 1),
    )
    assert len(reasons_to_train(LAST, now)) == 4


def test_the_record_survives_as_json() -> None:
    assert TrainingState.from_json(LAST.to_json()) == LAST


@pytest.mark.parametrize("text", ["", "{}", '{"trained_at": "yesterday"}'])
def test_what_is_no_record_says_what_to_do(text: str) -> None:
    with pytest.raises(FailedCheckError, match="train again to replace it"):
        TrainingState.from_json(text)
