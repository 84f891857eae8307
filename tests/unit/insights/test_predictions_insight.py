"""Which commits and files a summary shows as risky, and in whose name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.predictions import judged_by, risky_commits, risky_files
from hyperion_pipelines.learning.scoring.words import WORDS
from hyperion_pipelines.learning.scoring.words.alike import TOPICS
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import DeltaLake, Lake

NOW = datetime(2024, 6, 1, tzinfo=UTC)
Rows = Sequence[Mapping[str, Any]]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return DeltaLake(tmp_path)


def write(lake: Lake, table: str, rows: Rows) -> pl.DataFrame:
    """Write *rows* of a repository, what they do not have null, and return them."""
    schema = TABLES[table]
    frame = pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)
    lake.write(table, "shop", frame.drop("repository"))
    return frame


def reason(text: str, contribution: float | None) -> dict[str, Any]:
    return {"feature": text, "value": 1.0, "contribution": contribution, "text": text}


def score(
    sha: str, *, days: int = 0, served_by: str = "own", **columns: object
) -> Mapping[str, Any]:
    when = NOW - timedelta(days=days)
    known: dict[str, Any] = {"probability": 0.5, "percentile": 50.0, "reasons": []}
    return {"sha": sha, "commit_time": when, "served_by": served_by, **known, **columns}


def commits_of(*shas: str, is_on_head: bool = True) -> pl.DataFrame:
    return pl.DataFrame(
        {"sha": shas, "subject": [f"Change {sha}" for sha in shas], "author_name": "Alma"}
    ).with_columns(is_on_head=pl.lit(is_on_head))


def test_commits_are_ordered_by_priority(lake: Lake) -> None:
    rows = [score(sha, priority=priority) for sha, priority in (("a", 1.0), ("b", 9.0), ("c", 5.0))]
    write(lake, "commit_scores", rows)
    assert risky_commits(lake, "shop", commits_of("a", "b", "c"))["sha"].to_list() == [
        "b",
        "c",
        "a",
    ]


def test_without_priorities_they_are_ordered_by_percentile(lake: Lake) -> None:
    write(lake, "commit_scores", [score("a", percentile=10.0), score("b", percentile=90.0)])
    assert risky_commits(lake, "shop", commits_of("a", "b"))["sha"].to_list() == ["b", "a"]


def test_no_more_than_five_are_shown_and_none_older_than_ninety_days(lake: Lake) -> None:
    names = [f"new{n}" for n in range(6)]
    rows = [score(name, percentile=float(n)) for n, name in enumerate(names)]
    write(lake, "commit_scores", [*rows, score("old", days=91, percentile=99.0)])
    shown = risky_commits(lake, "shop", commits_of("old", *names))
    assert shown["sha"].to_list() == names[:0:-1]


def test_commits_that_head_does_not_have_are_left_out(lake: Lake) -> None:
    write(lake, "commit_scores", [score("side"), score("main")])
    commits = pl.concat([commits_of("main"), commits_of("side", is_on_head=False)])
    assert risky_commits(lake, "shop", commits)["sha"].to_list() == ["main"]


def test_why_names_what_raises_the_score_alone(lake: Lake) -> None:
    reasons = [reason("is large", 0.9), reason("is well tested", -0.8), reason("is old", 0.3)]
    write(lake, "commit_scores", [score("a", reasons=reasons)])
    assert risky_commits(lake, "shop", commits_of("a"))["why"].to_list() == ["is large; is old"]


def test_two_reasons_for_one_row_are_about_different_things(lake: Lake) -> None:
    """Who adds many lines adds many for each file, too: that is left out."""
    names = ("lines_added", "lines_added_per_file", "ownership")
    reasons = [reason(name, 0.5) for name in names]
    write(lake, "commit_scores", [score("a", reasons=reasons)])
    shown = risky_commits(lake, "shop", commits_of("a"))
    assert shown["why"].to_list() == ["lines_added; ownership"]


def test_every_feature_with_a_topic_is_one_that_reasons_speak_of() -> None:
    spoken = {feature for vocabulary in WORDS.values() for feature in vocabulary.words}
    assert set(TOPICS) <= spoken


def test_the_fallbacks_reason_is_told_though_it_has_no_contribution(lake: Lake) -> None:
    row = score("a", served_by="fallback", probability=None, reasons=[reason("by size", None)])
    write(lake, "commit_scores", [row])
    (shown,) = risky_commits(lake, "shop", commits_of("a")).to_dicts()
    assert (shown["probability"], shown["why"]) == (None, "by size")


def test_files_that_are_not_the_projects_own_code_are_left_out(lake: Lake) -> None:
    names = ("own.py", "test_own.py", "vendor.py", "made.py", "notes.txt")
    own = {"is_test": False, "is_vendored": False, "is_generated": False, "language": "Python"}
    others: Rows = (
        {},
        {"is_test": True},
        {"is_vendored": True},
        {"is_generated": True},
        {"language": None},
    )
    rows = [{"path": name, **own, **other} for name, other in zip(names, others, strict=True)]
    tree = write(lake, "tree", rows)
    scored: dict[str, Any] = {
        "served_by": "own",
        "probability": 0.5,
        "percentile": 50.0,
        "reasons": [],
    }
    write(lake, "file_scores", [{"path": name, **scored} for name in names])
    assert risky_files(lake, "shop", tree)["path"].to_list() == ["own.py"]


def test_nobody_judged_what_was_not_scored(lake: Lake) -> None:
    assert judged_by(lake, "shop") == {}


def test_a_model_of_its_own_is_named_as_such(lake: Lake) -> None:
    write(lake, "commit_scores", [score("a")])
    assert judged_by(lake, "shop") == {"commits": "by a model of its own"}
