"""What speaks for a candidate: counted by hand, known before the commit alone, found by name."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from scipy.stats import hypergeom

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.learning.models.impact import ChangeHistory, ImpactTables, read_changes
from hyperion_pipelines.learning.models.impact.candidates import candidates
from hyperion_pipelines.learning.models.impact.queries import queries_of
from hyperion_pipelines.learning.models.impact.signals import SIGNALS, signals, significance
from hyperion_pipelines.schemas import TABLES
from tests.feature_histories import START, cut_off, tables

FILTERS = read_filters()
Change = str | tuple[str, str | None]  # a path, or an old one and the new, None if there is none
Import = tuple[str, str, int, int | None]  # from, to, since and until which day


def test_co_changes_are_counted_before_the_commit_alone() -> None:
    """`a.py` changed four times before day 9, three of them with `b.py`, once among four files."""
    history = _history(
        (0, "a.py", "b.py"),
        (2, "a.py", "b.py"),
        (3, "b.py"),
        (5, "a.py", "b.py", "c.py", "d.py"),
        (6, "a.py"),
        (9, "a.py", "e.py"),
        (10, "a.py", "b.py"),
    )
    row = _said(history, 5).row(by_predicate=_is("a.py", "b.py"), named=True)
    assert row["support"] == 3
    assert row["confidence"] == pytest.approx(3 / 4)
    assert row["reverse_confidence"] == pytest.approx(3 / 4)
    assert row["lift"] == pytest.approx(np.log10((3 / 4) / (4 / 5)))
    assert row["focus"] == pytest.approx((1 + 1 + 1 / 3) / 4)
    assert row["days_since_together"] == 4
    assert row["changes_since_together"] == 1
    assert row["candidate_days"] == 4


def test_a_year_forgets_what_is_older() -> None:
    history = _history((0, "a.py", "b.py"), (100, "a.py"), (366, "a.py", "b.py"))
    row = _said(history, 2).row(by_predicate=_is("a.py", "b.py"), named=True)
    assert (row["support"], row["support_year"]) == (1, 0)
    assert (row["confidence"], row["confidence_year"]) == (0.5, 0)


def test_commits_of_many_files_bind_none_of_them() -> None:
    wide = [f"lib{number}/file{number}.py" for number in range(51)]
    history = _history((0, *wide), (1, wide[0], wide[1]))
    assert _said(history, 1).filter(_is(wide[0], wide[1])).is_empty()


def test_a_renamed_file_keeps_what_it_changed_with() -> None:
    history = _history((0, "a.py", "b.py"), (1, ("b.py", "lib/c.py")), (2, "a.py", "lib/c.py"))
    row = _said(history, 2).row(by_predicate=_is("a.py", "lib/c.py"), named=True)
    assert row["support"] == 1


def test_what_is_deleted_or_not_yet_there_is_no_candidate() -> None:
    history = _history((0, "a.py", "b.py"), (1, ("b.py", None)), (2, "a.py", "late.py"))
    assert _said(history, 2)["file_path"].to_list() == ["a.py"]  # of the new file's directory


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("src/cart.py", "tests/test_cart.py"),
        ("main/Cart.java", "test/CartTest.java"),
        ("web/cart.css", "web/spec/cart.spec.js"),
        ("cart.go", "pkg/tests/cart_test.go"),
    ],
)
def test_a_test_is_found_by_its_name(one: str, other: str) -> None:
    history = _history((0, one), (1, other), (2, one, other))
    said = _said(history, 2)
    assert said.row(by_predicate=_is(one, other), named=True)["is_test_of"] == 1
    assert said.row(by_predicate=_is(other, one), named=True)["is_tested_by"] == 1


def test_imports_are_those_of_the_time() -> None:
    """`a` imports `b` from day 2 until day 4; `a` and `c` both import `b` on day 3."""
    edges = [("a/a.py", "b/b.py", 2, 4), ("c/c.py", "b/b.py", 3, None)]
    days = [(day, "a/a.py", "b/b.py", "c/c.py") for day in range(6)]
    history = _history(*days, imports=edges)
    said = [_said(history, day) for day in range(6)]
    b_of_a = [frame.filter(_is("a/a.py", "b/b.py"))["imported_by"].to_list() for frame in said]
    assert b_of_a == [[], [0], [1], [1], [0], [0]]
    a_of_b = [frame.filter(_is("b/b.py", "a/a.py"))["imports"].to_list() for frame in said]
    assert a_of_b == b_of_a
    shared = [frame.filter(_is("a/a.py", "c/c.py"))["shared_imports"].to_list() for frame in said]
    assert shared == [[], [0], [0], [1], [0], [0]]


@given(st.integers(1, 8), st.integers(1, 20), st.integers(1, 30))
def test_significance_is_near_fishers(support: int, draws: int, changes: int) -> None:
    """Within a fifth of the exact value, where files change in few of the commits."""
    support, commits = min(support, draws, changes), 2_000
    chance = float(hypergeom.sf(support - 1, commits, changes, draws))
    numbers = [np.array([number], float) for number in (support, draws, changes / commits)]
    assert significance(*numbers)[0] == pytest.approx(-np.log10(chance), rel=0.2, abs=0.02)


@given(tables(), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_nothing_later_changes_a_signal(drawn: FeatureTables, kept: int) -> None:
    """Cut the history off after a commit: its candidates and all their signals stay."""
    whole, cut = _read(drawn), _read(cut_off(drawn, kept))
    if cut.commits.is_empty():
        return
    last = cut.commits.height - 1
    assert_frame_equal(_said(whole, last), _said(cut, last))


def _said(history: ChangeHistory, rank: int) -> pl.DataFrame:
    """What is said of the commit at *rank*: paths in place of numbers, and the signals."""
    queries = queries_of(history, pl.Series([rank], dtype=pl.Int64))
    rows = signals(history, candidates(history, queries))
    paths = history.names.table["path"]
    return rows.select(
        *SIGNALS, given_path=paths.gather(rows["path"]), file_path=paths.gather(rows["file_path"])
    ).sort("given_path", "file_path", *SIGNALS)


def _is(given_path: str, file_path: str) -> pl.Expr:
    return (pl.col("given_path") == given_path) & (pl.col("file_path") == file_path)


def _read(drawn: FeatureTables) -> ChangeHistory:
    empty = (TABLES["dependencies"].to_frame(), TABLES["tree"].to_frame())
    tables = ImpactTables(drawn.commits, drawn.changes, drawn.dependency_history, *empty)
    return read_changes(tables, FILTERS)


def _history(
    *commits: tuple[int, *tuple[Change, ...]], imports: Sequence[Import] = ()
) -> ChangeHistory:
    """A history of commits, each a day and what it changed."""
    there: set[str] = set()
    rows: list[dict[str, Any]] = []
    for position, (_, *changed) in enumerate(commits):
        for change in changed:
            old, path = change if isinstance(change, tuple) else (None, change)
            status = "D" if path is None else "R" if old else "M" if path in there else "A"
            rows.append(
                {
                    "sha": f"{position:040}",
                    "path": path or old,
                    "old_path": old if path else None,
                    "status": status,
                    "is_binary": False,
                }
            )
            there |= {path or ""}
    made = [
        {
            "sha": f"{position:040}",
            "author_id": "alma",
            "commit_time": START + timedelta(days=day),
            "is_merge": False,
            "is_fix": False,
            "position": position,
            "is_on_head": True,
        }
        for position, (day, *_) in enumerate(commits)
    ]
    edges = [
        {
            "from_path": importer,
            "to_path": imported,
            "since": START + timedelta(days=since),
            "until": None if until is None else START + timedelta(days=until),
        }
        for importer, imported, since, until in imports
    ]
    frames = {"commits": made, "changes": rows, "dependency_history": edges}
    return read_changes(
        ImpactTables(*(_frame(name, frames.get(name, [])) for name in ImpactTables._fields)),
        FILTERS,
    )


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    empty = dict.fromkeys(TABLES[table])
    return pl.DataFrame([empty | row for row in rows], schema=TABLES[table])
