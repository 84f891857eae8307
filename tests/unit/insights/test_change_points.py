"""Where a series of weekly counts changes its level."""

import numpy as np
import pytest

from hyperion_pipelines.insights.delivery.change_points import SHORTEST, change_points


def poisson(mean: float, weeks: int, seed: int = 0) -> list[int]:
    return np.random.default_rng(seed).poisson(mean, weeks).tolist()


def test_a_lasting_change_of_level_is_found_where_it_is() -> None:
    assert change_points([5] * 20 + [40] * 30) == [20]


def test_there_and_back_again_are_two_changes() -> None:
    found = change_points(poisson(4, 40) + poisson(30, 40, 1) + poisson(4, 40, 2))
    assert found == [40, 80]


@pytest.mark.parametrize("mean", [0.2, 3.0, 50.0])
def test_noise_around_one_level_changes_nothing(mean: float) -> None:
    assert [change_points(poisson(mean, 200, seed)) for seed in range(20)] == [[]] * 20


def test_a_busy_month_is_no_new_level() -> None:
    """Four weeks are fewer than the thirteen that a level lasts."""
    assert change_points([5] * 40 + [15] * 4 + [5] * 40) == []


@pytest.mark.parametrize("weeks", [0, 1, 2 * SHORTEST - 1])
def test_what_is_too_short_for_two_levels_has_one(weeks: int) -> None:
    assert change_points([0] * (weeks // 2) + [50] * (weeks - weeks // 2)) == []


def test_weeks_without_commits_are_one_level() -> None:
    assert change_points([0] * 100) == []
