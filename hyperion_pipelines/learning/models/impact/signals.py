"""What speaks for a candidate: numbers that mean the same in every repository.

Counts of co-changes become shares, times become days, paths become likeness. All is as it was
known just before the query's commit.

Support, confidence and lift are those of association rules (Zimmermann et al., Mining version
histories to guide software changes, IEEE TSE 31(6), 2005). Significance is that of Fisher's exact
test in its binomial limit (`scipy.special.betainc`), which takes a fortieth of the time and, where
files change in a small part of the commits, is the same.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.features.history.windows import DAY
from hyperion_pipelines.learning.models.impact.changes import ChangeHistory
from hyperion_pipelines.learning.models.impact.occurrences import NOWHERE, Integers

NEVER = 10_000.0  # days
RECENT_CHANGES = 10  # of the given file
MOST_SIGNIFICANT = 100.0
SIGNALS = (
    "support",
    "confidence",
    "reverse_confidence",
    "lift",
    "significance",
    "support_year",
    "confidence_year",
    "reverse_confidence_year",
    "recent_confidence",
    "focus",
    "days_since_together",
    "changes_since_together",
    "given_changes",
    "given_changes_year",
    "candidate_share",
    "candidate_share_year",
    "candidate_days",
    "candidate_commits_ago",
    "imports",
    "imported_by",
    "shared_imports",
    "same_directory",
    "common_path",
    "same_stem",
    "name_likeness",
    "same_extension",
    "is_test_of",
    "is_tested_by",
    "given_is_test",
    "candidate_is_test",
)


def signals(history: ChangeHistory, rows: pl.DataFrame) -> pl.DataFrame:
    """*rows*, as `candidates` makes them, with `SIGNALS` (f32; lift and significance in log10).

    `support`: commits that changed both; `confidence`: their share of the given file's commits,
    `reverse_confidence` of the candidate's; `lift`: log10 of confidence over the candidate's share
    of all commits; `significance`: -log10 of the probability of as many by chance. `_year`: in the
    365 days before. `recent_confidence`: among the given file's last 10 commits. `focus`: the
    confidence in which a commit of n files counts 1 / (n - 1).
    `changes_since_together`: the given file's commits since then; `candidate_days` and
    `candidate_commits_ago`: since the candidate changed last, commits being those of the whole
    repository. No signal of a candidate depends on which others there are.
    """
    table = rows.with_columns(
        **_co_change(history, rows), **_files(history, rows), **_imports(history, rows)
    )
    table = pl.concat([table, _paths(history, rows)], how="horizontal")
    return table.with_columns(pl.col(SIGNALS).cast(pl.Float32))


def significance(
    support: NDArray[np.float64],
    draws: NDArray[np.float64],
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    """-log10 of the probability that *draws* commits hit a file *support* times or more by chance.

    The file changed in a *share* of all commits. 0 where it never did; at most MOST_SIGNIFICANT.
    """
    from scipy.special import betainc

    seen = support > 0
    chance = betainc(np.where(seen, support, 1), np.where(seen, draws - support + 1, 1), share)
    floor = 10.0**-MOST_SIGNIFICANT
    return np.where(seen, -np.log10(np.maximum(chance, floor)), 0.0)


def _co_change(history: ChangeHistory, rows: pl.DataFrame) -> dict[str, pl.Series]:
    together, (given, file, rank) = history.together, _columns(rows)
    pair, year = together.pair(given, file), history.year_ago[rank]
    pairs, changes = together.pairs, together.changes
    start, end = pairs.before(pair, 0), pairs.before(pair, rank)
    support, support_year = end - start, pairs.count(pair, rank, year)
    of_given, of_given_year = changes.count(given, rank), changes.count(given, rank, year)
    of_file, of_file_year = changes.count(file, rank), changes.count(file, rank, year)
    commits, commits_year = history.counted[rank], history.counted[rank] - history.counted[year]
    recent, until = changes.recent(given, rank, RECENT_CHANGES)
    oldest = np.where(until > recent, changes.rank_at(recent), rank)
    last = pairs.last(pair, rank)
    met = np.where(last == NOWHERE, 0, pairs.rank_at(last))
    share = _share(of_file, commits)
    confidence = _share(support, of_given)
    never = np.where(last == NOWHERE, NEVER, _days(history, met, rank))
    numbers = {
        "support": support,
        "confidence": confidence,
        "reverse_confidence": _share(support, of_file),
        "lift": np.log10(np.maximum(_share(confidence, share), 0.01)),
        "significance": significance(support.astype(float), of_given.astype(float), share),
        "support_year": support_year,
        "confidence_year": _share(support_year, of_given_year),
        "reverse_confidence_year": _share(support_year, of_file_year),
        "recent_confidence": _share(pairs.count(pair, rank, oldest), until - recent),
        "focus": _share(together.weights[end] - together.weights[start], of_given),
        "days_since_together": never,
        "changes_since_together": np.where(
            last == NOWHERE, NEVER, changes.count(given, rank, met + 1)
        ),
        "given_changes": of_given,
        "given_changes_year": of_given_year,
        "candidate_share": share,
        "candidate_share_year": _share(of_file_year, commits_year),
    }
    return {name: pl.Series(values, dtype=pl.Float64) for name, values in numbers.items()}


def _files(history: ChangeHistory, rows: pl.DataFrame) -> dict[str, pl.Series]:
    _, file, rank = _columns(rows)
    touches = history.states.touches
    touched = touches.rank_at(touches.last(file, rank))
    return {
        "candidate_days": pl.Series(_days(history, touched, rank)),
        "candidate_commits_ago": pl.Series(history.counted[rank] - history.counted[touched]),
    }


def _imports(history: ChangeHistory, rows: pl.DataFrame) -> dict[str, pl.Series]:
    given, file, rank = _columns(rows)
    return {
        "imports": pl.Series(history.imports.is_import(file, given, rank)),
        "imported_by": pl.Series(history.imports.is_import(given, file, rank)),
        "shared_imports": pl.Series(history.imports.shared(given, file, rank)),
    }


def _paths(history: ChangeHistory, rows: pl.DataFrame) -> pl.DataFrame:
    given, candidate = rows["path"].to_numpy(), rows["file_path"].to_numpy()
    is_test = history.names.is_test()
    return (
        history.names.relations(given, candidate)
        .with_columns(
            given_is_test=pl.Series(is_test[given]),
            candidate_is_test=pl.Series(is_test[candidate]),
        )
        .with_columns(
            is_test_of=pl.col("same_stem") & pl.col("candidate_is_test") & ~pl.col("given_is_test"),
            is_tested_by=pl.col("same_stem")
            & pl.col("given_is_test")
            & ~pl.col("candidate_is_test"),
        )
    )


def _columns(rows: pl.DataFrame) -> tuple[Integers, Integers, Integers]:
    return rows["given"].to_numpy(), rows["file"].to_numpy(), rows["rank"].to_numpy()


def _share(
    part: NDArray[np.float64] | Integers, whole: NDArray[np.float64] | Integers
) -> NDArray[np.float64]:
    """*part* / *whole*, and 0 where there is no whole."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _days(history: ChangeHistory, earlier: Integers, rank: Integers) -> NDArray[np.float64]:
    return (history.seconds[rank] - history.seconds[earlier]) / DAY
