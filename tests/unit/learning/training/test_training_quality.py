"""Findings about training data: each sees what it is for, and lets sound data pass."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.learning.training.quality import (
    QualityFinding,
    constant_columns,
    count_duplicates,
    training_quality,
)
from hyperion_pipelines.schemas import TIME

START = datetime(2020, 1, 1, tzinfo=UTC)
COUNT = 400
DELAY = timedelta(days=5)


def sound() -> pl.DataFrame:
    """An example a day; every fifth is positive, revealed 5 days later; features that vary."""
    generator = np.random.default_rng(11)
    times = [START + timedelta(days=number) for number in range(COUNT)]
    return pl.DataFrame(
        {
            "repository": "shop",
            "key": [f"{number:04}" for number in range(COUNT)],
            "time": pl.Series(times, dtype=TIME),
            "positive_at": pl.Series(
                [time + DELAY if number % 5 == 0 else None for number, time in enumerate(times)],
                dtype=TIME,
            ),
            "negative_at": pl.Series(times, dtype=TIME) + timedelta(days=10),
            "effort": 1.0,
            "lines_added": generator.normal(size=COUNT),
            "files": generator.normal(size=COUNT),
            "is_fix": generator.random(COUNT) < 0.5,
            "entropy": generator.normal(size=COUNT),
        }
    )


def findings(examples: pl.DataFrame) -> Mapping[str, QualityFinding]:
    return {finding.name: finding for finding in training_quality(examples)}


def failed(examples: pl.DataFrame) -> set[str]:
    return {name for name, finding in findings(examples).items() if not finding.passed}


def test_sound_examples_pass_every_check() -> None:
    found = findings(sound())
    assert found.keys() == {
        "class_balance",
        "duplicates",
        "constant_columns",
        "missing_values",
        "label_delay",
        "unknown_at_cut",
        "leakage",
    }
    assert all(finding.passed for finding in found.values())


IS_POSITIVE = pl.col("positive_at").is_not_null()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (pl.lit(None, TIME).alias("positive_at"), "class_balance"),
        ((pl.col("time") + DELAY).alias("positive_at"), "class_balance"),
        ((pl.col("positive_at") + timedelta(days=400)).alias("positive_at"), "label_delay"),
        (pl.col("lines_added", "files", "entropy").round(0).clip(0, 1), "duplicates"),
        (pl.col("files", "entropy") * 0, "constant_columns"),
        (pl.lit(None, pl.Float64).alias("files"), "missing_values"),
        (IS_POSITIVE.cast(pl.Float64).alias("files"), "leakage"),
        ((~IS_POSITIVE).alias("is_fix"), "leakage"),
    ],
)
def test_a_check_sees_what_it_is_for(change: pl.Expr, check: str) -> None:
    assert check in failed(sound().with_columns(change))


def test_findings_say_what_was_seen() -> None:
    found = findings(sound().with_columns(files=pl.lit(1.0)))
    assert found["constant_columns"].message == "1 of 4 features never change: files"
    assert found["constant_columns"].observed == 0.25
    assert found["label_delay"].message == (
        "half of the positives are revealed within 5 days, three in four within 5, "
        "95 in 100 within 5"
    )


def test_the_feature_that_tells_the_label_is_named() -> None:
    leaking = sound().with_columns(entropy=pl.when(IS_POSITIVE).then(0.0).otherwise(1.0))
    leakage = findings(leaking)["leakage"]
    assert (leakage.observed, leakage.passed) == (1.0, False)
    assert "entropy" in leakage.message
    assert "entropy" in leakage.advice


def test_what_could_not_be_known_at_the_cut_is_counted() -> None:
    """Every fix comes at the end: no positive was known when training ended."""
    late = sound().with_columns(
        positive_at=pl.when(IS_POSITIVE).then(pl.lit(START + timedelta(days=COUNT), TIME))
    )
    unknown = findings(late)["unknown_at_cut"]
    assert (unknown.observed, unknown.passed) == (1.0, False)


def test_without_positives_nothing_is_said_of_their_delay() -> None:
    clean = findings(sound().with_columns(positive_at=pl.lit(None, TIME)))
    assert not {"label_delay", "unknown_at_cut", "leakage"} & clean.keys()


def test_without_examples_only_their_lack_is_found() -> None:
    [finding] = training_quality(sound().clear())
    assert (finding.name, finding.passed) == ("class_balance", False)


def test_duplicates_are_rows_whose_features_were_seen_before() -> None:
    """Keys and times may differ: a model does not see them."""
    twice = pl.concat([sound(), sound().with_columns(key=pl.lit("again"))])
    assert count_duplicates(twice) == COUNT


def test_a_single_example_has_no_constant_columns() -> None:
    assert constant_columns(sound().head(1)) == []
    assert constant_columns(sound().with_columns(files=pl.lit(None))) == ["files"]
