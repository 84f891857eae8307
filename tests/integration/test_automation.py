"""The watch asks for a run where there is news, and the night for one of every repository."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from hyperion_pipelines.learning.registry.published import Champion
from hyperion_pipelines.stages import REPOSITORY_STAGES
from resources.workspace import WorkspaceResource
from tests.histories import commit_of, git, write_history
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import analyse, definitions_for

pytestmark = allow_dagsters_own_warning


class Watch:
    """The sensor on an instance in memory; what it asks for is done as the daemon would do it."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.home = home
        self.instance = instance
        self.cursor: str | None = None

    def look(self) -> dict[str, str]:
        """Evaluate the sensor once; returns the job that it asks for, by repository."""
        definitions = definitions_for(self.home)
        context = dg.build_sensor_context(
            instance=self.instance,
            definitions=definitions,
            cursor=self.cursor,
            resources={"workspace": WorkspaceResource(home=str(self.home))},
        )
        with context:
            told = definitions.resolve_sensor_def("repository_watch")(context)
        assert isinstance(told, dg.SensorResult)
        self.cursor = told.cursor
        for request in told.dynamic_partitions_requests or []:
            if isinstance(request, dg.AddDynamicPartitionsRequest):
                self.instance.add_dynamic_partitions("repository", request.partition_keys)
            else:
                for key in request.partition_keys:
                    self.instance.delete_dynamic_partition("repository", key)
        requests = told.run_requests or []
        return {str(request.partition_key): str(request.job_name) for request in requests}

    @property
    def partitions(self) -> set[str]:
        """The repositories that Dagster knows."""
        return set(self.instance.get_dynamic_partitions("repository"))


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Watch(tmp_path / "home", instance)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository of two commits, its branch at the first."""
    commits = [commit_of({"a.py": "x = 1\n"}), commit_of({"a.py": "x = 2\n"})]
    shas = write_history(tmp_path / "shop.git", commits)
    git(tmp_path / "shop.git", "update-ref", "refs/heads/main", shas[0], shas[1])
    git(tmp_path / "shop.git", "update-ref", "refs/heads/later", shas[1])
    return tmp_path / "shop.git"


def add(watch: Watch, source: Path, slug: str = "shop") -> None:
    open_home(watch.home).catalogue.add(str(source), slug)


def test_an_added_repository_becomes_a_partition_with_a_run(watch: Watch, source: Path) -> None:
    assert (watch.look(), watch.partitions) == ({}, set())
    add(watch, source)
    assert (watch.look(), watch.partitions) == ({"shop": "analysis"}, {"shop"})


def test_what_is_current_is_left_alone_until_there_is_a_commit(watch: Watch, source: Path) -> None:
    assert analyse(watch.home, source).success
    assert watch.look() == {}
    git(source, "update-ref", "refs/heads/main", "refs/heads/later")
    assert watch.look() == {"shop": "analysis"}
    assert analyse(watch.home, source).success
    assert watch.look() == {}


def serve(watch: Watch, version: int) -> None:
    """Publish a champion, as the registry does, of no files at all."""
    champion = Champion("bug", version, f"run-{version}", "2024-01-01T00:00:00+00:00", {})
    open_home(watch.home).champions.publish(champion, lambda folder: folder)


def test_another_champion_asks_for_scores_alone_and_once(watch: Watch, source: Path) -> None:
    """Beside commits that are new, the analysis that they need scores too."""
    assert analyse(watch.home, source).success
    serve(watch, 1)
    assert watch.look() == {"shop": "scoring"}
    assert watch.look() == {}
    serve(watch, 2)
    assert watch.look() == {"shop": "scoring"}
    git(source, "update-ref", "refs/heads/main", "refs/heads/later")
    serve(watch, 3)
    assert watch.look() == {"shop": "analysis"}


def test_the_job_that_is_asked_for_makes_the_scores_current(watch: Watch, source: Path) -> None:
    assert analyse(watch.home, source).success
    workspace = open_home(watch.home)
    workspace.publications.withdraw("commit_scores", "shop")
    assert watch.look() == {"shop": "scoring"}
    scoring = definitions_for(watch.home).resolve_job_def("scoring")
    assert scoring.execute_in_process(instance=watch.instance, partition_key="shop").success
    assert watch.look() == {}
    refs = workspace.mirror("shop").remote_refs()
    assert workspace.is_current("shop", refs, REPOSITORY_STAGES)


def test_news_are_asked_for_once(watch: Watch, source: Path) -> None:
    """A run that failed is not repeated before something changes."""
    add(watch, source)
    assert watch.look() == {"shop": "analysis"}
    assert watch.look() == {}
    git(source, "branch", "--quiet", "topic", "main")
    assert watch.look() == {"shop": "analysis"}


def test_a_repository_that_is_removed_and_added_again_is_asked_for_again(
    watch: Watch, source: Path
) -> None:
    assert analyse(watch.home, source).success
    assert watch.look() == {}
    open_home(watch.home).remove("shop")
    assert (watch.look(), watch.partitions) == ({}, set())
    add(watch, source)
    assert (watch.look(), watch.partitions) == ({"shop": "analysis"}, {"shop"})


def test_a_source_that_is_gone_stops_no_other(watch: Watch, source: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.git"
    write_history(gone, [commit_of({"b.py": "y = 1\n"})])
    add(watch, gone, "a-first")
    add(watch, source)
    gone.rename(tmp_path / "elsewhere.git")
    assert (watch.look(), watch.partitions) == ({"shop": "analysis"}, {"a-first", "shop"})
    (tmp_path / "elsewhere.git").rename(gone)
    assert watch.look() == {"a-first": "analysis"}


def test_each_night_every_repository_runs_once(tmp_path: Path, source: Path) -> None:
    home = tmp_path / "home"
    for slug in ("shop", "twin"):
        open_home(home).catalogue.add(str(source), slug)
    nightly = definitions_for(home).resolve_schedule_def("nightly")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        context = dg.build_schedule_context(
            instance=instance,
            resources={"workspace": WorkspaceResource(home=str(home))},
            scheduled_execution_time=datetime(2024, 3, 1, 2, tzinfo=UTC),
        )
        with context:
            requests = nightly(context)
        assert isinstance(requests, list)
        assert set(instance.get_dynamic_partitions("repository")) == {"shop", "twin"}
    assert {(request.partition_key, request.run_key) for request in requests} == {
        ("shop", "shop@2024-03-01"),
        ("twin", "twin@2024-03-01"),
    }
