"""The anomaly model on made-up commits: signals, rarity, scores, reasons, planted mishaps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import skops.io
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.learning.models.anomaly import (
    AnomalyDetector,
    AnomalyTraining,
    commit_signals,
    evaluated_on_planted,
    train,
)
from hyperion_pipelines.learning.models.anomaly.planted import plant, split
from hyperion_pipelines.learning.models.anomaly.rarity import Rarity
from hyperion_pipelines.learning.models.anomaly.signals import SIGNALS
from hyperion_pipelines.learning.models.anomaly.usual import usual_hours, usual_values
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.schemas import CHANGES, COMMITS, REFS

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
FILTERS = read_filters()


# --- Signals ---------------------------------------------------------------------------------


def history(
    commits: Sequence[tuple[str, Sequence[str]]], *, hours: Sequence[int] = ()
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables of commits one after the other: each its author, and the paths that it adds."""
    count = len(commits)
    rows = pl.DataFrame(
        {
            "sha": [f"{number:040d}" for number in range(count)],
            "parents": [[f"{number - 1:040d}"] if number else [] for number in range(count)],
            "author_id": [author for author, _ in commits],
            "author_time": [
                START + timedelta(days=number, hours=hours[number] - 12 if hours else 0)
                for number in range(count)
            ],
            "commit_time": [START + timedelta(days=number) for number in range(count)],
            "position": range(count),
            "author_tz_minutes": 0,
            "is_merge": False,
            "is_on_head": True,
        }
    )
    changes = pl.DataFrame(
        [
            {"sha": f"{n:040d}", "path": path, "status": "A", "is_binary": path.endswith(".bin")}
            for n, (_, paths) in enumerate(commits)
            for path in paths
        ]
    )
    return filled(rows, COMMITS), filled(changes, CHANGES)


