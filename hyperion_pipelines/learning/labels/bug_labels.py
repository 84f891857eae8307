"""The table bug_labels: which commits induced the bugs that later ones mended, by AG and by R.

AG names every candidate (Kim et al., 2006), R the most recent one of each fix (Davies et al.,
2014). Candidates come from `candidates`; when a label may be used is the business of training.
"""

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.learning.labels.candidates import TracedFixes, trace_fixes

AG, R = "AG", "R"
# A fix of more source files than these does other things beside.
FILES_OF_A_FIX = 10

OUTCOMES = (
    "fixes_with_candidates",
    "fixes_of_code_younger_than_the_report",
    "fixes_of_code_without_earlier_origin",
    "fixes_that_removed_no_code",
    "fixes_that_changed_no_source_file",
)


def bug_labels(
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    line_removals: pl.DataFrame,
    filters: PathFilters,
    issues: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The table bug_labels of one repository, without `repository`, from tables of the lake.

    *issues* is what `read_issues` makes of an issue tracker's export, where there is one.
    """
    return labels_of(trace_fixes(commits, changes, line_removals, filters, issues))


def labels_of(traced: TracedFixes) -> pl.DataFrame:
    """A row per fix, inducing commit, path and algorithm, in the order of the fixes.

    `path` is the file's before the fix, `lines` the code that the fix removed there and the
    inducing commit had written. `confidence` is one of a pair, in (0, 1]; see `_confidence`. A fix
    without candidates has no row.
    """
    candidates = (
        traced.removed.with_columns(confidence=_confidence())
        .filter("is_earlier", "is_before_report")
        .sort("inducing_time", "inducing_position")
    )
    is_latest = pl.col("inducing_sha") == pl.col("inducing_sha").last().over("fix_sha")
    every = candidates.with_columns(algorithm=pl.lit(AG))
    latest = candidates.filter(is_latest).with_columns(algorithm=pl.lit(R))
    return (
        pl.concat([every, latest])
        .sort("fix_time", "fix_position", "algorithm", "inducing_position", "path")
        .select("fix_sha", "fix_time", "inducing_sha", "path", "lines", "algorithm", "confidence")
    )


def label_numbers(traced: TracedFixes) -> dict[str, int | float]:
    """What was found, in numbers: the fixes, those with candidates, and why the others have none.

    `fixes` is the sum of `fixes_with_candidates` and of those without: fixes that changed no
    source file, that removed no code in one, whose removed code is of merges or of commits no
    older than the fix, or was written after the bug was reported. `pairs` are AG's.
    `share_without_candidates` and `median_days` (from the inducing commit to its fix, by R) are
    left out where there is nothing to make them of.
    """
    fixes, candidates = traced.fixes.height, traced.candidates
    outcomes = dict(_outcomes(traced)["outcome"].value_counts().iter_rows())
    numbers: dict[str, int | float] = {"fixes": fixes}
    numbers |= {outcome: outcomes.get(outcome, 0) for outcome in OUTCOMES}
    numbers["pairs"] = candidates.select("fix_sha", "inducing_sha").n_unique()
    if fixes:
        numbers["share_without_candidates"] = 1 - numbers["fixes_with_candidates"] / fixes
    if not candidates.is_empty():
        since_latest = pl.col("fix_time").first() - pl.col("inducing_time").max()
        days = candidates.group_by("fix_sha").agg(days=since_latest.dt.total_seconds() / 86_400)
        numbers["median_days"] = float(days.select(pl.median("days")).item())
    return numbers


def _outcomes(traced: TracedFixes) -> pl.DataFrame:
    """The `outcome` of each fix: the first of OUTCOMES that is true of it."""
    found = traced.removed.group_by("fix_sha").agg(
        has_earlier=pl.col("is_earlier").any(),
        has_candidate=(pl.col("is_earlier") & pl.col("is_before_report")).any(),
    )
    return traced.fixes.join(found, on="fix_sha", how="left").select(
        outcome=pl.when("has_candidate")
        .then(pl.lit("fixes_with_candidates"))
        .when("has_earlier")
        .then(pl.lit("fixes_of_code_younger_than_the_report"))
        .when(pl.col("has_earlier").is_not_null())
        .then(pl.lit("fixes_of_code_without_earlier_origin"))
        .when(pl.col("source_files") > 0)
        .then(pl.lit("fixes_that_removed_no_code"))
        .otherwise(pl.lit("fixes_that_changed_no_source_file"))
    )


def _confidence() -> pl.Expr:
    """How far to trust that a fix's bug lay in what an origin wrote: in (0, 1], one of a pair.

    certainty * (1 + share) / 2 * min(1, 10 / source_files). `certainty` is the fix's own. `share`
    is the part of the code it removed that the origin wrote: the sole author of all of it counts
    in full, one of many down to half, since what is at fault may be a single line. Of a fix of
    many files at most ten are taken for the fix; the others are what was committed beside it.
    """
    lines = pl.col("lines")
    share = lines.sum().over("fix_sha", "inducing_sha") / lines.sum().over("fix_sha")
    breadth = FILES_OF_A_FIX / pl.col("source_files").clip(FILES_OF_A_FIX)
    return pl.col("certainty") * (1 + share) / 2 * breadth
