"""The lines of each year, from real histories through the line tables, against git blame."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes, line_lifetimes
from hyperion_pipelines.insights.lines.survival import lines_by_origin_year
from hyperion_pipelines.lines.update import HistoryTables, update_line_history
from hyperion_pipelines.sample.history_writer import Commit
from tests.blame import blamed_origins, files_of, read_tables
from tests.histories import commit_of, write_history

YEAR_HOURS = 366 * 24
LINES = ("{", "}", "", "return total", "total += price", "# of the cart")


@st.composite
def linear_histories(draw: st.DrawFn) -> list[Commit]:
    """Over six years or so: two files whose lines are added, replaced, indented and removed."""
    commits: list[Commit] = []
    files: dict[str, list[str]] = {}
    hours = 0
    for _ in range(draw(st.integers(2, 7))):
        hours += draw(st.sampled_from([0, 1, YEAR_HOURS // 3, YEAR_HOURS]))
        path = draw(st.sampled_from(["cart.py", "web.js"]))
        files[path] = draw(edits(files.get(path, [])))
        text = "".join(f"{line}\n" for line in files[path])
        commits.append(commit_of({path: text or None}, hours=hours))
    return commits


@st.composite
def edits(draw: st.DrawFn, lines: list[str]) -> list[str]:
    """*lines*, of which some in a row are replaced, or all are indented, or all are removed."""
    kind = draw(st.sampled_from(["replace", "replace", "replace", "indent", "remove"]))
    if not lines or kind == "replace":
        start = draw(st.integers(0, len(lines)))
        end = draw(st.integers(start, len(lines)))
        new = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=5))
        return [*lines[:start], *new, *lines[end:]]
    return [f"    {line}" for line in lines] if kind == "indent" else []


def lifetimes_in(git_dir: Path) -> LineLifetimes:
    """The lifetimes of the lines of a repository."""
    tables = read_tables(git_dir)
    lines = update_line_history(
        git_dir, HistoryTables(tables.commits, tables.changes, tables.tree), tables.head_sha
    )
    found = line_lifetimes(tables.commits, lines.origins, lines.removals, read_filters())
    assert found is not None
    return found


def blamed_years(
    git_dir: Path, commits: Sequence[Commit], shas: Sequence[str]
) -> list[tuple[date, int, int]]:
    """(at, year of origin, lines) as git blame has it of the last commit of each year."""
    years = {sha: commit.time.year for sha, commit in zip(shas, commits, strict=True)}
    last_year = commits[-1].time.year
    rows: list[tuple[date, int, int]] = []
    for year in range(commits[0].time.year, last_year + 1):
        last = [sha for sha in shas if years[sha] <= year][-1]
        blamed = blamed_origins(git_dir, last, list(files_of(git_dir, last).values()))
        counted = Counter(years[sha] for sha in blamed["origin_sha"])
        at = commits[-1].time.date() if year == last_year else date(year, 12, 31)
        rows += [(at, origin, lines) for origin, lines in sorted(counted.items())]
    return rows


@settings(max_examples=12, deadline=None)
@given(linear_histories())
def test_on_linear_histories_the_curve_is_that_of_git_blame(commits: list[Commit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "linear.git")
        shas = write_history(git_dir, commits)
        curve = lines_by_origin_year(lifetimes_in(git_dir))
        assert curve.filter(pl.col("lines") > 0).rows() == blamed_years(git_dir, commits, shas)


def test_a_line_removed_on_both_sides_of_a_merge_is_removed_twice(tmp_path: Path) -> None:
    """The curve then has a line too many before the merge: this is the approximation."""
    git_dir = tmp_path / "merged.git"
    kept, both = "total = 0\n", "total = 0\nprint(total)\n"
    write_history(
        git_dir,
        [
            commit_of({"cart.py": both}),
            commit_of({"cart.py": kept}, branch="side", parents=[1], hours=2 * YEAR_HOURS),
            commit_of({"cart.py": kept}, parents=[1], hours=2 * YEAR_HOURS + 1),
            commit_of({}, parents=[3, 2], hours=2 * YEAR_HOURS + 2),
        ],
    )
    assert [lines for _, _, lines in lines_by_origin_year(lifetimes_in(git_dir)).rows()] == [
        3,
        3,
        1,
    ]
