"""The catalogue names each repository once, and survives whatever happens to its file."""

import json
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.repositories import Catalogue

URL = "https://example.org/shop.git"


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "home" / "repositories.json")


def add_many(file: Path, group: int) -> None:
    for number in range(10):
        Catalogue(file).add(f"https://example.org/{group}-{number}/shop.git")


def slugs(catalogue: Catalogue) -> list[str]:
    return [repository.slug for repository in catalogue.list()]


def test_a_new_catalogue_is_empty(catalogue: Catalogue) -> None:
    assert catalogue.list() == []


def test_what_was_added_is_found(catalogue: Catalogue) -> None:
    added = catalogue.add(URL)
    assert (added.slug, added.source) == ("shop", URL)
    assert catalogue.get("shop") == added
    assert datetime.now(UTC) - datetime.fromisoformat(added.added_at) < timedelta(seconds=5)


def test_repositories_are_listed_by_slug(catalogue: Catalogue) -> None:
    for slug in ("c", "a", "b"):
        catalogue.add(f"https://example.org/{slug}")
    assert slugs(catalogue) == ["a", "b", "c"]


def test_a_source_that_is_listed_is_not_added_again(catalogue: Catalogue) -> None:
    first = catalogue.add(URL)
    assert catalogue.add(URL) == first == catalogue.add(URL, "shop")
    assert slugs(catalogue) == ["shop"]


def test_a_source_may_have_a_second_name(catalogue: Catalogue) -> None:
    catalogue.add(URL)
    assert catalogue.add(URL, "again").slug == "again"
    assert slugs(catalogue) == ["again", "shop"]


def test_sources_of_one_name_are_numbered(catalogue: Catalogue) -> None:
    added = [catalogue.add(f"https://example.org/{owner}/shop").slug for owner in "abc"]
    assert added == ["shop", "shop-2", "shop-3"]
    catalogue.remove("shop-2")
    assert catalogue.add("https://example.org/d/shop").slug == "shop-2"


def test_a_name_that_is_taken_is_refused(catalogue: Catalogue) -> None:
    catalogue.add(URL)
    with pytest.raises(UsageError, match=rf"'shop' is {URL} already: choose another --name"):
        catalogue.add("https://example.org/other", "shop")


def test_a_name_that_could_not_be_a_folder_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="cannot name a repository"):
        catalogue.add(URL, "../shop")
    assert catalogue.list() == []


def test_an_unknown_name_lists_those_there_are(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="there are: none yet; add one with `hyperion repo add"):
        catalogue.get("shop")
    catalogue.add(URL)
    catalogue.add("https://example.org/other")
    with pytest.raises(UsageError, match="no repository named 'shops'; there are: other, shop"):
        catalogue.get("shops")


def test_a_removed_repository_is_forgotten(catalogue: Catalogue) -> None:
    added = catalogue.add(URL)
    assert catalogue.remove("shop") == added
    assert catalogue.list() == []
    with pytest.raises(UsageError):
        catalogue.remove("shop")


@pytest.mark.parametrize(
    "content", ["", "[{", "null", '[{"slug": "a"}]', '["shop"]', "{}", b"\xff\xfe"]
)
def test_a_damaged_file_is_named_and_never_overwritten(
    catalogue: Catalogue, content: str | bytes
) -> None:
    catalogue.file.parent.mkdir()
    damaged = content if isinstance(content, bytes) else content.encode()
    catalogue.file.write_bytes(damaged)
    with pytest.raises(ConfigurationError, match=r"repositories\.json is damaged: mend it as JSON"):
        catalogue.list()
    with pytest.raises(ConfigurationError, match="damaged"):
        catalogue.add(URL)
    assert catalogue.file.read_bytes() == damaged


def test_the_file_is_json_that_a_person_can_read(catalogue: Catalogue) -> None:
    added = catalogue.add(URL)
    assert json.loads(catalogue.file.read_text()) == [vars(added)]


def test_repositories_added_side_by_side_are_all_there(catalogue: Catalogue) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        for added in [pool.submit(add_many, catalogue.file, group) for group in range(3)]:
            added.result()
    repositories = catalogue.list()
    assert len({repository.source for repository in repositories}) == 30
    expected = {"shop"} | {f"shop-{number}" for number in range(2, 31)}
    assert {repository.slug for repository in repositories} == expected
