"""Rows to be judged, for tests of measures: labels with both classes, and scores with ties."""

import numpy as np
from hypothesis import strategies as st

from hyperion_pipelines.learning.evaluation.ranking import BoolArray, Curve, FloatArray, Ranking

Judged = tuple[BoolArray, FloatArray]


def judged_rows() -> st.SearchStrategy[Judged]:
    """Bool labels, some of each class, and a score from 0 to 5 for each row."""
    rows = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30)
    both = st.tuples(rows, st.integers(0, 5), st.integers(0, 5)).map(
        lambda drawn: [*drawn[0], (True, drawn[1]), (False, drawn[2])]
    )
    return both.map(_as_arrays)


def curve_of(labels: BoolArray, scores: FloatArray) -> Curve:
    """The curve of positives against rows, in the order of the scores."""
    return Ranking.by(scores).curve(labels.astype(np.float64), np.ones(len(labels)))


def _as_arrays(rows: list[tuple[bool, int]]) -> Judged:
    return np.array([label for label, _ in rows]), np.array([float(score) for _, score in rows])
