"""The lines of a file at HEAD belong to the commits that wrote them, whatever became of the file.

Expectations are written by hand; `replay` holds each history to git blame as well.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.sample.history_writer import (
    EXECUTABLE,
    GITLINK,
    SYMLINK,
    Content,
    Entry,
)
from tests.histories import COMMIT_ID, commit_of
from tests.unit.lines.replayed import EIGHT, LONG, Replayed, replay

LINK = Entry(b"b", SYMLINK)
SUBMODULE = Entry(COMMIT_ID, GITLINK)


def origins(folder: Path, *commits: Mapping[str, Content]) -> dict[str, list[int]]:
    """The marks of the lines at the end of a history without branches."""
    return replay(folder / "lines.git", [commit_of(files) for files in commits]).origins


def test_each_line_belongs_to_the_commit_that_wrote_it(tmp_path: Path) -> None:
    versions = ["a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\nd\n", "B\nc\nd\n"]
    assert origins(tmp_path, *({"a": text} for text in versions)) == {"a": [2, 1, 3]}


def test_a_rename_keeps_the_origins(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": LONG}, {"a": None, "folder/b": LONG}) == {
        "folder/b": [1] * EIGHT
    }


def test_a_rename_with_an_edit_keeps_those_of_the_other_lines(tmp_path: Path) -> None:
    renamed = {"a": None, "b": f"{LONG}more\n"}
    assert origins(tmp_path, {"a": LONG}, renamed) == {"b": [1] * EIGHT + [2]}


def test_a_file_that_becomes_another_is_no_rename(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": LONG}, {"a": None, "b": "one\ntwo\n"}) == {"b": [2, 2]}


def test_a_copy_belongs_to_the_commit_that_copied(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": LONG}, {"b": LONG}) == {"a": [1] * EIGHT, "b": [2] * EIGHT}


def test_a_file_that_was_gone_for_a_while_starts_anew(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": LONG}, {"a": None}, {"a": LONG}) == {"a": [3] * EIGHT}


def test_files_that_swap_their_names_are_two_files_rewritten(tmp_path: Path) -> None:
    """Both paths are there before and after: git looks for renames only where a path is new."""
    swapped = {"a": "other\ntext\nend\n", "b": "this\ntext\nend\n"}
    first = {"a": swapped["b"], "b": swapped["a"]}
    assert origins(tmp_path, first, {**swapped}) == {"a": [2, 1, 1], "b": [2, 1, 1]}


def test_a_renamed_file_may_leave_its_path_to_another(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": LONG}, {"a": None, "b": LONG}, {"a": "new\n"}) == {
        "a": [3],
        "b": [1] * EIGHT,
    }


@pytest.mark.parametrize("other", [LINK, SUBMODULE], ids=["symlink", "submodule"])
def test_a_file_that_was_something_else_for_a_while_starts_anew(
    tmp_path: Path, other: Entry
) -> None:
    assert origins(tmp_path, {"a": LONG}, {"a": other}, {"a": LONG}) == {"a": [3] * EIGHT}


def test_a_file_and_a_folder_of_one_name_do_not_meet(tmp_path: Path) -> None:
    assert origins(
        tmp_path, {"a": "1\n"}, {"a": None, "a/b": "2\n"}, {"a/b": None, "a": "1\n"}
    ) == {"a": [3]}


def test_a_missing_final_newline_makes_no_other_line(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": "1\n2"}, {"a": "1\n2\n"}, {"a": "1\n2\n3"}) == {"a": [1, 1, 3]}


def test_a_text_that_was_binary_for_a_while_keeps_its_lines(tmp_path: Path) -> None:
    versions = [b"1\n2\n3\n", b"1\n\0\n3\n", b"1\n2\n3\n4\n"]
    assert origins(tmp_path, *({"a": text} for text in versions)) == {"a": [1, 3, 1, 3]}


def test_a_binary_that_becomes_text_keeps_the_lines_it_had(tmp_path: Path) -> None:
    versions = [b"1\n\0\n3\n", b"1\n\0\0\n3\n4\n", b"1\n2\n3\n4\n"]
    assert origins(tmp_path, *({"a": text} for text in versions)) == {"a": [1, 3, 1, 2]}


def test_a_renamed_binary_that_becomes_text_is_followed(tmp_path: Path) -> None:
    binary = LONG.encode() + b"\0\n"
    assert origins(
        tmp_path, {"a": binary}, {"a": None, "b": b"\0\n" + binary}, {"b": LONG.encode()}
    ) == {"b": [1] * EIGHT}


def test_an_emptied_file_starts_anew(tmp_path: Path) -> None:
    assert origins(tmp_path, {"a": "1\n"}, {"a": ""}, {"a": "1\n"}) == {"a": [3]}


def test_what_has_no_lines_has_no_origins(tmp_path: Path) -> None:
    files = {"empty": "", "link": LINK, "submodule": SUBMODULE, "binary": b"\0\n", "text": "1\n"}
    assert origins(tmp_path, files) == {"text": [1]}


def test_a_history_without_any_line_has_an_empty_table(tmp_path: Path) -> None:
    replayed = replay(tmp_path / "lines.git", [commit_of({"empty": ""})])
    assert replayed.lines.origins.is_empty()
    assert replayed.lines.removals.is_empty()


def test_large_texts_have_origins_as_small_ones_have(tmp_path: Path) -> None:
    numbers = [f"{number:06} of a file of more than a megabyte\n" for number in range(30_000)]
    edited = [*numbers[:20_000], "new\n", *numbers[20_001:]]
    assert sum(map(len, numbers)) > 1 << 20
    found = origins(tmp_path, {"a": "".join(numbers)}, {"a": "".join(edited)})
    assert found == {"a": [1] * 20_000 + [2] + [1] * 9_999}


def test_a_change_of_mode_moves_no_origin(tmp_path: Path) -> None:
    executable = Entry(LONG.encode(), EXECUTABLE)
    edited = Entry(LONG.encode() + b"more\n")
    found = origins(tmp_path, {"a": LONG}, {"a": executable}, {"a": edited})
    assert found == {"a": [1] * EIGHT + [3]}


@pytest.mark.parametrize(
    "respaced",
    ["    1\n    if 2\n3\n", "\t1\n\tif  2 \n3\t\n", "1\r\nif 2\r\n3\r\n", "1\nif2\n3"],
    ids=["indented", "tabs and trailing space", "carriage returns", "no space at all"],
)
def test_white_space_moves_no_origin(tmp_path: Path, respaced: str) -> None:
    later = respaced.replace("3", "4")
    found = origins(tmp_path, {"a": "1\nif 2\n3\n"}, {"a": respaced}, {"a": later})
    assert found == {"a": [1, 1, 3]}


def test_blank_lines_belong_to_the_commit_that_added_them(tmp_path: Path) -> None:
    versions = ["1\n2\n3\n", "1\n\n2\n\n3\n", "1\n2\n\n3\n"]
    assert origins(tmp_path, *({"a": text} for text in versions)) == {"a": [1, 1, 2, 1]}


def test_paths_of_any_bytes_are_followed(tmp_path: Path) -> None:
    odd = [b'quo"te', b"new\nline", b"tab\t", b"back\\slash", b"latin-\xe9", b"-dash", b" led"]
    commits = [
        replace(commit_of({}), files=dict[str | bytes, Content].fromkeys(odd, text))
        for text in ("1\n2\n", "1\n3\n")
    ]
    found = replay(tmp_path / "lines.git", commits).origins
    assert list(found.values()) == [[1, 2]] * len(odd)


@pytest.fixture
def edited(tmp_path: Path) -> Replayed:
    """Three files, whose lines several commits wrote in turn."""
    versions = [
        {"a": LONG, "b": "1\n", "c": "x\n"},
        {"a": LONG.replace("3", "three")},
        {"c": "y\n"},
    ]
    return replay(tmp_path / "lines.git", [commit_of(files) for files in versions])


def test_runs_cover_each_file_without_gap_or_overlap(edited: Replayed) -> None:
    last_end = pl.col("start_line") + pl.col("lines")
    runs = edited.lines.origins.with_columns(before=last_end.shift(1, fill_value=1).over("path"))
    assert runs["start_line"].to_list() == runs["before"].to_list()
    covered = edited.lines.origins.group_by("path").agg(pl.sum("lines")).sort("path")
    assert covered.rows() == [("a", EIGHT), ("b", 1), ("c", 1)]


def test_runs_are_as_long_as_can_be(edited: Replayed) -> None:
    rows = edited.lines.origins.filter(pl.col("path") == "a").select("start_line", "lines")
    assert rows.rows() == [(1, 2), (3, 1), (4, 5)]
