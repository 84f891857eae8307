"""Where a commit touches what was mended lately: lines that a fix wrote, and it replaces.

What needed a fix before is likelier to need one again (Kim et al., Predicting faults from cached
history, ICSE 2007). Which commit wrote a line is what `git blame -w` says of the version before; of
HEAD the table `line_origins` says the same at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.git.log_stream import path_argument
from hyperion_pipelines.lines.patches import hunks, read_patches
from hyperion_pipelines.prediction.model import Evidence
from hyperion_pipelines.prediction.resolving import Commit
from hyperion_pipelines.stores.lake import Lake

MOST_HUNKS = 20
MOST_EVIDENCE = 10
# Older fixes say little of today's code, and looking for them takes as long as all else.
RECENT = timedelta(days=2 * 365)

_EMPTY_FILE = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
# A content line begins with a tab, every other line of a porcelain with a word.
_BLAMED_LINE = re.compile(rb"^([0-9a-f]{40}) \d+ (\d+)(?: \d+)?$", re.MULTILINE)
_FIX = ("sha", "commit_time", "author_name", "subject", "is_fix")


@dataclass(frozen=True)
class _Lines:
    """Lines of a file before the commit, from 1, both ends included, and the size of the hunk."""

    path: str
    start: int
    end: int
    size: int = 0
    origin: str = ""


class Found(NamedTuple):
    """The evidence, and how many hunks were passed over, being smaller than others."""

    evidence: list[Evidence]
    passed_over: int


def find_evidence(
    lake: Lake,
    slug: str,
    commit: Commit,
    row: Mapping[str, Any],
    changes: pl.DataFrame,
    unknown: pl.DataFrame,
    origins_of: str | None = None,
) -> Found:
    """The fixes whose lines a commit replaces, of the two years before its parent.

    *row* is that of `commits`, *changes* are those of the commit; fixes may be among *unknown*
    commits, which the lake of *slug* does not have. *origins_of* is the commit whose lines
    `line_origins` knows. Where lines are only added, those beside them
    are looked at. The MOST_HUNKS largest hunks count; deleted files have none. For each file and
    fix its longest run of lines stands, the newest fixes first, MOST_EVIDENCE at most. A root
    commit has no evidence.
    """
    if len(row["parents"]) != 1:
        return Found([], 0)
    touched = sorted(_touched_lines(commit, changes), key=attrgetter("size"))
    looked_at = sorted(touched[-MOST_HUNKS:], key=attrgetter("path", "start"))
    (parent,) = row["parents"]
    since = _commit_time(commit.git_dir, parent) - RECENT
    if parent == origins_of:
        runs = _known_runs(lake, slug, looked_at)
    else:
        runs = [
            run
            for path, lines in groupby(looked_at, key=attrgetter("path"))
            for run in _blamed(commit.git_dir, parent, path, list(lines), since)
        ]
    of_origins = pl.col("sha").is_in({run.origin for run in runs})
    known = lake.read("commits", slug, columns=_FIX, where=of_origins)
    origins = pl.concat([known, unknown.filter(of_origins).select(_FIX)])
    fixes = origins.filter("is_fix", pl.col("commit_time") >= since)
    return Found(_told(runs, fixes), len(touched) - len(looked_at))


def _commit_time(git_dir: Path, sha: str) -> datetime:
    said = run_git(["rev-list", "--no-walk", "--timestamp", sha], git_dir=git_dir).output
    return datetime.fromtimestamp(int(said.split()[0]), UTC)


def _touched_lines(commit: Commit, changes: pl.DataFrame) -> Iterator[_Lines]:
    """For each hunk the lines that it replaces, or the two that it adds lines between."""
    before = pl.coalesce("old_path", "path").alias("before")
    is_text = pl.col("old_blob") != _EMPTY_FILE
    contents = changes.filter(is_text).drop_nulls(["old_blob", "new_blob"])
    ((_, patches),) = read_patches(commit.git_dir, [commit.sha])
    for path, *blobs in contents.select(before, "old_blob", "new_blob").iter_rows():
        for hunk in hunks(patches.get((blobs[0], blobs[1]), b"")):
            start = hunk.start + 1 if hunk.removed else max(hunk.start, 1)
            end = hunk.start + (hunk.removed or 1)
            yield _Lines(path, start, end, hunk.removed + hunk.added)


def _known_runs(lake: Lake, slug: str, lines: Sequence[_Lines]) -> list[_Lines]:
    """The runs of *lines* that the same commit wrote, by `line_origins`."""
    is_touched = pl.col("path").is_in({part.path for part in lines})
    columns = ("path", "start_line", "lines", "origin_sha")
    origins = lake.read("line_origins", slug, columns=columns, where=is_touched)
    touched = pl.DataFrame(
        [(part.path, part.start, part.end) for part in lines],
        schema={"path": pl.String, "from": pl.Int64, "to": pl.Int64},
        orient="row",
    )
    end = pl.col("start_line") + pl.col("lines") - 1
    pieces = (
        touched.join(origins.cast({"start_line": pl.Int64, "lines": pl.Int64}), on="path")
        .select(
            *("path", "origin_sha"),
            start=pl.max_horizontal("from", "start_line"),
            end=pl.min_horizontal("to", end),
        )
        .filter(pl.col("start") <= pl.col("end"))
        .sort("path", "start", "end")
    )
    runs: list[_Lines] = []
    for path, origin, start, last in pieces.iter_rows():
        run = runs[-1] if runs else None
        # Neighbouring hunks may look at the same lines, or at those that follow.
        if run is not None and (run.path, run.origin) == (path, origin) and start <= run.end + 1:
            runs[-1] = _Lines(path, run.start, max(run.end, last), origin=origin)
        else:
            runs.append(_Lines(path, start, last, origin=origin))
    return runs


def _blamed(
    git_dir: Path, parent: str, path: str, lines: Sequence[_Lines], since: datetime
) -> Iterator[_Lines]:
    """The runs of *lines*, of one file, that the same commit wrote; what is older has another."""
    ranges = [f"-L{part.start},{part.end}" for part in lines]
    command = ["blame", "-w", "--porcelain", f"--since={since.isoformat()}", *ranges, parent, "--"]
    said = run_git([*command, path_argument(path)], git_dir=git_dir, what=f"blaming {path}")
    run: _Lines | None = None
    for sha, number in _BLAMED_LINE.findall(said.output):
        origin, line = sha.decode("ascii"), int(number)
        if run is not None and (origin, line) == (run.origin, run.end + 1):
            run = _Lines(path, run.start, line, origin=origin)
            continue
        if run is not None:
            yield run
        run = _Lines(path, line, line, origin=origin)
    if run is not None:
        yield run


def _told(runs: Sequence[_Lines], fixes: pl.DataFrame) -> list[Evidence]:
    """Of each file and fix the longest of *runs*, in words; the newest fixes first."""
    known = {row["sha"]: row for row in fixes.iter_rows(named=True)}
    longest: dict[tuple[str, str], _Lines] = {}
    for run in (run for run in runs if run.origin in known):
        best = longest.get((run.path, run.origin), run)
        longest[run.path, run.origin] = max(best, run, key=_length)
    evidence = [
        Evidence(
            path=run.path,
            start_line=run.start,
            end_line=run.end,
            fix_sha=run.origin,
            fixed_at=fix["commit_time"],
            fixed_by=fix["author_name"],
            sentence=(
                f"{_span(run)} of {run.path} {'was' if run.start == run.end else 'were'} last "
                f"mended on {fix['commit_time']:%Y-%m-%d} by {fix['author_name']} "
                f"({run.origin[:7]} {fix['subject']})"
            ),
        )
        for run in longest.values()
        for fix in [known[run.origin]]
    ]
    evidence.sort(key=attrgetter("path", "start_line"))
    return sorted(evidence, key=attrgetter("fixed_at"), reverse=True)[:MOST_EVIDENCE]


def _length(lines: _Lines) -> int:
    return lines.end - lines.start


def _span(lines: _Lines) -> str:
    if lines.start == lines.end:
        return f"line {lines.start}"
    return f"lines {lines.start}-{lines.end}"
