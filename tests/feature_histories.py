"""Random tables of a repository, for what must hold of the features that are made from them.

Any order of rows is drawn: with parallel branches and skewed clocks a file may be changed before it
is added, or after it was renamed away. Times meet the edges of the windows exactly. Only what no
commit of git can hold is left out: two rows of one path, a file renamed away that is still there.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import polars as pl
from hypothesis import strategies as st

from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.schemas import TABLES, TIME

Row = dict[str, Any]

START = datetime(2024, 1, 1, tzinfo=UTC)
# Multiples of the windows apart; 31 is a turn of a month, 91 and 366 turns of quarters.
DAYS = (0, 7, 14, 30, 31, 37, 60, 90, 91, 97, 98, 120, 181, 365, 366, 395, 455, 730)
SECONDS = (0, 0, 0, 1, -1)
ZONES = (0, 330, -690, 840)  # minutes
AUTHORS = ("alma", "bo", "cai", "dependabot")
REVIEWERS = ("Bo", "bo", "Alma Ærø <alma@example.org>", "alma ærø <ALMA@example.org>")
# What a message is taken for: subject, is_fix, is_revert.
MESSAGES = (
    ("Tidy the cart", False, False),
    ("feat: add a wish list", False, False),
    ("Fix the total of the cart", True, False),
    ('Revert "Add a wish list"', False, True),
    ("Fix a crash of the empty cart", True, False),
    ("Fix an XSS vulnerability in the search", True, False),
)
SUBMODULE = "libs/money"
PATHS = (
    *("setup.py", "app/cart.py", "app/api/views.py", "app/api/urls.py", "shop/cart.js"),
    *("tests/test_cart.py", "vendor/money.py", "app/cart_pb2.py", "README.md", SUBMODULE),
)
WIDE = tuple(f"bulk/{number:02}.py" for number in range(51))
STATUSES = ("A", "M", "M", "M", "D", "T", "R", "R")
MEASURES = (
    *("functions", "cyclomatic_sum", "cyclomatic_max", "cognitive_sum", "cognitive_max"),
    *("nesting_max", "parameters_max", "function_lines_max", "code_lines", "comment_lines"),
)
COVERAGE = pl.Schema({"sha": pl.String, "path": pl.String, "coverage": pl.Float32})
NO_COMMITS = FeatureTables(
    commits=TABLES["commits"].to_frame(),
    changes=TABLES["changes"].to_frame(),
    blob_metrics=TABLES["blob_metrics"].to_frame(),
    dependency_history=TABLES["dependency_history"].to_frame(),
    coverage=COVERAGE.to_frame(),
)


class Blob(NamedTuple):
    """A content: its id, and its lines if it is text."""

    id: str
    lines: int | None


BLOBS = (
    *(Blob(f"{number:040x}", lines) for number, lines in enumerate((0, 1, 5, 12, 40, 41, 100))),
    Blob("b" * 40, None),
)
ABSENT, SUBMODULE_COMMIT = Blob("", 0), Blob("", 1)


@st.composite
def tables(draw: st.DrawFn, most: int = 12) -> FeatureTables:
    """The tables of a repository with up to *most* commits."""
    steps = draw(st.lists(_steps(), min_size=draw(st.integers(0, most // 2)), max_size=most))
    shas = [f"{position:040x}" for position in range(len(steps))]
    commits = [
        commit | {"sha": sha, "position": position}
        for position, (sha, (commit, _)) in enumerate(zip(shas, steps, strict=True))
    ]
    changes = [
        row | {"sha": sha} for sha, (_, rows) in zip(shas, steps, strict=True) for row in rows
    ]
    return FeatureTables(
        commits=_frame("commits", commits),
        changes=_frame("changes", changes),
        blob_metrics=_frame("blob_metrics", draw(_blob_metrics())),
        dependency_history=_frame("dependency_history", draw(st.lists(_imports(), max_size=5))),
        coverage=pl.DataFrame(draw(_reports(shas)) if shas else [], schema=COVERAGE),
    )


def cut_off(tables: FeatureTables, kept: int) -> FeatureTables:
    """The tables as they were when the first *kept* commits were all there were.

    The metrics of blobs stay: they depend on nothing but their blob.
    """
    commits = tables.commits.sort("commit_time", "position").head(kept)
    now = pl.lit(commits["commit_time"].max(), TIME)
    until = pl.when(pl.col("until") <= now).then("until")
    return FeatureTables(
        commits=tables.commits.join(commits.select("sha"), on="sha", how="semi"),
        changes=tables.changes.join(commits.select("sha"), on="sha", how="semi"),
        blob_metrics=tables.blob_metrics,
        dependency_history=tables.dependency_history.filter(pl.col("since") <= now).with_columns(
            until.alias("until")
        ),
        coverage=tables.coverage.join(commits.select("sha"), on="sha", how="semi"),
    )


def _frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    schema = TABLES[table]
    empty: Row = dict.fromkeys(schema)
    return pl.DataFrame([empty | {"repository": "shop"} | row for row in rows], schema=schema)


@st.composite
def _times(draw: st.DrawFn) -> datetime:
    days, seconds = draw(st.sampled_from(DAYS)), draw(st.sampled_from(SECONDS))
    return START + timedelta(days=days, seconds=seconds)


@st.composite
def _steps(draw: st.DrawFn) -> tuple[Row, list[Row]]:
    """A commit and what it changes; merges change nothing."""
    commit = draw(_commits())
    return commit, [] if commit["is_merge"] else draw(_changes())


@st.composite
def _commits(draw: st.DrawFn) -> Row:
    author = draw(st.sampled_from(AUTHORS))
    subject, is_fix, is_revert = draw(st.sampled_from(MESSAGES))
    return {
        "parents": [],
        "author_id": author,
        "author_time": draw(_times()) + timedelta(minutes=draw(st.integers(0, 24 * 60))),
        "commit_time": draw(_times()),
        "author_tz_minutes": draw(st.sampled_from(ZONES)),
        "subject": subject,
        "body": "",
        "is_merge": draw(st.integers(0, 7)) == 7,
        "is_fix": is_fix,
        "is_revert": is_revert,
        "is_bot": author == "dependabot",
        "issue_refs": [],
        "co_authors": [],
        "reviewers": draw(st.lists(st.sampled_from(REVIEWERS), unique=True)),
        "is_on_head": draw(st.integers(0, 4)) < 4,
    }


@st.composite
def _changes(draw: st.DrawFn) -> list[Row]:
    """The rows of a commit: mostly a few, now and then as many as make it wide, or one fewer."""
    paths = draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=4))
    statuses = {path: draw(st.sampled_from(STATUSES)) for path in paths}
    # What is still there, or deleted, was not renamed away.
    free = [path for path in PATHS if statuses.get(path, "R") in "AR"]
    rows: list[Row] = []
    for path, status in statuses.items():
        old_path = None
        if status == "R":
            others = [other for other in free if other != path]
            # Often one that this commit fills again: swaps, and chains of renames.
            refilled = [other for other in others if other in statuses]
            old_path = draw(
                st.sampled_from(refilled if refilled and draw(st.booleans()) else others)
            )
            free.remove(old_path)
        rows.append(draw(_change(path, old_path, status)))
    height = draw(st.sampled_from([0] * 30 + [len(WIDE) - 1, len(WIDE)]))
    rows += [_row(path, None, "M", (BLOBS[1], BLOBS[1]), 1) for path in WIDE[len(rows) : height]]
    return sorted(rows, key=lambda row: row["path"])


@st.composite
def _change(draw: st.DrawFn, path: str, old_path: str | None, status: str) -> Row:
    content = st.just(SUBMODULE_COMMIT) if path == SUBMODULE else st.sampled_from(BLOBS)
    before = ABSENT if status == "A" else draw(content)
    after = ABSENT if status == "D" else draw(content)
    most = min(before.lines or 0, after.lines or 0)
    kept = most if before == after else draw(st.integers(0, most))
    return _row(path, old_path, status, (before, after), kept)


def _row(
    path: str, old_path: str | None, status: str, contents: tuple[Blob, Blob], kept: int
) -> Row:
    """A row of `changes` that leaves *kept* lines of the first of *contents* in the second."""
    before, after = contents
    is_text = before.lines is not None and after.lines is not None
    return {
        "path": path,
        "old_path": old_path,
        "status": status,
        "added": after.lines - kept if after.lines is not None and is_text else None,
        "deleted": before.lines - kept if before.lines is not None and is_text else None,
        "is_binary": not is_text,
        "mode": "160000" if path == SUBMODULE else "100644",
        "old_blob": before.id or None,
        "new_blob": after.id or None,
        "similarity": 50 if status == "R" else None,
    }


@st.composite
def _blob_metrics(draw: st.DrawFn) -> list[Row]:
    """Some blobs were parsed, some skipped with their lines or without, some are no source."""
    kinds = {
        blob: draw(st.sampled_from(["parsed", "parsed", "generated", "too large", "no source"]))
        for blob in BLOBS
    }
    return [
        draw(_parsed(blob)) if kind == "parsed" and blob.lines is not None else _skipped(blob, kind)
        for blob, kind in kinds.items()
        if kind != "no source"
    ]


@st.composite
def _parsed(draw: st.DrawFn, blob: Blob) -> Row:
    measures = {name: draw(st.integers(0, 30)) for name in MEASURES}
    smell = {"kind": "long function", "line": 1, "detail": "total: lines 61 > 60"}
    return _skipped(blob, None) | {
        **measures,
        "halstead_volume": draw(st.integers(0, 4000)) / 4,
        "maintainability_index": draw(st.integers(0, 200)) / 2,
        "comment_ratio": draw(st.integers(0, 8)) / 8,
        "smells": [smell] * draw(st.integers(0, 3)),
    }


def _skipped(blob: Blob, reason: str | None) -> Row:
    """What is known without parsing; a binary has what counts as lines too."""
    is_text = blob.lines is not None
    lines = None if reason == "too large" else blob.lines if is_text else 3
    skipped = reason if is_text else "binary"
    return {"blob": blob.id, "language": "Python", "lines": lines, "skipped": skipped}


@st.composite
def _imports(draw: st.DrawFn) -> Row:
    since, until = sorted([draw(_times()), draw(_times())])
    return {
        "from_path": draw(st.sampled_from(PATHS)),
        "to_path": draw(st.sampled_from(PATHS)),
        "since": since,
        "until": draw(st.sampled_from([None, until])) if since < until else None,
    }


@st.composite
def _reports(draw: st.DrawFn, shas: Sequence[str]) -> list[Row]:
    """What coverage reports say, some of them written by merges."""
    writers = draw(st.lists(st.sampled_from(shas), unique=True, max_size=3))
    return [
        {"sha": sha, "path": path, "coverage": draw(st.integers(0, 8)) / 8}
        for sha in writers
        for path in draw(st.lists(st.sampled_from(PATHS), unique=True, min_size=1, max_size=5))
    ]
