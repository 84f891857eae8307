"""Features of a small history are those that were worked out by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import log, log2
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, FILE_FEATURES, FILE_TARGET
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.sample.history_writer import Commit
from tests.histories import Refs, commit_of, point_refs, write_history
from tests.unit.features.feature_tables import FILTERS, feature_tables
from tests.unit.features.shop_history import ADA, BO, DAY, HISTORY, NOW

Values = Mapping[str, float | bool | None]

FEBRUARY, MARCH, APRIL, MAY = (datetime(2024, month, 1, tzinfo=UTC) for month in range(2, 6))
PRESENT = NOW + 40 * DAY + timedelta(microseconds=1)
EMPTY_BASKET: Values = {
    # app/basket.py, total: if, for, if, while; is_empty: none. app/api/views.py: while, if, and.
    "cyclomatic_max": 1 + 4,
    "cyclomatic_delta": (5 + 1 - 4) + 4,
    # total: if 1, for 1, if in for 2, while in both 3. view: while 1, if in it 2, and 1.
    "cognitive_max": 7,
    "cognitive_delta": (7 - 4) + 4,
    "nesting_max": 3,
    "function_lines_max": 11,
    "parameters_max": 7,
    # The basket: `not`, `>`, `+=`, `>`, `-=`, `not` over ten names, six of them distinct; before,
    # `not`, `>`, `+=` over five, four distinct. The views: `and` over a call and a name.
    "halstead_volume_delta": (16 * log2(4 + 6) - 8 * log2(3 + 4)) + 3 * log2(1 + 2),
    # The views': no comments, four lines of code.
    "maintainability_min": (171 - 5.2 * log(3 * log2(3)) - 0.23 * 4 - 16.2 * log(4)) * 100 / 171,
    # Comments: the docstring and one line; code: basket, test, views.
    "comment_ratio": 2 / (2 + 12 + 3 + 4),
    "smells": 1,  # seven parameters
    "test_share": 2 / 16,
    "coverage_mean": (0.5 + 1) / 2,  # basket and test; the report does not know the others
    "author_experience": 3,  # start, tax, rate; the merge does not count
    "author_recent_experience": sum(1 / (1 + days / 365.25) for days in (91, 30, 3)),
    "author_subsystem_experience": 2,  # tax was in docs
    "file_authors": 3,
    "ownership": 1 / 5,  # start, of start, main, sum, basket, ask
    "author_commits_30d": 2,  # tax, on the edge, and rate
    "reviewers": 2,  # Bo wrote his name in two ways
    "collaborators_90d": 2,  # Bo on the edge, Cai
    "lines_added": 7 + 4 + 1 + 2,
    "lines_deleted": 1 + 0 + 1 + 0,
    "lines_before": (12 + 0 + 5 + 6) / 4,  # basket, views, test, README
    "files": 4,
    "subsystems": 3,  # app, tests, the root
    "directories": 4,  # app/api too
    "entropy": (1 / 2 * 1 + 1 / 4 * 2 + 1 / 8 * 3 + 1 / 8 * 3) / 2,  # 8, 4, 2 and 2 lines of 16
    "is_fix": True,
    "dependents": 2,  # app/main.py and the test imported the basket when it was app/cart.py
    "priority": 0.8,  # a crash
    "days_since_change": (7 + 91 + 1) / 3,  # basket, test, README
    "prior_changes": 5,
    "prior_fixes_365d": 1,  # sum
    "churn_30d": 2 + 0 + 1,  # sum on the edge, basket, ask
    # In the first week of thirteen a line (main), in the ninth two (sum), in the last one (ask);
    # start is a day too old.
    "churn_trend_90d": (-6 * 1 + 2 * 2 + 6 * 1) / 182,
    "hour_sin": 1.0,
    "hour_cos": 0.0,
    "weekend": True,
    "velocity_7d": 3 / (7 * 7 / 365),  # basket on the edge, rate, ask; of all seven
}
NO_PAST: Values = {
    "coverage_mean": None,
    "author_experience": 0,
    "author_recent_experience": 0,
    "author_subsystem_experience": 0,
    "file_authors": 0,
    "ownership": 0,
    "author_commits_30d": 0,
    "collaborators_90d": 0,
    "lines_before": 0,
    "dependents": 0,
    "days_since_change": 0,
    "prior_changes": 0,
    "prior_fixes_365d": 0,
    "churn_30d": 0,
    "churn_trend_90d": 0,
    "velocity_7d": 0,
}
BASKET_AT_PRESENT: Values = {
    # As the fix of the empty basket left it; `round(result)` changes nothing but a line.
    "lines": 18,
    "functions": 2,
    "cyclomatic_sum": 5 + 1,
    "cyclomatic_max": 5,
    "cognitive_sum": 7 + 0,
    "cognitive_max": 7,
    "nesting_max": 3,
    "function_lines_max": 11,
    "maintainability_index": 85.4581,  # as radon's mi_compute(53.1508, 6, 12, 100 * 2 / 12)
    "comment_ratio": 2 / 14,
    "smells": 1,
    "is_test": False,
    # round was 0 days ago, empty 40, basket 47, sum 70, start 131.
    "commits_30d": 1,
    "commits_90d": 4,
    "commits_365d": 5,
    "authors_30d": 1,  # Bo
    "authors_90d": 3,
    "authors_365d": 3,
    "top_author_share_30d": 1,
    "top_author_share_90d": 2 / 4,  # Cai: basket, sum
    "top_author_share_365d": 2 / 5,
    "minor_authors_30d": 0,
    "minor_authors_90d": 0,
    "minor_authors_365d": 0,
    "churn_30d": 2,
    "churn_90d": 2 + 8 + 0 + 2,
    "churn_365d": 2 + 8 + 0 + 2 + 10,
    "fixes_30d": 1,
    "fixes_90d": 3,
    "fixes_365d": 3,
    "co_changed_files_30d": 0,
    "co_changed_files_90d": 5,  # test, README, views with empty; main, lcov.info with basket
    "co_changed_files_365d": 5,
    "dependents": 2,
    "age_days": 131,
    "days_since_change": 0,
    "is_fixed_within_90d": None,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop") / "shop.git"


@pytest.fixture(scope="module")
def shas(shop: Path) -> Mapping[str, str]:
    """The commits of the history by name."""
    return dict(zip(HISTORY, write_history(shop, list(HISTORY.values())), strict=True))


@pytest.fixture(scope="module")
def commits(shop: Path, shas: Mapping[str, str]) -> pl.DataFrame:
    return commit_features(feature_tables(shop), FILTERS)


@pytest.fixture(scope="module")
def files(shop: Path, shas: Mapping[str, str]) -> pl.DataFrame:
    return file_features(feature_tables(shop), FILTERS)


def row(frame: pl.DataFrame, **key: object) -> dict[str, Any]:
    """The row of *frame* that has the values of *key*."""
    return frame.filter(**key).row(0, named=True)


def differing(got: Mapping[str, Any], expected: Values) -> dict[str, tuple[Any, Any]]:
    """What was got and what was expected, of the values that differ."""
    return {
        name: (got[name], value)
        for name, value in expected.items()
        if got[name] != (value if value is None else pytest.approx(value, rel=1e-5, abs=1e-6))
    }


def test_every_feature_of_the_fix_of_the_empty_basket(
    commits: pl.DataFrame, shas: Mapping[str, str]
) -> None:
    assert set(EMPTY_BASKET) == {feature.name for feature in COMMIT_FEATURES}
    assert differing(row(commits, sha=shas["empty"]), EMPTY_BASKET) == {}


def test_the_first_commit_has_no_past(commits: pl.DataFrame, shas: Mapping[str, str]) -> None:
    assert differing(row(commits, sha=shas["start"]), NO_PAST) == {}


def test_a_commit_without_source_has_the_defaults_of_code(
    commits: pl.DataFrame, shas: Mapping[str, str]
) -> None:
    of_code = {
        feature.name: feature.default for feature in COMMIT_FEATURES if feature.group == "code"
    }
    assert differing(row(commits, sha=shas["tax"]), of_code) == {}


def test_a_rename_keeps_the_past_of_its_file(
    commits: pl.DataFrame, shas: Mapping[str, str]
) -> None:
    """app/cart.py was touched by start and sum, app/main.py by main; lcov.info is new."""
    expected = {
        "prior_changes": 3,
        "lines_before": (12 + 4 + 0) / 3,
        "days_since_change": (23 + 83) / 2,
        "ownership": 1 / 3,
        "cyclomatic_delta": 0,
    }
    assert differing(row(commits, sha=shas["basket"]), expected) == {}


def test_of_commits_at_one_time_the_child_is_the_later(
    commits: pl.DataFrame, shas: Mapping[str, str]
) -> None:
    velocity = [row(commits, sha=shas[name])["velocity_7d"] for name in ("sum", "tax")]
    assert velocity == pytest.approx([0, 1 / (3 * 7 / 365)])


def test_merges_have_no_features(commits: pl.DataFrame, shas: Mapping[str, str]) -> None:
    in_order = [shas[name] for name in HISTORY if name != "merge"]
    assert commits["sha"].to_list() == in_order


def test_every_feature_of_a_file_at_present(files: pl.DataFrame) -> None:
    assert set(BASKET_AT_PRESENT) == {feature.name for feature in (*FILE_FEATURES, FILE_TARGET)}
    found = row(files, path="app/basket.py", window_end=PRESENT)
    assert differing(found, BASKET_AT_PRESENT) == {}


def test_a_file_has_the_path_of_the_time(files: pl.DataFrame) -> None:
    named = files.filter(pl.col("path").str.contains("cart.py|basket"), ~pl.col("is_test"))
    ends = [FEBRUARY, MARCH, APRIL, MAY, PRESENT]
    assert named.select("window_end", "path").rows() == list(
        zip(ends, ["app/cart.py"] * 3 + ["app/basket.py"] * 2, strict=True)
    )


def test_the_lines_of_prose_are_counted_from_its_changes(files: pl.DataFrame) -> None:
    lines = files.filter(path="README.md")["lines"].to_list()
    assert lines == [5, 5, 5, 8, 8]


def test_prose_that_comes_back_has_its_lines_again(tmp_path: Path) -> None:
    """What a merge made is in no change: its lines, and those of what follows, are not known."""
    poem, longer = "one\ntwo\nthree\n", "one\ntwo\nthree\nfour\n"
    commits = [
        commit_of({"poem.txt": poem}),
        commit_of({"a.txt": "a"}, branch="topic", parents=[1], hours=1),
        commit_of({"b.txt": "b"}, parents=[1], hours=2),
        commit_of({"a.txt": "a", "poem.txt": longer}, parents=[3, 2], hours=3),
        commit_of({"poem.txt": poem}, hours=4),
    ]
    write_history(tmp_path / "g", commits)
    tables = feature_tables(tmp_path / "g")
    panel = file_features(tables, FILTERS)
    assert panel.filter(path="poem.txt")["lines"].to_list() == [3]
    assert commit_features(tables, FILTERS)["lines_before"].to_list() == [0, 0, 0, 0]


def test_whether_a_file_is_fixed_is_told_when_the_days_after_are_over(files: pl.DataFrame) -> None:
    """March has 31 days: the 90 days after its first end ten hours before the newest commit."""
    of_march = files.filter(window_end=MARCH).select("path", FILE_TARGET.name)
    assert dict(of_march.rows()) == {
        "README.md": True,  # empty, on 20 April
        "app/cart.py": True,
        "app/main.py": False,
        "tests/test_cart.py": True,
    }
    later = files.filter(pl.col("window_end") > MARCH)
    assert later[FILE_TARGET.name].null_count() == later.height > 0


@pytest.mark.parametrize(("of_ada", "minor"), [(19, 0), (20, 1)])
def test_an_author_of_less_than_a_twentieth_is_minor(
    of_ada: int, minor: int, tmp_path: Path
) -> None:
    """Bo made one commit beside Ada's."""
    commits = [
        Commit(
            message="", files={"a.py": f"{number}\n"}, author=BO if number == 0 else ADA, time=NOW
        )
        for number in range(of_ada + 1)
    ]
    write_history(tmp_path / "g", commits)
    panel = file_features(feature_tables(tmp_path / "g"), FILTERS)
    assert panel["minor_authors_30d"].to_list() == [minor]


