"""The oracle that line histories are held to says what git says, and sees what differs from it."""

from pathlib import Path

import polars as pl
import pytest

from tests.blame import (
    LINES,
    REMOVALS,
    blame_lines,
    blamed_removals,
    compare_origins,
    compare_removals,
    read_tables,
    removed_lines,
)
from tests.histories import commit_of, git, write_history

RUNS = pl.Schema(
    {"path": pl.String, "start_line": pl.UInt32, "lines": pl.UInt32, "origin_sha": pl.String}
)
BLAMED = pl.DataFrame([("a", 1, "x"), ("a", 2, "x"), ("a", 3, "y")], schema=LINES, orient="row")
REMOVED = pl.DataFrame([("s", "a", "x", 3, 1)], schema=REMOVALS, orient="row")


def runs(*rows: tuple[str, int, int, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=RUNS, orient="row")


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, list[str]]:
    """Three commits; the second respaces a line, the last removes two lines, one of them blank."""
    git_dir = tmp_path / "history.git"
    versions = ["1\n\n--- 3\n4\n", "1\n\n--- 3\n  4\n5\n", "1\n  4\n5\n"]
    return git_dir, write_history(git_dir, [commit_of({"a": text}) for text in versions])


def test_blame_gives_each_line_its_commit_whatever_its_space(
    history: tuple[Path, list[str]],
) -> None:
    git_dir, shas = history
    assert blame_lines(git_dir, shas[2], b"a") == [shas[0], shas[0], shas[1]]


def test_removed_lines_are_read_by_number_whatever_they_look_like(
    history: tuple[Path, list[str]],
) -> None:
    git_dir, shas = history
    blobs = [git(git_dir, "rev-parse", f"{sha}:a").decode().strip() for sha in shas[1:]]
    assert list(removed_lines(git_dir, blobs)) == [(2, b""), (3, b"--- 3")]


def test_removals_are_counted_by_origin(history: tuple[Path, list[str]]) -> None:
    git_dir, shas = history
    removals = blamed_removals(git_dir, read_tables(git_dir), shas)
    assert removals.rows() == [(shas[2], "a", shas[0], 2, 1)]


def test_equal_origins_agree() -> None:
    agreement = compare_origins(runs(("a", 1, 2, "x"), ("a", 3, 1, "y")), BLAMED)
    assert (agreement.lines, agreement.share) == (3, 1.0)
    assert agreement.disagreements.is_empty()


@pytest.mark.parametrize(
    ("ours", "differing"),
    [
        (runs(("a", 1, 3, "x")), ("a", 3, "x", "y")),
        (runs(("a", 1, 2, "x")), ("a", 3, None, "y")),
        (runs(("a", 1, 2, "x"), ("a", 3, 2, "y")), ("a", 4, "y", None)),
    ],
    ids=["another origin", "a line too few", "a line too many"],
)
def test_a_line_that_differs_is_named(ours: pl.DataFrame, differing: tuple[object, ...]) -> None:
    agreement = compare_origins(ours, BLAMED)
    assert agreement.disagreements.rows() == [differing]
    assert agreement.lines - agreement.agreed == 1


@pytest.mark.parametrize(
    ("ours", "agreed"),
    [
        (("s", "a", "x", 3, 1), (3, 3, 0)),
        (("s", "a", "x", 2, 1), (3, 2, 1)),
        (("s", "a", "x", 3, 0), (3, 3, 1)),
        (("s", "a", "y", 3, 1), (6, 0, 2)),
    ],
    ids=["equal", "a line too few", "another number of blank lines", "another origin"],
)
def test_removals_agree_line_by_line(
    ours: tuple[object, ...], agreed: tuple[int, int, int]
) -> None:
    agreement = compare_removals(pl.DataFrame([ours], schema=REMOVALS, orient="row"), REMOVED)
    assert (agreement.lines, agreement.agreed, agreement.disagreements.height) == agreed
