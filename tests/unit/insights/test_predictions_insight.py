"""Which commits and files a summary shows as risky, and in whose name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.predictions import judged_by
from hyperion_pipelines.insights.summary import summarise
from hyperion_pipelines.learning.scoring.words import WORDS
from hyperion_pipelines.learning.scoring.words.alike import TOPICS
from hyperion_pipelines.stores.lake import DeltaLake, Lake
from tests.unit.insights.history_rows import (
    commit_scores_of,
    commits_of,
    file_scores_of,
    reason,
    tree_of,
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return DeltaLake(tmp_path)


def write(lake: Lake, table: str, rows: pl.DataFrame) -> None:
    lake.write(table, "shop", rows.drop("repository"))


def risks(lake: Lake, kind: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a summary's `risky_commits` or `risky_files`."""
    summary: Mapping[str, Any] = summarise(lake, "shop", read_filters())
    return summary[kind]


def test_a_summary_shows_the_five_riskiest_commits(lake: Lake) -> None:
    shas = [f"{number}" for number in range(6)]
    write(lake, "commits", commits_of(*({"sha": sha} for sha in shas)))
    scores = ({"sha": sha, "percentile": float(sha)} for sha in shas)
    write(lake, "commit_scores", commit_scores_of(*scores))
    assert [row["sha"] for row in risks(lake, "risky_commits")] == shas[:0:-1]


def test_a_summary_gives_two_reasons_for_a_commit(lake: Lake) -> None:
    write(lake, "commits", commits_of({"sha": "a", "subject": "Sell more"}))
    reasons = [reason(text) for text in ("is large", "is old", "is new")]
    write(lake, "commit_scores", commit_scores_of({"sha": "a", "reasons": reasons}))
    assert risks(lake, "risky_commits") == [
        {
            "sha": "a",
            "subject": "Sell more",
            "author_name": "Alma",
            "probability": 0.5,
            "percentile": 50.0,
            "why": "is large; is old",
        }
    ]


def test_a_summary_leaves_out_files_that_are_not_the_projects_own_code(lake: Lake) -> None:
    """The file a.py is vendored, b.py generated, c.py documentation, d.py of no language."""
    write(lake, "commits", commits_of({"sha": "a"}))
    tree = tree_of("a.py", "b.py", "c.py", "d.py", "own.py", tests=["test_own.py"])
    path = pl.col("path")
    others = tree.with_columns(
        is_vendored=path == "a.py",
        is_generated=path == "b.py",
        is_documentation=path == "c.py",
        language=pl.when(path != "d.py").then("language"),
    )
    write(lake, "tree", others)
    scores = [{"path": name, "reasons": [reason("is large")]} for name in tree["path"]]
    write(lake, "file_scores", file_scores_of(*scores))
    assert risks(lake, "risky_files") == [
        {"path": "own.py", "probability": 0.5, "percentile": 50.0, "why": "is large"}
    ]


def test_every_feature_with_a_topic_is_one_that_reasons_speak_of() -> None:
    spoken = {feature for vocabulary in WORDS.values() for feature in vocabulary.words}
    assert set(TOPICS) <= spoken


def test_nobody_judged_what_was_not_scored(lake: Lake) -> None:
    assert judged_by(lake, "shop") == {}


def test_a_model_of_its_own_is_named_as_such(lake: Lake) -> None:
    write(lake, "commit_scores", commit_scores_of({"sha": "a"}))
    assert judged_by(lake, "shop") == {"commits": "by a model of its own"}
