"""Every check finds the rows that it is there to find, and nothing in sound tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl
import pytest

from hyperion_pipelines.checks import CHECKS, count_offenders
from hyperion_pipelines.features.catalogue import FEATURES
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.schemas import SERVED_TABLES, TABLES

Row = Mapping[str, object]

SHA, OTHER = "a" * 40, "b" * 40
CHANGE = {"sha": SHA, "path": "a", "added": 1, "is_binary": False, "new_blob": SHA}
BINARY = {"sha": SHA, "path": "b", "added": None, "is_binary": True, "old_blob": OTHER}
COMMIT = {"sha": SHA, "position": 0, "author_id": "alma", "committer_id": "alma"}

ORIGIN = {"path": "a", "start_line": 1, "lines": 2, "origin_sha": SHA}
REMOVAL = {
    "sha": OTHER,
    "path": "a",
    "origin_sha": SHA,
    "lines": 3,
    "blank": 1,
    "comment": 2,
}

CALL_SITE = {"function": "open", "function_line": 3, "name": "len", "line": 4, "calls": 1}
CALL = {"to_path": "a", "to_function": "open", "to_line": 3, "confidence": 0.9}
GRAPH_COUNT = {"element": "node", "name": "Repository", "count": 1}

JANUARY, APRIL, JULY = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 4, 7))
SECRET = {"sha": SHA, "fingerprint": "0123456789abcdef", "shown": "ghp_••••", "change": "added"}
SNAPSHOT = {"sha": SHA, "since": JANUARY, "until": APRIL}
NEXT_SNAPSHOT = {"sha": OTHER, "since": APRIL}
STRETCH = {"from_path": "a", "to_path": "b", "since": JANUARY, "until": APRIL}

LABEL = {
    "fix_sha": SHA,
    "inducing_sha": OTHER,
    "path": "a",
    "lines": 2,
    "algorithm": "R",
    "confidence": 0.5,
}
ALL_CANDIDATES = LABEL | {"algorithm": "AG"}
THIRD = "c" * 40
WINDOW = {"fit_start": JANUARY, "fit_end": APRIL, "examples": 9, "positives": 9}

REASON = {"feature": "lines_added", "value": 7.0, "contribution": 0.25, "text": "7 lines added"}
SCORE = {
    "served_by": "pooled",
    "probability": 0.5,
    "log_odds": 0.0,
    "percentile": 100,
    "base_log_odds": -1.0,
    "reasons": [REASON] * 2,
    "other_contribution": 0.5,
}
# Ranks by the lines added alone, and knows no probability.
FALLBACK_SCORE: Row = {"served_by": "fallback", "percentile": 0, "reasons": []}
COMMIT_SCORE, FILE_SCORE = {"sha": SHA} | SCORE, {"path": "a"} | SCORE

# One row or more for every check of every table, and how many of them it must find.
DOCUMENT_FILE = {"path": "README.md", "documents": 1}
DOCUMENT = {"kind": "readme", "start_line": 4, "end_line": 5, "text": "# Shop\nSells books."}
CHUNK = {"chunk_id": "1", "start_line": 4, "end_line": 5, "text": "# Shop", "tokens": 6}
RANKED = {"recall": 1.0, "reciprocal_rank": 0.5, "ndcg": 0.63}
GRADE = {"query_id": "1", "search": "dense", **RANKED}

OFFENDERS: list[tuple[str, str, Sequence[Row], int]] = [
    ("commits", "shas_are_unique", [COMMIT, COMMIT | {"position": 1}], 2),
    ("commits", "positions_are_dense", [COMMIT, COMMIT | {"sha": OTHER, "position": 2}], 1),
    ("commits", "people_are_known", [COMMIT | {"committer_id": None}], 1),
    ("changes", "paths_are_unique_in_a_commit", [CHANGE, CHANGE, BINARY], 2),
    ("changes", "only_binaries_lack_counts", [CHANGE | {"is_binary": True}], 1),
    ("changes", "only_binaries_lack_counts", [BINARY | {"is_binary": False}], 1),
    ("changes", "blobs_are_object_ids", [CHANGE | {"new_blob": "abc"}], 1),
    ("changes", "blobs_are_object_ids", [CHANGE | {"old_blob": SHA.upper()}], 1),
    ("identities", "signatures_are_unique", [{"name": "a", "email": "b", "confidence": 1}] * 2, 2),
    ("identities", "confidence_is_a_share", [{"name": "a", "email": "b", "confidence": 1.5}], 1),
    ("refs", "names_are_unique", [{"kind": "tag", "name": "v1"}] * 2, 2),
    ("tree", "paths_are_unique", [{"path": "a"}, {"path": "a"}, {"path": "b"}], 2),
    ("line_origins", "runs_cover_their_file", [ORIGIN, ORIGIN | {"start_line": 4}], 1),
    ("line_origins", "runs_are_not_empty", [ORIGIN | {"lines": 0}], 1),
    ("line_origins", "origins_are_object_ids", [ORIGIN | {"origin_sha": "HEAD"}], 1),
    ("line_removals", "rows_are_unique", [REMOVAL, REMOVAL], 2),
    ("line_removals", "kinds_are_part_of_the_lines", [REMOVAL | {"comment": 3}], 1),
    ("line_removals", "origins_are_object_ids", [REMOVAL | {"origin_sha": "HEAD"}], 1),
    ("blob_metrics", "blobs_are_unique", [{"blob": SHA}, {"blob": SHA}], 2),
    ("blob_metrics", "maintainability_is_in_range", [{"maintainability_index": 100.1}], 1),
    (
        "blob_metrics",
        "maxima_do_not_exceed_sums",
        [{"cyclomatic_max": 3, "cyclomatic_sum": 2}, {"cyclomatic_max": 2, "cyclomatic_sum": 2}],
        1,
    ),
    ("functions", "lines_are_in_order", [{"start_line": 3, "end_line": 2}], 1),
    ("dangerous_calls", "lines_count_from_one", [{"line": 0}, {"line": 1}], 1),
    ("dangerous_calls", "calls_are_short", [{"call": "x" * 120}, {"call": "x" * 121}], 1),
    ("imports", "lines_count_from_one", [{"line": 0}, {"line": 1}], 1),
    ("dependencies", "no_file_imports_itself", [{"from_path": "a", "to_path": "a"}], 1),
    ("snapshots", "shas_are_unique", [SNAPSHOT, NEXT_SNAPSHOT | {"sha": SHA}], 2),
    ("snapshots", "shas_are_object_ids", [NEXT_SNAPSHOT | {"sha": "HEAD"}], 1),
    ("snapshots", "turns_are_without_gap", [SNAPSHOT, NEXT_SNAPSHOT | {"since": JULY}], 1),
    ("dependency_history", "no_file_imports_itself", [STRETCH | {"to_path": "a"}], 1),
    ("dependency_history", "stretches_are_not_empty", [STRETCH | {"until": JANUARY}], 1),
    (
        "dependency_history",
        "stretches_of_a_pair_are_apart",
        [STRETCH, STRETCH | {"since": APRIL}],
        1,
    ),
    (
        "dependency_history",
        "stretches_of_a_pair_are_apart",
        [STRETCH | {"until": None}, STRETCH],
        1,
    ),
    ("secrets", "commits_are_object_ids", [SECRET, SECRET | {"sha": "HEAD"}], 1),
    (
        "secrets",
        "fingerprints_are_16_hexadecimal_digits",
        [SECRET, SECRET | {"fingerprint": "0123"}],
        1,
    ),
    ("secrets", "at_most_four_characters_are_shown", [SECRET | {"shown": "ghp_aK3d"}], 1),
    ("secrets", "at_most_four_characters_are_shown", [SECRET | {"shown": "ghp_a••••"}], 1),
    ("secrets", "changes_add_or_remove", [SECRET | {"change": "moved"}], 1),
    ("bug_labels", "rows_are_unique", [LABEL, LABEL, ALL_CANDIDATES], 2),
    ("bug_labels", "confidence_is_a_share", [LABEL | {"confidence": 0}], 1),
    ("bug_labels", "confidence_is_a_share", [LABEL | {"confidence": 1.5}], 1),
    ("bug_labels", "lines_are_not_none", [LABEL | {"lines": 0}], 1),
    ("bug_labels", "no_commit_mends_itself", [LABEL | {"inducing_sha": SHA}], 1),
    ("bug_labels", "each_fix_has_one_most_recent", [LABEL, LABEL | {"inducing_sha": THIRD}], 2),
    ("training_windows", "windows_are_in_order", [WINDOW, WINDOW | {"fit_end": JANUARY}], 1),
    ("training_windows", "positives_are_examples", [WINDOW | {"positives": 10}], 1),
    ("commit_scores", "shas_are_unique", [COMMIT_SCORE, COMMIT_SCORE], 2),
    ("file_scores", "paths_are_unique", [FILE_SCORE, FILE_SCORE], 2),
    ("document_files", "paths_are_unique", [DOCUMENT_FILE, DOCUMENT_FILE], 2),
    ("document_files", "files_without_documents_say_why", [DOCUMENT_FILE | {"documents": 0}], 1),
    ("documents", "kinds_are_known", [DOCUMENT | {"kind": "poem"}], 1),
    ("documents", "lines_are_those_of_the_text", [DOCUMENT | {"end_line": 6}], 1),
    ("documents", "texts_say_something", [DOCUMENT | {"text": " \n"}], 1),
    ("chunks", "ids_are_unique", [CHUNK, CHUNK], 2),
    ("chunks", "lines_are_in_order", [CHUNK | {"end_line": 3}], 1),
    ("chunks", "texts_say_something", [CHUNK | {"text": "\n"}], 1),
    ("chunks", "the_model_reads_them_whole", [CHUNK | {"tokens": 513}], 1),
    ("search_grades", "rows_are_unique", [GRADE, GRADE], 2),
    ("search_grades", "measures_are_shares", [GRADE, GRADE | {"ndcg": 1.1}], 1),
    ("call_sites", "rows_count_calls", [CALL_SITE, CALL_SITE | {"calls": 0}], 1),
    ("call_sites", "only_functions_have_lines", [CALL_SITE | {"function_line": None}], 1),
    ("call_sites", "only_functions_have_lines", [CALL_SITE | {"function": None}], 1),
    ("calls", "confidence_is_a_share", [CALL | {"confidence": 1.5}], 1),
    ("calls", "what_is_found_is_whole", [CALL, CALL | {"to_line": None}, {"name": "len"}], 1),
    ("graph_counts", "rows_are_unique", [GRAPH_COUNT, GRAPH_COUNT], 2),
    ("graph_counts", "there_is_one_repository", [GRAPH_COUNT | {"count": 0}], 1),
    ("repository_profile", "there_is_one", [{}, {}], 1),
    *((table, "rows_are_unique", [{}, {}], 2) for table in INSIGHT_TABLES),
    *(
        (table, check, [SCORE | wrong], 1)
        for table in ("commit_scores", "file_scores")
        for check, wrong in (
            ("probabilities_are_shares", {"probability": 1.5}),
            ("contributions_add_up", {"other_contribution": 0.502}),
            ("percentiles_are_in_range", {"percentile": 100.5}),
            ("there_are_at_most_five_reasons", {"reasons": [REASON] * 6}),
            ("only_the_fallback_lacks_probabilities", {"probability": None}),
            ("only_the_fallback_lacks_probabilities", {"served_by": "fallback"}),
        )
    ),
]


def frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows of a table; columns that are not named are null."""
    return pl.DataFrame(rows, schema=TABLES[table])


