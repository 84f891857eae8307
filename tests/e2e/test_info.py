"""`hyperion info`: what a home holds, whether it is current, and how its runs went."""

from pathlib import Path

import polars as pl

from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stages import REPOSITORY_STAGES, STAGES, code_version
from tests.e2e.conftest import Analysed, Hyperion
from tests.e2e.sources import add_commit
from tests.homes import allow_dagsters_own_warning, open_home

pytestmark = allow_dagsters_own_warning


def test_an_empty_home_holds_nothing(hyperion: Hyperion, tmp_path: Path) -> None:
    outcome = hyperion("info", home=tmp_path / "home")
    assert (outcome.status, outcome.errors) == (0, "")
    assert "repositories: none" in outcome.output


def test_the_tables_and_their_rows_are_listed(hyperion: Hyperion, analysed: Analysed) -> None:
    lake = open_home(analysed.home).lake
    facts = hyperion("info", "--json", home=analysed.home).document()
    assert facts["home"] == str(analysed.home)
    assert facts["repositories"] == [analysed.slug]
    assert facts["stages"] == {stage: code_version(stage) for stage in STAGES}
    assert facts["tables"] == {
        table: {"version": lake.version(table), "rows": lake.read(table).height} for table in TABLES
    }


def test_the_pipeline_is_current_until_the_source_changes(
    hyperion: Hyperion, source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert hyperion("analyze", source, home=home).status == 0
    facts = hyperion("info", "--pipeline-status", "--json", home=home).document()
    assert facts["freshness"] == {"source": "current"}
    # Tables come before training and predictions after it: two runs, and one of all repositories
    # between them where a training is due.
    assert [(run["status"], run["repository"]) for run in facts["runs"]] == 2 * [
        ("success", "source")
    ]
    add_commit(source, "new.py", "x = 1\n")
    made = [stage.name for stage in REPOSITORY_STAGES]
    text = hyperion("info", "--pipeline-status", home=home).output
    assert f"source: stale: {', '.join(made)}" in text
    source.rename(tmp_path / "away")
    text = hyperion("info", "--pipeline-status", home=home).output
    assert "source: unknown: " in text


def test_a_failed_check_names_the_table_and_the_way_out(
    hyperion: Hyperion, source: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert hyperion("analyze", source, home=home).status == 0
    lake = open_home(home).lake
    changes = lake.read("changes", "source")
    lake.write("changes", "source", pl.concat([changes, changes]))
    add_commit(source, "new.py", "x = 1\n")
    failed = hyperion("analyze", source, home=home)
    assert (failed.status, failed.output) == (1, "")
    assert len(failed.errors.splitlines()) == 1
    assert "(changes: paths_are_unique_in_a_commit)" in failed.errors
    runs = hyperion("info", "--pipeline-status", "--json", home=home).document()["runs"]
    assert [run["status"] for run in runs] == ["failure", "success", "success"]
    assert "`hyperion repo remove source`" in failed.errors
    assert hyperion("repo", "remove", "source", home=home).status == 0
    assert hyperion("analyze", source, home=home).status == 0
    assert lake.read("changes", "source").height == changes.height + 1
