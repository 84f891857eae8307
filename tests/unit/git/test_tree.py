"""The files at HEAD: each once, with its lines as git counts them."""

import random
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.log_stream import decode_path
from hyperion_pipelines.git.modes import GITLINK, SYMLINK
from hyperion_pipelines.git.tree import open_texts, read_tree
from hyperion_pipelines.sample.history_writer import EXECUTABLE, Commit, Entry
from hyperion_pipelines.schemas import TREE
from tests.histories import COMMIT_ID, commit_of, git, histories, write_history

COLUMNS = {name: dtype for name, dtype in TREE.items() if name != "repository"}


@pytest.fixture(scope="module")
def filters() -> PathFilters:
    return read_filters()


def newlines(content: bytes) -> int:
    """Lines as git counts them: one more where the last has no newline."""
    return content.count(b"\n") + (not content.endswith(b"\n") if content else 0)


@settings(max_examples=20, deadline=None)
@given(commits=histories())
def test_the_tree_is_what_git_lists_and_its_files_hold(
    commits: list[Commit], filters: PathFilters
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "random.git")
        tip = write_history(git_dir, commits)[-1]
        tree = read_tree(git_dir, tip, filters)
        listed = git(git_dir, "ls-tree", "-r", "-z", tip).split(b"\0")[:-1]
        entries = [(line.partition(b"\t")[2], *line.split(None, 3)[:3]) for line in listed]
        contents = {
            oid: git(git_dir, "cat-file", "blob", oid.decode())
            for _, mode, _, oid in entries
            if mode.decode() != GITLINK
        }
    assert dict(tree.schema) == COLUMNS
    assert tree["path"].is_sorted()
    rows = {row["path"]: row for row in tree.iter_rows(named=True)}
    assert len(rows) == len(entries)
    for path, mode, _, oid in entries:
        row = rows[decode_path(path)]
        content = contents.get(oid)
        is_text = content is not None and b"\0" not in content and mode.decode() != SYMLINK
        assert (row["mode"], row["blob"]) == (mode.decode(), oid.decode())
        assert row["size"] == (None if content is None else len(content))
        assert row["lines"] == (newlines(content or b"") if is_text else None)


def test_each_kind_of_entry_has_what_it_can_have(tmp_path: Path, filters: PathFilters) -> None:
    files = {
        "shop/cart.py": Entry(b"one\ntwo", EXECUTABLE),
        "shop/test_cart.py": "def test(): pass\n",
        "README.md": "# Shop\n",
        "picture.png": b"\0\1\n",
        "link.py": Entry(b"shop/cart.py", SYMLINK),
        "library.py": Entry(COMMIT_ID, GITLINK),
        "empty.py": "",
    }
    (sha,) = write_history(tmp_path / "kinds.git", [commit_of(files)])
    tree = read_tree(tmp_path / "kinds.git", sha, filters)
    assert tree.select("path", "mode", "size", "lines", "language").rows() == [
        ("README.md", "100644", 7, 1, "Markdown"),
        ("empty.py", "100644", 0, 0, "Python"),
        ("library.py", GITLINK, None, None, None),
        ("link.py", SYMLINK, 12, None, None),
        ("picture.png", "100644", 3, None, None),
        ("shop/cart.py", EXECUTABLE, 7, 2, "Python"),
        ("shop/test_cart.py", "100644", 17, 1, "Python"),
    ]
    assert tree.filter("is_test")["path"].to_list() == ["shop/test_cart.py"]
    assert tree.filter("is_documentation")["path"].to_list() == ["README.md"]
    submodule = tree.row(by_predicate=pl.col("mode") == GITLINK, named=True)
    assert submodule["blob"] == COMMIT_ID.decode()


def test_an_empty_tree_has_no_rows(tmp_path: Path, filters: PathFilters) -> None:
    (sha,) = write_history(tmp_path / "empty.git", [commit_of({})])
    tree = read_tree(tmp_path / "empty.git", sha, filters)
    assert dict(tree.schema) == COLUMNS
    assert tree.is_empty()


def test_a_missing_blob_is_named_as_such(tmp_path: Path, filters: PathFilters) -> None:
    git_dir = tmp_path / "damaged.git"
    (sha,) = write_history(git_dir, [commit_of({"a": "text\n"})])
    blob = git(git_dir, "rev-parse", f"{sha}:a").decode().strip()
    (git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read_tree(git_dir, sha, filters)


def test_a_damaged_text_is_named_as_such(tmp_path: Path) -> None:
    git_dir = tmp_path / "damaged.git"
    text = random.Random(1).randbytes(1 << 20).replace(b"\0", b"")
    (sha,) = write_history(git_dir, [commit_of({"a": text})])
    blob = git(git_dir, "rev-parse", f"{sha}:a").decode().strip()
    damaged = git_dir / "objects" / blob[:2] / blob[2:]
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[: 1 << 19])
    with (
        pytest.raises(MissingObjectsError, match="git fsck"),
        open_texts(git_dir, sha) as read_text,
    ):
        read_text("a")


def test_the_text_of_a_file_is_read_and_what_has_none_is_none(tmp_path: Path) -> None:
    files = {"a": b"caf\xe9\n", "folder/b": "b", "library": Entry(COMMIT_ID, GITLINK)}
    (sha,) = write_history(tmp_path / "texts.git", [commit_of(files)])
    with open_texts(tmp_path / "texts.git", sha) as read_text:
        texts = {path: read_text(path) for path in [*files, "folder", "c"]}
    assert texts == {
        "a": "caf\ufffd\n",
        "folder/b": "b",
        "library": None,
        "folder": None,
        "c": None,
    }
