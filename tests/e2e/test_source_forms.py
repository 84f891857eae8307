"""However a user points at a repository, its tables are the same."""

from itertools import product
from pathlib import Path

import polars as pl

from hyperion_pipelines.schemas import TABLES
from tests.e2e.conftest import Hyperion
from tests.histories import git
from tests.homes import allow_dagsters_own_warning, read_tables

pytestmark = allow_dagsters_own_warning


def bare(source: Path) -> Path:
    folder = source.with_name("bare.git")
    git(source, "clone", "--quiet", "--bare", str(source), str(folder))
    return folder


def worktree(source: Path) -> Path:
    folder = source.with_name("worktree")
    git(source, "worktree", "add", "--quiet", "--force", str(folder), "main")
    return folder


def subdirectory(source: Path) -> Path:
    folder = source / "deep" / "er"
    folder.mkdir(parents=True)
    return folder


def _nameless(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in an order of their own, without what is made from the repository's name."""
    rest = rows.drop("repository", "chunk_id", "version", strict=False)
    return rest.sort([name for name, kind in rest.schema.items() if not kind.is_nested()])


def test_the_form_of_a_source_changes_no_table(
    hyperion: Hyperion, source: Path, tmp_path: Path
) -> None:
    """A URL, a bare repository, a work tree of another one, and a folder inside a repository."""
    forms: dict[str, str | Path] = {
        "url": source.as_uri(),
        "bare": bare(source),
        "worktree": worktree(source),
        "folder": subdirectory(source),
    }
    for form, address in forms.items():
        outcome = hyperion("analyze", address, "--name", form, home=tmp_path / "home")
        assert (outcome.status, outcome.errors) == (0, ""), form
    tables = {form: read_tables(tmp_path / "home", form) for form in forms}
    assert tables["url"]["commits"].height == 2
    # A profile speaks of the repository by its name.
    for form, table in product(forms, set(TABLES) - {"repository_profile"}):
        ours, first = (_nameless(tables[name][table]) for name in (form, "url"))
        assert ours.equals(first), f"{table} of {form}"
