"""How central each file is among those that import each other."""

import numpy as np
import polars as pl

DAMPING = 0.85
TOLERANCE = 1e-10
MOST_ROUNDS = 200


def page_rank(paths: pl.Series, edges: pl.DataFrame) -> pl.DataFrame:
    """The PageRank of each of *paths* (distinct): `path`, `centrality`, which sum to 1.

    *edges* (`from_path`, `to_path`) are imports: whoever reads a file follows one of its imports
    with a probability of 0.85, else opens any file; the centrality is how much of the time is spent
    with each (Page et al., "The PageRank Citation Ranking", 1999). Several imports of one file
    count once; a file that imports nothing leads to any; imports of what is not in *paths* do not
    count.
    """
    places = paths.to_frame("path").with_row_index("place")
    links = (
        edges.filter(pl.col("from_path") != pl.col("to_path"))
        .unique(["from_path", "to_path"])
        .join(places.rename({"path": "from_path", "place": "source"}), on="from_path")
        .join(places.rename({"path": "to_path", "place": "target"}), on="to_path")
        # Sums of floating-point numbers depend on their order.
        .sort("source", "target")
    )
    source, target = links["source"].to_numpy(), links["target"].to_numpy()
    count = paths.len()
    imports = np.bincount(source, minlength=count)
    share = 1 / np.maximum(imports, 1)
    rank = np.full(count, 1 / max(count, 1))
    for _ in range(MOST_ROUNDS):
        before = rank
        anywhere = 1 - DAMPING + DAMPING * before[imports == 0].sum()
        followed = np.bincount(target, weights=(before * share)[source], minlength=count)
        rank = anywhere / max(count, 1) + DAMPING * followed
        if np.abs(rank - before).sum() < TOLERANCE:
            break
    return places.select("path", centrality=pl.Series(rank, dtype=pl.Float64))
