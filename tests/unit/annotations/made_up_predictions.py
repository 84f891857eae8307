"""Made-up predictions: one that has something of everything, and others made from it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hyperion_pipelines.prediction.model import (
    Evidence,
    Missing,
    Prediction,
    Reason,
    Reviewer,
    Suggestion,
)

SHA, FIX = "a" * 40, "f" * 40
MENDED = "lines 3-5 of src/[id].c were last mended on 2024-02-01 by Bo (fffffff Fix it)"

RISKY = Prediction(
    repository="shop",
    sha=SHA,
    subject="Add [bold] carts, 100 % new",
    author_name="Ada [x]",
    commit_time=datetime(2024, 3, 1, 12, tzinfo=UTC),
    files=("docs/a b.md", "src/[id].c"),
    probability=0.253,
    percentile=96.97,
    served_by="by a model of its own",
    model_version="3",
    reasons=(
        Reason("adds 115 lines", "lines_added", 115.0, 0.5),
        Reason("changes nothing but tests", "test_share", 1.0, -0.3),
        Reason("touches 2 files", "files", 2.0, 0.1),
    ),
    evidence=(Evidence("src/[id].c", 3, 5, FIX, datetime(2024, 2, 1, tzinfo=UTC), "Bo", MENDED),),
    reviewers=(Reviewer("Cai", "wrote 60 % of src/[id].c's lines"),),
    missing=(
        Missing(
            path="src/[id].h",
            given="src/[id].c",
            support=8,
            commits=10,
            confidence=0.8,
            sentence="src/[id].h changes with src/[id].c 8 times of 10",
        ),
    ),
    anomalies=("the first commit of this author",),
    notes=("3 hunks were not looked at",),
    is_stored=True,
)
SUGGESTION = Suggestion(
    "src/[id].h", 0.42, "src/[id].c", 8, 0.8, ["changed together 8 of 10 times", "same name"]
)


def prediction(percentile: float, **changed: Any) -> Prediction:  # noqa: ANN401 - any field
    """A commit with nothing beside its risk, of the sha that the percentile gives it."""
    bare: dict[str, Any] = dict.fromkeys(
        ("reasons", "evidence", "reviewers", "missing", "anomalies", "notes"), ()
    )
    sha = f"{int(percentile * 10):040x}"
    return replace(RISKY, percentile=percentile, **({"sha": sha} | bare | changed))
