"""Many blobs of a real repository are measured, in one process or two, with the same result."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.code import analysis
from hyperion_pipelines.code.analysis import analyse_blobs
from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person

ADA = Person("Ada", "ada@example.org")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
FILES = {f"m{n}.py": f"import os\n\n\ndef f{n}(x):\n    return x or {n}\n" for n in range(40)} | {
    "empty.py": "",
    "huge.py": "x = 1\n" * 300_000,
}


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    path = tmp_path / "repository.git"
    with HistoryWriter(path) as writer:
        writer.add(Commit(message="Begin", files=FILES, author=ADA, time=NOW))
    return path


@pytest.fixture
def wanted(git_dir: Path) -> pl.DataFrame:
    listed = run_git(["ls-tree", "-r", "HEAD"], git_dir=git_dir).output.decode().splitlines()
    return pl.DataFrame(
        {
            "blob": [line.split()[2] for line in listed],
            "path": [line.split("\t")[1] for line in listed],
            "language": "Python",
            "is_generated": False,
            "functions": True,
            "imports": True,
        }
    )


def test_every_blob_has_a_row_in_the_order_asked_for(git_dir: Path, wanted: pl.DataFrame) -> None:
    done: list[int] = []
    frames = analyse_blobs(git_dir, wanted, workers=1, progress=done.append)
    assert frames.metrics["blob"].to_list() == wanted["blob"].to_list()
    assert sum(done) == wanted.height
    assert frames.functions.height == 40
    assert set(frames.imports["module"]) == {"os"}


def test_a_blob_too_large_is_passed_over_and_what_follows_is_read(
    git_dir: Path, wanted: pl.DataFrame
) -> None:
    contents = list(read_blobs(git_dir, wanted["blob"]))
    assert [content for _, size, content in contents if size > 1 << 20] == [None]
    assert all(content is None or len(content) == size for _, size, content in contents)
    frames = analyse_blobs(git_dir, wanted, workers=1, progress=lambda _: None)
    assert frames.metrics["skipped"].drop_nulls().to_list() == ["too large"]


def test_two_processes_give_what_one_gives(
    git_dir: Path, wanted: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "POOL_MINIMUM", 1)
    one = analyse_blobs(git_dir, wanted, workers=1, progress=lambda _: None)
    two = analyse_blobs(git_dir, wanted, workers=2, progress=lambda _: None)
    assert_frame_equal(one.metrics, two.metrics)
    assert_frame_equal(one.functions, two.functions)
    assert_frame_equal(one.imports, two.imports)
    assert_frame_equal(one.call_sites, two.call_sites)


@pytest.mark.parametrize("functions", [True, False])
@pytest.mark.parametrize("imports", [True, False])
def test_functions_and_imports_are_given_where_they_are_asked_for(
    git_dir: Path, wanted: pl.DataFrame, *, functions: bool, imports: bool
) -> None:
    some = wanted.with_columns(functions=functions, imports=imports)
    frames = analyse_blobs(git_dir, some, workers=1, progress=lambda _: None)
    assert frames.functions.height == (40 if functions else 0)
    assert frames.imports.height == (40 if imports else 0)
    assert frames.metrics["functions"].sum() == 40


def test_nothing_wanted_gives_empty_frames(git_dir: Path, wanted: pl.DataFrame) -> None:
    frames = analyse_blobs(git_dir, wanted.clear(), workers=2, progress=lambda _: None)
    assert frames.metrics.is_empty()


def test_a_missing_blob_is_an_error_that_says_what_to_do(
    git_dir: Path, wanted: pl.DataFrame
) -> None:
    gone = wanted.with_columns(blob=pl.lit("0" * 40))
    with pytest.raises(MissingObjectsError, match="git fetch"):
        analyse_blobs(git_dir, gone, workers=1, progress=lambda _: None)
