"""An example's label is what was known of it at a moment, and nothing is called clean too early."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.training.examples import (
    KEYS,
    commit_examples,
    file_examples,
    labelled,
    waiting_times,
)
from hyperion_pipelines.schemas import TABLES

START = datetime(2024, 1, 1, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")
EXAMPLES = pl.Schema(
    {
        "repository": pl.String,
        "key": pl.String,
        "time": TIME,
        "positive_at": TIME,
        "negative_at": TIME,
    }
)
PAIRS = pl.Schema(
    {
        "repository": pl.String,
        "fix_time": TIME,
        "inducing_sha": pl.String,
        "algorithm": pl.String,
    }
)


def day(days: float) -> datetime:
    return START + timedelta(days=days)


def examples(*rows: tuple[str, float, float | None]) -> pl.DataFrame:
    """Of rows (repository, day, day of the fix that reveals it): examples that say when to wait."""
    known = [
        (repository, f"{number}", day(at), None if fix is None else day(fix), None)
        for number, (repository, at, fix) in enumerate(rows)
    ]
    return pl.DataFrame(known, EXAMPLES, orient="row")


def table_rows(table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of a feature table; what they do not name is null."""
    empty = TABLES[table].to_frame()
    named = pl.DataFrame(rows).cast({name: empty.schema[name] for name in rows[0]})
    return pl.concat([empty, named], how="diagonal")


def labels_at(rows: pl.DataFrame, days: float) -> dict[str, bool]:
    known = labelled(rows, pl.lit(day(days), TIME))
    return dict(zip(known["key"], known["label"], strict=True))


def commits(*shas: str) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "repository": "shop",
            "sha": sha,
            "commit_time": day(number),
            "lines_added": 3.0,
            "lines_deleted": 4.0,
        }
        for number, sha in enumerate(shas)
    ]
    return table_rows("commit_features", rows)


def test_a_commit_is_revealed_by_its_first_fix() -> None:
    pairs = pl.DataFrame(
        [("shop", day(9), "a", "R"), ("shop", day(5), "a", "R"), ("bank", day(2), "a", "R")],
        PAIRS,
        orient="row",
    )
    first, second = commit_examples(commits("a", "b"), pairs).sort("key").to_dicts()
    assert (first["key"], first["time"], first["positive_at"]) == ("a", day(0), day(5))
    assert (second["key"], second["time"], second["positive_at"]) == ("b", day(1), None)
    assert first["effort"] == 7.0


def test_what_the_fix_merely_touched_reveals_nothing() -> None:
    """Candidates that are not the most recent one (AG alone) are no answer."""
    pairs = pl.DataFrame([("shop", day(5), "a", "AG")], PAIRS, orient="row")
    assert commit_examples(commits("a"), pairs)["positive_at"].to_list() == [None]


def file_rows(*rows: tuple[str, float | None, bool | None]) -> pl.DataFrame:
    """Of rows (path, lines, is it fixed), all of one moment."""
    named: list[dict[str, object]] = [
        {
            "repository": "shop",
            "path": path,
            "window_end": day(0),
            "lines": lines,
            "is_fixed_within_90d": is_fixed,
        }
        for path, lines, is_fixed in rows
    ]
    return table_rows("file_features", named)


def test_what_comes_of_a_file_is_known_after_90_days() -> None:
    rows = file_rows(("fixed.py", 10, True), ("quiet.py", None, False), ("open.py", 5, None))
    made = file_examples(rows)
    assert made["negative_at"].to_list() == [day(90)] * 3
    assert made["positive_at"].to_list() == [day(90), None, None]
    assert made["effort"].to_list() == [10.0, 0.0, 5.0]
    assert labels_at(made, 89.9) == {}
    assert labels_at(made, 90) == {"fixed.py": True, "quiet.py": False, "open.py": False}


@pytest.mark.parametrize(
    ("table", "made"),
    [
        ("commit_features", commit_examples(commits("a"), PAIRS.to_frame())),
        ("file_features", file_examples(file_rows(("a", 1, None)))),
    ],
)
def test_examples_have_their_keys_and_the_features_in_the_models_order(
    table: str, made: pl.DataFrame
) -> None:
    assert made.columns == [*KEYS, *input_order(table)]


def test_a_repository_waits_for_three_quarters_of_its_known_delays() -> None:
    rows = examples(("shop", 0, 10), ("shop", 0, 20), ("shop", 0, 30), ("shop", 0, 40))
    (waiting,) = waiting_times(rows.with_columns(as_of=day(100)))["waiting"]
    assert waiting == timedelta(days=30)


def test_delays_that_are_not_known_yet_are_not_waited_for() -> None:
    rows = examples(("shop", 0, 10), ("shop", 0, 300))
    (waiting,) = waiting_times(rows.with_columns(as_of=day(100)))["waiting"]
    assert waiting == timedelta(days=10)


@pytest.mark.parametrize("fix", [None, 3000])
def test_no_repository_waits_longer_than_a_year(fix: float | None) -> None:
    rows = examples(("shop", 0, fix)).with_columns(as_of=day(5000))
    assert waiting_times(rows)["waiting"].to_list() == [timedelta(days=365)]


def test_each_repository_waits_by_its_own_delays() -> None:
    quick, slow = ("quick", 0, 2), ("slow", 0, 80)
    known = labelled(examples(quick, slow, ("quick", 90, None), ("slow", 90, None)), day_lit(100))
    assert sorted(known["key"]) == ["0", "1", "2"]


def day_lit(days: float) -> pl.Expr:
    return pl.lit(day(days), TIME)


def test_a_fix_that_is_still_to_come_is_not_known() -> None:
    rows = examples(("shop", 0, 10), ("shop", 1, 50))
    assert labels_at(rows, 49) == {"0": True, "1": False}
    assert labels_at(rows, 100) == {"0": True, "1": True}


def test_a_young_example_is_left_out_even_when_it_was_revealed() -> None:
    """Else the youngest would all be positive: their clean neighbours are not known to be so."""
    rows = examples(("shop", 0, 20), ("shop", 95, 96), ("shop", 96, None), ("shop", 0, 90))
    assert labels_at(rows, 100) == {"0": True, "3": True}


def test_a_moment_may_differ_by_repository() -> None:
    rows = examples(("early", 0, 10), ("early", 0, 30), ("late", 0, 10), ("late", 0, 30))
    as_of = pl.when(pl.col("repository") == "early").then(day_lit(15)).otherwise(day_lit(60))
    known = labelled(rows, as_of)
    assert dict(zip(known["key"], known["label"], strict=True)) == {
        "0": True,
        "1": False,
        "2": True,
        "3": True,
    }
    assert known.columns == [*rows.columns, "label"]
