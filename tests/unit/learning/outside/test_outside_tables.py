"""Outside tables: which column is what, what is older and newer, and what is wrong with a table."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.errors import ConfigurationError, HyperionError, UsageError
from hyperion_pipelines.learning.classifier.vote import VoteParameters
from hyperion_pipelines.learning.outside.columns import ISSTA, ColumnMap
from hyperion_pipelines.learning.outside.judging import evaluate_table
from hyperion_pipelines.learning.outside.tables import OutsideTable, read_table, version_key

FEW_TREES = VoteParameters(forest_trees=10, boosting_trees=10)
COMMITS = ColumnMap(time="when", metrics={"lines_added": "la"}, features=("nf",))
FILES = ColumnMap(release="version", lines="loc", features=("wmc", "loc"))


def commits(count: int = 400, project: str = "shop") -> pl.DataFrame:
    """Commits of which the larger induce more bugs, the newest first."""
    draw = np.random.default_rng(len(project))
    added = draw.lognormal(3, 1, count)
    return pl.DataFrame(
        {
            "project": [project] * count,
            "when": list(range(count, 0, -1)),
            "la": added,
            "nf": draw.integers(1, 5, count),
            "bug": (added * draw.lognormal(0, 0.5, count) > 30).astype(int),
        }
    )


def files(releases: tuple[str, ...] = ("1.2", "1.9", "1.10")) -> pl.DataFrame:
    """Files of a project's releases, in PROMISE's form: `bug` counts bugs."""
    draw = np.random.default_rng(5)
    count = 150 * len(releases)
    complexity = draw.lognormal(1, 1, count)
    return pl.DataFrame(
        {
            "project": ["ant"] * count,
            "version": [name for name in releases for _ in range(150)],
            "wmc": complexity,
            "loc": complexity * 50 * draw.lognormal(0, 1, count),
            "bug": (complexity * draw.lognormal(0, 0.5, count)).astype(int) // 3,
        }
    )


def write(rows: pl.DataFrame, folder: Path, name: str = "table.parquet") -> Path:
    file = folder / name
    if file.suffix == ".csv":
        rows.write_csv(file)
    else:
        rows.write_parquet(file)
    return file


@pytest.mark.parametrize("name", ["table.parquet", "table.csv"])
def test_the_newest_15_per_cent_of_each_project_are_judged(tmp_path: Path, name: str) -> None:
    rows = pl.concat([commits(), commits(100, "tool")])
    table = read_table(write(rows, tmp_path, name), COMMITS)
    [only] = table.rounds()
    assert dict(only.judge.group_by("repository").len().iter_rows()) == {"shop": 60, "tool": 15}
    for project in ("shop", "tool"):
        is_project = pl.col("repository") == project
        newest = only.fit.filter(is_project)["when"].max()
        assert newest == only.judge.filter(is_project)["when"].to_list()[0] - 1


def test_a_table_s_own_split_is_kept(tmp_path: Path) -> None:
    rows = commits().with_columns(
        part=pl.when(pl.col("when") > 100).then(pl.lit("TEST")).otherwise(pl.lit("train"))
    )
    columns = ColumnMap(split="part", metrics={"lines_added": "la"})
    [only] = read_table(write(rows, tmp_path), columns).rounds()
    assert (only.fit.height, only.judge.height) == (100, 300)


def test_each_release_is_judged_by_those_before_it(tmp_path: Path) -> None:
    rounds = list(read_table(write(files(), tmp_path), FILES).rounds())
    seen = [
        (each.judge["judged"][0], each.fit["version"].unique().sort().to_list()) for each in rounds
    ]
    assert seen == [("ant 1.9", ["1.2"]), ("ant 1.10", ["1.2", "1.9"])]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("1.9", "1.10"), ("1.0", "1.0.1"), ("2.0-rc1", "2.0.1"), ("9", "10"), ("1.0a", "1.0b")],
)
def test_releases_come_in_the_order_of_their_numbers(earlier: str, later: str) -> None:
    assert version_key(earlier) < version_key(later)


def test_commits_are_judged_beside_lines_added(tmp_path: Path) -> None:
    found = evaluate_table(read_table(write(commits(), tmp_path), COMMITS), FEW_TREES)
    assert found.document()["projects"]["shop"]["n"] == 60
    assert found.mean("auc") > 0.7
    rows = commits().sort("when").tail(60)
    bugs, others = (rows.filter(pl.col("bug") == value)["la"].to_numpy() for value in (1, 0))
    is_above = bugs[:, np.newaxis] > others[np.newaxis, :]
    assert found.mean("auc_baseline") == pytest.approx(is_above.mean())


def test_files_of_releases_are_judged_beside_their_lines(tmp_path: Path) -> None:
    found = evaluate_table(read_table(write(files(), tmp_path), FILES), FEW_TREES)
    assert list(found.judged) == ["ant 1.9", "ant 1.10"]
    assert found.baseline == "loc"
    assert found.mean("auc") > found.mean("auc_baseline")


def test_a_project_of_one_class_is_left_out_by_name(tmp_path: Path) -> None:
    clean = commits(100, "clean").with_columns(bug=pl.lit(0))
    rows = pl.concat([commits(), clean.cast({"bug": pl.Int64})])
    found = evaluate_table(read_table(write(rows, tmp_path), COMMITS), FEW_TREES)
    assert list(found.judged) == ["shop"]
    assert found.left_out == {
        "clean": "the rows to judge by are of one class only: 0 of 15 are positive"
    }


def test_the_label_is_never_read_by_the_model(tmp_path: Path) -> None:
    columns = ColumnMap(time="when", metrics={"lines_added": "la"}, features=("bug",))
    with pytest.raises(ConfigurationError, match="a model cannot read bug"):
        read_table(write(commits(), tmp_path), columns)


def nothing_to_tell(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(bug=pl.lit(1))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (commits().drop("la", "nf"), "no column nf, la; it has project, when, bug: map the names"),
        (commits().with_columns(nf=pl.lit("many")), "nf must hold numbers"),
        (commits().with_columns(bug=pl.lit("yes")), "bug must hold numbers"),
        (commits().with_columns(when=None), "when must have a value in every row"),
        (commits().head(0), "has no rows"),
        (nothing_to_tell(commits()), "nothing can be judged: shop: .* 340 of 340 are positive"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(
    tmp_path: Path, rows: pl.DataFrame, message: str
) -> None:
    with pytest.raises(HyperionError, match=message):
        evaluate_table(read_table(write(rows, tmp_path), COMMITS), FEW_TREES)


def test_a_split_of_other_words_is_refused(tmp_path: Path) -> None:
    rows = commits().with_columns(part=pl.lit("valid"))
    with pytest.raises(UsageError, match="part must be train or test; it is valid"):
        read_table(write(rows, tmp_path), ColumnMap(split="part", metrics={"lines_added": "la"}))


@pytest.mark.parametrize("name", ["table.parquet", "table.csv", "table.txt"])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"\x00\xff no table" if name.endswith("parquet") else b"")
    with pytest.raises(UsageError, match=name):
        read_table(file, COMMITS)


def test_a_map_names_columns_by_the_catalogue_s_names(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text('project = "repo"\ntime = "when"\nlines_added = "la"\nfeatures = ["nf"]\n')
    columns = ColumnMap.read(file)
    assert (columns.project, columns.baseline, columns.kamei) == ("repo", "la", {"la": "la"})
    assert columns.read_by_the_model == ("nf", "la")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("project = ", "cannot be read as TOML"),
        (
            'projekt = "p"\nlines_added = "la"',
            "projekt says nothing; it may name features, project",
        ),
        ('features = "la"', "features is a list of column names"),
        ("time = 5", "all else a column's name"),
        ('project = "p"', "name the columns to learn from"),
    ],
)
def test_what_is_wrong_with_a_map_is_said(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        ColumnMap.read(file)


def test_without_time_split_or_release_nothing_comes_later(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="what comes later"):
        read_table(write(commits(), tmp_path), ColumnMap(metrics={"lines_added": "la"}))


def test_without_a_baseline_there_is_nothing_to_beat(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no baseline"):
        read_table(write(commits(), tmp_path), ColumnMap(time="when", features=("la",)))


def test_the_map_of_the_published_data_set_has_all_fourteen_metrics() -> None:
    assert len(ISSTA.read_by_the_model) == 14
    assert OutsideTable(pl.DataFrame(), ISSTA).columns.baseline == "la"
