"""The features of commits by brute force: loops over all that came before, commit by commit.

What the engine computes by joins and windows is recomputed here from its definition alone, as
plainly and as slowly as can be. Files are the business of `file_feature_oracle`; the histories that
engine and oracle are compared on are made by `feature_histories`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.groups.priority import priority
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.schemas import TABLES

Features = dict[str, float | bool | None]


@dataclass(frozen=True)
class Change:
    """A row of `changes`, and the file that it belongs to."""

    path: str
    old_path: str | None
    status: str
    added: int
    deleted: int
    is_binary: bool
    old_blob: str | None
    new_blob: str | None
    file: str

    @property
    def lines(self) -> int:
        """Lines added and deleted."""
        return self.added + self.deleted


@dataclass(frozen=True)
class Commit:
    """A commit that is no merge; `about` is its row of `commits`, with its priority."""

    about: Mapping[str, Any]
    time: datetime
    author: str
    is_fix: bool
    changes: Sequence[Change]

    @property
    def files(self) -> set[str]:
        """The files that it touches."""
        return {change.file for change in self.changes}


@dataclass
class FileMap:
    """Which file is at which path, as renames move it."""

    at: dict[str, str] = field(default_factory=dict[str, str])
    given_away: set[str] = field(default_factory=set[str])

    def file(self, path: str) -> str:
        """The file at *path*: the first one there, named so, unless another took its place."""
        return self.at.get(path, path)

    def follow(self, sha: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """The files of a commit's rows, which are then where the commit put them."""
        renames = {row["path"]: row["old_path"] for row in rows if row["status"] == "R"}
        moved = {path: self.file(old_path) for path, old_path in renames.items()}
        self.at |= moved
        self.given_away = (self.given_away | set(renames.values())) - set(renames)
        for row in rows:
            if row["status"] == "A" and row["path"] in self.given_away:
                self.at[row["path"]] = f"{row['path']} of {sha}"
                self.given_away.remove(row["path"])
        return [self.file(row["path"]) for row in rows]


@dataclass(frozen=True)
class Import:
    """A row of `dependency_history`; `file` is the one that is imported."""

    from_path: str
    file: str
    since: datetime
    until: datetime | None

    def holds(self, time: datetime) -> bool:
        """Whether it was seen at the last turn before or at *time*."""
        return self.since <= time and (self.until is None or time < self.until)


@dataclass(frozen=True)
class History:
    """A repository's history: its commits in the order of time, and what else is known."""

    commits: Sequence[Commit]
    imports: Sequence[Import]
    metrics: Mapping[str, Mapping[str, Any]]
    paths: Mapping[str, Mapping[str, bool]]
    coverage: Mapping[str, Mapping[str, float]]

    def parsed(self, blob: str | None) -> Mapping[str, Any] | None:
        """The metrics of *blob*, if it was parsed."""
        found = self.metrics.get(blob) if blob else None
        return found if found and found["skipped"] is None else None


def commit_rows(tables: FeatureTables, filters: PathFilters) -> pl.DataFrame:
    """What `commit_features` should give."""
    history = read_history(tables, filters)
    rows = [
        {"sha": commit.about["sha"], "commit_time": commit.time}
        | code_quality(history, commit)
        | {"coverage_mean": coverage_mean(history, commit, history.commits[:rank])}
        | team(commit, history.commits[:rank])
        | business(history, commit, history.commits[:rank])
        | temporal(commit, history.commits[:rank])
        for rank, commit in enumerate(history.commits)
    ]
    return frame_of("commit_features", rows)


