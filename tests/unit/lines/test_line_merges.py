"""A merge takes each line from the first parent that has it, and owns only what none has.

Expectations are written by hand; `replay` holds each history to git blame as well.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hyperion_pipelines.sample.history_writer import SYMLINK, Commit, Content, Entry
from tests.histories import commit_of
from tests.unit.lines.replayed import EIGHT, LONG, Replayed, replay

Files = Mapping[str, Content]


def commit(files: Files, *parents: int) -> Commit:
    return commit_of(files, parents=list(parents))


def replayed(folder: Path, *commits: Commit) -> Replayed:
    return replay(folder / "merges.git", commits)


def lines(*marks: int) -> str:
    """A text of EIGHT lines, the lines named written anew."""
    texts = LONG.splitlines(keepends=True)
    return "".join(f"new {text}" if at in marks else text for at, text in enumerate(texts, 1))


def fork(ours: Files, theirs: Files, merge: Files, start: Files | None = None) -> Sequence[Commit]:
    """1 starts; 2 and 3 go on from it, each by itself; 4 merges 3 into 2."""
    return (
        commit({"a": LONG} if start is None else start),
        commit(ours, 1),
        commit(theirs, 1),
        commit(merge, 2, 3),
    )


def origins(folder: Path, *commits: Commit) -> dict[str, list[int]]:
    return replayed(folder, *commits).origins


def test_a_file_that_only_the_branch_changed_comes_from_there(tmp_path: Path) -> None:
    history = fork({"b": "2\n"}, {"a": lines(3)}, {"a": lines(3)})
    assert origins(tmp_path, *history) == {"a": [1, 1, 3, 1, 1, 1, 1, 1], "b": [2]}


def test_what_both_sides_changed_comes_from_both(tmp_path: Path) -> None:
    history = fork({"a": lines(2)}, {"a": lines(7)}, {"a": lines(2, 7)})
    assert origins(tmp_path, *history) == {"a": [1, 2, 1, 1, 1, 1, 3, 1]}


def test_a_conflict_resolved_for_one_side_leaves_its_lines(tmp_path: Path) -> None:
    theirs = lines(2).replace("new", "other")
    history = fork({"a": lines(2)}, {"a": theirs}, {"a": theirs})
    assert origins(tmp_path, *history) == {"a": [1, 3, 1, 1, 1, 1, 1, 1]}


def test_a_conflict_resolved_by_hand_is_the_merges_own(tmp_path: Path) -> None:
    sides = ({"a": lines(2)}, {"a": lines(2).replace("new", "other")})
    history = fork(*sides, {"a": lines(2).replace("new", "new and other")})
    assert origins(tmp_path, *history) == {"a": [1, 4, 1, 1, 1, 1, 1, 1]}


def test_lines_that_only_the_merge_has_are_its_own(tmp_path: Path) -> None:
    history = fork({"a": lines(2)}, {"a": lines(7)}, {"a": "evil\n" + lines(2, 7), "b": "evil\n"})
    assert origins(tmp_path, *history) == {"a": [4, 1, 2, 1, 1, 1, 1, 3, 1], "b": [4]}


def test_a_merge_may_take_nothing_from_the_branch(tmp_path: Path) -> None:
    history = fork({"a": lines(2)}, {"a": lines(7), "b": "3\n"}, {})
    assert origins(tmp_path, *history) == {"a": [1, 2, 1, 1, 1, 1, 1, 1]}


def test_what_both_sides_did_alike_comes_from_the_first_parent(tmp_path: Path) -> None:
    history = fork({"a": lines(2), "b": LONG}, {"a": lines(2, 7), "b": LONG}, {"a": lines(2, 7)})
    assert origins(tmp_path, *history) == {"a": [1, 3, 1, 1, 1, 1, 3, 1], "b": [2] * EIGHT}


def test_files_that_both_sides_added_are_merged(tmp_path: Path) -> None:
    history = fork({"b": lines(2)}, {"b": lines(7)}, {"b": lines(2, 7)})
    assert origins(tmp_path, *history)["b"] == [2, 2, 2, 2, 2, 2, 3, 2]


def test_a_file_deleted_on_one_side_may_stay(tmp_path: Path) -> None:
    history = fork({"a": None}, {"a": lines(3)}, {"a": lines(3)})
    assert origins(tmp_path, *history) == {"a": [1, 1, 3, 1, 1, 1, 1, 1]}


def test_a_file_deleted_on_one_side_may_go(tmp_path: Path) -> None:
    history = fork({"b": "2\n"}, {"a": None}, {"a": None})
    assert origins(tmp_path, *history) == {"b": [2]}


def test_a_rename_on_one_side_meets_an_edit_on_the_other(tmp_path: Path) -> None:
    renamed = {"a": None, "b": LONG}
    history = fork(renamed, {"a": lines(3)}, {"b": lines(3)})
    assert origins(tmp_path, *history) == {"b": [1, 1, 3, 1, 1, 1, 1, 1]}


def test_an_edit_meets_a_rename_on_the_branch(tmp_path: Path) -> None:
    history = fork({"a": lines(3)}, {"a": None, "b": LONG}, {"a": None, "b": lines(3)})
    assert origins(tmp_path, *history) == {"b": [1, 1, 2, 1, 1, 1, 1, 1]}


def test_edits_meet_under_another_name(tmp_path: Path) -> None:
    history = fork(
        {"a": None, "b": lines(1)}, {"a": None, "c": lines(8)}, {"b": None, "d": lines(1, 8)}
    )
    assert origins(tmp_path, *history) == {"d": [2, 1, 1, 1, 1, 1, 1, 3]}


def test_a_merge_may_rename_a_file_itself(tmp_path: Path) -> None:
    history = fork({"b": "2\n"}, {"c": "3\n"}, {"a": None, "d": LONG, "c": "3\n"})
    assert origins(tmp_path, *history) == {"d": [1] * EIGHT, "b": [2], "c": [3]}


def test_a_rename_within_a_merge_of_what_one_side_edited(tmp_path: Path) -> None:
    history = fork({"a": lines(2)}, {"c": "3\n"}, {"a": None, "d": lines(2), "c": "3\n"})
    assert origins(tmp_path, *history) == {"d": [1, 2, 1, 1, 1, 1, 1, 1], "c": [3]}


def test_a_file_renamed_over_one_of_the_first_parent_is_its_sources(tmp_path: Path) -> None:
    """The other parent has the very file under another name: it takes all lines."""
    start = {"a": LONG, "b": lines(*range(1, 6))}
    history = fork({"a": None}, {"b": None}, {"b": LONG}, start)
    assert origins(tmp_path, *history) == {"b": [1] * EIGHT}


def test_white_space_of_a_merge_moves_no_origin(tmp_path: Path) -> None:
    indented = "".join(f"    {line}\n" for line in lines(2, 7).splitlines())
    history = fork({"a": lines(2)}, {"a": lines(7)}, {"a": indented})
    assert origins(tmp_path, *history) == {"a": [1, 2, 1, 1, 1, 1, 3, 1]}


def test_branches_merged_into_each_other_keep_their_lines(tmp_path: Path) -> None:
    """Of two merges with the same parents in either order, a third merge takes lines."""
    history = [
        *fork({"a": lines(2)}, {"a": lines(7)}, {"a": lines(2, 7)}),
        commit({"a": "five\n" + lines(2, 7)}, 3, 2),
        commit({"a": "five\n" + lines(2, 7) + "six\n"}, 4, 5),
    ]
    assert origins(tmp_path, *history) == {"a": [5, 1, 2, 1, 1, 1, 1, 3, 1, 6]}


def test_an_octopus_takes_lines_from_each_parent(tmp_path: Path) -> None:
    tips = [commit({"a": lines(at)}, 1) for at in (1, 3, 5, 7)]
    octopus = commit({"a": lines(1, 3, 5, 7) + "own\n"}, 2, 3, 4, 5)
    found = origins(tmp_path, commit({"a": LONG}), *tips, octopus)
    assert found == {"a": [2, 1, 3, 1, 4, 1, 5, 1, 6]}


def test_roots_that_are_merged_keep_their_files(tmp_path: Path) -> None:
    roots = [commit({"a": lines(1), "b": "1\n"}), commit({"a": lines(2), "c": "2\n"})]
    merge = commit({"a": lines(1, 2), "c": "2\n"}, 1, 2)
    found = origins(tmp_path, *roots, merge)
    assert found == {"a": [1, 2, 1, 1, 1, 1, 1, 1], "b": [1], "c": [2]}


@pytest.mark.parametrize("side", [2, 3])
def test_a_file_that_one_side_made_a_link_is_the_others(tmp_path: Path, side: int) -> None:
    changed: list[Files] = [{"a": Entry(b"b", SYMLINK)}, {"a": lines(3)}]
    ours, theirs = changed if side == 2 else reversed(changed)
    history = fork(ours, theirs, {"a": lines(3)})
    text = 5 - side
    assert origins(tmp_path, *history) == {"a": [1, 1, text, 1, 1, 1, 1, 1]}


@pytest.mark.parametrize("content", [lines(), lines(3)], ids=["same content", "other content"])
def test_a_link_that_the_merge_makes_a_file_is_its_own(tmp_path: Path, content: str) -> None:
    start = {"a": Entry(LONG.encode(), SYMLINK)}
    history = fork({"b": "2\n"}, {"c": "3\n"}, {"a": content, "c": "3\n"}, start)
    assert origins(tmp_path, *history)["a"] == [4] * EIGHT


def test_a_merge_of_texts_one_of_which_is_binary_on_a_side(tmp_path: Path) -> None:
    binary = LONG.encode().replace(b"line 4", b"line \0")
    history = fork({"a": binary}, {"a": lines(7)}, {"a": lines(7) + "own\n"})
    assert origins(tmp_path, *history) == {"a": [1, 1, 1, 1, 1, 1, 3, 1, 4]}


def test_commits_after_a_merge_go_on_from_it(tmp_path: Path) -> None:
    history = fork({"a": lines(2)}, {"a": lines(7)}, {"a": lines(2, 7)})
    edited = lines(2, 7).replace("line 4", "line four")
    found = replayed(tmp_path, *history, commit({"a": edited}, 4))
    assert found.origins == {"a": [1, 2, 1, 5, 1, 1, 3, 1]}
    assert found.removed(5) == {"a": {1: 1}}
