"""A file stays the same file through renames, and the future of a path changes nothing."""

import polars as pl

from hyperion_pipelines.features.history.file_identity import file_segments, files_of

Row = tuple[int, str, str, str | None]  # rank, status, path, old path


SCHEMA = {"rank": pl.UInt32, "status": pl.String, "path": pl.String, "old_path": pl.String}


def files(*rows: Row) -> list[str]:
    """For each row a name of its file: the path where it was first seen, and a number."""
    changes = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    named = files_of(changes, file_segments(changes))
    return (
        named.with_columns(number=pl.col("file").rank("dense") - 1)
        .select(pl.format("{}{}", pl.first("path").over("file"), "number"))
        .to_series()
        .to_list()
    )


def test_a_rename_takes_the_file_along() -> None:
    assert files(
        (0, "A", "a", None), (1, "R", "b", "a"), (2, "R", "c", "b"), (3, "M", "c", None)
    ) == [
        "a0",
        "a0",
        "a0",
        "a0",
    ]


def test_what_is_added_at_a_path_that_was_given_away_is_a_new_file() -> None:
    assert files(
        (0, "A", "a", None), (1, "R", "b", "a"), (2, "A", "a", None), (3, "M", "b", None)
    ) == [
        "a0",
        "a0",
        "a1",
        "a0",
    ]


def test_one_commit_may_rename_a_file_and_add_another_in_its_place() -> None:
    assert files((0, "A", "a", None), (1, "A", "a", None), (1, "R", "b", "a")) == ["a0", "a1", "a0"]


def test_a_file_that_another_branch_still_changes_under_its_old_path_is_the_same() -> None:
    assert files((0, "A", "a", None), (1, "R", "b", "a"), (2, "M", "a", None)) == ["a0"] * 3


def test_a_deleted_file_that_is_restored_is_the_same() -> None:
    assert files((0, "A", "a", None), (1, "D", "a", None), (2, "A", "a", None)) == ["a0"] * 3


def test_two_files_may_swap_their_paths() -> None:
    added = [(0, "A", "a", None), (0, "A", "b", None)]
    swapped = [(1, "R", "a", "b"), (1, "R", "b", "a")]
    assert files(*added, *swapped) == ["a0", "b1", "b1", "a0"]


def test_a_chain_of_renames_in_one_commit_moves_each_file_once() -> None:
    added = [(0, "A", "a", None), (0, "A", "b", None)]
    assert files(*added, (1, "R", "b", "a"), (1, "R", "c", "b")) == ["a0", "b1", "a0", "b1"]


def test_a_file_that_is_overwritten_by_a_rename_gives_its_path_to_the_other() -> None:
    added = [(0, "A", "a", None), (0, "A", "b", None)]
    assert files(*added, (1, "D", "b", None), (2, "R", "b", "a")) == ["a0", "b1", "b1", "a0"]


def test_a_path_that_the_history_does_not_know_names_no_file() -> None:
    changes = pl.DataFrame([(0, "A", "a", None)], schema=SCHEMA, orient="row")
    asked = pl.DataFrame({"path": ["a", "b"], "rank": [0, 0]})
    assert files_of(asked, file_segments(changes))["file"].is_null().to_list() == [False, True]
