"""Tails of the hypergeometric distribution, against arithmetic and against scipy's sums."""

from math import comb

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hyperion_pipelines.insights.shared.hypergeometric import upper_tail


def numbers(*values: float) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def test_a_tail_is_the_sum_of_its_terms() -> None:
    """Of 10 things 5 and 5: four in common in C(5,4) C(5,1) = 25 ways, five in one, of C(10,5)."""
    (tail,) = upper_tail(numbers(4), 10, numbers(5), numbers(5))
    assert tail == pytest.approx(26 / comb(10, 5))


def test_what_must_be_in_common_is_no_surprise() -> None:
    """Of 10 things 7 and 6 share at least 3; two subsets share at least 0."""
    tails = upper_tail(numbers(3, 0), 10, numbers(7, 2), numbers(6, 2))
    assert tails == pytest.approx([1.0, 1.0])


def test_all_tails_are_those_of_scipy() -> None:
    """Above the mean, below it, and far out in both tails."""
    random = np.random.default_rng(3)
    first, second = random.integers(1, 900, size=(2, 300)).astype(np.float64)
    common = np.floor(random.random(300) * np.minimum(first, second))
    expected = stats.hypergeom.sf(common - 1, 2_000, first, second)
    assert upper_tail(common, 2_000, first, second) == pytest.approx(expected, rel=1e-8)


def test_no_pairs_have_no_tails() -> None:
    assert upper_tail(numbers(), 0, numbers(), numbers()).size == 0