def filled(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """*rows* with all columns of *schema*; null where they had none."""
    missing = [pl.lit(None).alias(name) for name in schema if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(schema[name]) for name in schema)


def signals(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    return commit_signals(commits, changes, REFS.to_frame(), FILTERS)


def test_what_an_author_never_did_surprises_the_more_the_more_he_did_before() -> None:
    """Everybody else touches `core/`: log2 of 1 + the author's commits, and the others' share."""
    ann, bo = ("ann", ["core/a.py"]), ("bo", ["docs/a.md"])
    few = signals(*history([ann, *[bo] * 3, ("bo", ["core/b.py"])]))
    many = signals(*history([ann, *[bo] * 30, ("bo", ["core/b.py"])]))
    share = (1 + 1 / 2) / (4 + 1)
    assert few["directory_surprise"][-1] == pytest.approx(-np.log2(share / 4))
    assert many["directory_surprise"][-1] > few["directory_surprise"][-1] + 3
    assert many.row(-1, named=True)["directory"] == "core"
    assert many.row(-1, named=True)["directory_before"] == 0


def test_a_newcomer_is_judged_by_the_repository_alone() -> None:
    rows = signals(*history([*[("ann", ["core/a.py"])] * 9, ("new", ["core/b.py"])]))
    assert rows["directory_surprise"][-1] == pytest.approx(-np.log2(9.5 / 10))


def test_the_kind_of_a_file_is_what_it_says_first() -> None:
    paths = ["a.bin", "vendor/a.c", "a_pb2.py", "README.md", "tests/test_a.py", "a.py"]
    rows = signals(*history([("ann", [path]) for path in paths]))
    assert rows["kind"].to_list() == [
        *("binary files", "other people's code", "generated files"),
        *("documentation", "tests", "code"),
    ]
    assert rows["binary_files"].to_list() == [1, 0, 0, 0, 0, 0]


def test_an_hour_surprises_by_the_hours_around_it_on_the_clock() -> None:
    """23 and 1 are neighbours; 12 is far from both."""
    night = [("ann", ["a.py"])] * 20
    near = signals(*history([*night, night[0]], hours=[23] * 20 + [1]))
    far = signals(*history([*night, night[0]], hours=[23] * 20 + [12]))
    assert near["hour_surprise"][-1] < 0.1
    assert far["hour_surprise"][-1] > 6


@pytest.mark.parametrize("kept", [1, 17, 60])
def test_signals_do_not_change_when_the_later_history_is_cut_off(kept: int) -> None:
    chance = np.random.default_rng(0)
    authors, paths = ["ann", "bo", "cy"], ["core/a.py", "docs/b.md", "img/c.bin", "d.py"]
    commits, changes = history(
        [
            (str(chance.choice(authors)), chance.choice(paths, 2, replace=False).tolist())
            for _ in range(90)
        ],
        hours=chance.integers(0, 24, 90).tolist(),
    )
    earlier = commits.head(kept)
    cut = signals(earlier, changes.join(earlier, on="sha", how="semi"))
    assert_frame_equal(cut, signals(commits, changes).head(kept))


def test_a_commit_beside_head_names_a_branch_that_holds_it() -> None:
    commits, changes = history([("ann", ["a.py"])] * 4)
    on_head = pl.Series("is_on_head", [True, True, False, False])
    refs = filled(
        pl.DataFrame(
            {
                "name": ["main", "release/1.x", "v1"],
                "kind": ["branch", "branch", "tag"],
                "sha": [commits["sha"][1], commits["sha"][3], commits["sha"][2]],
                "is_merged": [True, False, False],
            }
        ),
        REFS,
    )
    rows = commit_signals(commits.with_columns(on_head), changes, refs, FILTERS)
    assert rows["branch"].to_list() == [None, None, "release/1.x", "release/1.x"]
    assert rows["branch_before"].to_list() == [0, 1, 0, 1]
    assert rows["is_root"].to_list() == [True, False, False, False]


# --- Commits with features and signals --------------------------------------------------------


def made_up(count: int, repository: str = "shop", seed: int = 0) -> pl.DataFrame:
    """Commits as the detector takes them: four authors at work between 9 and 18, small changes."""
    chance = np.random.default_rng(seed)
    author = chance.integers(0, 4, count)
    size = chance.lognormal(sigma=1, size=count)
    return pl.DataFrame(
        {
            "repository": repository,
            "sha": [f"{number:040d}" for number in range(count)],
            "commit_time": [START + timedelta(hours=number) for number in range(count)],
            "author_id": [f"author {number}" for number in author],
            "is_root": [number == 0 for number in range(count)],
            "lines_added": chance.poisson(20 * size),
            "lines_deleted": chance.poisson(8 * size),
            "files": 1 + chance.poisson(size),
            "author_experience": np.arange(count) // 4,
            "hour": chance.uniform(9, 18, count),
            "kind": "code",
            "directory": "core",
            "branch": pl.Series([None] * count, dtype=pl.String),
            "kind_before": np.arange(count) // 4,
            "directory_before": np.arange(count) // 4,
            "branch_before": np.arange(count) // 4,
            "binary_files": 0.0,
            "deleted_files": 0.0,
            "kind_surprise": chance.exponential(0.3, count),
            "directory_surprise": chance.exponential(0.5, count),
            "hour_surprise": chance.exponential(1, count),
            "branch_surprise": chance.exponential(0.01, count),
        }
    ).with_columns(
        pl.col("lines_added", "lines_deleted", "files", "author_experience", *SIGNALS).cast(
            pl.Float32
        )
    )


def changed(commits: pl.DataFrame, row: int, **values: object) -> pl.DataFrame:
    """*commits* with other values in one row."""
    return commits.with_columns(
        pl.when(pl.int_range(pl.len()) == row)
        .then(pl.lit(value, commits.schema[name]))
        .otherwise(name)
        .alias(name)
        for name, value in values.items()
    )


MISHAPS = {
    "many lines": {"lines_added": 5000},
    "many files deleted": {
        "deleted_files": 40,
        "files": 40,
        "lines_deleted": 4000,
        "directory_surprise": 8,
        "kind_surprise": 4,
    },
    "binary files": {"binary_files": 12, "kind_surprise": 9},
    "another branch": {"branch_surprise": 8, "kind_surprise": 4, "directory_surprise": 5},
}


@pytest.mark.parametrize("values", MISHAPS.values(), ids=MISHAPS)
def test_a_mishap_is_among_the_oddest_hundredth(
    values: dict[str, float],
) -> None:
    commits = changed(made_up(600), 400, **values)
    scores = AnomalyDetector.grow(commits).score(commits, with_reasons=False)
    assert scores["anomaly_percentile"][400] >= 99


def test_scores_lie_between_0_and_1_and_percentiles_follow_them() -> None:
    commits = made_up(300)
    scores = AnomalyDetector.grow(commits).score(commits, with_reasons=False).drop_nulls("anomaly")
    assert scores["anomaly"].is_between(0, 1).all()
    assert scores["anomaly_percentile"].is_between(0, 100).all()
    by_anomaly = scores.sort("anomaly")
    assert by_anomaly["anomaly_percentile"].is_sorted()
    assert scores["anomaly_reasons"].null_count() == scores.height


def test_root_commits_have_no_score_and_are_no_measure_for_others() -> None:
    commits = changed(made_up(300), 0, lines_added=1_000_000)
    detector = AnomalyDetector.grow(commits)
    assert detector.score(commits).row(0)[2:] == (None, None, None)
    assert detector.forests["shop"].rarity.measures["lines_added"].max() < 1_000_000


def test_small_and_unknown_repositories_have_null_scores_and_it_says_why() -> None:
    commits = pl.concat([made_up(300), made_up(50, "small")])
    detector = AnomalyDetector.grow(commits)
    asked = pl.concat([made_up(5, "small"), made_up(5, "unknown")])
    assert detector.score(asked).drop("repository", "sha").null_count().row(0) == (10, 10, 10)
    assert detector.why_silent("shop") is None
    small = detector.why_silent("small")
    assert small == "49 commits of the 50 that it takes to say what is usual."
    assert "was not among" in (detector.why_silent("unknown") or "")


def test_a_repository_is_scored_by_its_own_commits_alone() -> None:
    shop, other = made_up(300), made_up(300, "other", seed=1)
    together = AnomalyDetector.grow(pl.concat([other, shop]))
    assert_frame_equal(together.score(shop), AnomalyDetector.grow(shop).score(shop))


def test_training_knows_no_order_of_rows() -> None:
    commits = made_up(300)
    shuffled = commits.sample(fraction=1, shuffle=True, seed=1)
    expected = AnomalyDetector.grow(commits).score(commits)
    assert_frame_equal(AnomalyDetector.grow(shuffled).score(commits), expected)


def test_a_saved_detector_scores_as_before(tmp_path: Path) -> None:
    commits = pl.concat([made_up(300), made_up(10, "small")])
    detector = AnomalyDetector.grow(commits)
    detector.save(tmp_path)
    loaded = AnomalyDetector.load(tmp_path)
    assert_frame_equal(loaded.score(commits), detector.score(commits))
    assert loaded.why_silent("small") == detector.why_silent("small")


def test_saved_files_hold_no_type_that_has_to_be_trusted_but_the_trees(tmp_path: Path) -> None:
    AnomalyDetector.grow(made_up(100)).save(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".skops"}
    untrusted = skops.io.get_untrusted_types(file=tmp_path / "forests.skops")
    assert untrusted == ["sklearn.tree._tree.Tree"]


# --- Reasons ----------------------------------------------------------------------------------


def reasons(commits: pl.DataFrame, row: int) -> list[str]:
    """The texts of the reasons for one of *commits*."""
    scores = AnomalyDetector.grow(commits).score(commits)
    return [reason["text"] for reason in scores["anomaly_reasons"][row]]


def test_reasons_say_what_is_usual_here_and_for_the_author() -> None:
    commits = changed(made_up(600), 400, lines_added=5000, author_id="author 1")
    authors = commits.filter(~pl.col("is_root"), author_id="author 1")
    here, his = (
        rows.select(pl.median("lines_added").round(0).cast(pl.Int64)).item()
        for rows in (commits.filter(~pl.col("is_root")), authors)
    )
    expected = f"5,000 lines added; {here} is usual here and {his} for this author"
    assert reasons(commits, 400)[0] == expected


def test_reasons_name_place_kind_and_branch() -> None:
    odd = {"directory_surprise": 12, "kind_surprise": 11, "branch_surprise": 10}
    where = {"directory": "engine", "kind": "documentation", "branch": "release/1.x"}
    before = {"directory_before": 0, "kind_before": 2, "branch_before": 0}
    commits = changed(made_up(600), 400, **odd, **where, **before)
    assert sorted(reasons(commits, 400)[:3]) == [
        "made on release/1.x, which none of the author's 100 earlier commits did",
        "touches documentation, as 2 of the author's 100 earlier commits did",
        "touches engine/, which none of the author's 100 earlier commits did",
    ]


def test_reasons_for_a_newcomers_night_name_the_newcomer_and_the_hour() -> None:
    newcomer = {"author_id": "new", "author_experience": 0, "hour": 4 + 10 / 60}
    commits = changed(made_up(600), 400, **newcomer, hour_surprise=9, directory_surprise=7)
    texts = reasons(commits, 400)
    assert "the first commit of this author" in texts
    assert "made at 04:10; commits here are mostly made between 10 and 18" in texts
    assert "touches core/, as 1 in 128 commits here did" in texts


def test_every_scored_commit_has_three_to_five_reasons_farthest_first() -> None:
    commits = made_up(300)
    scores = AnomalyDetector.grow(commits).score(commits).drop_nulls("anomaly")
    assert scores["anomaly_reasons"].list.len().is_between(3, 5).all()
    texts = scores.explode("anomaly_reasons").unnest("anomaly_reasons")["text"]
    assert texts.null_count() == 0


def test_usual_hours_may_go_past_midnight() -> None:
    hours = [22.5, 23.2, 0.4, 1.1, 23.9, 0.2, 22.1, 23.0, 1.9, 12.0]
    commits = made_up(10).with_columns(author_id=pl.lit("owl"), hour=pl.Series(hours))
    owl = usual_hours(commits).filter(author_id="owl").row(0, named=True)
    assert (owl["first"], owl["last"]) == (22, 2)


def test_authors_of_few_commits_have_no_usual_of_their_own() -> None:
    commits = made_up(300).with_columns(
        author_id=pl.when(pl.int_range(pl.len()) < 4).then(pl.lit("rare")).otherwise("author_id")
    )
    assert "rare" not in usual_values(commits)["author_id"].to_list()
    assert "author 1" in usual_values(commits)["author_id"].to_list()


# --- Rarity and trials ------------------------------------------------------------------------


def test_rarity_is_ten_bits_for_one_commit_in_1024() -> None:
    commits = changed(made_up(1024), 7, branch_surprise=5)
    bits = Rarity.among(commits).bits(commits)
    assert bits[7].max() == pytest.approx(10)
    assert bits.min() == 0


def test_planting_changes_no_other_row_and_no_column_but_those_of_the_mishap() -> None:
    older, newest = split(made_up(600))
    planted = plant(older, newest)
    untouched = planted.filter(~pl.col("is_planted")).drop("is_planted")
    assert_frame_equal(untouched, newest.join(untouched, on="sha", how="semi"))
    assert planted["is_planted"].sum() == 5
    same = ["sha", "commit_time", "author_id", "hour"]
    assert_frame_equal(planted.select(same), newest.select(same))


def test_the_trial_judges_commits_that_the_detector_has_not_seen() -> None:
    older, newest = split(made_up(600))
    assert not newest["commit_time"].is_in(older["commit_time"].to_list()).any()
    assert older["commit_time"].to_list() < newest["commit_time"].to_list()
    assert newest.height == 90


def test_planted_commits_are_found_better_than_by_lines_added() -> None:
    trial = evaluated_on_planted(made_up(1500))
    assert trial is not None
    assert trial.average_precision > trial.baseline
    contest = trial.contest(trial)
    assert contest.difference == (0, 0, 0)
    assert contest.champion == contest.challenger


def test_training_gives_a_detector_and_its_figures_or_says_what_is_missing() -> None:
    training = train(pl.concat([made_up(300), made_up(20, "small")]))
    assert isinstance(training, AnomalyTraining)
    assert set(training.detector.forests) == {"shop"}
    assert training.metrics()["average_precision"] == training.trial.average_precision
    shortage = train(made_up(40))
    assert isinstance(shortage, Shortage)
    assert shortage.startswith("39 commits")
