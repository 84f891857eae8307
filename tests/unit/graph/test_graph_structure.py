"""What holds what, and when: by hand, and against git itself."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.graph.building.stretches import directory_stretches, path_stretches
from hyperion_pipelines.graph.building.structure import (
    defines,
    directory_directories,
    directory_files,
    directory_nodes,
    file_nodes,
    function_nodes,
    repository_directories,
    repository_files,
    repository_nodes,
)
from hyperion_pipelines.schemas import CHANGES, DEPENDENCIES, FUNCTIONS, LINE_ORIGINS, REFS
from tests.histories import commit_of, git, write_history
from tests.unit.graph.graph_tables import FILTERS, empty, history_tables
from tests.unit.insights.history_rows import commits_of, file_scores_of, tree_of

Change = tuple[str, str, str] | tuple[str, str, str, str]  # sha, status, path, old path
Stretch = tuple[str, int | None, int | None]  # path, from and to which day


def day(number: int) -> datetime:
    return datetime(2024, 5, number, tzinfo=UTC)


def daily(*shas: str) -> pl.DataFrame:
    """A commit a day, from the first of the month."""
    made = ({"sha": sha, "commit_time": day(place)} for place, sha in enumerate(shas, 1))
    return commits_of(*made)


def changes_of(*rows: Change) -> pl.DataFrame:
    names = ("sha", "status", "path", "old_path")
    return pl.DataFrame([dict(zip(names, row, strict=False)) for row in rows], CHANGES)


def stretches(
    commits: pl.DataFrame,
    changes: Sequence[Change],
    present: Sequence[str] = (),
    lines: pl.DataFrame | None = None,
) -> list[Stretch]:
    origins = LINE_ORIGINS.to_frame() if lines is None else lines
    found = path_stretches(commits, changes_of(*changes), tree_of(*present), origins)
    return found.select("path", pl.col("since", "until").dt.day()).rows()


def test_a_file_is_there_from_the_commit_that_adds_it_to_the_one_that_deletes_it() -> None:
    changes = [("c1", "A", "a.py"), ("c2", "M", "a.py"), ("c3", "D", "a.py")]
    assert stretches(daily("c1", "c2", "c3"), changes) == [("a.py", 1, 3)]


def test_a_file_that_comes_back_has_a_stretch_for_each_time() -> None:
    changes = [("c1", "A", "a.py"), ("c2", "D", "a.py"), ("c4", "A", "a.py")]
    assert stretches(daily("c1", "c2", "c3", "c4"), changes, ["a.py"]) == [
        ("a.py", 1, 2),
        ("a.py", 4, None),
    ]


def test_a_rename_ends_one_path_and_begins_the_other_a_copy_begins_one_alone() -> None:
    changes = [("c1", "A", "a.py"), ("c2", "C", "copy.py", "a.py"), ("c3", "R", "b.py", "a.py")]
    assert stretches(daily("c1", "c2", "c3"), changes, ["b.py", "copy.py"]) == [
        ("a.py", 1, 3),
        ("b.py", 3, None),
        ("copy.py", 2, None),
    ]


def test_paths_that_swap_their_files_are_there_all_the_time() -> None:
    changes = [
        *(("c1", "A", "a.py"), ("c1", "A", "b.py")),
        *(("c2", "R", "a.py", "b.py"), ("c2", "R", "b.py", "a.py")),
    ]
    assert stretches(daily("c1", "c2"), changes, ["a.py", "b.py"]) == [
        ("a.py", 1, None),
        ("b.py", 1, None),
    ]


def test_a_branch_that_goes_on_with_a_deleted_file_does_not_bring_it_back() -> None:
    changes = [("c1", "A", "a.py"), ("c2", "D", "a.py"), ("c3", "M", "a.py")]
    assert stretches(daily("c1", "c2", "c3"), changes) == [("a.py", 1, 2)]


def test_a_merge_that_keeps_a_file_which_a_branch_deleted_leaves_it_there() -> None:
    changes = [("c1", "A", "a.py"), ("c2", "D", "a.py"), ("c3", "M", "a.py")]
    assert stretches(daily("c1", "c2", "c3"), changes, ["a.py"]) == [("a.py", 1, None)]


def test_what_a_merge_took_away_ends_with_its_last_change() -> None:
    changes = [("c1", "A", "a.py"), ("c2", "M", "a.py")]
    assert stretches(daily("c1", "c2", "merge"), changes) == [("a.py", 1, 2)]


def test_what_a_merge_brought_is_older_than_what_is_known() -> None:
    changes = [("c2", "M", "a.py"), ("c3", "D", "gone.py")]
    assert stretches(daily("merge", "c2", "c3"), changes, ["a.py"]) == [
        ("a.py", None, None),
        ("gone.py", None, 3),
    ]


def test_what_a_merge_brought_and_nobody_changed_is_as_old_as_the_oldest_of_its_lines() -> None:
    lines = [("a.py", "c2"), ("a.py", "c1"), ("b.py", "c2")]
    schema = {"path": pl.String, "origin_sha": pl.String}
    origins = pl.DataFrame(lines, schema, orient="row")
    assert stretches(daily("c1", "c2"), [], ["a.py", "b.py", "image.png"], origins) == [
        ("a.py", 1, None),
        ("b.py", 2, None),
        ("image.png", None, None),
    ]


def test_stretches_follow_each_other_where_a_clock_went_wrong() -> None:
    """The third commit says that it is older than the second."""
    days = {"c1": 5, "c2": 9, "c3": 7, "c4": 11}
    commits = commits_of(*({"sha": sha, "commit_time": day(of)} for sha, of in days.items()))
    statuses = ("A", "D", "A", "D")
    changes: list[Change] = [
        (sha, status, "a.py") for sha, status in zip(days, statuses, strict=True)
    ]
    assert stretches(commits, changes) == [("a.py", 5, 9), ("a.py", 9, 11)]


def test_branches_that_were_never_merged_hold_nothing() -> None:
    commits = commits_of({"sha": "c1"}, {"sha": "other", "is_on_head": False})
    assert stretches(commits, [("other", "A", "a.py")]) == []


def test_a_directory_is_there_from_its_first_file_to_its_last() -> None:
    files = pl.DataFrame(
        [
            *(("lib/a.py", day(1), day(4)), ("lib/deep/b.py", day(2), day(6))),
            *(("src/c.py", day(3), None), ("src/old/d.py", None, day(2))),
            ("top.py", day(1), None),
        ],
        {"path": pl.String, "since": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC")},
        orient="row",
    )
    directories = directory_stretches(files)
    assert directories.select("path", pl.col("since", "until").dt.day()).rows() == [
        ("lib", 1, 6),
        ("lib/deep", 2, 6),
        ("src", None, None),
        ("src/old", None, 2),
    ]
    ends = {
        builder.__name__: builder(made).select("source", "target").rows()
        for builder, made in (
            *((repository_directories, directories), (directory_directories, directories)),
            *((repository_files, files), (directory_files, files)),
        )
    }
    assert ends == {
        "repository_directories": [("", "lib"), ("", "src")],
        "directory_directories": [("lib", "lib/deep"), ("src", "src/old")],
        "repository_files": [("", "top.py")],
        "directory_files": [
            *(("lib", "lib/a.py"), ("lib/deep", "lib/deep/b.py")),
            *(("src", "src/c.py"), ("src/old", "src/old/d.py")),
        ],
    }


def test_directories_are_those_of_every_file_that_is_or_was() -> None:
    changes = changes_of(("c1", "R", "new/place/a.py", "old/a.py"))
    assert sorted(directory_nodes(changes, tree_of("src/b.py"))["key"]) == [
        *("new", "new/place", "old", "src")
    ]


def test_files_of_the_past_are_nodes_and_say_so() -> None:
    changes = changes_of(
        *(("c1", "A", "a.py"), ("c1", "A", "tests/test_old.py")),
        *(("c2", "R", "b.py", "a.py"), ("c3", "D", "tests/test_old.py"), ("c3", "M", "b.py")),
    )
    files = file_nodes(
        daily("c1", "c2", "c3"),
        changes,
        tree_of("b.py"),
        DEPENDENCIES.to_frame(),
        empty("hotspots"),
        empty("file_scores"),
        FILTERS,
    ).sort("key")
    last = pl.col("first_commit", "last_commit").dt.day()
    assert files.select(
        "key", "name", "language", "at_head", "is_test", "commits", last
    ).rows() == [
        ("a.py", "a.py", None, False, False, 1, 1, 1),
        ("b.py", "b.py", "Python", True, False, 2, 2, 3),
        ("tests/test_old.py", "test_old.py", None, False, True, 2, 1, 3),
    ]


def test_a_file_has_its_risk_its_heat_and_its_centrality() -> None:
    """Both others import it; one imports itself and what is gone, which does not count."""
    imports = [("a.py", "c.py"), ("b.py", "c.py"), ("b.py", "b.py"), ("d.py", "gone.py")]
    edges = [{"from_path": source, "to_path": target} for source, target in imports]
    files = file_nodes(
        daily("c1"),
        changes_of(("c1", "A", "a.py")),
        tree_of("a.py", "b.py", "c.py", "d.py"),
        pl.DataFrame(edges, DEPENDENCIES),
        pl.DataFrame({"path": ["a.py"], "score": [12]}),
        file_scores_of({"path": "a.py", "probability": 0.25, "percentile": 75.0}),
        FILTERS,
    ).sort("key")
    assert files.select("risk", "risk_percentile", "hotspot").row(0) == (0.25, 75.0, 12.0)
    assert files["risk"].to_list() == [0.25, None, None, None]
    first, second, imported, alone = files["centrality"]
    assert first == second < imported
    assert abs(first + second + imported - 1) < 1e-9
    assert alone is None


def test_functions_of_one_name_are_told_apart_by_their_lines() -> None:
    rows = [("total", 1, 4), ("total", 9, 12), ("Cart.<lambda>", 5, 5), ("Cart.<lambda>", 5, 7)]
    made = [
        {"path": "a.py", "qualified_name": name, "start_line": start, "end_line": end}
        for name, start, end in rows
    ]
    functions = pl.DataFrame(made, FUNCTIONS)
    assert function_nodes(functions).select("key", "end_line").rows() == [
        ("a.py#total@1", 4),
        ("a.py#Cart.<lambda>@5", 7),
        ("a.py#total@9", 12),
    ]
    assert defines(functions).rows() == [
        *(("a.py", "a.py#total@1"), ("a.py", "a.py#Cart.<lambda>@5"), ("a.py", "a.py#total@9"))
    ]


def test_the_repository_knows_its_head() -> None:
    refs = pl.DataFrame([{"sha": "c1", "is_head": False}, {"sha": "c2", "is_head": True}], REFS)
    assert repository_nodes(refs, day(2)).rows() == [("", "c2", day(2))]


PATHS = ("a.py", "b.py", "lib/a.py", "lib/deep/c.py", "ünï/d.py")
# Long enough that git sees renames.
CONTENTS = tuple(f"import {name}\n" * 5 + "print()\n" * 5 for name in ("os", "sys", "json"))
FILES = st.dictionaries(
    st.sampled_from(PATHS), st.one_of(st.none(), st.sampled_from(CONTENTS)), max_size=3
)


@settings(max_examples=10, deadline=None)
@given(st.lists(FILES, min_size=1, max_size=6))
def test_at_every_commit_of_a_straight_history_the_files_are_those_that_git_lists(
    steps: list[dict[str, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder) / "source.git"
        shas = write_history(
            git_dir, [commit_of(files, hours=hour) for hour, files in enumerate(steps)]
        )
        tables = history_tables(git_dir)
        listed = [
            git(git_dir, "ls-tree", "-r", "-z", "--name-only", sha).decode().split("\0")[:-1]
            for sha in shas
        ]
    found = path_stretches(
        tables["commits"], tables["changes"], tables["tree"], empty("line_origins")
    )
    times = dict(tables["commits"].select("sha", "commit_time").iter_rows())
    since, until = pl.col("since"), pl.col("until")
    for sha, paths in zip(shas, listed, strict=True):
        there = found.filter(since <= times[sha], until.is_null() | (until > times[sha]))
        assert sorted(there["path"]) == sorted(paths)
