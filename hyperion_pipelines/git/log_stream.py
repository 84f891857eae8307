"""The one reader of `git log`: commits and the files that they change, streamed into frames.

It yields what git recorded and nothing derived: positions, identities and the meaning of messages
are added by `history`. Memory is bounded by the frames that come out, never by what git prints.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from hyperion_pipelines.errors import GitError
from hyperion_pipelines.git.commands import stream_git
from hyperion_pipelines.git.modes import GITLINK
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import CHANGES, COMMITS

CHUNK_BYTES = 1 << 20
FRAME_COMMITS = 500
# Below this a second process costs more than it saves: git's delta cache starts cold in each.
SLICE_COMMITS = 2_000

_ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")

NO_OBJECT = "0" * 40

RawEntry = tuple[list[bytes], bytes, bytes | None]

# Context 0 lets git trim the common tail of a file before it compares: faster, and the totals are
# those of `git -c diff.context=0 log --numstat -M`.
LOG = (
    *("-c", "diff.context=0", "-c", "core.quotePath=false", "-c", "diff.renameLimit=1000"),
    *("-c", "i18n.logOutputEncoding=UTF-8", "-c", "log.showSignature=false"),
    *("log", "--no-walk=unsorted", "--stdin", "-z", "--raw", "--numstat", "-M", "--root"),
    *("--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv", "--no-mailmap"),
    "--date=raw",
)
HEADER = "%x00".join(
    ["%H", "%P", "%an", "%ae", "%ad", "%cn", "%ce", "%cd", "%s", "%b"]
)  # -z adds the last NUL
HEADER_FIELDS = 10

# What git records of a commit; the other columns of the table are derived from these.
COMMIT_SCHEMA = pl.Schema(
    {
        name: COMMITS[name]
        for name in (
            *("sha", "parents", "author_name", "author_email", "committer_name", "committer_email"),
            *("author_time", "commit_time", "author_tz_minutes", "subject", "body"),
        )
    }
)
CHANGE_SCHEMA = pl.Schema({name: CHANGES[name] for name in CHANGES if name != "repository"})
LAST_SECOND = 253_402_300_799  # of the year 9999, the last that Python can show


@dataclass(frozen=True)
class LogFrames:
    """Commits and changes, as COMMIT_SCHEMA and CHANGE_SCHEMA."""

    commits: pl.DataFrame
    changes: pl.DataFrame


@dataclass
class _Columns:
    """The columns of a few hundred commits, while they are read."""

    headers: list[Sequence[str]] = field(default_factory=list[Sequence[str]])
    changes: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])

    def frames(self) -> LogFrames:
        raw = ["sha", "parents", *_PEOPLE, "subject", "body"]
        commits = pl.DataFrame(self.headers, schema=dict.fromkeys(raw, pl.String), orient="row")
        changes = pl.DataFrame(self.changes, schema=CHANGE_SCHEMA, orient="row")
        return LogFrames(commits.select(_COMMIT_COLUMNS), changes)


_PEOPLE = (
    *("author_name", "author_email", "author_date"),
    *("committer_name", "committer_email", "commit_date"),
)


def _seconds(date: str) -> pl.Expr:
    """The time of a raw date; a damaged one counts as 1970, one beyond the year 9999 as its end."""
    seconds = pl.col(date).str.extract(r"^(-?\d+)").cast(pl.Int64, strict=False).fill_null(0)
    return (
        pl.from_epoch(seconds.clip(0, LAST_SECOND), "s")
        .dt.cast_time_unit("us")
        .dt.replace_time_zone("UTC")
    )


def _zone_minutes(date: str) -> pl.Expr:
    """Minutes east of UTC; a damaged zone counts as UTC."""
    zone = pl.col(date).str.extract(r" ([+-]\d{4})$").cast(pl.Int16, strict=False).fill_null(0)
    return zone.sign() * (zone.abs() // 100 * 60 + zone.abs() % 100)


_COMMIT_COLUMNS = [
    pl.col("sha"),
    pl.when(pl.col("parents") == "")
    .then(pl.lit([], pl.List(pl.String)))
    .otherwise(pl.col("parents").str.split(" "))
    .alias("parents"),
    *(pl.col(name) for name in _PEOPLE if not name.endswith("_date")),
    _seconds("author_date").alias("author_time"),
    _seconds("commit_date").alias("commit_time"),
    _zone_minutes("author_date").cast(pl.Int16).alias("author_tz_minutes"),
    pl.col("subject"),
    pl.col("body").str.strip_chars_end("\n"),
]


def read_log(
    git_dir: Path, shas: Sequence[str], *, workers: int = 1, progress: Progress | None = None
) -> LogFrames:
    """What git recorded of the commits *shas*, in their order.

    Long lists are cut into contiguous slices that *workers* git processes read side by side (the
    work is git's, so threads are enough here). Raises MissingObjectsError where the repository
    lacks an object that a diff needs.
    """
    size = max(SLICE_COMMITS, -(-len(shas) // (2 * workers)))
    slices = [shas[start : start + size] for start in range(0, len(shas), size)]
    progress = progress or Silent()
    with (
        progress.stage("history", len(shas), "commits") as advance,
        ThreadPoolExecutor(max_workers=workers) as pool,
    ):

        def read(part: Sequence[str]) -> list[LogFrames]:
            frames: list[LogFrames] = []
            for frame in _read_slice(git_dir, part):
                advance(frame.commits.height)
                frames.append(frame)
            return frames

        frames = [frame for part in pool.map(read, slices) for frame in part]
    return LogFrames(
        pl.concat([COMMIT_SCHEMA.to_frame(), *(frame.commits for frame in frames)]),
        pl.concat([CHANGE_SCHEMA.to_frame(), *(frame.changes for frame in frames)]),
    )


def _read_slice(git_dir: Path, shas: Sequence[str]) -> Iterator[LogFrames]:
    nonce = secrets.token_hex(16)
    command = [*LOG, f"--format={nonce}{HEADER}"]
    columns, record = _Columns(), b""
    with stream_git(command, git_dir=git_dir, lines=shas, what="reading the history") as stream:
        for following in split_stream(stream, nonce.encode()):
            if record:
                _add_commit(columns, record.split(b"\0"))
            record = following
            if len(columns.headers) == FRAME_COMMITS:
                yield columns.frames()
                columns = _Columns()
    # The last one is whole only if git ended well, which leaving the block has checked.
    if record:
        _add_commit(columns, record.split(b"\0"))
    yield columns.frames()


def split_stream(stream: IO[bytes], separator: bytes) -> Iterator[bytes]:
    """The parts of *stream* that follow each *separator*, in time linear in its length.

    A part that spans many reads is collected as a list, never joined to the next read.
    """
    held, parts, begun = b"", list[bytes](), False
    while chunk := stream.read(CHUNK_BYTES):
        pieces = (held + chunk).split(separator)
        # The last piece may end in the first half of a separator.
        keep = min(len(separator) - 1, len(pieces[-1]))
        held = pieces[-1][len(pieces[-1]) - keep :]
        pieces[-1] = pieces[-1][: len(pieces[-1]) - keep]
        for piece in pieces[:-1]:
            parts.append(piece)
            if begun:
                yield b"".join(parts)
            parts, begun = [], True
        parts.append(pieces[-1])
    if begun:
        yield b"".join([*parts, held])


def _add_commit(columns: _Columns, tokens: list[bytes]) -> None:
    """Take a record apart: the header's fields, raw entries, then as many of numstat."""
    header = [token.decode("utf-8", "replace") for token in tokens[:HEADER_FIELDS]]
    columns.headers.append(header)
    sha = header[0]
    raw, place = split_raw(tokens, HEADER_FIELDS)
    for entry, path, old_path in raw:
        added, deleted, same = tokens[place].split(b"\t", 2)
        if (same or tokens[place + 2]) != path:
            raise GitError(f"git log of {sha} lists other files as raw than as numstat")
        place += 1 if same else 3
        columns.changes.append(_change(sha, entry, path, old_path, (added, deleted)))


def split_raw(tokens: Sequence[bytes], place: int = 0) -> tuple[list[RawEntry], int]:
    """The entries of `--raw -z` from *place* on in what git printed, split at NULs.

    Each has its fields (modes, blobs, status), its path, and its old path if it was renamed or
    copied. The number is the place of what follows them; the last token, after the last NUL, is
    none of them.
    """
    entries: list[RawEntry] = []
    end = len(tokens) - 1
    while place < end and (fields := tokens[place].lstrip(b"\n")).startswith(b":"):
        entry = fields[1:].split(b" ")
        renamed = entry[4][:1] in b"RC"
        entries.append((entry, tokens[place + 1 + renamed], tokens[place + 1] if renamed else None))
        place += 2 + renamed
    return entries, place


def _change(
    sha: str,
    entry: list[bytes],
    path: bytes,
    old_path: bytes | None,
    counts: tuple[bytes, bytes],
) -> tuple[object, ...]:
    old_mode, new_mode, old_object, new_object, status = (part.decode("ascii") for part in entry)
    is_binary = counts[0] == b"-"
    return (
        sha,
        decode_path(path),
        None if old_path is None else decode_path(old_path),
        status[0],
        None if is_binary else int(counts[0]),
        None if is_binary else int(counts[1]),
        is_binary,
        old_mode if status == "D" else new_mode,
        _blob(old_mode, old_object),
        _blob(new_mode, new_object),
        int(status[1:]) if len(status) > 1 else None,
    )


def _blob(mode: str, object_id: str) -> str | None:
    """The blob's id; None where there is none, or where a submodule names a commit instead."""
    return None if mode == GITLINK or object_id == NO_OBJECT else object_id


def decode_path(path: bytes) -> str:
    r"""A path as text; bytes that are not UTF-8 are written \xNN, which tells most apart."""
    return path.decode("utf-8", "backslashreplace")


def path_argument(path: str) -> str:
    """What to call git with for a path that `decode_path` gave: its bytes, where they are no text.

    A path that has such an escape written out in it cannot be told from those; it is rare.
    """
    return _ESCAPED_BYTE.sub(lambda escape: chr(0xDC00 + int(escape[1], 16)), path)
