"""`hyperion repo`: the catalogue of watched repositories."""

import json
from pathlib import Path

from hyperion_pipelines.schemas import TABLES
from tests.e2e.conftest import Analysed, Hyperion
from tests.e2e.sources import contents
from tests.homes import allow_dagsters_own_warning, open_home, read_tables

pytestmark = allow_dagsters_own_warning


def test_a_repository_is_added_listed_and_added_again_without_effect(
    hyperion: Hyperion, tmp_path: Path, source: Path
) -> None:
    home = tmp_path / "home"
    assert "No repositories yet" in hyperion("repo", "list", home=home).output
    added = hyperion("repo", "add", source, home=home)
    assert (added.status, added.output) == (0, f"source: watching {source}\n")
    assert hyperion("repo", "add", source / ".git" / "..", home=home).output == added.output
    assert hyperion("repo", "add", source, "--name", "twin", home=home).status == 0
    listed = json.loads(hyperion("repo", "list", "--json", home=home).output)
    assert [(row["slug"], row["source"], row["commits"]) for row in listed] == [
        ("source", str(source), None),
        ("twin", str(source), None),
    ]


def test_a_name_that_another_source_has_is_refused(
    hyperion: Hyperion, tmp_path: Path, source: Path, analysed: Analysed
) -> None:
    assert hyperion("repo", "add", source, "--name", "shop", home=tmp_path / "home").status == 0
    refused = hyperion("repo", "add", analysed.source, "--name", "shop", home=tmp_path / "home")
    assert refused.status == 2
    assert f"'shop' is {source} already: choose another --name" in refused.errors


def test_the_list_says_what_was_analysed(hyperion: Hyperion, analysed: Analysed) -> None:
    (row,) = json.loads(hyperion("repo", "list", "--json", home=analysed.home).output)
    commits = open_home(analysed.home).lake.read("commits", analysed.slug)
    assert row["commits"] == commits.height
    assert row["head_sha"] in set(commits["sha"])
    text = hyperion("repo", "list", home=analysed.home).output
    shown = (analysed.slug, str(commits.height), row["head_sha"][:12], str(analysed.source))
    assert all(value in text for value in shown)


def test_a_removed_repository_leaves_nothing_and_the_others_stay(
    hyperion: Hyperion, home: Path, source: Path, analysed: Analysed
) -> None:
    assert hyperion("analyze", source, home=home).status == 0
    before, kept = contents(analysed.source), read_tables(home, "source")
    removed = hyperion("repo", "remove", analysed.slug, home=home)
    assert (removed.status, removed.errors) == (0, "")
    assert not (home / "data_docs" / analysed.slug).exists()
    workspace = open_home(home)
    for table in TABLES:
        assert set(workspace.lake.read(table)["repository"].unique()) <= {"source"}
        assert workspace.lake.read(table, "source").height == kept[table].height
    assert not list(home.glob(f"lake/*/repository={analysed.slug}"))
    assert not (home / "mirrors" / f"{analysed.slug}.git").exists()
    assert not (home / "published" / analysed.slug).exists()
    assert [row.slug for row in workspace.catalogue.list()] == ["source"]
    assert contents(analysed.source) == before


def test_an_unknown_repository_is_refused_with_those_there_are(
    hyperion: Hyperion, analysed: Analysed
) -> None:
    outcome = hyperion("repo", "remove", "nobody", home=analysed.home)
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors == f"hyperion: no repository named 'nobody'; there are: {analysed.slug}\n"
