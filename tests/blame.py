"""What git itself says of lines, in the form of the line tables, and how far a history agrees.

Every answer comes from git processes (blame, diff, ls-tree) over single files, so it shares nothing
with the engine's replay, which reads all commits at once. It is slow: tests and benchmarks ask it,
no more.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.errors import SourceError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames, decode_path
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.sample.history_writer import EXECUTABLE, REGULAR

IGNORE_REVS = ".git-blame-ignore-revs"
LINES = pl.Schema({"path": pl.String, "line": pl.UInt32, "origin_sha": pl.String})
REMOVALS = pl.Schema(
    {
        "sha": pl.String,
        "path": pl.String,
        "origin_sha": pl.String,
        "lines": pl.UInt32,
        "blank": pl.UInt32,
    }
)
REMOVAL_KEY = ["sha", "path", "origin_sha"]

# A content line begins with a tab, every other line of a porcelain with a word.
_BLAMED_LINE = re.compile(rb"^([0-9a-f]{40}) \d+ (\d+)(?: \d+)?$", re.MULTILINE)
_HUNK = re.compile(rb"@@ -(\d+)")


@dataclass(frozen=True)
class Tables:
    """The tables of a repository that a line history starts from."""

    commits: pl.DataFrame
    changes: pl.DataFrame
    tree: pl.DataFrame
    head_sha: str


@dataclass(frozen=True)
class File:
    """A file of a commit, its path in git's own bytes."""

    path: bytes
    mode: str
    blob: str

    @property
    def is_regular(self) -> bool:
        """Whether it is neither a link nor a submodule."""
        return self.mode in {REGULAR, EXECUTABLE}


@dataclass(frozen=True)
class Agreement:
    """How many of *lines* have the same origin on both sides, and the rows that differ."""

    lines: int
    agreed: int
    disagreements: pl.DataFrame

    @property
    def share(self) -> float:
        """The share of lines that agree; 1 where there are none."""
        return self.agreed / self.lines if self.lines else 1.0


def read_tables(git_dir: Path, *, workers: int = 1) -> Tables:
    """The tables of a bare repository. Raises SourceError where HEAD names no commit."""
    refs = Mirror(git_dir, "").refs()
    if refs is None:
        raise SourceError(f"{git_dir} has no commit at HEAD")
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, nothing, workers=workers)
    tree = read_tree(git_dir, refs.head_sha, read_filters())
    return Tables(history.commits, history.changes, tree, refs.head_sha)


def files_of(git_dir: Path, commit: str) -> dict[str, File]:
    """The files of *commit*, submodules among them, by their paths as the tables write them."""
    listing = run_git(["ls-tree", "-r", "-z", "--full-tree", commit], git_dir=git_dir).output
    files: dict[str, File] = {}
    for entry in listing.split(b"\0")[:-1]:
        fields, path = entry.split(b"\t", 1)
        mode, _, blob = fields.decode("ascii").split()
        files[decode_path(path)] = File(path, mode, blob)
    return files


def write_ignore_revs(git_dir: Path, commit: str, file: Path) -> Path | None:
    """Write the list of commits that *commit* has blame ignore to *file*; None without a list."""
    listed = files_of(git_dir, commit).get(IGNORE_REVS)
    if listed is None:
        return None
    file.write_bytes(run_git(["cat-file", "blob", listed.blob], git_dir=git_dir).output)
    return file


def blame_lines(
    git_dir: Path, commit: str, path: bytes, *, ignore_revs_file: Path | None = None
) -> list[str]:
    """The sha that `git blame -w` gives each line of a file of *commit*, the first line first."""
    command = ["-c", "core.quotePath=false", "blame", "-w", "--porcelain"]
    if ignore_revs_file:
        command.append(f"--ignore-revs-file={ignore_revs_file}")
    command += [commit, "--", os.fsdecode(path)]
    output = run_git(command, git_dir=git_dir, what="git blame").output
    origins = {int(line): sha.decode() for sha, line in _BLAMED_LINE.findall(output)}
    return [origins[line] for line in range(1, len(origins) + 1)]