def test_every_table_and_every_check_is_tried_here() -> None:
    assert CHECKS.keys() == TABLES.keys() - FEATURES.keys() - SERVED_TABLES
    tried = {(table, check) for table, check, _, _ in OFFENDERS}
    assert tried == {(table, check) for table, checks in CHECKS.items() for check in checks}


@pytest.mark.parametrize(("table", "check", "rows", "found"), OFFENDERS)
def test_a_check_counts_the_rows_that_offend(
    table: str, check: str, rows: Sequence[Row], found: int
) -> None:
    assert count_offenders(table, frame(table, rows))[check] == found


def test_sound_rows_offend_nothing() -> None:
    """Nulls where the tables allow them: a root's old blob, a repository without its own files."""
    commits = [COMMIT, COMMIT | {"sha": OTHER, "position": 1}]
    sound: dict[str, Sequence[Row]] = {
        "commits": commits,
        "changes": [CHANGE, BINARY, CHANGE | {"sha": OTHER}],
        "dependencies": [{"from_path": "a", "to_path": None}, {"from_path": "a", "to_path": "b"}],
        "snapshots": [SNAPSHOT, NEXT_SNAPSHOT],
        "dependency_history": [
            STRETCH,
            STRETCH | {"since": JULY, "until": None},
            STRETCH | {"from_path": "c"},
        ],
        "line_origins": [ORIGIN, ORIGIN | {"start_line": 3}, ORIGIN | {"path": "b"}],
        "line_removals": [REMOVAL, REMOVAL | {"path": "b"}],
        "dangerous_calls": [{"line": 1, "call": "eval(x)"}],
        "secrets": [SECRET, SECRET | {"shown": "••••", "change": "removed"}],
        "refs": [{"kind": "tag", "name": "main"}, {"kind": "branch", "name": "main"}],
        "bug_labels": [
            LABEL,
            LABEL | {"path": "b", "confidence": 1},
            ALL_CANDIDATES,
            ALL_CANDIDATES | {"inducing_sha": THIRD},
        ],
        "training_windows": [WINDOW, WINDOW],
        "document_files": [
            DOCUMENT_FILE,
            {"path": "logo.png", "documents": 0, "skipped": "binary"},
        ],
        "documents": [DOCUMENT, DOCUMENT],
        "chunks": [CHUNK, CHUNK | {"chunk_id": "2", "tokens": 512}],
        "search_grades": [GRADE, GRADE | {"search": "bm25"}],
        "call_sites": [CALL_SITE, {"name": "main", "line": 9, "calls": 2}],
        "calls": [CALL, {"name": "len"}],
        "graph_counts": [GRAPH_COUNT, GRAPH_COUNT | {"name": "File", "count": 0}],
        "commit_scores": [COMMIT_SCORE, {"sha": OTHER, **FALLBACK_SCORE}],
        "file_scores": [FILE_SCORE, {"path": "b", **FALLBACK_SCORE}],
    }
    for table, rows in sound.items():
        assert set(count_offenders(table, frame(table, rows)).values()) == {0}


@pytest.mark.parametrize("table", sorted(CHECKS))
def test_an_empty_table_offends_nothing(table: str) -> None:
    assert set(count_offenders(table, frame(table, [])).values()) == {0}
