"""Wherever a score is shown, one sentence says whose it is."""

import pytest

from hyperion_pipelines.learning.scoring.served_by import (
    LabelCounts,
    Rows,
    ServedBy,
    served_by_sentence,
)


@pytest.mark.parametrize(
    ("served_by", "rows", "labelled", "positive", "sentence"),
    [
        ("own", "commits", 900, 80, "by a model of its own"),
        (
            "pooled",
            "commits",
            12,
            1,
            (
                "by a model of other repositories: this one has 12 of the 300 labelled commits "
                "that a model of its own needs"
            ),
        ),
        (
            "pooled",
            "files",
            1200,
            7,
            (
                "by a model of other repositories: this one has 7 of the 30 fixed files "
                "that a model of its own needs"
            ),
        ),
        (
            "pooled",
            "commits",
            4000,
            500,
            "by a model of all repositories: one of its own did no better",
        ),
        (
            "fallback",
            "commits",
            0,
            0,
            "by no model: none is served yet, so commits are ranked by lines added",
        ),
        (
            "fallback",
            "files",
            0,
            0,
            "by no model: none is served yet, so files are ranked by lines",
        ),
    ],
)
def test_a_repositorys_scores_come(
    served_by: ServedBy, rows: Rows, labelled: int, positive: int, sentence: str
) -> None:
    counts = LabelCounts(labelled, positive, minimum_labelled=300, minimum_positive=30)
    assert served_by_sentence(served_by, rows, counts) == sentence
