"""How risky each month is, and when its labels are complete."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from hyperion_pipelines.insights.quality.risk_by_month import risk_by_month
from tests.unit.insights.history_rows import NOW, commit_scores_of, commits_of, labels_of


def on(month: int, day: int, *, year: int = 2024) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def months_of(*scores: dict[str, Any], labels: pl.DataFrame | None = None) -> list[dict[str, Any]]:
    """The months of scored commits on HEAD's history, at NOW (the first of June)."""
    commits = commits_of(*({name: row[name] for name in ("sha", "commit_time")} for row in scores))
    known = labels_of() if labels is None else labels
    return risk_by_month(commit_scores_of(*scores), commits, known, NOW).to_dicts()


def test_a_months_probabilities_are_summed_up() -> None:
    """Mean of 0.2, 0.4, 0.9; nine tenths of the way from the first to the last: 0.4 + 0.8 x 0.5."""
    scores = [
        {"sha": sha, "commit_time": on(5, day), "probability": p, "percentile": percentile}
        for sha, day, p, percentile in (
            ("a", 1, 0.2, 5.0),
            ("b", 9, 0.4, 94.9),
            ("c", 31, 0.9, 95.0),
        )
    ]
    (month,) = months_of(*scores)
    assert (month["month"], month["commits"], month["risky_commits"]) == (date(2024, 5, 1), 3, 1)
    assert abs(month["mean_probability"] - 0.5) < 1e-6
    assert abs(month["ninetieth_percentile"] - 0.8) < 1e-6


def test_a_commit_is_known_to_be_inducing_when_a_fix_names_it() -> None:
    scores = [{"sha": sha, "commit_time": on(5, 1)} for sha in "abcd"]
    (month,) = months_of(*scores, labels=labels_of(("fix", "a", 1)))
    assert (month["known_inducing"], month["known_share"]) == (1, 1 / 4)


def test_a_month_is_complete_when_it_is_older_than_most_bugs_were_when_found() -> None:
    """The one bug was found after 31 days (May 1 to NOW less half a day): April is old enough."""
    scores = [{"sha": f"{month}", "commit_time": on(month, 1)} for month in (3, 4, 5)]
    months = months_of(*scores, labels=labels_of(("fix", "5", 0.5)))
    assert [(month["month"].month, month["is_complete"]) for month in months] == [
        (3, True),
        (4, True),
        (5, False),
    ]


def test_where_no_bug_was_found_yet_a_month_waits_a_year() -> None:
    scores = [
        {"sha": "a", "commit_time": on(5, 1, year=2023)},
        {"sha": "b", "commit_time": on(7, 1, year=2023)},
    ]
    assert [month["is_complete"] for month in months_of(*scores)] == [True, False]


def test_the_fallback_gives_no_probabilities() -> None:
    (month,) = months_of({"sha": "a", "commit_time": on(5, 1), "probability": None})
    assert (month["mean_probability"], month["ninetieth_percentile"]) == (None, None)
    assert month["commits"] == 1


def test_commits_of_other_branches_do_not_count() -> None:
    commits = commits_of({"sha": "a", "is_on_head": False})
    assert risk_by_month(commit_scores_of({"sha": "a"}), commits, labels_of(), None).is_empty()
