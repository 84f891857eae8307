"""Every check finds the rows that it is there to find, and nothing in sound tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import polars as pl
import pytest

from hyperion_pipelines.checks import CHECKS, count_offenders
from hyperion_pipelines.features.catalogue import FEATURES
from hyperion_pipelines.schemas import TABLES

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

JANUARY, APRIL, JULY = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 4, 7))
SNAPSHOT = {"sha": SHA, "since": JANUARY, "until": APRIL}
NEXT_SNAPSHOT = {"sha": OTHER, "since": APRIL}
STRETCH = {"from_path": "a", "to_path": "b", "since": JANUARY, "until": APRIL}

# One row or more for every check of every table, and how many of them it must find.
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
]


def frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows of a table; columns that are not named are null."""
    return pl.DataFrame(rows, schema=TABLES[table])


def test_every_table_and_every_check_is_tried_here() -> None:
    assert CHECKS.keys() == TABLES.keys() - FEATURES.keys()
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
        "refs": [{"kind": "tag", "name": "main"}, {"kind": "branch", "name": "main"}],
    }
    for table, rows in sound.items():
        assert set(count_offenders(table, frame(table, rows)).values()) == {0}


@pytest.mark.parametrize("table", sorted(CHECKS))
def test_an_empty_table_offends_nothing(table: str) -> None:
    assert set(count_offenders(table, frame(table, [])).values()) == {0}
