"""The impact model on a shop in which modules and their tests change together."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.learning.models.impact import (
    ChangeHistory,
    ImpactAnalyzer,
    ImpactTables,
    ImpactTraining,
    candidates,
    read_changes,
    train,
)
from hyperion_pipelines.learning.models.impact.examples import parts, ranking_examples
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.schemas import TABLES
from tests.feature_histories import START

COMMITS = 240
MODULES = [f"shop/part{number}/module{number}.py" for number in range(12)]
TESTS = [f"tests/test_module{number}.py" for number in range(12)]
WIDE = [f"wide/{number}.txt" for number in range(51)]


@pytest.fixture(scope="module")
def history() -> ChangeHistory:
    return _read(_shop())


@pytest.fixture(scope="module")
def training(history: ChangeHistory) -> ImpactTraining:
    done = train({"shop": history})
    assert isinstance(done, ImpactTraining)
    return done


def test_the_test_of_a_module_is_suggested_first_with_its_reasons(
    training: ImpactTraining, history: ChangeHistory
) -> None:
    said = training.model.suggest(history, [MODULES[3]])
    first = said.row(0, named=True)
    assert first["path"] == TESTS[3]
    assert first["reasons"][0].startswith(f"changed together {first['support']} of ")
    assert "its test" in first["reasons"]
    assert MODULES[3] not in said["path"]
    assert said["probability"].is_sorted(descending=True)
    assert said["probability"].is_between(0, 1).all()


def test_what_speaks_for_several_given_files_adds_up(
    training: ImpactTraining, history: ChangeHistory
) -> None:
    """1 - (1 - p)(1 - q): the log that every module changes with, for two modules."""
    suggest = training.model.suggest
    alone = [
        suggest(history, [path], k=100).filter(path="CHANGES.md")["probability"].item()
        for path in MODULES[:2]
    ]
    both = suggest(history, MODULES[:2], k=100).filter(path="CHANGES.md")["probability"].item()
    assert both == pytest.approx(1 - (1 - alone[0]) * (1 - alone[1]))


def test_only_files_of_head_are_suggested(training: ImpactTraining) -> None:
    tables = _shop()
    without = tables._replace(tree=tables.tree.filter(pl.col("path") != TESTS[3]))
    assert TESTS[3] not in training.model.suggest(_read(without), [MODULES[3]], k=100)["path"]


def test_a_path_that_is_not_there_is_refused_by_its_likeliest_spelling(
    training: ImpactTraining, history: ChangeHistory
) -> None:
    with pytest.raises(UsageError, match=r"did you mean shop/part3/module3.py"):
        training.model.suggest(history, ["shop/part3/modul3.py"])


def test_a_module_changed_without_its_test_misses_it(
    training: ImpactTraining, history: ChangeHistory
) -> None:
    """The last commits of the shop: a module alone, it and its test, nothing, 51 files."""
    said = training.model.missing(history, pl.Series(_shas(COMMITS, COMMITS + 4)))
    alone, whole, nothing, wide = said["missing"].to_list()
    assert alone > whole + 0.3
    assert nothing == 0
    assert wide is None
    assert said["sha"].to_list() == _shas(COMMITS, COMMITS + 4)


def test_missing_follows_from_what_was_known_before(
    training: ImpactTraining, history: ChangeHistory
) -> None:
    shas = pl.Series(_shas(0, 150))
    commits = _shop().commits.filter(pl.col("sha").is_in(shas.to_list()))
    cut = _read(_shop()._replace(commits=commits))
    missing = training.model.missing
    assert_frame_equal(missing(history, shas), missing(cut, shas))


def test_what_is_missing_does_not_depend_on_how_much_is_looked_at_at_once(
    training: ImpactTraining, history: ChangeHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that asks for several files is answered once, whatever the size of the parts."""
    shas = pl.Series("sha", _shas(0, COMMITS))
    whole = training.model.missing(history, shas)
    assert whole["sha"].equals(shas)
    monkeypatch.setattr(candidates, "ROWS_AT_ONCE", 5)
    assert_frame_equal(training.model.missing(history, shas), whole)


def test_the_model_beats_both_baselines(training: ImpactTraining) -> None:
    found = training.by_repository["shop"]
    assert found.model.mean_reciprocal_rank is not None
    for name, baseline in found.baselines.items():
        assert baseline.mean_reciprocal_rank is not None
        assert found.model.mean_reciprocal_rank > baseline.mean_reciprocal_rank, name
    metrics, contest = training.metrics(), training.contest
    assert metrics["shop/mean_reciprocal_rank"] == found.model.mean_reciprocal_rank
    assert metrics["mean_reciprocal_rank"] == contest.challenger
    baselines = [metrics[f"{name}_mean_reciprocal_rank"] for name in found.baselines]
    assert contest.baseline == max(baselines)
    assert (contest.champion, contest.difference) == (None, None)


