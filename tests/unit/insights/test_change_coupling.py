"""Which files change together, counted by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.code.change_coupling import INSIGHT, change_coupling
from hyperion_pipelines.schemas import DEPENDENCIES
from tests.unit.insights.code_tables import Made, Measured, files_of, touches_of
from tests.unit.insights.lifetimes import days_before_head, rows_of

PARSED = Measured(cyclomatic=3)


NOW = days_before_head(0)


def commit(number: int, *paths: str, is_bot: bool = False) -> Made:
    """A commit that changes *paths*, 100 - *number* days before HEAD."""
    return Made(
        f"c{number}", 100 - number, {path: f"{path}{number}" for path in paths}, "bo", is_bot
    )


def history(*groups: tuple[int, str]) -> list[Made]:
    """As many commits as a group says, each to its paths (separated by spaces)."""
    paths = [names.split() for times, names in groups for _ in range(times)]
    return [commit(number, *names) for number, names in enumerate(paths)]


def coupled(
    commits: Sequence[Made],
    files: str = "lib/a.py src/b.py",
    imports: Sequence[tuple[str, str]] = (),
    unparsed: str = "",
    now: datetime = NOW,
) -> list[dict[str, Any]]:
    """The rows for *files*, of which some were not parsed; imports are (importer, imported)."""
    paths = files.split()
    measured = {path: None if path in unparsed.split() else PARSED for path in paths}
    edges = [{"from_path": start, "to_path": end} for start, end in imports]
    touched = touches_of(commits, paths)
    dependencies = rows_of(DEPENDENCIES, edges)
    return change_coupling(files_of(measured), touched, dependencies, now).to_dicts()


def test_a_pair_is_described_by_its_common_commits() -> None:
    """10 commits: a in 4, b in 3, both in 3. By chance, b's 3 lie in a's 4 in 4 of 120 ways."""
    (pair,) = coupled(
        history((3, "lib/a.py src/b.py"), (1, "lib/a.py"), (6, "x/c.py")),
        "lib/a.py src/b.py x/c.py",
    )
    assert (pair["path"], pair["other"]) == ("src/b.py", "lib/a.py")
    assert (pair["support"], pair["commits"], pair["other_commits"]) == (3, 3, 4)
    assert (pair["confidence"], pair["other_confidence"]) == (1.0, 0.75)
    assert pair["lift"] == pytest.approx(3 * 10 / (3 * 4))
    assert pair["p_value"] == pytest.approx(4 / 120)
    assert pair["q_value"] == pytest.approx(4 / 120)
    assert pair["last_together"] == days_before_head(98)
    assert not pair["is_unexpected"]


def test_every_pair_that_ever_changed_together_is_one_more_chance_of_error() -> None:
    """Now a changed once with c, which is surely chance: 2 pairs, so that q is twice p, 0.067."""
    commits = history((3, "lib/a.py src/b.py"), (1, "lib/a.py x/c.py"), (6, "x/c.py"))
    assert coupled(commits, "lib/a.py src/b.py x/c.py") == []


def test_files_that_always_change_tell_nothing() -> None:
    assert coupled(history((20, "lib/a.py src/b.py"))) == []


UNEXPECTED = history((5, "lib/a.py src/b.py"), (15, "x/c.py"))
THREE = "lib/a.py src/b.py x/c.py"


def test_areas_that_change_together_without_an_import_are_unexpected() -> None:
    (pair,) = coupled(UNEXPECTED, THREE)
    assert pair["is_unexpected"]
    assert pair["is_cross_area"]
    assert not pair["imports"]


def test_what_has_not_happened_for_two_years_surprises_nobody() -> None:
    (pair,) = coupled(UNEXPECTED, THREE, now=NOW + timedelta(days=2 * 365))
    assert not pair["is_unexpected"]


@pytest.mark.parametrize("edge", [("lib/a.py", "src/b.py"), ("src/b.py", "lib/a.py")])
def test_an_import_either_way_explains_a_pair(edge: tuple[str, str]) -> None:
    (pair,) = coupled(UNEXPECTED, THREE, imports=[edge])
    assert pair["imports"]
    assert not pair["is_unexpected"]


def test_what_cannot_import_is_not_expected_to() -> None:
    (pair,) = coupled(UNEXPECTED, THREE, unparsed="src/b.py")
    assert not pair["is_unexpected"]


def test_one_area_is_expected_to_change_together() -> None:
    (pair,) = coupled(
        history((5, "lib/a.py lib/b.py"), (15, "x/c.py")), "lib/a.py lib/b.py x/c.py x/d.py"
    )
    assert not pair["is_cross_area"]
    assert not pair["is_unexpected"]


def test_a_test_and_its_subject_are_expected_to_change_together() -> None:
    (pair,) = coupled(
        history((5, "lib/a.py tests/a.py"), (15, "x/c.py")), "lib/a.py tests/a.py x/c.py"
    )
    assert pair["is_test_pair"]
    assert not pair["is_unexpected"]


def test_unexpected_pairs_come_first_and_then_the_strongest() -> None:
    """Strengths: 5 x 1 of the unexpected pair, 9 x 1 and 6 x 1 of the others."""
    commits = history(
        (5, "lib/a.py src/b.py"), (6, "lib/c.py lib/d.py"), (9, "x/e.py x/f.py"), (20, "x/g.py")
    )
    rows = coupled(commits, "lib/a.py src/b.py lib/c.py lib/d.py x/e.py x/f.py x/g.py")
    assert [row["path"] for row in rows] == ["lib/a.py", "x/e.py", "lib/c.py"]


def test_a_renamed_file_keeps_its_commits() -> None:
    start = [commit(number, "old.py", "src/b.py") for number in range(3)]
    moved = Made("moved", 50, {"lib/a.py": "new"}, renames={"old.py": "lib/a.py"})
    rest = [commit(number, "x/c.py") for number in range(60, 80)]
    (pair,) = coupled([*start, moved, *rest], THREE)
    assert (pair["path"], pair["support"], pair["other_commits"]) == ("src/b.py", 3, 4)


def test_large_commits_and_those_of_bots_do_not_count() -> None:
    """Of 13 commits 10 count: 3 to b alone and 7 to c."""
    many = [f"many/{number}.py" for number in range(49)]
    large = [commit(number, "lib/a.py", "src/b.py", *many) for number in range(3)]
    bots = [commit(number, "lib/a.py", "src/b.py", is_bot=True) for number in range(10, 13)]
    rest = [commit(number, "x/c.py") for number in range(20, 27)]
    assert coupled([*large, *bots, *rest], " ".join(["lib/a.py src/b.py x/c.py", *many])) == []
    small = [commit(made, "lib/a.py", "src/b.py", *many[:48]) for made in range(3)]
    assert coupled([*small, *rest], " ".join(["lib/a.py src/b.py x/c.py", *many]))


@pytest.mark.parametrize(
    "commits", [[], [commit(1, "lib/a.py", "src/b.py")], [commit(1, "lib/a.py")]]
)
def test_too_little_history_has_no_pairs(commits: list[Made]) -> None:
    touched = touches_of(commits, ["lib/a.py", "src/b.py"])
    files = files_of({"lib/a.py": PARSED, "src/b.py": PARSED})
    rows = change_coupling(files, touched, rows_of(DEPENDENCIES, []), NOW)
    assert rows.is_empty()
    assert pl.Schema({"repository": pl.String} | dict(rows.schema)) == INSIGHT.schema
