"""Examples of generated repositories, whose bugs follow a few features and are revealed later."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

FEATURES = ("lines_added", "lines_deleted", "lines_before", "files", "author_experience", "noise")
START = datetime(2022, 1, 1, tzinfo=UTC)


def generated(
    repository: str, commits: int = 900, *, seed: int = 1, scale: float = 1.0
) -> pl.DataFrame:
    """Two commits a day; larger ones of newer authors induce more bugs, revealed in weeks.

    *scale* multiplies the sizes: the same standing has other numbers in another repository.
    """
    draw = np.random.default_rng(seed)
    times = [START + timedelta(hours=12 * number) for number in range(commits)]
    added = draw.lognormal(3, 1.2, commits)
    experience = draw.exponential(100, commits)
    risk = (
        1.2 * (np.log(added) - 3) - 0.01 * (experience - 100) + draw.normal(0, 0.7, commits) - 1.6
    )
    is_bug = draw.random(commits) < 1 / (1 + np.exp(-risk))
    delays = [timedelta(days=float(days)) for days in draw.exponential(20, commits)]
    revealed = [
        time + delay if bug else None
        for time, delay, bug in zip(times, delays, is_bug, strict=True)
    ]
    moment = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        {
            "repository": [repository] * commits,
            "key": [f"{repository}-{number:05}" for number in range(commits)],
            "time": pl.Series(times, dtype=moment),
            "positive_at": pl.Series(revealed, dtype=moment),
            "negative_at": pl.Series([None] * commits, dtype=moment),
            "effort": scale * added,
            "lines_added": scale * added,
            "lines_deleted": scale * draw.lognormal(2, 1, commits),
            "lines_before": scale * draw.lognormal(5, 1, commits),
            "files": draw.integers(1, 9, commits).astype(float),
            "author_experience": experience,
            "noise": draw.normal(size=commits),
        }
    ).with_columns(pl.col(FEATURES).cast(pl.Float32))
