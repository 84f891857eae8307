"""The files at HEAD: what each is, how long, and in which language."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import polars as pl

from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.git.commands import run_git, stream_git
from hyperion_pipelines.git.log_stream import decode_path
from hyperion_pipelines.git.modes import GITLINK, SYMLINK

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def read_tree(git_dir: Path, commit: str, filters: PathFilters) -> pl.DataFrame:
    """One row per file of *commit*, by path: the table `tree` without `repository`.

    `lines` is null for binary files, symbolic links and submodules; those two have no language. A
    submodule's `blob` is the commit that it names, and its `size` is null.
    """
    entries = list_tree(git_dir, commit).join(_lines(git_dir, commit), on="path", how="left")
    is_file = ~pl.col("mode").is_in([SYMLINK, GITLINK])
    return entries.with_columns(
        pl.when(is_file).then("lines").alias("lines"),
        pl.when(is_file).then(language_of(pl.col("path"))).alias("language"),
        *filters.columns(pl.col("path")),
    ).sort("path")


@contextmanager
def open_texts(git_dir: Path, commit: str) -> Generator[Callable[[str], str | None]]:
    """A function from a path to the text of that file of *commit*; None where there is none.

    One git process answers for as long as the block lasts. Bytes that are not UTF-8 are replaced.
    """
    requests: SimpleQueue[str | None] = SimpleQueue()
    with stream_git(
        ["cat-file", "--batch"],
        git_dir=git_dir,
        lines=iter(requests.get, None),
        what="reading files",
    ) as answers:

        def read(path: str) -> str | None:
            if "\n" in path:  # cat-file takes a name a line; what is configuration has none such
                return None
            requests.put(f"{commit}:{path}")
            answer = answers.readline().decode("utf-8", "replace").split()
            *_, kind, size = answer or ["", ""]  # git ended: leaving the block says why
            if not size.isdigit():  # "PATH missing"
                return None
            content = answers.read(int(size))
            answers.read(1)
            return content.decode("utf-8", "replace") if kind == "blob" else None

        try:
            yield read
        finally:
            requests.put(None)


def list_tree(git_dir: Path, commit: str) -> pl.DataFrame:
    """The files of *commit*: path, blob, mode, and size (null for a submodule), in git's order."""
    listing = run_git(["ls-tree", "-r", "-z", "-l", "--full-tree", commit], git_dir=git_dir).output
    rows = [
        (decode_path(path), *fields.decode("ascii").split())
        for fields, path in (entry.split(b"\t", 1) for entry in listing.split(b"\0") if entry)
    ]
    columns = dict.fromkeys(["path", "mode", "type", "blob", "size"], pl.String)
    return pl.DataFrame(rows, schema=columns, orient="row").select(
        "path", "blob", "mode", pl.col("size").cast(pl.UInt64, strict=False)
    )


def _lines(git_dir: Path, commit: str) -> pl.DataFrame:
    """Lines of each text file, as git counts those that adding it would add."""
    command = ["diff-tree", "-r", "-z", "--numstat", "--no-renames", EMPTY_TREE, commit]
    rows = [
        (decode_path(path), added.decode("ascii"))
        for added, _deleted, path in (
            entry.split(b"\t", 2)
            for entry in run_git(command, git_dir=git_dir).output.split(b"\0")
            if entry
        )
    ]
    columns = {"path": pl.String, "lines": pl.String}
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    return frame.with_columns(pl.col("lines").cast(pl.UInt32, strict=False))
