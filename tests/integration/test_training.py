"""The job `training`: what it registers, what it serves, what it says where there is too little."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.models import asset_name
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.learning.registry.events import Kind
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.training.record import inputs_digest
from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.stages import code_version, resolve_stages
from tests.histories import commit_of, write_history
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import ONE_REPOSITORY, analyse, train

pytestmark = allow_dagsters_own_warning

UP_TO_LABELS = tuple(stage for stage in ONE_REPOSITORY if stage != "predictions")
# The sample has data enough for these; for the others, too few commits of several files, and too
# few labelled ones after the training part.
REGISTERED = {"risk", "anomaly", "bug"}
MISSING = {
    "impact": "commits of 2 to 50 files, of the 100 that impact is learnt from",
    "ensemble": "labelled commits to weigh the models' answers by",
}


@dataclass(frozen=True)
class Trained:
    """A home where the sample was analysed, and what two trainings in a row said of each model."""

    home: Path
    source: Path
    reasons_before: Sequence[str]
    reasons_after: Sequence[str]
    first: Mapping[str, Mapping[str, Any]]
    second: Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("training")
    home, source = folder / "home", write_sample_repository(folder).git_dir
    assert analyse(home, source, groups=UP_TO_LABELS).success
    before = open_home(home).training.reasons()
    first = said_of_models(train(home))
    after = open_home(home).training.reasons()
    return Trained(home, source, before, after, first, said_of_models(train(home)))


def said_of_models(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """What the asset of each model says."""
    said = metadata(result)
    assert said.keys() == {asset_name(model) for model in MODELS}
    return {model: said[asset_name(model)] for model in MODELS}


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """What a run says of each asset that it made."""
    assert result.success
    return {
        event.asset_key.to_user_string(): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None
    }


def test_every_model_says_what_became_of_it(trained: Trained) -> None:
    for training in (trained.first, trained.second):
        assert {model for model, said in training.items() if said["registered"]} == REGISTERED
        assert {model for model, said in training.items() if said.get("missing")} == set(MISSING)


@pytest.mark.parametrize("model", MISSING)
def test_a_model_with_too_little_data_says_what_is_missing(model: str, trained: Trained) -> None:
    """It is not registered, and nothing of it is served."""
    home = open_home(trained.home)
    assert MISSING[model] in trained.first[model]["missing"]
    assert home.registry.versions(model) == []
    assert home.champions.champion(model) is None


@pytest.mark.parametrize("model", sorted(REGISTERED))
def test_a_model_with_data_enough_is_registered_and_served(model: str, trained: Trained) -> None:
    home, said = open_home(trained.home), trained.first[model]
    assert (said["version"], said["is_champion"]) == (1, True)
    assert "there was no champion" in said["decision"]
    champion, served = home.registry.champion(model), home.champions.champion(model)
    assert champion is not None
    assert served is not None
    assert (served.version, served.run_id) == (champion.version, champion.run_id)
    assert any(home.champions.folder(served).iterdir())


def test_the_figures_of_a_version_are_those_of_its_run_and_plot_over_time(
    trained: Trained,
) -> None:
    registry, said = open_home(trained.home).registry, trained.first["bug"]
    version = next(each for each in registry.versions("bug") if each.version == 1)
    recorded = registry.record(version).metrics
    assert {name: said[name] for name in recorded} == pytest.approx(recorded)
    assert 0 < said["average_precision_baseline"] < said["average_precision"] < 1
    assert said["roc"].startswith("![roc.png](data:image/png;base64,")


def test_a_version_says_what_it_was_made_from(trained: Trained) -> None:
    home = open_home(trained.home)
    last = home.training.last()
    assert last is not None
    for version in home.registry.versions("bug"):
        assert version.tags["data_version"] == inputs_digest(last)
        assert version.tags["code_version"] == code_version("models")
        assert json.loads(version.tags["sources"]) == ["shop"]
        versions: dict[str, int] = json.loads(version.tags["table_versions"])
        assert versions["file_features"] == home.lake.version("file_features")
        assert None not in versions.values()


def test_the_versions_of_a_training_are_of_one_mlflow_run(trained: Trained) -> None:
    parents = [
        {said["mlflow_run"] for said in training.values() if said["registered"]}
        for training in (trained.first, trained.second)
    ]
    assert [len(runs) for runs in parents] == [1, 1]
    assert parents[0] != parents[1]


def test_a_training_is_due_until_there_was_one(trained: Trained) -> None:
    assert trained.reasons_before == ["No model has been trained yet."]
    assert trained.reasons_after == []
    assert not open_home(trained.home).training.is_new()


@pytest.mark.parametrize("model", sorted(REGISTERED))
def test_a_training_of_the_same_data_is_compared_with_the_champion(
    model: str, trained: Trained
) -> None:
    """The same inputs make the same model, which is not worse than itself."""
    home, (first, second) = open_home(trained.home), (trained.first[model], trained.second[model])
    assert second["version"] == 2
    assert second["average_precision"] == pytest.approx(first["average_precision"])
    assert "champion" in second["decision"]
    assert "there was no champion" not in second["decision"]
    moves = [event for event in home.registry.history(model) if event.alias == "champion"]
    assert {event.kind for event in moves} == {Kind.REGISTERED}
    assert moves[-1].version == (2 if second["is_champion"] else 1)


def test_predictions_name_the_versions_that_made_them(trained: Trained) -> None:
    """The ensemble, which is missing, gives no priorities."""
    result = analyse(trained.home, trained.source, groups=["predictions"])
    home = open_home(trained.home)
    present = {model: home.registry.champion(model) for model in MODELS}
    versions = {model: str(each.version) for model, each in present.items() if each is not None}
    assert versions.keys() == REGISTERED
    for table, model in (("commit_scores", "risk"), ("file_scores", "bug")):
        scores = home.lake.read(table, "shop")
        assert set(scores["model"]) == {model}
        assert set(scores["model_version"]) == {versions[model]}
        assert scores["probability"].null_count() == 0
        assert metadata(result)[table]["models"] == versions
    commits = home.lake.read("commit_scores", "shop")
    assert commits["anomaly"].null_count() == 1  # the root's
    assert commits["priority"].null_count() == commits.height


def test_predictions_are_current_until_another_version_becomes_champion(
    trained: Trained,
) -> None:
    assert analyse(trained.home, trained.source, groups=["predictions"]).success
    home = open_home(trained.home)
    refs = home.mirror("shop").remote_refs()
    stages = resolve_stages(["predictions"])
    assert home.is_current("shop", refs, stages)
    present = home.registry.champion("bug")
    assert present is not None
    home.registry.promote("bug", 3 - present.version, by="ann")
    home.registry.publish_champions()
    assert not home.is_current("shop", refs, stages)
    assert analyse(trained.home, trained.source, groups=["predictions"]).success
    scores = home.lake.read("file_scores", "shop")
    assert set(scores["model_version"]) == {str(3 - present.version)}


def test_a_history_of_two_commits_trains_nothing_and_its_scores_say_so(tmp_path: Path) -> None:
    home, source = tmp_path / "home", tmp_path / "shop.git"
    write_history(source, [commit_of({"a.py": "x = 1\n"}), commit_of({"a.py": "x = 2\n"})])
    assert analyse(home, source).success
    said = said_of_models(train(home))
    assert {model: each["registered"] for model, each in said.items()} == dict.fromkeys(
        MODELS, False
    )
    assert all(each["missing"] for each in said.values())
    workspace = open_home(home)
    assert [workspace.registry.versions(model) for model in MODELS] == [[]] * len(MODELS)
    assert set(workspace.lake.read("commit_scores", "shop")["served_by"]) == {"fallback"}


def test_without_an_analysis_a_training_says_what_comes_first(tmp_path: Path) -> None:
    result = train(tmp_path / "home")
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    error = failure.step_failure_data.error
    assert error is not None
    assert "analyse one first" in error.to_string()
    assert UsageError.__name__ in error.to_string()
    assert not (tmp_path / "home" / "mlflow").exists()
