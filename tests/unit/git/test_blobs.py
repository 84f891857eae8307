"""Blobs are read in the order asked for, and what is too large or damaged is told."""

from pathlib import Path

import pytest

from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.blobs import MAXIMUM_BYTES, read_blobs
from tests.histories import commit_of, git, write_history

LARGE = bytes(range(256)) * (MAXIMUM_BYTES // 256 * 3)
CONTENTS = {"empty": b"", "odd": b"\n\0\n no newline", "large": LARGE, "just": bytes(MAXIMUM_BYTES)}


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    write_history(tmp_path / "blobs.git", [commit_of(CONTENTS)])
    return tmp_path / "blobs.git"


def oid(git_dir: Path, path: str) -> str:
    return git(git_dir, "rev-parse", f"main:{path}").decode().strip()


def loose(git_dir: Path, path: str) -> Path:
    name = oid(git_dir, path)
    return git_dir / "objects" / name[:2] / name[2:]


def test_contents_come_in_the_order_asked_for(git_dir: Path) -> None:
    paths = ["odd", "empty", "just", "odd"]
    expected = [(oid(git_dir, path), len(CONTENTS[path]), CONTENTS[path]) for path in paths]
    assert list(read_blobs(git_dir, [oid(git_dir, path) for path in paths])) == expected


def test_a_blob_that_is_too_large_is_passed_over(git_dir: Path) -> None:
    asked = [oid(git_dir, path) for path in ("large", "odd")]
    assert list(read_blobs(git_dir, asked)) == [
        (asked[0], len(LARGE), None),
        (asked[1], len(CONTENTS["odd"]), CONTENTS["odd"]),
    ]


def test_no_blobs_are_none(git_dir: Path) -> None:
    assert list(read_blobs(git_dir, [])) == []


def test_a_missing_blob_says_what_to_do(git_dir: Path) -> None:
    asked = [oid(git_dir, "odd"), "1" * 40]
    with pytest.raises(MissingObjectsError, match=f"{'1' * 40} is missing.*`git fetch --refetch"):
        list(read_blobs(git_dir, asked))


@pytest.mark.parametrize("maximum_bytes", [MAXIMUM_BYTES, 2 * len(LARGE)])
def test_a_damaged_blob_ends_the_reading_with_its_reason(git_dir: Path, maximum_bytes: int) -> None:
    """Git breaks off in the middle of its content, whether that is kept or passed over."""
    damaged = loose(git_dir, "large")
    content = damaged.read_bytes()
    damaged.chmod(0o644)
    damaged.write_bytes(content[: len(content) // 2] + bytes(9) + content[len(content) // 2 + 9 :])
    asked = [oid(git_dir, path) for path in ("odd", "large", "odd")]
    with pytest.raises(MissingObjectsError, match="git fsck"):
        list(read_blobs(git_dir, asked, maximum_bytes=maximum_bytes))


def test_a_reader_may_stop_early(git_dir: Path) -> None:
    blobs = read_blobs(git_dir, [oid(git_dir, "large")] * 50, maximum_bytes=2 * len(LARGE))
    assert next(blobs)[2] == LARGE
    blobs.close()  # pyright: ignore[reportAttributeAccessIssue] - what is returned is a generator
