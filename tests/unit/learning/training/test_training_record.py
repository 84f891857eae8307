"""The record of the last training, set against what the lake and the publications hold now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.training.record import TrainingRecord, inputs_digest
from hyperion_pipelines.learning.training.retraining import RepositoryState
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stages import code_version
from hyperion_pipelines.stores.lake import DeltaLake
from hyperion_pipelines.stores.publications import Publication, Publications

START = datetime(2024, 1, 1, tzinfo=UTC)
FEATURES, LABELS = "commit_features", "bug_labels"


class Home:
    """A lake with its publications, and the record of trainings over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = DeltaLake(folder / "lake")
        self.publications = Publications(folder / "published")

    def record(self, *repositories: str) -> TrainingRecord:
        """The record as it stands with these *repositories* in the catalogue."""
        file = self.folder / "models" / "training.json"
        return TrainingRecord(file, repositories, self.lake, self.publications)

    def publish(self, table: str, slug: str, version: str) -> None:
        """Say that a table was made anew, from other data."""
        made = Publication.now(data_version=version, code_version="c", head_sha="a" * 40, rows=1)
        self.publications.record(table, slug, made)

    def write_commits(self, slug: str, days: Sequence[int], version: str = "1") -> None:
        """Commits, named by the day of each."""
        rows = [{"sha": sha(day), "commit_time": START + timedelta(days=day)} for day in days]
        self._write(FEATURES, slug, rows, version)

    def write_labels(
        self, slug: str, delays: Sequence[tuple[int, int]], algorithm: str = "R", version: str = "1"
    ) -> None:
        """Pairs of the day of a commit that induced a bug, and the day of the fix."""
        rows = [
            {
                "inducing_sha": sha(induced),
                "fix_time": START + timedelta(days=fixed),
                "algorithm": algorithm,
            }
            for induced, fixed in delays
        ]
        self._write(LABELS, slug, rows, version)

    def _write(
        self, table: str, slug: str, rows: Sequence[Mapping[str, object]], version: str
    ) -> None:
        schema = {name: kind for name, kind in TABLES[table].items() if name != "repository"}
        self.lake.write(table, slug, pl.DataFrame(rows, schema=schema))
        self.publish(table, slug, version)


def sha(day: int) -> str:
    return f"{day:040d}"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A shop of 20 commits that are old enough and one that is too young, one of them a bug's."""
    home = Home(tmp_path)
    home.write_commits("shop", [*range(20), 500])
    home.write_labels("shop", [(3, 33)])
    return home


def test_a_repository_gives_what_is_known_of_it_at_its_newest_commit(home: Home) -> None:
    """The newest commits are too young to be called clean or not."""
    state = home.record("shop").now()
    assert state.code_version == code_version("models")
    assert abs(datetime.now(UTC) - state.trained_at) < timedelta(seconds=30)
    assert state.repositories == {"shop": RepositoryState("1-1", labelled=20, positives=1)}


def test_only_the_most_recent_candidate_of_a_fix_counts(home: Home) -> None:
    home.write_labels("shop", [(3, 33), (4, 33)], algorithm="AG")
    assert home.record("shop").now().repositories["shop"].positives == 0


@pytest.mark.parametrize("missing", [FEATURES, LABELS])
def test_a_repository_counts_once_it_has_features_and_labels(missing: str, home: Home) -> None:
    home.publications.withdraw(missing, "shop")
    record = home.record("shop", "never-analysed")
    assert record.now().repositories == {}
    assert record.reasons() == []
    assert not record.is_new()


def test_repositories_are_told_apart(home: Home) -> None:
    home.write_commits("bank", [0, 1, 400], version="b")
    home.write_labels("bank", [])
    states = home.record("shop", "bank").now().repositories
    assert states["shop"].labelled == 20
    assert states["bank"] == RepositoryState("b-1", labelled=2, positives=0)


def test_the_first_training_is_due_and_its_data_new(home: Home) -> None:
    record = home.record("shop")
    assert record.last() is None
    assert record.reasons() == ["No model has been trained yet."]
    assert record.is_new()


def test_after_a_training_nothing_is_due_or_new(home: Home) -> None:
    record = home.record("shop")
    trained = record.now()
    record.save(trained)
    assert record.last() == trained
    assert record.reasons() == []
    assert not record.is_new()


def test_where_nothing_is_labelled_nothing_is_new(home: Home) -> None:
    home.write_commits("shop", [0, 1])
    home.write_labels("shop", [])
    record = home.record("shop")
    assert record.now().repositories["shop"].labelled == 0
    assert not record.is_new()


@pytest.mark.parametrize("table", [FEATURES, LABELS])
def test_other_data_is_new_but_alone_no_reason(table: str, home: Home) -> None:
    record = home.record("shop")
    record.save(record.now())
    home.publish(table, "shop", "2")
    assert record.is_new()
    assert record.reasons() == []


def test_many_more_labelled_commits_are_a_reason(home: Home) -> None:
    record = home.record("shop")
    record.save(record.now())
    home.write_commits("shop", [*range(30), 500], version="2")
    assert record.reasons() == ["shop has 10 labelled commits more than the 20 then."]


def test_drift_that_was_recorded_since_is_a_reason(home: Home) -> None:
    record = home.record("shop")
    home.publications.record_drift(FEATURES, "shop", ["entropy"])
    record.save(record.now())
    assert record.reasons() == []
    home.publications.record_drift(FEATURES, "shop", ["entropy", "lines_added"])
    assert record.reasons() == ["Features of shop have drifted: lines_added."]


def test_other_code_is_new_and_a_reason(home: Home) -> None:
    record = home.record("shop")
    record.save(replace(record.now(), code_version="older"))
    assert record.is_new()
    assert record.reasons() == [
        f"The features or the models have changed: older has become {code_version('models')}."
    ]


def test_without_a_repository_that_was_learnt_from_the_data_is_new(home: Home) -> None:
    home.write_commits("bank", [0, 1, 400])
    home.write_labels("bank", [])
    both = home.record("shop", "bank")
    both.save(both.now())
    assert not home.record("bank", "shop").is_new()
    assert home.record("shop").is_new()


def test_a_record_that_is_damaged_says_how_to_replace_it(home: Home) -> None:
    record = home.record("shop")
    record.save(record.now())
    record.file.write_text("{")
    with pytest.raises(FailedCheckError, match="train again to replace it"):
        record.reasons()


def test_the_digest_of_a_training_is_of_its_data_and_code_not_of_its_moment(home: Home) -> None:
    first = home.record("shop").now()
    digest = inputs_digest(first)
    assert inputs_digest(replace(first, trained_at=START)) == digest
    assert inputs_digest(replace(first, code_version="older")) != digest
    home.publish(LABELS, "shop", "2")
    assert inputs_digest(home.record("shop").now()) != digest
