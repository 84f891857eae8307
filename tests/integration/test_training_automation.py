"""What asks for a training by itself: the night where anything is new, an analysis with reason."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData

from hyperion_pipelines.learning.training.record import TrainingRecord, inputs_digest
from resources.workspace import WorkspaceResource
from tests.histories import commit_of, write_history
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import analyse, definitions_for

pytestmark = allow_dagsters_own_warning

YEAR = 366 * 24  # hours
NIGHT = datetime(2024, 3, 1, 4, tzinfo=UTC)
CART = "def total(prices):\n    return sum(prices)\n"
# The first two commits are old enough to be labelled at the time of the last.
HISTORY = (
    commit_of({"cart.py": CART}),
    commit_of({"cart.py": CART + "\n\nEMPTY = ()\n"}, hours=1),
    commit_of({"main.py": "import cart\n"}, hours=2 * YEAR),
)


class TrainingWatch:
    """The run-status sensor on an instance, evaluated as the daemon does."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.home = home
        self.instance = instance
        self.cursor: str | None = None
        self.look()  # the first evaluation only notes where the log of events stands

    def look(self) -> SensorExecutionData:
        """What the sensor says of the runs since the last look."""
        definitions = definitions_for(self.home)
        with dg.build_sensor_context(
            instance=self.instance,
            definitions=definitions,
            cursor=self.cursor,
            resources={"workspace": WorkspaceResource(home=str(self.home))},
        ) as context:
            told = definitions.resolve_sensor_def("training_watch").evaluate_tick(context)
        self.cursor = told.cursor
        return told


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "shop.git"
    write_history(source, HISTORY)
    return source


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    """A home that holds the tables of the shop."""
    home = tmp_path_factory.mktemp("analysed") / "home"
    assert analyse(home, source).success
    return home


@pytest.fixture
def record(analysed: Path) -> Iterator[TrainingRecord]:
    """What is recorded of trainings in that home: nothing, at first."""
    record = open_home(analysed).training
    yield record
    record.file.unlink(missing_ok=True)


@pytest.fixture
def watch(analysed: Path, record: TrainingRecord) -> Iterator[TrainingWatch]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield TrainingWatch(analysed, instance)


def score(watch: TrainingWatch, source: Path) -> None:
    """A run of the job `analysis` that is soon over."""
    assert analyse(watch.home, source, groups=["predictions"], instance=watch.instance).success


def at_night(home: Path) -> dg.RunRequest | dg.SkipReason:
    """What the schedule asks for."""
    nightly = definitions_for(home).resolve_schedule_def("nightly_training")
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_schedule_context(
            instance=instance,
            resources={"workspace": WorkspaceResource(home=str(home))},
            scheduled_execution_time=NIGHT,
        ) as context,
    ):
        asked = nightly(context)
    assert isinstance(asked, dg.RunRequest | dg.SkipReason)
    return asked


def test_the_night_trains_once_where_data_is_new(analysed: Path, record: TrainingRecord) -> None:
    asked = at_night(analysed)
    assert isinstance(asked, dg.RunRequest)
    assert asked.run_key == "2024-03-01"


def test_the_night_trains_nothing_where_nothing_is_new(
    analysed: Path, record: TrainingRecord
) -> None:
    record.save(record.now())
    asked = at_night(analysed)
    assert isinstance(asked, dg.SkipReason)
    assert asked.skip_message == "nothing that the models learn from has changed"


def test_the_night_trains_on_what_alone_is_no_reason_to_train_by_day(
    analysed: Path, record: TrainingRecord
) -> None:
    now = record.now()
    record.save(
        replace(now, repositories={"shop": replace(now.repositories["shop"], data_version="old")})
    )
    assert record.reasons() == []
    assert isinstance(at_night(analysed), dg.RunRequest)


def test_a_home_without_repositories_trains_nothing_at_night(tmp_path: Path) -> None:
    assert isinstance(at_night(tmp_path / "home"), dg.SkipReason)


def test_the_first_analysis_asks_for_a_training(
    watch: TrainingWatch, record: TrainingRecord, source: Path
) -> None:
    assert watch.look().run_requests == []
    score(watch, source)
    (request,) = watch.look().run_requests or []
    assert request.run_key == inputs_digest(record.now())
    assert request.tags["hyperion/because"] == "No model has been trained yet."
    assert watch.look().run_requests == []


def test_the_same_reasons_ask_for_the_same_training(
    watch: TrainingWatch, record: TrainingRecord, source: Path
) -> None:
    """Dagster starts one run for a key: a training that fails is not repeated all day."""
    keys: set[str | None] = set()
    for _ in range(2):
        score(watch, source)
        keys |= {request.run_key for request in watch.look().run_requests or []}
    assert keys == {inputs_digest(record.now())}


def test_an_analysis_without_news_asks_for_no_training(
    watch: TrainingWatch, record: TrainingRecord, source: Path
) -> None:
    record.save(record.now())
    score(watch, source)
    told = watch.look()
    assert told.run_requests == []
    assert told.skip_message == "no reason to train anew"


def test_all_reasons_are_told(
    watch: TrainingWatch, record: TrainingRecord, source: Path, analysed: Path
) -> None:
    state = record.now()
    record.save(replace(state, code_version="older", trained_at=state.trained_at - timedelta(90)))
    publications = open_home(analysed).publications
    publications.record_drift("commit_features", "shop", ["entropy"])
    try:
        score(watch, source)
        (request,) = watch.look().run_requests or []
    finally:
        publications.record_drift("commit_features", "shop", [])
    because = request.tags["hyperion/because"]
    assert "Features of shop have drifted: entropy." in because
    assert "older has become" in because


def test_a_run_of_another_job_asks_for_no_training(watch: TrainingWatch, source: Path) -> None:
    """A training changes the champions, which are scored by: that is no reason to train again."""
    watch.instance.add_dynamic_partitions("repository", ["shop"])
    scoring = definitions_for(watch.home).resolve_job_def("scoring")
    assert scoring.execute_in_process(instance=watch.instance, partition_key="shop").success
    assert watch.look().run_requests == []


def test_an_analysis_that_fails_asks_for_no_training(
    watch: TrainingWatch, source: Path, tmp_path: Path
) -> None:
    away = source.rename(tmp_path / "away.git")
    try:
        failed = analyse(watch.home, source, groups=["git"], instance=watch.instance)
    finally:
        away.rename(source)
    assert not failed.success
    assert watch.look().run_requests == []
