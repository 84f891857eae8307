"""Predictions of stored commits that were made before: only who asks first waits for git.

What is said of a stored commit follows from the tables published and from the mirror's objects, of
which none ever changes. A prediction is kept under the publications that it was made from, and left
behind by the next ones.
"""

from collections.abc import Hashable, Iterable
from pathlib import Path
from threading import Lock

from cachetools import LRUCache

from hyperion_pipelines.prediction import Prediction
from hyperion_pipelines.stores.publications import Publications

MOST = 10_000  # of a few KB each
# Everything that `predictions_of` reads of commits that are stored.
TABLES = (
    *("commits", "changes", "commit_features", "bug_labels", "commit_scores", "tree"),
    *("file_owners", "change_coupling"),
)


class RememberedPredictions:
    """The predictions that were asked for last; safe in several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._known: LRUCache[Hashable, Prediction] = LRUCache(most)
        self._lock = Lock()

    def get(self, basis: Hashable, shas: Iterable[str]) -> dict[str, Prediction]:
        """Those of *shas* that are known on a basis."""
        with self._lock:
            found = {sha: self._known.get((basis, sha)) for sha in shas}
        return {sha: prediction for sha, prediction in found.items() if prediction is not None}

    def add(self, basis: Hashable, predictions: Iterable[Prediction]) -> None:
        """Keep *predictions* of stored commits."""
        with self._lock:
            self._known.update({(basis, each.sha): each for each in predictions})


def basis_of(publications: Publications, home: Path, slug: str) -> Hashable | None:
    """What predictions follow from; None while a table of it is being made anew, or never was."""
    made = tuple(publications.get(table, slug) for table in TABLES)
    return (home, slug, made) if all(made) else None
