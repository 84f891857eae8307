"""A unified diff as a commit: what git would commit, nothing written out, bad ones refused."""

import base64
import zlib
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.git.log_stream import read_log
from hyperion_pipelines.prediction import Patch, Selection, predict, resolve
from hyperion_pipelines.prediction.binary_patches import unpacked_bytes
from hyperion_pipelines.prediction.diff import MOST_BYTES
from hyperion_pipelines.sample.history_writer import SYMLINK, Entry
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse

FILES = {"src/cart.py": "total = 1\n", "run.sh": "echo\n", "logo.png": b"\x89PNG\0\1" * 200}
CHANGED = """\
diff --git a/src/cart.py b/src/cart.py
--- a/src/cart.py
+++ b/src/cart.py
@@ -1 +1,2 @@
-total = 1
+total = 2
+tax = 1
"""
UNPACKED = """\
diff --git a/logo.png b/logo.png
index 1111111..2222222 100644
Binary files a/logo.png and b/logo.png differ
"""


def new_file(path: str, line: str = "x", mode: str = "100644") -> str:
    return (
        f"diff --git a/{path} b/{path}\nnew file mode {mode}\n--- /dev/null\n+++ b/{path}\n"
        f"@@ -0,0 +1 @@\n+{line}\n\\ No newline at end of file\n"
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("diffs")
    link = {"outside": Entry(b"/tmp", SYMLINK)}
    write_history(folder / "shop.git", [commit_of({**FILES, **link})])
    return analyse(folder / "home", folder / "shop.git")


@pytest.fixture
def clone(workspace: Workspace, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", workspace.catalogue.get(SLUG).source, "clone")
    return tmp_path / "clone"


def changes(workspace: Workspace, diff: str | bytes, base: str = "HEAD") -> pl.DataFrame:
    """What the commit of *diff* changes."""
    text = diff.encode() if isinstance(diff, str) else diff
    selection = Selection.diff(Patch(text, base))
    with resolve(workspace, SLUG, selection, mirror_only=True) as (commit,):
        assert commit.is_draft
        return read_log(commit.git_dir, [commit.sha]).changes


def test_a_diff_is_judged_as_a_commit_without_a_sha(workspace: Workspace, clone: Path) -> None:
    """As the same change in a work tree is."""
    patch = Patch(CHANGED.encode(), author_name="Bo", author_email="bo@example.org")
    (prediction,) = predict(workspace, SLUG, Selection.diff(patch), clone)
    (clone / "src/cart.py").write_text("total = 2\ntax = 1\n")
    git(clone, "config", "user.name", "Bo")
    git(clone, "config", "user.email", "bo@example.org")
    (worktree,) = predict(workspace, SLUG, Selection.worktree(), clone)
    assert (prediction.sha, prediction.subject) == (None, "The diff")
    assert (prediction.author_name, prediction.files) == ("Bo", ("src/cart.py",))
    assert (prediction.percentile, prediction.reasons) == (worktree.percentile, worktree.reasons)


def test_without_a_name_its_author_is_unknown(workspace: Workspace) -> None:
    for name in ("", " . "):
        patch = Patch(CHANGED.encode(), author_name=name)
        with resolve(workspace, SLUG, Selection.diff(patch), mirror_only=True) as (commit,):
            (row,) = read_log(commit.git_dir, [commit.sha]).commits.iter_rows(named=True)
        assert row["author_name"] == "Unknown author"


def test_a_diff_of_gits_with_renames_modes_and_binaries_applies(
    workspace: Workspace, clone: Path
) -> None:
    git(clone, "mv", "src/cart.py", "src/basket.py")
    (clone / "run.sh").chmod(0o755)
    (clone / "logo.png").write_bytes(b"\x89PNG\0\2" * 200)
    git(clone, "add", "--all")
    diff = git(clone, "diff", "--cached", "--binary", "-M")
    found = changes(workspace, diff).select("path", "old_path", "status", "mode").rows()
    assert sorted(found) == [
        ("logo.png", None, "M", "100644"),
        ("run.sh", None, "M", "100755"),
        ("src/basket.py", "src/cart.py", "R", "100644"),
    ]


def test_a_diff_without_context_goes_by_the_numbers_of_lines(
    workspace: Workspace, clone: Path
) -> None:
    file = clone / "numbers.txt"
    file.write_text("".join(f"{number}\n" for number in range(9)))
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=Numbers")
    file.write_text("0\n1\ntwo\n3\n4\n5\n6\n8\nnine\n")
    diff = git(clone, "diff", "--unified=0")
    with resolve(workspace, SLUG, Selection.diff(Patch(diff)), clone) as (commit,):
        content = git(commit.git_dir, "show", f"{commit.sha}:numbers.txt")
    assert content == file.read_bytes()


def test_a_commit_of_the_clone_alone_may_be_its_base(workspace: Workspace, clone: Path) -> None:
    (clone / "src/cart.py").write_text("total = 5\n")
    git(clone, "commit", "--quiet", "--all", "--message=Five")
    patch = Patch(CHANGED.replace("-total = 1", "-total = 5").encode(), "HEAD")
    with resolve(workspace, SLUG, Selection.diff(patch), clone) as (commit,):
        parents = read_log(commit.git_dir, [commit.sha]).commits["parents"].item().to_list()
    assert parents == [git(clone, "rev-parse", "HEAD").decode().strip()]


@pytest.mark.parametrize(
    ("diff", "said"),
    [
        ("", "No valid patches in input"),
        ("nothing like a diff", "No valid patches in input"),
        (CHANGED.replace("total = 1", "total = 9"), r"patch failed: src/cart\.py:1"),
        (CHANGED.replace("src/cart.py", "src/gone.py"), r"src/gone\.py: does not exist in index"),
        (CHANGED.replace("+tax = 1\n", ""), r"corrupt patch at line \d+"),
        (new_file("../escaped.py"), r"invalid path '\.\./escaped\.py'"),
        (new_file(".git/hooks/post-checkout"), r"invalid path '\.git/hooks/post-checkout'"),
        (new_file("/etc/escaped"), "invalid path"),
        (new_file("outside/escaped.py"), "beyond a symbolic link"),
        (new_file("src/cart.py"), "already exists in index"),
        (
            UNPACKED,
            r"cannot apply binary patch to 'logo\.png' without full index line",
        ),
        (new_file('"').replace('a/"', '"a/\\377"').replace('b/"', '"b/\\377"'), "is not UTF-8"),
        ("+" * (MOST_BYTES + 1), "ask about a part of it"),
    ],
)
def test_what_does_not_apply_is_refused_with_gits_words(
    workspace: Workspace, diff: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        changes(workspace, diff)
    assert "asked.diff" not in str(refused.value)


def test_nothing_of_a_diff_is_written_out(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where a link of it leads, and neither into the mirror."""
    monkeypatch.chdir(tmp_path)
    mirror = workspace.mirror(SLUG).git_dir
    before = sorted(mirror.rglob("*"))
    link = new_file("link", str(tmp_path), "120000")
    assert changes(workspace, link + CHANGED)["mode"].to_list() == ["120000", "100644"]
    with pytest.raises(UsageError, match="beyond a symbolic link"):
        changes(workspace, link + new_file("link/escaped.py"))
    assert list(tmp_path.iterdir()) == []
    assert sorted(mirror.rglob("*")) == before


def test_a_diff_that_changes_nothing_has_nothing_to_predict(workspace: Workspace) -> None:
    back = CHANGED.replace("-total", "-x").replace("+total = 2\n+tax = 1", "+total = 1")
    back = back.replace("-x = 1", "-total = 1").replace("+1,2 @@", "+1 @@")
    with pytest.raises(UsageError, match="nothing to predict"):
        changes(workspace, back)


@pytest.mark.parametrize("base", ["gone", "--all", "0123456789"])
def test_an_unknown_base_is_refused(workspace: Workspace, base: str) -> None:
    with pytest.raises(UsageError, match=f"no commit of shop is called '{base}': analyse"):
        changes(workspace, CHANGED, base)


def packed(kind: str, size: int, data: bytes) -> bytes:
    """A packed file of a diff, one line of base 85 after the other."""
    stream = zlib.compress(data)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    lines = [stream[start : start + 52] for start in range(0, len(stream), 52)]
    whole = [line.ljust(-(-len(line) // 4) * 4, b"\0") for line in lines]
    body = b"".join(
        letters[len(line) - 1].encode() + base64.b85encode(padded) + b"\n"
        for line, padded in zip(lines, whole, strict=True)
    )
    return f"GIT binary patch\n{kind} {size}\n".encode() + body + b"\n"


def test_packed_files_count_by_what_they_unpack_to() -> None:
    gibibyte = b"\x80\x80\x80\x80\x04"
    assert unpacked_bytes(packed("literal", 70_000_000, b"\0" * 100)) == 70_000_000
    assert unpacked_bytes(packed("delta", 12, b"\x05" + gibibyte + b"\x90\1")) == 12 + 2**30
    assert unpacked_bytes(CHANGED.encode()) == 0


def test_a_small_diff_that_unpacks_to_much_is_refused(workspace: Workspace) -> None:
    bomb = b"diff --git a/logo.png b/logo.png\nindex " + b"1" * 40 + b".." + b"2" * 40
    bomb += b" 100644\n" + packed("literal", 1_000_000_000, b"\0" * 1000)
    with pytest.raises(UsageError, match="leave them out"):
        changes(workspace, bomb)
