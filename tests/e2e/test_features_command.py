"""`hyperion features`: a commit's or a file's features, and every way to ask for the wrong one."""

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rich.console import Console

from hyperion_pipelines.commands.features_text import in_words, print_features
from hyperion_pipelines.features.catalogue import FEATURES, GROUPS
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.described import percentile_ranks
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.features.groups.coverage_reports import read_coverage
from hyperion_pipelines.features.inputs import FeatureTables
from tests.e2e.commands import Outcome, run
from tests.e2e.conftest import Hyperion
from tests.histories import commit_of, git, write_history
from tests.homes import allow_dagsters_own_warning, open_home

pytestmark = allow_dagsters_own_warning

DAY = 24
HISTORY = [
    commit_of({"src/cart.py": "a\nb\n", "src/tax.py": "t\n", "docs/[old].md": "o\n"}, "Start"),
    commit_of({"src/cart.py": "a\nb\nc\n"}, "Fix the [cart]", hours=40 * DAY),
    commit_of({"src/gift.py": "g\n"}, "Add gifts", branch="gifts", parents=[2], hours=41 * DAY),
    commit_of({"docs/[old].md": None}, "Drop a page", hours=42 * DAY),
    commit_of({"src/gift.py": "g\n"}, "Merge branch 'gifts'", parents=[4, 3], hours=43 * DAY),
]


