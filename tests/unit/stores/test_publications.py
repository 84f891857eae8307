"""What is recorded of a table is there whole, or not at all."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hyperion_pipelines.stores.publications import Publication, Publications


@pytest.fixture
def publications(tmp_path: Path) -> Publications:
    return Publications(tmp_path / "published")


def publication(data_version: str, rows: int = 3) -> Publication:
    return Publication.now(
        data_version=data_version, code_version="code", head_sha="a" * 40, rows=rows
    )


def test_a_table_that_was_never_made_has_no_publication(publications: Publications) -> None:
    assert publications.get("commits", "shop") is None


def test_what_was_recorded_is_read(publications: Publications) -> None:
    recorded = publication("one")
    publications.record("commits", "shop", recorded)
    assert publications.get("commits", "shop") == recorded
    assert publications.get("changes", "shop") is None
    assert publications.get("commits", "other") is None


def test_a_publication_is_of_its_moment(publications: Publications) -> None:
    published_at = datetime.fromisoformat(publication("one").published_at)
    assert abs(datetime.now(UTC) - published_at) < timedelta(seconds=5)


def test_a_withdrawn_table_counts_as_absent_until_it_is_recorded(
    publications: Publications,
) -> None:
    publications.withdraw("commits", "shop")
    publications.record("commits", "shop", publication("one"))
    publications.withdraw("commits", "shop")
    assert publications.get("commits", "shop") is None
    publications.record("commits", "shop", publication("two"))
    again = publications.get("commits", "shop")
    assert again is not None
    assert again.data_version == "two"


def test_the_drift_of_a_table_is_that_of_its_last_run(publications: Publications) -> None:
    assert list(publications.drifted("commit_features", "shop")) == []
    publications.record_drift("commit_features", "shop", ["entropy", "lines_added"])
    assert publications.drifted("commit_features", "shop") == ["entropy", "lines_added"]
    assert list(publications.drifted("file_features", "shop")) == []
    assert list(publications.drifted("commit_features", "other")) == []
    publications.record_drift("commit_features", "shop", [])
    assert publications.drifted("commit_features", "shop") == []


def test_drift_is_recorded_beside_the_publication_of_its_table(publications: Publications) -> None:
    recorded = publication("one")
    publications.record("commit_features", "shop", recorded)
    publications.record_drift("commit_features", "shop", ["entropy"])
    assert publications.get("commit_features", "shop") == recorded
    publications.withdraw("commit_features", "shop")
    assert publications.drifted("commit_features", "shop") == ["entropy"]


def test_a_removed_repository_is_forgotten_and_no_other(publications: Publications) -> None:
    for slug in ("shop", "shop-2"):
        publications.record("commits", slug, publication(slug))
        publications.record_drift("commits", slug, ["entropy"])
    publications.remove("shop")
    publications.remove("never seen")
    assert publications.get("commits", "shop") is None
    assert list(publications.drifted("commits", "shop")) == []
    assert publications.get("commits", "shop-2") is not None
    assert publications.drifted("commits", "shop-2") == ["entropy"]


def test_a_reader_never_sees_half_a_record(publications: Publications) -> None:
    publications.record("commits", "shop", publication("0"))
    seen: list[Publication | None] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(publications.get("commits", "shop"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(200):
            publications.record("commits", "shop", publication("x" * number, rows=number))
    finally:
        done.set()
        reader.join()
    assert seen
    assert all(item is not None and item.code_version == "code" for item in seen)
