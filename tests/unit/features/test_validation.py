"""A validation says what fails, where, and how badly, on a page that needs nothing else."""

import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import columns
from hyperion_pipelines.features.monitoring.data_docs import write_page
from hyperion_pipelines.features.monitoring.validation import Validation, validate
from hyperion_pipelines.schemas import CHANGES, COMMITS, TABLES

NOW = datetime(2024, 6, 1, tzinfo=UTC)
TIME = datetime(2024, 5, 1, tzinfo=UTC)
HOSTILE = "<script>alert('$path')</script>.py"


def rows_of(table: str, *rows: Mapping[str, Any]) -> pl.DataFrame:
    default: Mapping[str, Any] = {feature.name: feature.default for feature in columns(table)}
    schema = {name: kind for name, kind in TABLES[table].items() if name != "repository"}
    return pl.DataFrame([{**default, **row} for row in rows], schema=schema)


def commit(sha: str, **features: float) -> Mapping[str, Any]:
    return {"sha": sha, "commit_time": TIME, "hour_cos": 1, **features}


def history(*shas: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Commits on HEAD's history, each of which adds a file of its own name."""
    commits = [{"sha": sha, "is_merge": False, "is_on_head": True} for sha in shas]
    changes = [{"sha": sha, "status": "A", "path": f"{sha}.py"} for sha in shas]
    return pl.DataFrame(commits, schema=COMMITS), pl.DataFrame(changes, schema=CHANGES)


def validate_commits(*rows: Mapping[str, Any]) -> Validation:
    frame = rows_of("commit_features", *rows)
    made_from = history(*frame["sha"].unique())
    return validate("commit_features", frame, *made_from, repository="shop", now=NOW)


@pytest.fixture(scope="module")
def broken() -> Validation:
    """Of three commits one is impossible, and one of the far future."""
    return validate_commits(
        commit("sound"),
        commit("impossible", comment_ratio=1.5),
        {**commit("late"), "commit_time": datetime(2030, 1, 1, tzinfo=UTC)},
    )


def test_a_failure_names_its_column_its_rows_and_how_many(broken: Validation) -> None:
    failed = [finding for finding in broken.of("error") if not finding.passed]
    (finding,) = failed
    assert finding.meaning == "comment_ratio is between 0 and 1, and never null."
    assert finding.columns == ("comment_ratio",)
    assert finding.offending == 1
    assert finding.examples == ("impossible: comment_ratio 1.5",)


def test_advice_is_apart_and_failures_come_first(broken: Validation) -> None:
    advice = broken.of("warning")
    assert [finding.passed for finding in advice] == [False] + [True] * (len(advice) - 1)
    assert "commit_time is not in the future" in advice[0].meaning
    assert advice[0].examples == ("late: commit_time 2030-01-01 00:00:00+00:00",)
    assert len(advice) + len(broken.of("error")) == len(broken.findings)


def test_the_verdict_counts(broken: Validation) -> None:
    assert broken.verdict == f"2 of {len(broken.findings)} expectations failed, on 3 rows."


def test_the_page_names_table_repository_and_offenders(broken: Validation) -> None:
    for text in (
        "<title>commit_features of shop: 2 of",
        "comment_ratio is between 0 and 1, and never null.",
        "impossible: comment_ratio 1.5",
        "late: commit_time 2030-01-01",
    ):
        assert text in broken.page


def test_the_page_needs_no_network(broken: Validation) -> None:
    """Neither styles, scripts nor pictures lie elsewhere."""
    for fetched in ("<script", '<link rel="stylesheet"', "<img", "http://", "https://", "@import"):
        assert fetched not in broken.page


def test_a_path_is_text_to_the_page() -> None:
    frame = rows_of(
        "file_features", *[{"path": HOSTILE, "window_end": TIME, "age_days": -1, "lines": -1}] * 2
    )
    found = validate("file_features", frame, *history(), repository="shop", now=NOW)
    assert HOSTILE not in found.page
    assert "&lt;script&gt;" in found.page


def test_an_empty_table_is_sound_where_there_are_no_commits() -> None:
    for table in ("commit_features", "file_features"):
        found = validate(table, rows_of(table), *history(), repository="shop", now=NOW)
        assert found.verdict == "The table is empty, and no row is missing."
        assert all(finding.passed for finding in found.findings)


def test_an_empty_table_fails_where_there_are_commits() -> None:
    for table in ("commit_features", "file_features"):
        found = validate(table, rows_of(table), *history("a", "b"), repository="shop", now=NOW)
        (failed,) = [finding for finding in found.findings if not finding.passed]
        assert (failed.severity, failed.observed) == ("error", "0 observed")
        assert "2" in failed.meaning


def test_few_examples_stand_for_many_offenders() -> None:
    """A table of which every row is wrong is described in a few lines."""
    found = validate_commits(*(commit(f"{number}", smells=-1) for number in range(50)))
    (finding,) = [item for item in found.findings if not item.passed]
    assert (finding.offending, len(finding.examples)) == (50, 5)


def test_what_cannot_be_compared_is_said_not_passed_over() -> None:
    frame = rows_of("commit_features", commit("a")).with_columns(entropy=pl.lit("much"))
    found = validate("commit_features", frame, *history("a"), repository="shop", now=NOW)
    failed = [item for item in found.of("error") if not item.passed]
    assert failed
    assert all("entropy" in item.columns for item in failed)
    assert all(item.observed.startswith("it could not be asked: ") for item in failed)


def test_nothing_is_sent_or_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a validation went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert validate_commits(commit("a")).verdict.startswith("All ")


def test_a_page_replaces_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "data_docs" / "shop" / "commit_features.html"
    for content in ("before", "after é"):
        write_page(content, page)
    assert page.read_text(encoding="utf-8") == "after é"
    assert list(page.parent.iterdir()) == [page]
