"""Forecasts of counts, and what their own past says of them."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from hyperion_pipelines.insights.people.forecast import forecast

COUNTS = {"count": pl.Int64, "series": pl.String}


def forecast_of(*counts: int) -> dict[str, Any]:
    """The forecast of one series."""
    (row,) = forecast(series(a=counts)).to_dicts()
    return row


def series(**counts: Sequence[int]) -> pl.DataFrame:
    """The frame of series by name."""
    rows = [(count, name) for name, of_name in counts.items() for count in of_name]
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def test_steady_counts_have_the_gamma_poisson_predictive_distribution() -> None:
    """13 windows of 4: the posterior is gamma(52 + 1/2, 13), the prediction NB(52.5, 13/14)."""
    row = forecast_of(*[4] * 13)
    assert row["forecast"] == pytest.approx(52.5 / 13)
    assert (row["low"], row["high"]) == tuple(nbinom.ppf([0.025, 0.975], 52.5, 13 / 14))


def test_counts_that_vary_more_than_poissons_have_a_wider_interval() -> None:
    """Mean (39 + 1/2) / 3, variance (1 + 1/3) x 133 of 1, 14 and 24: moments of NB."""
    mean, variance = 39.5 / 3, 4 / 3 * 133
    row = forecast_of(1, 14, 24)
    success = mean / variance
    size = mean * success / (1 - success)
    assert row["forecast"] == pytest.approx(mean)
    assert (row["low"], row["high"]) == tuple(nbinom.ppf([0.025, 0.975], size, success))


def test_only_the_newest_year_is_fitted() -> None:
    assert forecast_of(*[900] * 5, *[4] * 13)["forecast"] == pytest.approx(52.5 / 13)


def test_after_nothing_for_a_year_one_is_still_possible() -> None:
    """Of NB(1/2, 13/14) nothing has the probability (13/14)^(1/2) = 0.964, less than 0.975."""
    row = forecast_of(*[0] * 13)
    assert row["forecast"] == pytest.approx(0.5 / 13)
    assert (row["low"], row["high"]) == (0.0, 1.0)


def test_of_two_windows_nothing_can_be_said() -> None:
    assert forecast_of(4, 5) == {
        "series": "a",
        "forecast": None,
        "low": None,
        "high": None,
        "coverage": None,
    }


def test_coverage_is_the_share_of_past_counts_inside_the_interval_before_them() -> None:
    """Three windows are fitted at least: of the 20 after them the one of 99 was not foreseen."""
    assert forecast_of(*[4] * 22, 99)["coverage"] == pytest.approx(19 / 20)


@pytest.mark.parametrize(("windows", "is_known"), [(10, False), (11, True)])
def test_coverage_needs_eight_past_forecasts(windows: int, is_known: bool) -> None:
    assert (forecast_of(*[4] * windows)["coverage"] is not None) is is_known


def test_each_series_is_forecast_from_its_own_past() -> None:
    together = forecast(series(b=[4] * 13, a=[1, 14, 24], c=[1])).to_dicts()
    apart = [forecast_of(*counts) for counts in ([4] * 13, [1, 14, 24], [1])]
    assert together == [row | {"series": name} for name, row in zip("bac", apart, strict=True)]


def test_without_series_there_is_no_forecast() -> None:
    assert forecast(series()).is_empty()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=40))
def test_the_interval_is_finite_and_in_order(counts: list[int]) -> None:
    row = forecast_of(*counts)
    assert 0 <= row["low"] <= row["high"] < float("inf")
    assert row["coverage"] is None or 0 <= row["coverage"] <= 1
