"""What must hold of every table: for each check an expression that is true of an offending row.

They run after a table is made, as asset checks; a table that fails one keeps what is downstream
from being made of it. Feature tables have the expectations of `features.monitoring` instead.
"""

import polars as pl

from hyperion_pipelines.documents.document import KINDS
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of

SHA = r"^[0-9a-f]{40}$"
LONGEST_CHUNK_TOKENS = 512  # the positions that all-MiniLM-L6-v2 has


def _is_no_sha(column: str) -> pl.Expr:
    return ~pl.col(column).str.contains(SHA).fill_null(value=True)


# Of a pair of files in dependency_history, whose rows are in the order of time.
_NEXT_SINCE = pl.col("since").shift(-1).over("from_path", "to_path")

# The base, the reasons and all other features, as far from the score as rounding to 32 bits allows.
_CONTRIBUTIONS = (
    pl.col("base_log_odds").cast(pl.Float64)
    + pl.col("reasons").list.eval(pl.element().struct.field("contribution")).list.sum()
    + pl.col("other_contribution")
)
_SCORES = {
    "probabilities_are_shares": ~pl.col("probability").is_between(0, 1),
    "contributions_add_up": (_CONTRIBUTIONS - pl.col("log_odds")).abs() > 1e-3,
    "percentiles_are_in_range": ~pl.col("percentile").is_between(0, 100),
    "there_are_at_most_five_reasons": pl.col("reasons").list.len() > 5,
    "only_the_fallback_lacks_probabilities": pl.col("probability").is_null()
    != (pl.col("served_by") == "fallback"),
}

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
    "dangerous_calls": {
        "lines_count_from_one": pl.col("line") < 1,
        "calls_are_short": pl.col("call").str.len_chars() > 120,
    },
    "imports": {"lines_count_from_one": pl.col("line") < 1},
    "dependencies": {"no_file_imports_itself": pl.col("from_path") == pl.col("to_path")},
    "call_sites": {
        "rows_count_calls": pl.col("calls") < 1,
        "only_functions_have_lines": pl.col("function").is_null()
        != pl.col("function_line").is_null(),
    },
    "calls": {
        "confidence_is_a_share": ~pl.col("confidence").is_between(0, 1),
        "what_is_found_is_whole": pl.sum_horizontal(
            pl.col("to_path", "to_function", "to_line", "confidence").is_null()
        ).is_between(1, 3),
    },
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
    "secrets": {
        "commits_are_object_ids": _is_no_sha("sha"),
        "fingerprints_are_16_hexadecimal_digits": ~pl.col("fingerprint").str.contains(
            r"^[0-9a-f]{16}$"
        ),
        "at_most_four_characters_are_shown": ~pl.col("shown").str.contains(r"(?s)^.{0,4}•+$"),
        "changes_add_or_remove": ~pl.col("change").is_in(["added", "removed"]),
    },
    "bug_labels": {
        "rows_are_unique": pl.struct(
            "algorithm", "fix_sha", "inducing_sha", "path"
        ).is_duplicated(),
        "confidence_is_a_share": ~((pl.col("confidence") > 0) & (pl.col("confidence") <= 1)),
        "lines_are_not_none": pl.col("lines") < 1,
        "no_commit_mends_itself": pl.col("fix_sha") == pl.col("inducing_sha"),
        "each_fix_has_one_most_recent": (pl.col("algorithm") == "R")
        & (pl.n_unique("inducing_sha").over("fix_sha", "algorithm") > 1),
    },
    "training_windows": {
        "windows_are_in_order": pl.col("fit_end") <= pl.col("fit_start"),
        "positives_are_examples": pl.col("positives") > pl.col("examples"),
    },
    "commit_scores": {"shas_are_unique": pl.col("sha").is_duplicated(), **_SCORES},
    "file_scores": {"paths_are_unique": pl.col("path").is_duplicated(), **_SCORES},
    "document_files": {
        "paths_are_unique": pl.col("path").is_duplicated(),
        "files_without_documents_say_why": (pl.col("documents") == 0) & pl.col("skipped").is_null(),
    },
    "documents": {
        "kinds_are_known": ~pl.col("kind").is_in(list(KINDS)),
        "lines_are_those_of_the_text": pl.col("end_line")
        != pl.col("start_line") + pl.col("text").str.count_matches("\n"),
        "texts_say_something": pl.col("text").str.strip_chars() == "",
    },
    "chunks": {
        "ids_are_unique": pl.col("chunk_id").is_duplicated(),
        "lines_are_in_order": pl.col("end_line") < pl.col("start_line"),
        "texts_say_something": pl.col("text").str.strip_chars() == "",
        "the_model_reads_them_whole": pl.col("tokens") > LONGEST_CHUNK_TOKENS,
    },
    "search_grades": {
        "rows_are_unique": pl.struct("query_id", "search").is_duplicated(),
        "measures_are_shares": ~pl.all_horizontal(
            pl.col("recall", "reciprocal_rank", "ndcg").is_between(0, 1)
        ),
    },
    "graph_counts": {
        "rows_are_unique": pl.struct("element", "name", "source", "target").is_duplicated(),
        "there_is_one_repository": (pl.col("name") == "Repository") & (pl.col("count") != 1),
    },
    "repository_profile": {"there_is_one": pl.int_range(pl.len()) > 0},
    **{
        table: {"rows_are_unique": pl.struct(insight_of(table).key).is_duplicated()}
        for table in INSIGHT_TABLES
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