@pytest.mark.parametrize(("touched", "together"), [(50, 49), (51, 0)])
def test_commits_of_more_than_50_files_do_not_couple_them(
    touched: int, together: int, tmp_path: Path
) -> None:
    write_history(tmp_path / "g", [commit_of({f"{name}.py": "" for name in range(touched)})])
    panel = file_features(feature_tables(tmp_path / "g"), FILTERS)
    assert panel["co_changed_files_30d"].to_list() == [together] * touched


@pytest.mark.parametrize("kept", [3, 4, 6, 8, 9])
def test_no_feature_changes_when_git_forgets_what_came_later(
    kept: int, commits: pl.DataFrame, files: pl.DataFrame, tmp_path: Path
) -> None:
    """Branches are cut back to an earlier commit, and what is left is analysed from nothing."""
    git_dir = tmp_path / "shop.git"
    shas = write_history(git_dir, list(HISTORY.values()))
    point_refs(git_dir, Refs({"main": kept}), shas)
    tables = feature_tables(git_dir)
    assert set(tables.commits["sha"]) == set(shas[:kept])
    features = commit_features(tables, FILTERS)
    assert_frame_equal(features, commits.head(features.height), check_exact=True)
    was_then = pl.col("window_end") <= features["commit_time"].max()
    panel, whole = (
        known.filter(was_then).drop(FILE_TARGET.name)
        for known in (file_features(tables, FILTERS), files)
    )
    assert_frame_equal(panel, whole, check_exact=True)
