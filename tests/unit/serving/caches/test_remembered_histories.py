"""What models read of a repository is made once, and anew when what it is made of changes."""

from pathlib import Path

import pytest

from hyperion_pipelines.serving.problems import NotPublishedError
from tests.unit.serving.caches.published_tables import SLUG, Analysis, open_served


def test_tables_are_kept_until_one_of_them_is_published_anew(
    home: Path, analysis: Analysis
) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    before = served.tables(SLUG)
    assert before.tree["path"].to_list() == ["a.py"]
    assert served.tables(SLUG) is before
    analysis.publish("tree", "b.py")
    after = served.tables(SLUG)
    assert after.tree["path"].to_list() == ["b.py"]
    assert served.tables(SLUG) is after


def test_tables_go_on_while_one_of_them_is_being_replaced(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    before = served.tables(SLUG)
    analysis.withdraw("tree")
    assert served.tables(SLUG) is before


def test_tables_that_models_do_not_read_change_nothing(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    before = served.tables(SLUG)
    analysis.publish("hotspots")
    assert served.tables(SLUG) is before


def test_filters_that_a_person_edits_are_read_again(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    before = served.tables(SLUG)
    assert served.filters(SLUG) == before.filters
    file = home / "config" / SLUG / "filters.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("test: {add: [^spec/]}\n")
    assert "^spec/" in served.filters(SLUG).test
    assert served.tables(SLUG).filters == served.filters(SLUG)
    assert served.tables(SLUG) is not before


def test_a_history_of_changes_is_made_once(home: Path, analysis: Analysis) -> None:
    for table in ("commits", "changes", "dependencies", "dependency_history"):
        analysis.publish(table)
    analysis.publish("tree", "a.py")
    served = open_served(home)
    assert served.tables(SLUG).change_history is served.tables(SLUG).change_history


def test_a_profile_is_the_published_document(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    with pytest.raises(NotPublishedError, match="hyperion analyze shop"):
        served.profile(SLUG)
    folder = served.profile_folder(SLUG)
    folder.mkdir(parents=True)
    (folder / "profile.json").write_bytes(b'{"repository": "shop"}')
    assert served.profile(SLUG) == b'{"repository": "shop"}'
