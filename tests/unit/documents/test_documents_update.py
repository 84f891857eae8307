"""Only files that changed are read, and the tables are those of reading all."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.documents.extraction import files, reading
from hyperion_pipelines.documents.extraction.reading import DocumentFrames
from hyperion_pipelines.documents.extraction.update import DocumentsUpdate, update_documents
from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.sample.history_writer import (
    GITLINK,
    SYMLINK,
    Commit,
    Content,
    Entry,
    HistoryWriter,
    Person,
)
from hyperion_pipelines.schemas import DOCUMENT_FILES, DOCUMENTS
from tests.histories import COMMIT_ID, histories, write_history

ADA = Person("Ada", "ada@example.org")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
NOTHING = DocumentFrames(
    DOCUMENT_FILES.to_frame().drop("repository"), DOCUMENTS.to_frame().drop("repository")
)
LOUD = b"a line of a very long log\n"
FILES: Mapping[str, Content] = {
    "README.md": "# Pets\n\nKeeps pets.\n",
    "docs/usage.rst": "Usage\n=====\n\nCall it.\n",
    "pets/shop.py": '"""The shop."""\n\n\ndef sell(pet):\n    """Sell a pet."""\n    return pet\n',
    "pets/copy.py": '"""The shop."""\n\n\ndef sell(pet):\n    """Sell a pet."""\n    return pet\n',
    "pets/__init__.py": "import os\n",
    "pets/cage.h": "class Cage {\n  int bars;\n};\n",
    "config.toml": "[pets]\nmaximum = 3\n",
    "openapi.yaml": "openapi: 3.0.0\npaths:\n  /pets:\n    get:\n      summary: All\n",
    "runtest": "#!/bin/sh\nmake test\n",
    "broken.ipynb": "{",
    "poetry.lock": "[[package]]\n",
    "huge.txt": LOUD * (50_000_000 // len(LOUD)),
    "huge.py": b"x = 1\n" * 200_000,
    "minified.js": b"function a(){return 1};" * 300,
    "line.yaml": b"a: " + b"x" * 20_000,
    "wide.txt": "Breite: groß".encode("utf-16"),
    "old.txt": "Une réponse très détaillée pour les élèves".encode("latin-1"),
    "nul.sql": b"select '\0';\n",
    "empty.md": "",
    "blank.md": "\n\n",
    "link.md": Entry(b"README.md", SYMLINK),
    "module": Entry(COMMIT_ID, GITLINK),
}


def _history(folder: Path, *commits: Mapping[str, Content]) -> tuple[Path, list[str]]:
    git_dir = folder / "repository.git"
    with HistoryWriter(git_dir) as writer:
        for changes in commits:
            writer.add(Commit(message="Change", files=changes, author=ADA, time=NOW))
    return git_dir, list(writer.shas.values())


def _update(
    git_dir: Path, sha: str, known: DocumentFrames = NOTHING, filters: PathFilters | None = None
) -> DocumentsUpdate:
    tree = read_tree(git_dir, sha, filters or read_filters())
    return update_documents(git_dir, tree, known)


def _assert_same(one: DocumentsUpdate, other: DocumentsUpdate) -> None:
    assert_frame_equal(one.tables.document_files, other.tables.document_files)
    assert_frame_equal(one.tables.documents, other.tables.documents)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """FILES, and a second commit that renames, edits, adds and removes."""
    second: dict[str, Content] = {
        "README.md": "# Pets\n\nKeeps and sells pets.\n",
        "pets/copy.py": None,
        "pets/store.py": FILES["pets/shop.py"],
        "pets/shop.py": None,
        "config.toml": None,
        "setup.cfg": "[pets]\nmaximum = 3\n",
    }
    return _history(tmp_path_factory.mktemp("documents"), FILES, second)


@pytest.fixture(scope="module")
def first(repository: tuple[Path, list[str]]) -> DocumentsUpdate:
    """The tables of the first commit, from nothing."""
    git_dir, shas = repository
    return _update(git_dir, shas[0])


def test_every_file_is_a_row_that_has_documents_or_says_why_not(first: DocumentsUpdate) -> None:
    table = first.tables.document_files
    assert table.schema == NOTHING.document_files.schema
    assert table["path"].to_list() == sorted(FILES)
    reasons = dict(table.select("path", "skipped").drop_nulls().iter_rows())
    assert reasons == {
        "blank.md": "no text",
        "broken.ipynb": "broken notebook",
        "empty.md": "empty",
        "huge.py": "too large",
        "huge.txt": "cut to its first MiB",
        "line.yaml": "endless lines",
        "link.md": "symbolic link",
        "minified.js": "minified",
        "module": "submodule",
        "nul.sql": "binary",
        "pets/__init__.py": "no text",
        "poetry.lock": "lock file",
    }
    counted = first.tables.documents.group_by("path").agg(pl.len().alias("documents"))
    said = table.filter(pl.col("documents") > 0).select("path", "documents")
    assert_frame_equal(said, counted, check_row_order=False)


def test_documents_are_numbered_by_their_lines_and_carry_the_hash_of_their_text(
    first: DocumentsUpdate,
) -> None:
    documents = first.tables.documents
    assert documents.schema == NOTHING.documents.schema
    assert_frame_equal(documents, documents.sort("path", "ordinal"))
    assert_frame_equal(documents, documents.sort("path", "start_line", "kind"))
    ordinal = pl.int_range(pl.len(), dtype=pl.UInt32).over("path")
    assert documents.select((pl.col("ordinal") == ordinal).all()).item()
    hashes = documents.group_by("text").agg(pl.col("content_hash").n_unique())
    assert hashes["content_hash"].to_list() == [1] * hashes.height
    assert documents["content_hash"].n_unique() == hashes.height


def test_each_sort_of_file_is_read_by_its_reader(first: DocumentsUpdate) -> None:
    found = first.tables.documents.select("path", "kind", "symbol", "start_line").rows()
    assert ("README.md", "readme", None, 1) in found
    assert ("docs/usage.rst", "restructuredtext", None, 1) in found
    assert ("openapi.yaml", "api", "GET /pets", 4) in found
    assert ("pets/shop.py", "api", "sell", 4) in found
    assert ("config.toml", "config", None, 1) in found
    assert ("runtest", "code", None, 1) in found


def test_text_is_decoded_whatever_its_encoding(first: DocumentsUpdate) -> None:
    texts = dict(first.tables.documents.select("path", "text").iter_rows())
    assert texts["wide.txt"] == "Breite: groß"
    assert texts["old.txt"] == "Une réponse très détaillée pour les élèves"


def test_of_a_huge_text_the_first_mebibyte_is_read(first: DocumentsUpdate) -> None:
    (end_line,) = first.tables.documents.filter(path="huge.txt")["end_line"]
    assert end_line == (1 << 20) // len(LOUD)


def test_the_language_of_a_document_is_that_of_its_content(first: DocumentsUpdate) -> None:
    languages = dict(first.tables.documents.select("path", "language").iter_rows())
    assert languages["pets/cage.h"] == "C++"
    assert languages["runtest"] == "Shell"
    assert languages["README.md"] == "Markdown"


def test_what_is_passed_over_is_counted_with_its_reason(first: DocumentsUpdate) -> None:
    skipped = first.skipped()
    assert skipped.columns == ["reason", "means", "files", "paths"]
    assert skipped.row(0)[0] == "no text"
    assert skipped.row(0)[2:] == (2, ["blank.md", "pets/__init__.py"])
    assert skipped["files"].sum() == first.tables.document_files["skipped"].count()


def test_nothing_is_read_again_where_nothing_changed(
    repository: tuple[Path, list[str]], first: DocumentsUpdate
) -> None:
    git_dir, shas = repository
    again = _update(git_dir, shas[0], first.tables)
    assert again.read == 0
    _assert_same(again, first)


def test_renames_edits_and_removals_leave_the_tables_of_reading_all(
    repository: tuple[Path, list[str]], first: DocumentsUpdate
) -> None:
    git_dir, shas = repository
    second = _update(git_dir, shas[1], first.tables)
    assert second.read == 3  # README.md, pets/store.py, setup.cfg
    _assert_same(second, _update(git_dir, shas[1]))
    _assert_same(_update(git_dir, shas[0], second.tables), first)


def test_a_new_version_of_a_reader_reads_its_files_again_and_no_others(
    repository: tuple[Path, list[str]],
    first: DocumentsUpdate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git_dir, shas = repository
    prose = first.tables.document_files.filter(pl.col("extractor").str.starts_with("prose"))
    monkeypatch.setitem(files.VERSIONS, "prose", 1_000)
    again = _update(git_dir, shas[0], first.tables)
    assert again.read == prose.height
    _assert_same(again, _update(git_dir, shas[0]))


def test_a_file_is_read_once_it_no_longer_counts_as_generated(tmp_path: Path) -> None:
    git_dir, (sha,) = _history(tmp_path, {"dist/usage.md": "# Usage\n"})
    generated = _update(git_dir, sha)
    assert generated.tables.document_files["skipped"].to_list() == ["generated"]
    ours = PathFilters(test=(), generated=(), vendored=(), documentation=())
    read = _update(git_dir, sha, generated.tables, ours)
    assert read.tables.documents["text"].to_list() == ["# Usage"]
    _assert_same(_update(git_dir, sha, read.tables), generated)


def test_several_processes_leave_the_same_tables(
    repository: tuple[Path, list[str]], first: DocumentsUpdate, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_dir, shas = repository
    monkeypatch.setattr(reading, "POOL_MINIMUM", 1)
    monkeypatch.setattr(reading, "_CHUNK_FILES", 4)
    tree = read_tree(git_dir, shas[0], read_filters())
    _assert_same(update_documents(git_dir, tree, NOTHING, workers=2), first)


def test_a_blob_that_is_gone_is_an_error(repository: tuple[Path, list[str]]) -> None:
    git_dir, shas = repository
    tree = read_tree(git_dir, shas[0], read_filters()).with_columns(blob=pl.lit("0" * 40))
    with pytest.raises(MissingObjectsError, match="fetch the repository in full"):
        update_documents(git_dir, tree, NOTHING)


@given(commits=histories())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_leaves_the_tables_of_reading_its_last_commit(
    tmp_path_factory: pytest.TempPathFactory, commits: list[Commit]
) -> None:
    git_dir = tmp_path_factory.mktemp("history") / "repository.git"
    shas = write_history(git_dir, commits)
    known = NOTHING
    for sha in shas:
        known = _update(git_dir, sha, known).tables
    assert_frame_equal(known.documents, _update(git_dir, shas[-1]).tables.documents)
    assert_frame_equal(known.document_files, _update(git_dir, shas[-1]).tables.document_files)