def blamed_origins(
    git_dir: Path, commit: str, files: Sequence[File], *, ignore_revs_file: Path | None = None
) -> pl.DataFrame:
    """The origin of every line of *files* of *commit*, a row a line: path, line, origin_sha."""
    rows = [
        (decode_path(file.path), line, sha)
        for file in files
        for line, sha in enumerate(
            blame_lines(git_dir, commit, file.path, ignore_revs_file=ignore_revs_file), 1
        )
    ]
    return pl.DataFrame(rows, schema=LINES, orient="row")


def text_files(git_dir: Path, tables: Tables) -> list[File]:
    """The files at HEAD that have lines: neither binary nor link nor submodule."""
    files = files_of(git_dir, tables.head_sha)
    return [files[path] for path in tables.tree.filter(pl.col("lines").is_not_null())["path"]]


def origin_lines(origins: pl.DataFrame) -> pl.DataFrame:
    """The runs of the table line_origins as a row a line: path, line, origin_sha."""
    end = pl.col("start_line") + pl.col("lines")
    line = pl.int_ranges("start_line", end, dtype=pl.UInt32)
    return origins.with_columns(line=line).explode("line").select(list(LINES))


def compare_origins(origins: pl.DataFrame, blamed: pl.DataFrame) -> Agreement:
    """Runs of line_origins against what `blamed_origins` says of the same files."""
    both = blamed.join(
        origin_lines(origins), on=["path", "line"], how="full", coalesce=True, suffix="_ours"
    ).select("path", "line", ours="origin_sha_ours", gits="origin_sha")
    differing = both.filter(pl.col("ours").ne_missing(pl.col("gits"))).sort("path", "line")
    return Agreement(both.height, both.height - differing.height, differing)


def blamed_removals(
    git_dir: Path, tables: Tables, shas: Sequence[str], *, ignore_revs_file: Path | None = None
) -> pl.DataFrame:
    """The rows of line_removals, but for `comment`, that git gives the non-merges among *shas*.

    They are the lines that `git diff -w -U0` between the two contents of each changed file deletes,
    each with the origin that blame gives it at the parent, under the old path. What an ignored
    commit removes is no business of git's: none may be among *shas*.
    """
    parents = tables.commits.filter(pl.col("sha").is_in(shas), pl.col("parents").list.len() == 1)
    changes = tables.changes.filter(pl.col("old_blob").is_not_null())
    rows: list[tuple[str, str, str, int, int]] = []
    for sha, (parent,) in parents.select("sha", "parents").iter_rows():
        removed = _removed_from(git_dir, sha, parent, changes.filter(pl.col("sha") == sha))
        for old_path, file, lines in removed:
            origins = blame_lines(git_dir, parent, file.path, ignore_revs_file=ignore_revs_file)
            counts = Counter(origins[number - 1] for number, _ in lines)
            blank = Counter(origins[number - 1] for number, text in lines if not text.strip())
            rows += [(sha, old_path, origin, counts[origin], blank[origin]) for origin in counts]
    return pl.DataFrame(rows, schema=REMOVALS, orient="row").sort(REMOVAL_KEY)


def compare_removals(removals: pl.DataFrame, blamed: pl.DataFrame) -> Agreement:
    """Rows of line_removals against what `blamed_removals` says of the same commits."""
    ours = removals.select(list(REMOVALS))
    both = blamed.join(ours, on=REMOVAL_KEY, how="full", coalesce=True, suffix="_ours").select(
        *REMOVAL_KEY,
        *(pl.col(f"{name}_ours").fill_null(0) for name in ("lines", "blank")),
        *(pl.col(name).fill_null(0).alias(f"{name}_gits") for name in ("lines", "blank")),
    )
    same = (pl.col("lines_ours") == pl.col("lines_gits")) & (
        pl.col("blank_ours") == pl.col("blank_gits")
    )
    lines, agreed = both.select(
        pl.max_horizontal("lines_ours", "lines_gits").sum(),
        agreed=pl.min_horizontal("lines_ours", "lines_gits").sum(),
    ).row(0)
    return Agreement(lines, agreed, both.filter(~same).sort(REMOVAL_KEY))


