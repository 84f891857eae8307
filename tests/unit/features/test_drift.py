"""Drift against values worked out by hand, an own computation of deciles, and scipy."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

import dagster as dg
import numpy as np
import polars as pl
import pytest
from scipy import stats

from assets.feature_drift import drift_check_result, drift_check_specs, drift_numbers
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, Feature
from hyperion_pipelines.features.monitoring.drift import (
    MINIMUM_REFERENCE_ROWS,
    drift,
    drift_report,
    split,
)
from hyperion_pipelines.schemas import CHANGES, COMMITS, TIME

Values = Sequence[float | None]
START = datetime(2020, 1, 1, tzinfo=UTC)
FEATURE = Feature("x", "code", "points", "Anything.", ())


def sample(values: Values, start: datetime = START) -> pl.DataFrame:
    """Rows an hour apart."""
    times = [start + timedelta(hours=hour) for hour in range(len(values))]
    schema = {"time": TIME, "x": pl.Float32}
    return pl.DataFrame({"time": times, "x": list(values)}, schema=schema)


def drift_of(before: Values, now: Values, feature: Feature = FEATURE) -> dict[str, object]:
    row = drift(sample(before), sample(now), [feature], time_column="time")
    return row.row(0, named=True)


def shuffled(values: Values) -> list[float | None]:
    """In an order that has no stretches."""
    order = np.random.default_rng(1).permutation(len(values))
    return [values[place] for place in order]


def normal(rows: int, mean: float = 0, seed: int = 0) -> list[float | None]:
    return np.random.default_rng(seed).normal(mean, 1, rows).tolist()


def index_of(*shares: tuple[float, float]) -> float:
    """The population stability index of pairs of shares."""
    return sum((now - before) * log(now / before) for before, now in shares)


def test_equal_samples_have_an_index_of_zero() -> None:
    values = normal(500)
    assert drift_of(values, values)["psi"] == pytest.approx(0)
    assert drift_of(values, values)["verdict"] == "ok"


def test_few_distinct_values_are_a_bin_each() -> None:
    """The rare values 2 and 3, which would share a decile, change places."""
    psi = drift_of(shuffled([0] * 900 + [2] * 60 + [3] * 40), [0] * 90 + [2] * 4 + [3] * 6)["psi"]
    assert psi == pytest.approx(index_of((0.9, 0.9), (0.06, 0.04), (0.04, 0.06)))


def test_continuous_values_are_binned_by_the_deciles_of_the_reference() -> None:
    before, now = normal(1000), normal(700, mean=0.5, seed=1)
    samples = [np.array(values, dtype=np.float32) for values in (before, now)]
    edges = np.sort(samples[0])[99:999:100]  # the last value of each tenth but the last
    shares = [np.bincount(np.searchsorted(edges, x), minlength=10) / len(x) for x in samples]
    expected = index_of(*zip(*shares, strict=True))
    assert drift_of(before, now)["psi"] == pytest.approx(expected, abs=1e-6)


def test_a_value_that_most_rows_share_has_a_bin_of_its_own() -> None:
    """Only the share of zeros moves, from 80 % to 60 %: values on both sides keep their parts."""
    sides = [*range(-50, 0), *range(1, 51)]
    before = shuffled([0] * 400 + sides)
    now = [0] * 300 + sides * 2
    assert drift_of(before, now)["psi"] == pytest.approx(
        index_of((0.8, 0.6), (0.1, 0.2), (0.1, 0.2))
    )


@pytest.mark.parametrize("now", [99, 101])
def test_a_value_never_seen_before_counts_against_half_a_row(now: float) -> None:
    found = drift_of([100] * 200, [100] * 80 + [now] * 20)
    assert found["psi"] == pytest.approx(index_of((1, 0.8), (0.5 / 200, 0.2)))
    assert found["verdict"] == "error"


def test_null_is_a_bin_of_its_own() -> None:
    before = shuffled([None] * 100 + [1] * 100)
    found = drift_of(before, [None] * 80 + [1] * 20)
    assert found["psi"] == pytest.approx(index_of((0.5, 0.8), (0.5, 0.2)))
    assert (found["reference_null_share"], found["current_null_share"]) == (0.5, 0.8)


def test_what_is_always_null_does_not_drift_and_has_no_test() -> None:
    found = drift_of([None] * 200, [None] * 50)
    assert (found["psi"], found["noise"], found["ks"], found["p_value"]) == (0, 0, None, None)
    assert found["verdict"] == "ok"


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.30, "ok"), (0.40, "warn"), (0.50, "error")]
)  # psi 0.05, 0.20, 0.42
def test_the_verdict_follows_the_usual_thresholds(share: float, verdict: str) -> None:
    ones = round(2000 * share)
    before = shuffled([1] * 2000 + [0] * 8000)
    assert drift_of(before, [1] * ones + [0] * (2000 - ones))["verdict"] == verdict


def test_an_index_that_so_few_rows_show_by_chance_is_no_drift() -> None:
    """Of 30 rows, the index is large without any drift; the same of 3000 rows is an error."""
    seen = [drift_of(normal(2000), normal(30, seed=seed)) for seed in range(1, 21)]
    assert sum(float(str(found["psi"])) > 0.25 for found in seen) > 10
    assert {found["verdict"] for found in seen} == {"ok"}
    assert drift_of(normal(20_000), normal(3000, mean=0.6))["verdict"] == "error"


def test_a_sample_like_many_a_stretch_of_the_reference_has_not_drifted() -> None:
    """Work comes in stretches: 100 rows of 0, 100 of 1. What is 0 for 100 rows is nothing new."""
    before = ([0.0] * 100 + [1.0] * 100) * 10
    now = [0.0] * 100
    assert drift_of(before, now)["verdict"] == "ok"
    assert drift_of(shuffled(before), now)["verdict"] == "error"


def test_the_beginning_of_a_history_does_not_excuse_a_drift() -> None:
    before = shuffled(([0.0] * 50 + [1.0] * 50) * 30)
    assert drift_of([0.0] * 100 + before, [0.0] * 100)["verdict"] == "error"


def test_what_grows_with_the_history_is_shown_and_not_judged() -> None:
    growing = Feature("x", "team", "commits", "Anything.", (), grows=True)
    found = drift_of(normal(500), normal(500, mean=3), growing)
    assert (found["grows"], found["verdict"]) == (True, None)
    assert float(str(found["psi"])) > 1


def test_kolmogorov_and_smirnovs_test_is_scipys_on_what_is_not_null() -> None:
    before, now = normal(300), normal(80, mean=0.4, seed=1)
    expected: Any = stats.ks_2samp(before, now, method="asymp")
    found = drift_of([*before, None], [None, *now])
    assert found["ks"] == pytest.approx(expected.statistic, abs=1e-6)
    assert found["p_value"] == pytest.approx(expected.pvalue, rel=1e-3)


def test_both_samples_are_described() -> None:
    found = drift_of([0, 0, 0, 8], [0, 2, 4, None])
    described = ("mean", "median", "null_share", "default_share")
    assert [found[f"reference_{name}"] for name in described] == [2, 0, 0, 0.75]
    assert [found[f"current_{name}"] for name in described] == [2, 2, 0.25, 0.25]


def test_the_worst_features_come_first_and_those_not_judged_last() -> None:
    """`b` has drifted, `a` has not; `c` has most of all, but grows."""
    features = [Feature(name, "code", "points", "x", (), grows=name == "c") for name in "abc"]
    frames = [
        sample(normal(500)).with_columns(
            *(
                pl.Series(name, normal(500, mean=mean * shift))
                for name, shift in zip("abc", (0, 1, 2), strict=True)
            )
        )
        for mean in (0, 1)
    ]
    found = drift(frames[0], frames[1], features, time_column="time")
    assert found["feature"].to_list() == ["b", "a", "c"]


def at_days(days: Sequence[float]) -> pl.DataFrame:
    return pl.DataFrame({"time": [START + timedelta(days=day) for day in days]}, {"time": TIME})


def days_of(frame: pl.DataFrame) -> list[float]:
    return [(time - START) / timedelta(days=1) for time in frame["time"]]


def test_now_is_the_last_90_days_and_the_training_window_the_oldest_rows() -> None:
    """A row a quarter of a day: 360 of them in 90 days."""
    windows = split(at_days([row / 4 for row in range(2001)]), "time")
    assert days_of(windows.reference)[-1] == 349.75  # row 1400 of 2001
    assert (days_of(windows.current)[0], days_of(windows.current)[-1]) == (410, 500)


def test_now_is_the_newest_200_rows_where_90_days_hold_fewer() -> None:
    windows = split(at_days(range(1000)), "time")
    assert days_of(windows.current) == list(range(800, 1000))


def test_now_never_overlaps_the_training_window() -> None:
    windows = split(at_days(range(100)), "time")
    assert days_of(windows.reference) == list(range(70))
    assert days_of(windows.current) == list(range(70, 100))


def test_rows_of_one_time_are_never_divided() -> None:
    windows = split(at_days([0] * 60 + [1] * 20 + [2] * 20), "time")
    assert days_of(windows.reference) == [0] * 60 + [1] * 20
    assert days_of(windows.current) == [2] * 20


def test_now_can_be_the_newest_window_end_alone() -> None:
    ends = [end for end in range(0, 300, 30) for _ in range(250)]
    windows = split(at_days(ends), "time", now=timedelta(0))
    assert set(days_of(windows.reference)) == set(range(0, 210, 30))
    assert days_of(windows.current) == [270] * 250


def commit_rows(rows: int, lines_added: Sequence[float]) -> pl.DataFrame:
    """A table `commit_features` in which all but one feature is at its default."""
    return pl.DataFrame(
        {
            "sha": [f"{row:040x}" for row in range(rows)],
            "commit_time": [START + timedelta(hours=12 * row) for row in range(rows)],
        },
        schema={"sha": pl.String, "commit_time": TIME},
    ).with_columns(
        pl.Series(feature.name, lines_added, feature.dtype)
        if feature.name == "lines_added"
        else pl.lit(feature.default, feature.dtype).alias(feature.name)
        for feature in COMMIT_FEATURES
    )


NO_COMMITS, NO_CHANGES = pl.DataFrame(schema=COMMITS), pl.DataFrame(schema=CHANGES)


def check_of(lines_added: Sequence[float]) -> dg.AssetCheckResult:
    rows = commit_rows(len(lines_added), lines_added)
    report = drift_report("commit_features", rows, NO_COMMITS, NO_CHANGES)
    return drift_check_result(report, "shop")


def test_the_check_fails_with_the_severity_of_the_worst_feature() -> None:
    share_of_ones = {0.2: (True, None), 0.4: (False, "WARN"), 0.6: (False, "ERROR")}
    for share, (passed, severity) in share_of_ones.items():
        now = [float(row % 10 < 10 * share) for row in range(450)]
        check = check_of([1.0, 0, 0, 0, 0] * 210 + now)
        assert check.passed == passed
        assert severity is None or check.severity.value == severity
        assert check.metadata["features_drifted"].value == (not passed)


def test_the_check_shows_the_worst_features_and_the_windows() -> None:
    check = check_of([0.0] * 1050 + [5.0] * 450)
    assert check.description == "1 of 34 features have drifted; the worst: lines_added."
    table = str(check.metadata["worst_features"].value).splitlines()
    assert "| lines_added " in table[2]
    assert len(table) == 2 + 10
    bounds = [str(check.metadata[name].value) for name in ("reference_start", "current_start")]
    assert bounds == [str(START.timestamp()), str((START + timedelta(hours=12 * 1300)).timestamp())]


def test_without_enough_rows_there_is_no_verdict_and_a_reason() -> None:
    rows = commit_rows(100, [0] * 100)
    report = drift_report("commit_features", rows, NO_COMMITS, NO_CHANGES)
    assert report.shortage == "the training window has 70 rows of the 150 that a verdict needs"
    check = drift_check_result(report, "shop")
    assert (check.passed, check.description) == (True, f"No verdict: {report.shortage}.")
    assert drift_numbers(report) == {}


def test_an_empty_table_has_no_verdict() -> None:
    report = drift_report("commit_features", commit_rows(0, []), NO_COMMITS, NO_CHANGES)
    assert str(MINIMUM_REFERENCE_ROWS) in str(report.shortage)
    assert drift_check_result(report, "shop").passed


def test_the_checks_block_nothing() -> None:
    specs = drift_check_specs(["commit_features", "file_features"])
    assert [(spec.asset_key.to_user_string(), spec.name, spec.blocking) for spec in specs] == [
        ("commit_features", "drift", False),
        ("file_features", "drift", False),
    ]
