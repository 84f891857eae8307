"""`hyperion export`: a table as a file that other tools read, equal to the table."""

import json
from datetime import timedelta, timezone
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.schemas import TABLES
from tests.e2e.commands import run
from tests.e2e.conftest import Analysed, Hyperion
from tests.homes import allow_dagsters_own_warning, open_home

pytestmark = allow_dagsters_own_warning

# With lists of text, lists of structs, times, and numbers that are not there.
NESTED = ("commits", "blob_metrics", "changes")


@pytest.mark.parametrize("table", NESTED)
def test_parquet_holds_the_table_itself(
    hyperion: Hyperion, table: str, analysed: Analysed, tmp_path: Path
) -> None:
    exported = pl.read_parquet(export(hyperion, analysed, table, "parquet", tmp_path))
    assert_frame_equal(exported, open_home(analysed.home).lake.read(table))


@pytest.mark.parametrize("table", NESTED)
def test_json_has_one_object_a_line(
    hyperion: Hyperion, table: str, analysed: Analysed, tmp_path: Path
) -> None:
    file = export(hyperion, analysed, table, "json", tmp_path)
    rows = open_home(analysed.home).lake.read(table)
    objects = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [list(each) for each in objects[:1]] == [rows.columns]
    assert_frame_equal(with_times(pl.DataFrame(objects, text_times(rows.schema)), rows), rows)


@pytest.mark.parametrize("table", NESTED)
def test_csv_has_nested_columns_as_json(
    hyperion: Hyperion, table: str, analysed: Analysed, tmp_path: Path
) -> None:
    file = export(hyperion, analysed, table, "csv", tmp_path)
    rows = open_home(analysed.home).lake.read(table)
    flat = {
        name: pl.String if kind.is_nested() else kind
        for name, kind in text_times(rows.schema).items()
    }
    exported = pl.read_csv(file, schema=flat)
    nested = [name for name, kind in rows.schema.items() if kind.is_nested()]
    read = with_times(exported.drop(nested), rows)
    # CSV writes an absent text and an empty one alike.
    texts = pl.col(pl.String).fill_null("")
    assert_frame_equal(read.with_columns(texts), rows.drop(nested).with_columns(texts))
    for name in nested:
        values = [json.loads(text) if text else None for text in exported[name]]
        assert values == rows[name].to_list()


def test_only_the_named_repository_is_exported(
    hyperion: Hyperion, home: Path, source: Path, tmp_path: Path
) -> None:
    assert hyperion("analyze", source, "--stages", "git", home=home).status == 0
    file = tmp_path / "commits.parquet"
    outcome = hyperion("export", "commits", "--repository", "source", "-o", file, home=home)
    assert outcome.errors == f"{file}: 2 rows of commits\n"
    assert pl.read_parquet(file)["repository"].to_list() == ["source", "source"]


def test_a_table_is_exported_as_it_was(hyperion: Hyperion, tmp_path: Path) -> None:
    """Version 0 is the empty table; a time means the version that was the newest then."""
    lake = open_home(tmp_path).lake
    for people in (["Alma"], ["Alma", "Bo"]):
        lake.write("identities", "shop", identities(people))
    newest, older, empty = lake.versions("identities")
    for as_of, rows in (
        (str(newest.number), 2),
        (str(older.number), 1),
        (newest.written_at.isoformat(), 2),
        (older.written_at.astimezone(timezone(timedelta(hours=-7))).isoformat(), 1),
        (older.written_at.replace(tzinfo=None).isoformat(" "), 1),
        (empty.written_at.isoformat(), 0),
        ("2999-12-31", 2),
    ):
        file = tmp_path / "people.parquet"
        outcome = hyperion("export", "identities", "--as-of", as_of, "-o", file, home=tmp_path)
        assert (outcome.status, pl.read_parquet(file).height) == (0, rows), as_of


def test_a_table_that_was_never_written_is_empty_at_any_time(
    hyperion: Hyperion, tmp_path: Path
) -> None:
    file = tmp_path / "commits.parquet"
    outcome = hyperion("export", "commits", "--as-of", "2024-05-31", "-o", file, home=tmp_path)
    assert (outcome.status, pl.read_parquet(file).height) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["poems", "-o", "x"], [*TABLES]),
        (["commits", "-o", "x", "--repository", "nobody"], ["sample-shop"]),
        (["commits", "-o", "missing/x"], ["does not exist: make it"]),
        (["commits", "-o", "x", "--format", "xls"], ["parquet", "csv", "json"]),
        (["commits"], ["--output"]),
        (["commits", "-o", "x", "--as-of", "999"], ["commits has no version 999: they are 0 to"]),
        (["commits", "-o", "x", "--as-of", "May"], ["neither the number of a version nor a time"]),
        (
            ["commits", "-o", "x", "--as-of", "1970-01-01"],
            ["commits has no version of that time: the first was written at 20"],
        ),
    ],
)
def test_a_wrong_call_is_refused_with_what_is_right(
    arguments: list[str], says: list[str], analysed: Analysed, tmp_path: Path
) -> None:
    outcome = run("export", *arguments, home=analysed.home, folder=tmp_path)
    assert (outcome.status, outcome.output) == (2, "")
    assert all(words in outcome.errors for words in says)
    assert not list(tmp_path.iterdir())


def identities(names: list[str]) -> pl.DataFrame:
    """Rows of the table, without the column `repository`."""
    schema = TABLES["identities"]
    frame = pl.DataFrame({"name": names}).select(
        pl.col("name") if name == "name" else pl.lit(None, dtype).alias(name)
        for name, dtype in schema.items()
    )
    return frame.drop("repository")


def export(hyperion: Hyperion, analysed: Analysed, table: str, form: str, folder: Path) -> Path:
    """The file that the command wrote."""
    file = folder / f"{table}.{form}"
    outcome = hyperion("export", table, "--format", form, "-o", file, home=analysed.home)
    assert (outcome.status, outcome.output) == (0, "")
    return file


def text_times(schema: pl.Schema) -> pl.Schema:
    """The schema with times as the text in which JSON and CSV have them."""
    return pl.Schema(
        {name: pl.String if kind.is_temporal() else kind for name, kind in schema.items()}
    )


def with_times(read: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What was read, its times parsed to the types of *rows*."""
    times = [name for name, kind in rows.schema.items() if kind.is_temporal()]
    return read.with_columns(
        pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC") for name in times
    )