class Shop(NamedTuple):
    """A home with one repository of two branches, and its commits in the order of HISTORY."""

    home: Path
    shas: list[str]
    mirror: Path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Analysed; version 1 of both tables has its features. Nobody writes to it."""
    folder = tmp_path_factory.mktemp("features")
    shas = write_history(folder / "shop.git", HISTORY)
    home = folder / "home"
    outcome = run("analyze", folder / "shop.git", "--stages", "git", home=home)
    assert outcome.status == 0, outcome.errors
    workspace = open_home(home)
    mirror = workspace.mirror("shop").git_dir
    names = ("commits", "changes", "blob_metrics", "dependency_history")
    rows = [workspace.lake.read(table, "shop") for table in names]
    tables = FeatureTables(rows[0], rows[1], rows[2], rows[3], read_coverage(mirror, rows[1]))
    for table, compute in (("commit_features", commit_features), ("file_features", file_features)):
        version = workspace.lake.write(table, "shop", compute(tables, workspace.filters("shop")))
        assert version == 1
    return Shop(home, shas, mirror)


Ask = Callable[..., Outcome]


@pytest.fixture
def ask(hyperion: Hyperion, shop: Shop) -> Ask:
    """Calls `hyperion features` on the home."""
    return lambda *words: hyperion("features", *words, home=shop.home)


def values(document: dict[str, Any]) -> dict[str, Any]:
    return {feature["name"]: feature["value"] for feature in document["features"]}


def test_the_document_holds_the_catalogue_and_the_row_of_the_lake(ask: Ask, shop: Shop) -> None:
    document = ask("shop", "--commit", shop.shas[1], "--json").document()
    assert list(document) == ["repository", "commit", "time", "version", "features"]
    assert (document["repository"], document["commit"]) == ("shop", shop.shas[1])
    assert (document["time"], document["version"]) == ("2024-04-09T12:00:00+00:00", 1)
    lake = open_home(shop.home).lake
    (row,) = lake.read("commit_features", "shop", where=pl.col("sha") == shop.shas[1]).to_dicts()
    assert document["features"] == [
        {
            "name": feature.name,
            "group": feature.group,
            "unit": feature.unit,
            "value": row[feature.name],
            "percentile": said["percentile"],
            "meaning": feature.meaning,
            "kamei": feature.kamei,
        }
        for feature, said in zip(FEATURES["commit_features"], document["features"], strict=True)
    ]
    told = {feature["name"]: feature for feature in document["features"]}
    assert (told["lines_added"]["value"], told["lines_added"]["percentile"]) == (1.0, 50.0)
    assert (told["is_fix"]["value"], told["is_fix"]["percentile"]) == (True, 87.5)
    assert (told["coverage_mean"]["value"], told["coverage_mean"]["percentile"]) == (None, None)


def test_the_newest_commit_is_taken_where_none_is_named(ask: Ask, shop: Shop) -> None:
    """HEAD is a merge here, so that it is the newest that it merged, and that is said."""
    outcome = ask("--json")
    assert outcome.document()["commit"] == shop.shas[3]
    note = f"HEAD, {shop.shas[4]}, is a merge: this is the newest commit before it."
    assert outcome.errors == f"{note}\n"
    assert note in ask().output


def test_a_head_that_is_no_merge_is_taken_itself(
    hyperion: Hyperion, shop: Shop, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(shop.home, home)
    git(home / "mirrors" / "shop.git", "symbolic-ref", "HEAD", "refs/heads/gifts")
    outcome = hyperion("features", "--json", home=home)
    assert (outcome.document()["commit"], outcome.errors) == (shop.shas[2], "")


@pytest.mark.parametrize(
    ("revision", "place"),
    [("gifts", 2), ("main~1", 3), ("HEAD^2", 2), (":/Fix the", 1), ("refs/heads/main^", 3)],
)
def test_a_commit_is_named_as_git_names_it(revision: str, place: int, ask: Ask, shop: Shop) -> None:
    document = ask("--commit", revision, "--json").document()
    assert document["commit"] == shop.shas[place]
    assert ask("--commit", shop.shas[place][:8], "--json").document() == document


@pytest.mark.parametrize(
    "revision", ["nothing", "1" * 40, "--all", "-x", "main..gifts", "main:src", "", "main\nmain"]
)
def test_what_names_no_commit_is_refused(revision: str, ask: Ask) -> None:
    outcome = ask("--commit", revision)
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors.startswith(f"hyperion: shop has no commit {revision!r}: name a sha")


def test_a_merge_has_no_features_and_the_commit_to_ask_for_is_named(ask: Ask, shop: Shop) -> None:
    outcome = ask("--commit", "main")
    assert (outcome.status, outcome.output) == (2, "")
    said = f"{shop.shas[4]} is a merge, and merges have no features"
    assert said in outcome.errors
    assert outcome.errors.endswith(f"--commit {shop.shas[3][:12]}\n")


def test_a_commit_that_was_not_analysed_yet_is_told_from_an_unknown_one(
    hyperion: Hyperion, shop: Shop, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(shop.home, home)
    tree = git(shop.mirror, "rev-parse", "main^{tree}").decode().strip()
    new = git(home / "mirrors" / "shop.git", "commit-tree", "-m", "New", tree).decode().strip()
    outcome = hyperion("features", "--commit", new, home=home)
    assert (outcome.status, outcome.output) == (1, "")
    assert f"{new} has no features in version 1 of commit_features" in outcome.errors
    assert "`hyperion analyze shop`" in outcome.errors


def test_a_file_is_ranked_among_the_present_files(ask: Ask) -> None:
    outcome = ask("--file", "./src/cart.py", "--json")
    document = outcome.document()
    assert outcome.errors == ""
    assert list(document) == ["repository", "file", "time", "version", "features"]
    assert (document["file"], document["time"][:10]) == ("src/cart.py", "2024-04-11")
    told = {feature["name"]: feature for feature in document["features"]}
    assert (told["lines"]["value"], told["lines"]["percentile"]) == (3.0, pytest.approx(250 / 3))
    assert list(told) == [feature.name for feature in FEATURES["file_features"]]


def test_of_a_deleted_file_the_last_row_is_shown_and_that_is_said(ask: Ask) -> None:
    outcome = ask("--file", "docs/[old].md", "--json")
    note = "It is deleted or renamed since: this is its last row."
    assert outcome.document()["time"] == "2024-04-01T00:00:00+00:00"
    assert outcome.errors == f"{note}\n"
    text = ask("--file", "docs/[old].md").output.splitlines()
    assert text[:3] == ["shop  docs/[old].md", "window's end 2024-04-01 00:00 UTC", note]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("cart.py", "did you mean src/cart.py?"),
        ("src/crat.py", "did you mean src/cart.py"),
        ("../../etc/hosts", "paths start at its root"),
        ("", "paths start at its root"),
    ],
)
def test_an_unknown_file_is_refused_with_those_that_are_near(
    path: str, hint: str, ask: Ask
) -> None:
    outcome = ask("--file", path)
    assert (outcome.status, outcome.output) == (2, "")
    assert "shop has no file" in outcome.errors
    assert hint in outcome.errors


@pytest.mark.parametrize("entity", [["--commit", "gifts"], ["--file", "src/cart.py"]])
def test_a_past_version_is_shown_as_it_was(
    entity: list[str], hyperion: Hyperion, shop: Shop, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(shop.home, home)
    lake = open_home(home).lake
    before = hyperion("features", *entity, "--json", home=home).document()
    for table in ("commit_features", "file_features"):
        rows = lake.read(table, "shop").drop("repository")
        flags = [pl.lit(0.5, pl.Float32).alias(name) for name in ("smells", "comment_ratio")]
        assert lake.write(table, "shop", rows.with_columns(flags)) == 2
    table = "commit_features" if entity[0] == "--commit" else "file_features"
    now = hyperion("features", *entity, "--json", home=home).document()
    assert (now["version"], values(now)["smells"]) == (2, 0.5)
    written_at = lake.versions(table)[1].written_at.isoformat()
    for as_of in ("1", written_at):
        then = hyperion("features", *entity, "--as-of", as_of, "--json", home=home).document()
        assert then == before


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--as-of", "0"], 1, "version 0 of commit_features holds nothing of shop"),
        (["--as-of", "9"], 2, "commit_features has no version 9: they are 0 to 1"),
        (["--as-of", "2001-01-01"], 2, "no version of that time: the first was written at"),
        (["--as-of", "0", "--file", "a"], 1, "version 0 of file_features holds nothing of shop"),
        (["--file", "a", "--commit", "b"], 2, "give --commit or --file, not both"),
        (["nobody"], 2, "no repository named 'nobody'; there are: shop"),
    ],
)
def test_a_wrong_call_is_refused_in_words(
    words: list[str], status: int, says: str, ask: Ask
) -> None:
    outcome = ask(*words)
    assert (outcome.status, outcome.output) == (status, "")
    assert says in outcome.errors


def test_a_repository_must_be_named_where_there_are_none_or_several(
    hyperion: Hyperion, tmp_path: Path
) -> None:
    none = hyperion("features", home=tmp_path)
    assert (none.status, "none yet; `hyperion analyze SOURCE`" in none.errors) == (2, True)
    for slug in ("bank", "shop"):
        open_home(tmp_path).catalogue.add(f"/src/{slug}", slug)
    several = hyperion("features", home=tmp_path)
    assert (several.status, several.errors) == (
        2,
        "hyperion: name a repository; there are: bank, shop\n",
    )
    early = hyperion("features", "bank", home=tmp_path)
    assert early.errors == "hyperion: there are no features yet: run `hyperion analyze bank`\n"
    assert early.status == 1


def test_a_person_reads_a_heading_and_a_table_for_each_group(ask: Ask, shop: Shop) -> None:
    lines = ask("--commit", shop.shas[1]).output.splitlines()
    assert lines[:3] == [
        f"shop  {shop.shas[1]}",
        "2024-04-09 12:00 UTC  Alma Ærø",
        "Fix the [cart]",
    ]
    titles = [title for group, title in GROUPS.items() if group != "target"]
    assert [line.strip() for line in lines if line.strip() in GROUPS.values()] == titles
    rows = [line.split() for line in lines]
    assert ["lines_added", "1", "50", "Lines", "added."] in rows
    assert ["is_fix", "yes", "88"] in [row[:3] for row in rows]
    assert ["ownership", "100.0", "%"] in [row[:3] for row in rows]
    assert ["coverage_mean", "unknown", "Mean"] in [row[:3] for row in rows]


@pytest.mark.parametrize("words", [["--commit", "gifts"], ["--file", "src/cart.py"]])
def test_eighty_columns_are_enough(words: list[str], ask: Ask) -> None:
    document = ask(*words, "--json").document()
    table = "commit_features" if "commit" in document else "file_features"
    printed = io.StringIO()
    console = Console(file=printed, width=80, force_terminal=True, color_system="truecolor")
    print_features(["heading"], FEATURES[table], document, console)
    console.print("end")
    text = printed.getvalue()
    assert "…" not in text
    assert all(feature.name in text for feature in FEATURES[table])
    lines = [line for line in text.splitlines() if " entropy " in line or "is_test " in line]
    assert all("\x1b[2m" in line for line in lines), "what is at its default is dim"
    assert lines


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (True, "yes or no", "yes"),
        (False, "yes or no", "no"),
        (0.125, "share", "12.5 %"),
        (1234567.0, "lines", "1,234,567"),
        (-0.5, "lines a week", "-0.50"),
        (None, "share", "unknown"),
    ],
)
def test_a_value_is_said_in_its_unit(value: float | None, unit: str, words: str) -> None:
    assert in_words(value, unit) == words


def test_ranks_count_equal_values_half_and_leave_out_unknown_ones() -> None:
    peers = pl.DataFrame(
        {"path": ["a", "b", "c", "d"], "lines": [1.0, 2.0, 2.0, 9.0], "share": [None, 0.5, None, 1]}
    )
    assert percentile_ranks(peers[1], peers) == {"lines": 50.0, "share": 25.0}
    assert percentile_ranks(peers[0], peers) == {"lines": 12.5}
    assert percentile_ranks(peers[3], peers[0]) == {"lines": 100.0}


def test_asking_changes_nothing_in_the_lake(ask: Ask, shop: Shop) -> None:
    lake = open_home(shop.home).lake
    before = lake.read("file_features")
    assert ask("--file", "src/tax.py").status == 0
    assert_frame_equal(lake.read("file_features"), before)
    assert lake.version("file_features") == 1


def test_the_command_starts_without_dagster() -> None:
    code = "import sys, hyperion_pipelines.commands.features; print('dagster' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
