"""How far a model is believed: what is read of its trial, and what is said of it."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from hyperion_pipelines.insights.profile.model import ModelQuality
from hyperion_pipelines.insights.profile.quality import model_quality
from hyperion_pipelines.learning.registry.published import Champion, PublishedModels

LINES_ADDED = "ranking by the number of lines added"
BOUND = "0.75: that is within the bounds of its own"
FIGURES = {
    "repository": "shop",
    "n": 900.0,
    "positives": 60.0,
    "auc": 0.8,
    "auc_low": 0.75,
    "auc_high": 0.86,
    "auc_baseline": 0.7,
    "average_precision": None,
    "recall_at_20": 0.6,
}


def publish(home: Path, name: str = "risk", **tags: str) -> None:
    """Serve version 3 of a model, of the run `abc`."""

    def download(folder: Path) -> Path:
        (folder / "model.txt").write_text("a model")
        return folder

    champion = Champion(name, 3, "abc", "2024-01-01", {"sources": '["cafe", "shop"]', **tags})
    PublishedModels(home).publish(champion, download)


def record(home: Path, table: str, *rows: Mapping[str, object], name: str = "risk") -> None:
    """Keep a table of the run `abc` where MLflow keeps it."""
    columns = list(rows[0])
    document = {"columns": columns, "data": [[row[key] for key in columns] for row in rows]}
    folder = home / "mlflow" / "artifacts" / f"hyperion-{name}" / "abc" / "artifacts" / "tables"
    folder.mkdir(parents=True)
    (folder / f"{table}.json").write_text(json.dumps(document), "utf-8")


def quality(home: Path, repository: str = "shop") -> ModelQuality:
    (said,) = model_quality(PublishedModels(home), repository)
    return said


def test_a_champion_that_does_not_say_what_it_learned_from_is_doubted(tmp_path: Path) -> None:
    publish(tmp_path, sources='{"commits": 3}')
    assert "is not recorded" in quality(tmp_path).doubts[0]


def test_without_champions_there_is_nothing_to_doubt(tmp_path: Path) -> None:
    assert model_quality(PublishedModels(tmp_path), "shop") == []


def test_figures_are_those_of_the_repository_where_it_was_judged(tmp_path: Path) -> None:
    publish(tmp_path)
    record(
        tmp_path, "evaluations", {**FIGURES, "repository": "all repositories", "auc": 0.5}, FIGURES
    )
    said = quality(tmp_path)
    assert (said.name, said.version) == ("risk", "3")
    assert [(each.value, each.low, each.high) for each in said.measures] == [
        (0.8, 0.75, 0.86),
        (0.6, None, None),
    ]
    (doubt,) = said.doubts
    assert doubt == (
        "It was judged on 900 commits, of which 60 brought in a bug: its true area under the ROC "
        "curve may lie between 0.75 and 0.86."
    )


def test_a_repository_that_was_not_judged_gets_the_figures_of_all_and_is_told(
    tmp_path: Path,
) -> None:
    publish(tmp_path)
    record(tmp_path, "evaluations", {**FIGURES, "repository": "all repositories"})
    known = quality(tmp_path, "shop").doubts[0]
    assert known == "Its figures are those of cafe and shop together, not of shop alone."
    unknown = quality(tmp_path, "mill").doubts[0]
    assert unknown == "It knows nothing of mill: it was trained and judged on cafe and shop."


@pytest.mark.parametrize(
    ("figures", "doubt"),
    [
        ({"positives": 49.0}, "That is few: its figures are rough."),
        (
            {"auc_baseline": 0.8},
            f"It does no better than {LINES_ADDED}, whose area under the ROC curve is 0.80.",
        ),
        (
            {"auc_baseline": 0.75},
            f"It may do no better than {LINES_ADDED}, whose area under the ROC curve is {BOUND}.",
        ),
    ],
)
def test_a_doubtful_figure_is_said_to_be_so(
    tmp_path: Path, figures: dict[str, float], doubt: str
) -> None:
    publish(tmp_path)
    record(tmp_path, "evaluations", {**FIGURES, **figures})
    assert quality(tmp_path).doubts[-1] == doubt


def test_where_a_server_keeps_the_trial_the_figure_of_the_choice_is_left(tmp_path: Path) -> None:
    contest = {"metric": "average_precision", "challenger": 0.3, "baseline": 0.2}
    publish(tmp_path, contest=json.dumps(contest))
    said = quality(tmp_path)
    assert [each.value for each in said.measures] == [0.3]
    assert said.doubts[-1] == "On how much it was judged is not kept in this home."


def test_the_anomaly_model_was_tried_on_what_was_made_up(tmp_path: Path) -> None:
    contest = {"metric": "average_precision", "challenger": 0.5, "baseline": 0.6}
    publish(tmp_path, "anomaly", contest=json.dumps(contest))
    said = quality(tmp_path)
    assert any("made up for the trial" in doubt for doubt in said.doubts)
    assert said.doubts[-1].startswith("It does no better than ranking by the number of lines added")


def test_the_impact_model_is_compared_with_counting(tmp_path: Path) -> None:
    publish(tmp_path, "impact")
    figures = {"repository": "shop", "queries": 70.0, "recall_at_5": 0.4}
    rank = {"mean_reciprocal_rank": 0.5, "confidence_mean_reciprocal_rank": 0.55}
    record(tmp_path, "back_tests", {**figures, **rank}, name="impact")
    said = quality(tmp_path)
    assert [each.value for each in said.measures] == [0.5, 0.4]
    assert "counting what changed together before" in said.doubts[-1]