def test_files_that_a_commit_adds_are_counted_and_not_asked_for() -> None:
    examples = ranking_examples({"shop": _read(_shop())})
    added = examples.filter(~pl.col("is_known"))
    assert added["support"].is_null().all()
    assert added.height > 0


def test_parts_follow_one_another_in_time(history: ChangeHistory) -> None:
    train_part, validation, test = parts(history).values()
    assert train_part[-1] < validation[0] <= validation[-1] < test[0]


def test_the_same_history_gives_the_same_model(
    training: ImpactTraining, history: ChangeHistory, tmp_path: Path
) -> None:
    """It is no better than itself, then, in the contest with the champion."""
    again = train({"shop": history}, champion=training.model)
    assert isinstance(again, ImpactTraining)
    assert again.contest.champion == again.contest.challenger
    assert again.contest.difference == (0, 0, 0)
    for done, name in ((training, "one"), (again, "other")):
        done.model.save(tmp_path / name)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    assert len(files) == 4
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_a_saved_model_answers_alike(
    training: ImpactTraining, history: ChangeHistory, tmp_path: Path
) -> None:
    training.model.save(tmp_path)
    loaded = ImpactAnalyzer.load(tmp_path)
    assert_frame_equal(
        loaded.suggest(history, [MODULES[0]]), training.model.suggest(history, [MODULES[0]])
    )


def test_rows_of_signals_are_answered_by_their_probability(training: ImpactTraining) -> None:
    said = training.model.predict(training.asked)
    assert said.height == training.asked.height > 0
    assert said["probability"].is_between(0, 1).all()


def test_too_few_commits_are_a_shortage_that_says_so() -> None:
    tables = _shop()
    done = train({"shop": _read(tables._replace(commits=tables.commits.head(20)))})
    assert isinstance(done, Shortage)
    assert done.endswith("of the 100 that impact is learnt from")


def test_a_repository_without_commits_is_read() -> None:
    empty = ImpactTables(*(TABLES[name].to_frame() for name in ImpactTables._fields))
    assert isinstance(train({"shop": _read(empty)}), Shortage)


def _shop() -> ImpactTables:
    """Commits to a module; mostly its test too, often the log; what else goes with it is chance.

    For half of the time each module changed with its neighbour, and no longer does.
    """
    chance = Random(7)
    touched: list[Sequence[str]] = []
    for commit in range(COMMITS):
        number = chance.randrange(len(MODULES))
        neighbour = (number + 1) % len(MODULES)
        files = [MODULES[number]]
        files += [TESTS[number]] * (commit > COMMITS // 2 and chance.random() < 0.9)
        files += [MODULES[neighbour]] * (commit <= COMMITS // 2 and chance.random() < 0.9)
        files += ["CHANGES.md"] * (chance.random() < 0.4)
        files += [f"docs/page{commit}.md"] * (chance.random() < 0.1)
        touched.append(files)
    touched += [[MODULES[3]], [MODULES[3], TESTS[3]], [], WIDE]
    there: set[str] = set()
    changes: list[dict[str, Any]] = []
    for sha, files in zip(_shas(0, len(touched)), touched, strict=True):
        for path in files:
            status = "M" if path in there else "A"
            changes.append({"sha": sha, "path": path, "status": status, "is_binary": False})
        there |= set(files)
    commits = [
        {
            "sha": sha,
            "author_id": "alma",
            "commit_time": START + timedelta(days=position),
            "is_merge": False,
            "is_fix": False,
            "position": position,
            "is_on_head": True,
        }
        for position, sha in enumerate(_shas(0, len(touched)))
    ]
    tree = [{"path": path} for path in sorted(there)]
    rows = {"commits": commits, "changes": changes, "tree": tree}
    return ImpactTables(*(_frame(name, rows.get(name, [])) for name in ImpactTables._fields))


def _shas(first: int, end: int) -> list[str]:
    return [f"{position:040}" for position in range(first, end)]


def _read(tables: ImpactTables) -> ChangeHistory:
    return read_changes(tables, read_filters())


def _frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    empty = dict.fromkeys(TABLES[table])
    return pl.DataFrame([empty | row for row in rows], schema=TABLES[table])
