"""Batches of texts of like length."""

from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.documents.embedding.batches import length_batches

BUDGET = 512


@given(st.lists(st.integers(min_value=0, max_value=700), max_size=80))
def test_every_text_is_in_one_batch_and_no_batch_of_several_is_over_the_budget(
    lengths: list[int],
) -> None:
    batches = length_batches(lengths, BUDGET)
    positions = [position for batch in batches for position in batch]
    assert sorted(positions) == list(range(len(lengths)))
    for batch in batches:
        assert batch
        width = max(lengths[position] for position in batch)
        assert len(batch) == 1 or len(batch) * width <= BUDGET


@given(st.lists(st.integers(min_value=0, max_value=700), max_size=80))
def test_the_longest_texts_come_first(lengths: list[int]) -> None:
    order = [lengths[i] for batch in length_batches(lengths, BUDGET) for i in batch]
    assert order == sorted(lengths, reverse=True)


def test_texts_of_like_length_go_together_and_equal_ones_stay_in_order() -> None:
    assert length_batches([10, 100, 10, 90, 10], 200) == [[1, 3], [0, 2, 4]]


def test_a_batch_is_filled_as_far_as_the_budget_goes() -> None:
    batches = length_batches([64] * 100, BUDGET)
    assert {len(batch) for batch in batches[:-1]} == {BUDGET // 64}


def test_without_texts_there_are_no_batches() -> None:
    assert length_batches([], BUDGET) == []