def removed_lines(git_dir: Path, compared: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Number and text of each line that `git diff -w -U0` deletes; of binary files none.

    *compared* are two blobs, or two commits and the path of a file that the second lacks.
    """
    command = ["diff", "-w", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv"]
    patch = run_git([*command, *compared], git_dir=git_dir).output
    number = 0  # of the next old line; before the first hunk of a file there is none
    for line in patch.split(b"\n"):
        if hunk := _HUNK.match(line):
            number = int(hunk[1])
        elif line.startswith(b"diff "):
            number = 0
        elif number and line.startswith(b"-"):
            yield number, line[1:]
            number += 1


def contested_renames(git_dir: Path, commits: pl.DataFrame) -> list[tuple[str, str]]:
    """(sha, path) of each renamed file whose source is another when git looks for it alone.

    `git log -M` pairs all deleted and added files of a commit at once; blame looks for the source
    of the one file that it follows, as if no other had been added.
    """
    edges = commits.select("sha", "parents").explode("parents").drop_nulls()
    return [
        (sha, decode_path(path))
        for sha, parent in edges.iter_rows()
        for path in _contested(git_dir, parent, sha)
    ]


def _removed_from(
    git_dir: Path, sha: str, parent: str, changes: pl.DataFrame
) -> Iterator[tuple[str, File, list[tuple[int, bytes]]]]:
    """The files of *parent* that lost lines, by their old paths, with these lines."""
    before, after = files_of(git_dir, parent), files_of(git_dir, sha)
    for path, old_path in changes.select("path", pl.coalesce("old_path", "path")).iter_rows():
        old, new = before[old_path], after.get(path)
        if not old.is_regular:
            continue
        if new and new.is_regular:
            compared = [old.blob, new.blob]
        else:  # one that turns into a link or a submodule loses its lines as if it were deleted
            compared = [parent, sha, "--", f":(literal){os.fsdecode(old.path)}"]
        if removed := list(removed_lines(git_dir, compared)):
            yield old_path, old, removed


def _contested(git_dir: Path, parent: str, sha: str) -> list[bytes]:
    deleted, added, sources = _renames(git_dir, parent, sha, [])
    contested: list[bytes] = []
    for path, source in sources.items():
        wanted = [path, *deleted]
        # A pathspec that names a file also names what lies in a folder of that name.
        unwanted = [
            other
            for other in added - {path}
            if any(other.startswith(name + b"/") for name in wanted)
        ]
        paths = [b":(literal)" + name for name in wanted]
        paths += [b":(exclude,literal)" + name for name in unwanted]
        if len(added) > 1 and _renames(git_dir, parent, sha, paths)[2].get(path) != source:
            contested.append(path)
    return contested


def _renames(
    git_dir: Path, parent: str, sha: str, paths: Sequence[bytes]
) -> tuple[set[bytes], set[bytes], dict[bytes, bytes]]:
    """The paths deleted, those added, and the source of each of these that was renamed."""
    command = ["-c", "diff.renameLimit=1000", "diff-tree", "-r", "-z", "--raw", "-M", parent, sha]
    named = ["--", *map(os.fsdecode, paths)] if paths else []
    tokens = iter(run_git([*command, *named], git_dir=git_dir).output.split(b"\0")[:-1])
    deleted, added, paired = set[bytes](), set[bytes](), dict[bytes, bytes]()
    for described in tokens:
        status, path = described.split(b" ")[4][:1], next(tokens)
        if status == b"R":
            source, path = path, next(tokens)
            paired[path] = source
            deleted.add(source)
        if status in {b"A", b"R"}:
            added.add(path)
        if status == b"D":
            deleted.add(path)
    return deleted, added, paired
