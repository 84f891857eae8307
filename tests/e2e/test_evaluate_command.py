"""`hyperion evaluate`: a published table in, figures out, and clear words for a wrong call."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.e2e.commands import run


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two projects in the columns of the published data set, with its split."""
    draw = np.random.default_rng(8)
    count = 1200
    metrics = ("ns", "nd", "nf", "lt", "ndev", "age", "nuc", "exp", "rexp", "sexp", "ld")
    added = draw.lognormal(3, 1, count)
    rows = pl.DataFrame(
        {name: draw.lognormal(1, 1, count) for name in metrics}
        | {
            "project": ["qt", "go"] * (count // 2),
            "date_unix": np.arange(count),
            "bug": (added * draw.lognormal(0, 0.7, count) > 40).astype(int),
            "la": added,
            "entropy": draw.random(count),
            "fix": draw.integers(0, 2, count),
            "paper_split": ["train"] * 1000 + ["test"] * 200,
        }
    )
    file = tmp_path_factory.mktemp("table") / "commits.parquet"
    rows.write_parquet(file)
    return file


def test_a_published_table_needs_no_map(table: Path, tmp_path: Path) -> None:
    outcome = run("evaluate", "--table", table, "--json", home=tmp_path / "home")
    assert outcome.status == 0, outcome.errors
    found = outcome.document()
    assert set(found["projects"]) == {"qt", "go"}
    assert found["mean_auc"] > 0.7
    assert found["mean_auc"] == pytest.approx(
        np.mean([project["auc"] for project in found["projects"].values()])
    )
    for project in found["projects"].values():
        low, high = project["auc_interval"]
        assert low < project["auc"] < high
        assert project["n"] == 100
        assert 0 < project["average_precision"] < 1
        assert 0 < project["auc_lines_added"] < 1
    assert found["recipe"]["boosting_trees"] > 0
    assert "1,200 rows of 2 projects" in outcome.errors


def test_text_has_a_row_for_each_project_and_their_mean(table: Path, tmp_path: Path) -> None:
    outcome = run("evaluate", "--table", table, home=tmp_path / "home")
    assert outcome.status == 0, outcome.errors
    starts = [line.split()[0] for line in outcome.output.splitlines()[:4]]
    assert starts == ["project", "qt", "go", "mean"]
    assert max(len(line) for line in outcome.output.splitlines()) <= 80


def test_a_missing_column_is_a_wrong_call(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("project,x\na,1\n")
    outcome = run("evaluate", "--table", file, home=tmp_path / "home")
    assert outcome.status == 2
    assert "map the names with --columns MAP.toml" in outcome.errors
    assert "Traceback" not in outcome.errors


def test_a_map_that_says_nothing_fails_with_its_name(table: Path, tmp_path: Path) -> None:
    columns = tmp_path / "map.toml"
    columns.write_text('projekt = "p"\n')
    outcome = run("evaluate", "--table", table, "--columns", columns, home=tmp_path / "home")
    assert outcome.status == 1
    assert "projekt says nothing" in outcome.errors
