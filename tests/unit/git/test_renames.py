"""A change belongs to the file that its path names today, through every rename since."""

import polars as pl

from hyperion_pipelines.git.renames import with_present_path


def present_paths(*rows: tuple[int, str, str, str | None]) -> list[str]:
    """The present path of changes given as (position, status, path, old path)."""
    schema = {"position": pl.UInt32, "status": pl.String, "path": pl.String, "old_path": pl.String}
    changes = pl.DataFrame(rows, schema=schema, orient="row")
    return with_present_path(changes)["present_path"].to_list()


def test_a_file_without_renames_keeps_its_path() -> None:
    assert present_paths((0, "A", "a", None), (1, "M", "a", None)) == ["a", "a"]


def test_changes_before_a_chain_of_renames_lead_to_its_end() -> None:
    changes = [(0, "A", "a", None), (2, "R", "b", "a"), (3, "M", "b", None), (4, "R", "c", "b")]
    assert present_paths(*changes) == ["c", "c", "c", "c"]


def test_a_path_taken_again_is_another_file() -> None:
    changes = [(0, "A", "a", None), (1, "R", "b", "a"), (2, "A", "a", None), (3, "M", "a", None)]
    assert present_paths(*changes) == ["b", "b", "a", "a"]


def test_a_file_renamed_away_and_back_is_one_file() -> None:
    changes = [(0, "A", "a", None), (1, "R", "b", "a"), (2, "R", "a", "b"), (3, "M", "a", None)]
    assert present_paths(*changes) == ["a", "a", "a", "a"]


def test_files_that_swap_their_names_in_one_commit_keep_apart() -> None:
    changes = [(0, "A", "a", None), (0, "A", "b", None), (1, "R", "b", "a"), (1, "R", "a", "b")]
    assert present_paths(*changes) == ["b", "a", "b", "a"]


def test_the_order_of_rows_is_kept_and_no_column_is_lost() -> None:
    changes = pl.DataFrame(
        {"position": [3, 0], "status": ["R", "A"], "path": ["b", "a"], "old_path": ["a", None]}
    )
    followed = with_present_path(changes.with_columns(sha=pl.Series(["s3", "s0"])))
    assert followed.drop("present_path").equals(changes.with_columns(sha=pl.Series(["s3", "s0"])))


def test_no_changes_have_no_paths() -> None:
    assert present_paths() == []
