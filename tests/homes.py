"""What lies in a home, as tests compare it: every table, in one order.

Two homes that analysed the same repository must hold equal tables, however they came to them.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.settings import read_settings
from hyperion_pipelines.workspace import Workspace

# Dagster calls a deprecated method of its own where one resource holds another.
allow_dagsters_own_warning = pytest.mark.filterwarnings(
    "ignore:InitResourceContext.dagster_run is deprecated:DeprecationWarning"
)

VERSIONS = ("model_version", "priority_version")


def open_home(home: Path) -> Workspace:
    """The workspace under *home*."""
    return Workspace(read_settings(home=home))


def read_tables(home: Path, slug: str | None = None) -> Mapping[str, pl.DataFrame]:
    """Every table of a home by name (of one repository, where a slug is given), rows sorted."""
    lake = open_home(home).lake
    return {table: _sorted(lake.read(table, slug)) for table in TABLES}


def assert_same_tables(home: Path, other: Path, slug: str) -> None:
    """Fail, naming the table, unless both homes say the same of the repository *slug*.

    A model's version may differ: it counts how often the home was trained.
    """
    ours, theirs = (
        {table: _unversioned(rows) for table, rows in tables.items()}
        for tables in (read_tables(home, slug), read_tables(other, slug))
    )
    assert not theirs["commits"].is_empty(), f"{other} holds nothing to compare with"
    for table in TABLES:
        try:
            assert_frame_equal(ours[table], theirs[table], check_exact=True)
        except AssertionError as difference:
            difference.add_note(f"in the table {table}")
            raise


def _unversioned(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without the versions of models, in columns and in the profile's document."""
    rows = rows.drop(VERSIONS, strict=False)
    if "profile" in rows.columns:
        profile = pl.col("profile").map_elements(_profile_unversioned, return_dtype=pl.String)
        rows = rows.with_columns(profile)
    return rows


def _profile_unversioned(text: str) -> str:
    profile = json.loads(text)
    for model in profile["models"]:
        del model["version"]
    return json.dumps(profile)


def _sorted(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of all columns; nested ones are compared but do not order."""
    return rows.sort([name for name, kind in rows.schema.items() if not kind.is_nested()])
