"""What must hold of every table: for each check an expression that is true of an offending row.

They run after a table is made, as asset checks; a table that fails one keeps what is downstream
from being made of it. Feature tables have the expectations of `features.monitoring` instead.
"""

import polars as pl

SHA = r"^[0-9a-f]{40}$"


def _is_no_sha(column: str) -> pl.Expr:
    return ~pl.col(column).str.contains(SHA).fill_null(value=True)


# Of a pair of files in dependency_history, whose rows are in the order of time.
_NEXT_SINCE = pl.col("since").shift(-1).over("from_path", "to_path")

CHECKS: dict[str, dict[str, pl.Expr]] = {
    "commits": {
        "shas_are_unique": pl.col("sha").is_duplicated(),
        "positions_are_dense": pl.col("position") != pl.int_range(pl.len()),
        "people_are_known": pl.any_horizontal(pl.col("author_id", "committer_id").is_null()),
    },
    "changes": {
        "paths_are_unique_in_a_commit": pl.struct("sha", "path").is_duplicated(),
        "only_binaries_lack_counts": pl.col("added").is_null() != pl.col("is_binary"),
        "blobs_are_object_ids": _is_no_sha("old_blob") | _is_no_sha("new_blob"),
    },
    "identities": {
        "signatures_are_unique": pl.struct("name", "email").is_duplicated(),
        "confidence_is_a_share": ~pl.col("confidence").is_between(0, 1),
    },
    "refs": {"names_are_unique": pl.struct("kind", "name").is_duplicated()},
    "tree": {"paths_are_unique": pl.col("path").is_duplicated()},
    "line_origins": {
        "runs_cover_their_file": pl.col("start_line")
        != pl.col("lines").cum_sum().over("path") - pl.col("lines") + 1,
        "runs_are_not_empty": pl.col("lines") < 1,
        "origins_are_object_ids": _is_no_sha("origin_sha"),
    },
    "line_removals": {
        "rows_are_unique": pl.struct("sha", "path", "origin_sha").is_duplicated(),
        "kinds_are_part_of_the_lines": pl.col("blank") + pl.col("comment") > pl.col("lines"),
        "origins_are_object_ids": _is_no_sha("origin_sha"),
    },
    "blob_metrics": {
        "blobs_are_unique": pl.col("blob").is_duplicated(),
        "maintainability_is_in_range": ~pl.col("maintainability_index").is_between(0, 100),
        "maxima_do_not_exceed_sums": pl.col("cyclomatic_max") > pl.col("cyclomatic_sum"),
    },
    "functions": {"lines_are_in_order": pl.col("start_line") > pl.col("end_line")},
    "imports": {"lines_count_from_one": pl.col("line") < 1},
    "dependencies": {"no_file_imports_itself": pl.col("from_path") == pl.col("to_path")},
    "snapshots": {
        "shas_are_unique": pl.col("sha").is_duplicated(),
        "shas_are_object_ids": _is_no_sha("sha"),
        "turns_are_without_gap": pl.col("until").ne_missing(pl.col("since").shift(-1)),
    },
    "dependency_history": {
        "no_file_imports_itself": pl.col("from_path") == pl.col("to_path"),
        "stretches_are_not_empty": pl.col("since") >= pl.col("until"),
        "stretches_of_a_pair_are_apart": _NEXT_SINCE.is_not_null()
        & ~(pl.col("until") < _NEXT_SINCE).fill_null(value=False),
    },
}


def count_offenders(table: str, frame: pl.DataFrame) -> dict[str, int]:
    """For each check of *table* the number of rows of *frame* that fail it."""
    if table not in CHECKS:
        return {}
    counts = frame.select(
        expression.fill_null(value=False).sum().alias(name)
        for name, expression in CHECKS[table].items()
    )
    return {name: int(count) for name, count in counts.row(0, named=True).items()}
