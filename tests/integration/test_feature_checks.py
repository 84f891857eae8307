"""A feature table that cannot be right stops what is downstream; one that is only odd does not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from assets.feature_checks import (
    SHOWN,
    expectation_check_results,
    expectation_check_specs,
    findings_table,
)
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES
from hyperion_pipelines.features.monitoring.validation import Finding, validate
from hyperion_pipelines.schemas import CHANGES, COMMITS, TABLES

TABLE = "commit_features"
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def run(home: Path, **commit: float | datetime) -> dg.ExecuteInProcessResult:
    """A run of an asset that makes one *commit*, otherwise sound, and of one downstream of it."""
    row: dict[str, Any] = {feature.name: feature.default for feature in COMMIT_FEATURES}
    row |= {"sha": "a" * 40, "commit_time": NOW, "hour_cos": 1} | commit
    schema = {name: kind for name, kind in TABLES[TABLE].items() if name != "repository"}
    frame = pl.DataFrame([row], schema=schema)
    commits = pl.DataFrame([{"sha": row["sha"], "is_merge": False}], schema=COMMITS)

    @dg.asset(name=TABLE, check_specs=expectation_check_specs([TABLE]))
    def upstream() -> Iterator[dg.MaterializeResult[Any]]:
        validation = validate(TABLE, frame, commits, CHANGES.to_frame(), repository="shop", now=NOW)
        yield dg.MaterializeResult[Any](
            check_results=expectation_check_results(validation, "shop", home)
        )

    @dg.asset(deps=[upstream])
    def downstream() -> None: ...

    return dg.materialize([upstream, downstream], raise_on_error=False)


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {item.check_name: item for item in result.get_asset_check_evaluations()}


def materialized(result: dg.ExecuteInProcessResult) -> set[str]:
    return {
        event.asset_key.to_user_string()
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def test_an_impossible_value_stops_what_is_downstream(tmp_path: Path) -> None:
    result = run(tmp_path, comment_ratio=1.5)
    found = evaluations(result)
    assert (found["expectations"].passed, found["expectations_advice"].passed) == (False, True)
    assert found["expectations"].severity is dg.AssetCheckSeverity.ERROR
    assert "downstream" not in materialized(result)


def test_an_odd_value_stops_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, commit_time=datetime(2030, 1, 1, tzinfo=UTC))
    found = evaluations(result)
    assert (found["expectations"].passed, found["expectations_advice"].passed) == (True, False)
    assert found["expectations_advice"].severity is dg.AssetCheckSeverity.WARN
    assert "downstream" in materialized(result)


def test_the_checks_lead_to_the_rows_and_to_the_page(tmp_path: Path) -> None:
    check = evaluations(run(tmp_path, comment_ratio=1.5))["expectations"]
    page = tmp_path / "data_docs" / "shop" / "commit_features.html"
    assert check.metadata["data_docs"].value == str(page)
    meaning = "comment_ratio is between 0 and 1, and never null."
    assert meaning in page.read_text(encoding="utf-8")
    assert check.metadata["expectations_failed"].value == 1
    first = str(check.metadata["findings"].value).splitlines()[2]
    assert first.startswith(
        "| FAILS | comment_ratio is between 0 and 1, and never null. | 1 | aaaa"
    )


def test_a_table_of_findings_is_capped_and_keeps_its_columns() -> None:
    """A path with a bar or a line break stays in its cell."""
    finding = Finding("It holds.", ("a",), "error", False, 1, ("a|b\nc: a 1",), "")
    lines = findings_table([finding] * (SHOWN + 3)).splitlines()
    assert lines[2] == "| FAILS | It holds. | 1 | a\\|b c: a 1 |"
    assert (len(lines), lines[-1]) == (2 + SHOWN + 2, "and 3 more")
