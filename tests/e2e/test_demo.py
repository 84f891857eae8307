"""`hyperion demo`: an analysis with nothing prepared, the same on every machine."""

from pathlib import Path

from tests.e2e.conftest import Analysed, Hyperion
from tests.homes import allow_dagsters_own_warning, assert_same_tables

pytestmark = allow_dagsters_own_warning


def test_the_demo_analyses_its_sample_and_says_what_to_look_at(
    hyperion: Hyperion, tmp_path: Path, analysed: Analysed
) -> None:
    home = tmp_path / "home"
    first = hyperion("demo", home=home)
    assert first.status == 0
    assert "Most complex functions" in first.output
    assert "Open the pipeline: `make dev`" in first.output
    assert str(home / "sample" / "ground-truth.json") in first.errors
    assert_same_tables(home, analysed.home, analysed.slug)
    again = hyperion("demo", "--json", home=home).document()
    assert not again["run"]["is_new"]
    own_lines = sum(row["lines"] for row in again["languages"])
    assert again["code_age"]["lines"] == own_lines
    assert sum(row["lines"] for row in again["line_authors"]) == own_lines


def test_the_demo_takes_a_source_of_the_users(
    hyperion: Hyperion, tmp_path: Path, source: Path
) -> None:
    outcome = hyperion("demo", source, "--json", home=tmp_path / "home")
    assert outcome.document()["history"]["commits"] == 2
    assert not (tmp_path / "home" / "sample").exists()
