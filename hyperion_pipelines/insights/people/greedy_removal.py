"""Which people a set of files would lose last hope with: the greedy removal of the truck factor.

It knows files and their authors as numbers alone; who is an author is decided elsewhere.
"""

from typing import NamedTuple

import numpy as np
import polars as pl


class Removal(NamedTuple):
    """Those who were removed, in that order, and the share of files without an author then."""

    people: list[int]
    orphaned_share: float


def remove_until_orphaned(authors: pl.DataFrame, files: int) -> Removal:
    """Remove whoever is an author of most files, until more than half of *files* have none left.

    *authors* has a row per file and author: `path` and `person`, small whole numbers. A file that
    is not among them has no author from the start. Of two with as many files the lower number
    goes first. The heuristic is that of Avelino, Passos, Hora & Valente, "A Novel Approach for
    Estimating Truck Factors" (ICPC 2016).
    """
    path, person = authors["path"].to_numpy(), authors["person"].to_numpy()
    removed: list[int] = []
    while True:
        orphaned = files - np.count_nonzero(np.bincount(path))
        if 2 * orphaned > files:
            return Removal(removed, orphaned / files)
        top = int(np.bincount(person).argmax())
        stays = person != top
        path, person = path[stays], person[stays]
        removed.append(top)