def frame_of(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a table as a frame of its types, less the repository."""
    schema = {name: dtype for name, dtype in TABLES[table].items() if name != "repository"}
    return pl.DataFrame(rows, schema=schema)


def read_history(
    tables: FeatureTables, filters: PathFilters, *, only_head: bool = False
) -> History:
    """The tables as a history, of all branches or of HEAD alone."""
    kept = tables.commits.with_columns(priority=priority()).filter(~pl.col("is_merge"))
    abouts = kept.filter("is_on_head") if only_head else kept
    ordered = sorted(
        abouts.iter_rows(named=True), key=lambda row: (row["commit_time"], row["position"])
    )
    rows = {about["sha"]: list[Mapping[str, Any]]() for about in ordered}
    for row in tables.changes.iter_rows(named=True):
        if row["sha"] in rows:
            rows[row["sha"]].append(row)
    files = FileMap()
    coverage: dict[str, dict[str, float]] = {}
    for row in tables.coverage.iter_rows(named=True):
        coverage.setdefault(row["sha"], {})[row["path"]] = row["coverage"]
    paths = tables.changes.select(pl.col("path").unique())
    return History(
        commits=[_commit(about, rows[about["sha"]], files) for about in ordered],
        imports=[
            _import(row, ordered, rows) for row in tables.dependency_history.iter_rows(named=True)
        ],
        metrics={row["blob"]: row for row in tables.blob_metrics.iter_rows(named=True)},
        paths={
            row["path"]: row
            for row in paths.with_columns(filters.columns(pl.col("path"))).iter_rows(named=True)
        },
        coverage=coverage,
    )


def _commit(about: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], files: FileMap) -> Commit:
    changes = [
        Change(
            path=row["path"],
            old_path=row["old_path"],
            status=row["status"],
            added=row["added"] or 0,
            deleted=row["deleted"] or 0,
            is_binary=row["is_binary"],
            old_blob=row["old_blob"],
            new_blob=row["new_blob"],
            file=file,
        )
        for row, file in zip(rows, files.follow(about["sha"], rows), strict=True)
    ]
    return Commit(about, about["commit_time"], about["author_id"], about["is_fix"], changes)


def _import(
    row: Mapping[str, Any],
    ordered: Sequence[Mapping[str, Any]],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Import:
    """A row of `dependency_history`, its target looked up where it was when first seen."""
    then = FileMap()
    for about in ordered:
        if about["commit_time"] < row["since"]:
            then.follow(about["sha"], rows[about["sha"]])
    return Import(row["from_path"], then.file(row["to_path"]), row["since"], row["until"])


def code_quality(history: History, commit: Commit) -> Features:
    """The twelve features of the code."""
    sources = [
        change
        for change in commit.changes
        if not history.paths[change.path]["is_vendored"]
        and not history.paths[change.path]["is_generated"]
    ]
    after = [metrics for change in sources if (metrics := history.parsed(change.new_blob))]
    comments = sum(metrics["comment_lines"] for metrics in after)
    code = sum(metrics["code_lines"] for metrics in after)
    in_tests = sum(
        change.lines for change in commit.changes if history.paths[change.path]["is_test"]
    )
    lines = sum(change.lines for change in commit.changes)

    def largest(column: str) -> float:
        return max((metrics[column] for metrics in after), default=0)

    def delta(column: str) -> float:
        return sum(_delta(history, change, column) for change in sources)

    return {
        "cyclomatic_max": largest("cyclomatic_max"),
        "cyclomatic_delta": delta("cyclomatic_sum"),
        "cognitive_max": largest("cognitive_max"),
        "cognitive_delta": delta("cognitive_sum"),
        "nesting_max": largest("nesting_max"),
        "function_lines_max": largest("function_lines_max"),
        "parameters_max": largest("parameters_max"),
        "halstead_volume_delta": delta("halstead_volume"),
        "maintainability_min": min(
            (metrics["maintainability_index"] for metrics in after), default=100
        ),
        "comment_ratio": share(comments, comments + code),
        "smells": sum(len(metrics["smells"]) for metrics in after),
        "test_share": share(in_tests, lines),
    }


def _delta(history: History, change: Change, column: str) -> float:
    before, after = history.parsed(change.old_blob), history.parsed(change.new_blob)
    if (change.old_blob and not before) or (change.new_blob and not after):
        return 0
    return (after[column] if after else 0) - (before[column] if before else 0)


def coverage_mean(history: History, commit: Commit, prior: Sequence[Commit]) -> float | None:
    """The mean coverage of the files, by the newest earlier report."""
    for earlier in reversed(prior):
        if report := history.coverage.get(earlier.about["sha"]):
            found = [report[change.path] for change in commit.changes if change.path in report]
            return sum(found) / len(found) if found else None
    return None


def team(commit: Commit, prior: Sequence[Commit]) -> Features:
    """The eight features of the people."""
    own = [earlier for earlier in prior if earlier.author == commit.author]
    touching = _touching(commit, prior)
    return {
        "author_experience": len(own),
        "author_recent_experience": sum(
            1 / (1 + in_days(commit.time - earlier.time) / 365.25) for earlier in own
        ),
        "author_subsystem_experience": sum(
            not _subsystems(earlier).isdisjoint(_subsystems(commit)) for earlier in own
        ),
        "file_authors": len({earlier.author for earlier in touching}),
        "ownership": share(
            sum(earlier.author == commit.author for earlier in touching), len(touching)
        ),
        "author_commits_30d": len(_since(commit, own, 30)),
        "reviewers": len({name.casefold() for name in commit.about["reviewers"]}),
        "collaborators_90d": len(
            {earlier.author for earlier in _since(commit, touching, 90)} - {commit.author}
        ),
    }


def business(history: History, commit: Commit, prior: Sequence[Commit]) -> Features:
    """The ten features of what is at stake."""
    changes = commit.changes
    known = known_lines(history, prior)
    before = [
        known.get(change.old_blob) if change.old_blob else 0
        for change in changes
        if not change.is_binary
    ]
    return {
        "lines_added": sum(change.added for change in changes),
        "lines_deleted": sum(change.deleted for change in changes),
        "lines_before": _mean([lines for lines in before if lines is not None]),
        "files": len(changes),
        "subsystems": len(_subsystems(commit)),
        "directories": len({change.path.rpartition("/")[0] for change in changes}),
        "entropy": entropy([change.lines for change in changes]),
        "is_fix": commit.is_fix,
        "dependents": len(
            {
                found.from_path
                for found in history.imports
                if found.holds(commit.time) and found.file in commit.files
            }
        ),
        "priority": commit.about["priority"],
    }


def known_lines(history: History, commits: Iterable[Commit]) -> dict[str, int]:
    """The lines of blobs, as measured or as the first change that made a blob leaves them."""
    known = {
        blob: metrics["lines"]
        for blob, metrics in history.metrics.items()
        if metrics["lines"] is not None
    }
    made: set[str] = set()
    for commit in commits:
        before = dict(known)
        for change in commit.changes:
            if change.new_blob is None or change.new_blob in made:
                continue
            made.add(change.new_blob)
            lines = before.get(change.old_blob) if change.old_blob else 0
            if lines is not None and not change.is_binary:
                known.setdefault(change.new_blob, lines + change.added - change.deleted)
    return known


def entropy(lines: Sequence[int]) -> float:
    """How evenly lines spread over files: Shannon's entropy over its maximum."""
    shares = [count / sum(lines) for count in lines if count]
    if len(lines) < 2 or not shares:
        return 0
    return -sum(part * math.log2(part) for part in shares) / math.log2(len(lines))


def temporal(commit: Commit, prior: Sequence[Commit]) -> Features:
    """The eight features of time (nine columns)."""
    touching = _touching(commit, prior)
    last = {file: earlier.time for earlier in touching for file in earlier.files & commit.files}
    local = commit.about["author_time"] + timedelta(minutes=commit.about["author_tz_minutes"])
    angle = 2 * math.pi * local.hour / 24
    year = len(_since(commit, prior, 365))
    return {
        "days_since_change": _mean([in_days(commit.time - time) for time in last.values()]),
        "prior_changes": len(touching),
        "prior_fixes_365d": sum(earlier.is_fix for earlier in _since(commit, touching, 365)),
        "churn_30d": sum(churn(earlier, commit.files) for earlier in _since(commit, touching, 30)),
        "churn_trend_90d": churn_trend(commit, touching),
        "hour_sin": math.sin(angle),
        "hour_cos": math.cos(angle),
        "weekend": local.weekday() >= 5,
        "velocity_7d": share(len(_since(commit, prior, 7)), year * 7 / 365),
    }


def churn_trend(commit: Commit, touching: Sequence[Commit]) -> float:
    """The slope of the least-squares line through the churn of thirteen weeks, the oldest first."""
    weeks = [0] * 13
    for earlier in touching:
        age = (commit.time - earlier.time) // timedelta(days=7)
        if age < 13:
            weeks[12 - age] += churn(earlier, commit.files)
    return sum((week - 6) * lines for week, lines in enumerate(weeks)) / 182


def _touching(commit: Commit, prior: Sequence[Commit]) -> list[Commit]:
    return [earlier for earlier in prior if earlier.files & commit.files]


def _since(commit: Commit, earlier: Sequence[Commit], days: int) -> list[Commit]:
    return [other for other in earlier if other.time >= commit.time - timedelta(days=days)]


def churn(commit: Commit, files: set[str]) -> int:
    """Lines that a commit added to and deleted from *files*."""
    return sum(change.lines for change in commit.changes if change.file in files)


def _subsystems(commit: Commit) -> set[str]:
    """Top-level directories; the root is one too."""
    return {change.path.split("/")[0] if "/" in change.path else "" for change in commit.changes}


def in_days(time: timedelta) -> float:
    """A span of time in days."""
    return time / timedelta(days=1)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0


def share(part: float, whole: float) -> float:
    """A part of a whole; 0 of nothing."""
    return part / whole if whole else 0
