"""Lines before and after a change: from the metrics where they count them, else from changes."""

import polars as pl

from hyperion_pipelines.features.history.blob_lines import with_lines

Row = tuple[int, str | None, str | None, int | None, int | None]
SCHEMA = {
    "rank": pl.UInt32,
    "old_blob": pl.String,
    "new_blob": pl.String,
    "added": pl.Int64,
    "deleted": pl.Int64,
}


def lines(rows: list[Row], counted: dict[str, int] | None = None) -> list[tuple[object, object]]:
    """Lines before and after each of *rows*; without counts a row is binary."""
    touches = pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(
        pl.col("added", "deleted").fill_null(0), is_binary=pl.col("added").is_null()
    )
    metrics = pl.DataFrame(
        list((counted or {}).items()), schema={"blob": pl.String, "lines": pl.UInt32}, orient="row"
    )
    return with_lines(touches, metrics).select("lines_before", "lines_after").rows()


def test_a_text_file_grows_by_what_its_changes_add() -> None:
    rows: list[Row] = [
        (0, None, "a", 10, 0),
        (1, "a", "b", 5, 2),
        (2, "b", "c", 0, 1),
        (3, "c", None, 0, 12),
    ]
    assert lines(rows) == [(0, 10), (10, 13), (13, 12), (12, None)]


def test_a_count_goes_before_what_follows_from_the_changes() -> None:
    assert lines([(0, None, "a", 10, 0), (1, "a", "b", 5, 0)], {"a": 100}) == [(0, 100), (100, 105)]


def test_what_a_merge_made_is_unknown_and_so_is_what_is_made_of_it() -> None:
    assert lines([(1, "merged", "b", 1, 0), (2, "b", "c", 1, 0)]) == [(None, None), (None, None)]


def test_a_blob_that_only_a_later_change_makes_is_not_known_yet() -> None:
    rows: list[Row] = [(0, "b", "c", 1, 0), (1, None, "b", 7, 0), (2, "b", "d", 1, 0)]
    assert lines(rows) == [(None, None), (0, 7), (7, 8)]


def test_a_binary_has_no_lines_and_text_made_of_one_starts_unknown() -> None:
    rows: list[Row] = [(0, None, "a", None, None), (1, "a", "b", 3, 0), (2, "b", "c", 1, 0)]
    assert lines(rows) == [(None, None), (None, None), (None, None)]


def test_a_history_without_changes_has_no_lines() -> None:
    assert lines([]) == []
