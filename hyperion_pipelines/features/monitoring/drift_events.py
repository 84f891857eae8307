"""Events in a repository's history that move many features at once, and so may explain a drift.

They are read from the tables `commits` and `changes` of one repository; merges count nowhere. An
event names the features that it is likely to move; whether these drifted is the business of
`drift`, with whose windows it shares the times.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.features.catalogue import FILE_WINDOWS
from hyperion_pipelines.schemas import TIME

RENAMED_FILES = 50
RENAMED_SHARE = 0.1  # of the files
EDITED_SHARE = 0.2  # of the files
LEAST_FILES = 20  # for a share of the files to count: of few files any share is soon reached
REFORMATTED_LINES = 5_000  # added, and deleted ...
REFORMATTED_BALANCE = 0.8  # ... the fewer of both being at least this share of the more
IMPORTED_FILES = 100
IMPORTED_LINES = 10_000
IMPORTED_DELETIONS = 0.1  # at most, of the lines added
LATE_AFTER = timedelta(days=180)  # from writing a commit to committing it
LATE_COMMITS = 50  # on one day
RISE = 0.2  # of a share of the commits: of bots, of newcomers, of one author
SHARED_COMMITS = 30  # needed for a share of them to mean something
NEWCOMER_FOR = timedelta(days=90)  # from an author's first commit on
QUIET_DAYS = 14
QUIET_SHARE = 0.2  # of the usual commits
LEAST_USUAL = 10  # commits in QUIET_DAYS: where fewer are usual, few are no event
USUAL_DAYS = 365  # before the window, which say what is usual

EVENTS = pl.Schema(
    {
        "time": TIME,
        "sha": pl.String,
        "kind": pl.String,
        "sentence": pl.String,
        "moves": pl.List(pl.String),
    }
)


def _windowed(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{days}d" for name in names for days in FILE_WINDOWS)


_SIZE_OF_CHANGE = ("lines_added", "lines_deleted", "files", "entropy")
_SPREAD = ("subsystems", "directories")
_RHYTHM = ("hour_sin", "hour_cos", "weekend")
_AUTHOR = (
    *("author_experience", "author_recent_experience", "author_subsystem_experience"),
    *("author_commits_30d", "ownership"),
)
# The features, of either table, that an event of each kind is likely to move.
MOVES: dict[str, tuple[str, ...]] = {
    "mass_rename": (
        *(*_SPREAD, "files", "entropy", "days_since_change", "dependents"),
        *_windowed("commits", "authors"),
    ),
    "mass_edit": (
        *(*_SIZE_OF_CHANGE, "churn_trend_90d", "days_since_change", "comment_ratio"),
        *_windowed("commits", "churn", "authors", "top_author_share"),
    ),
    "large_import": (
        *(*_SIZE_OF_CHANGE, *_SPREAD, "lines", "functions", "age_days", "lines_before"),
        *("cyclomatic_delta", "cognitive_delta", "halstead_volume_delta", "comment_ratio"),
        *_windowed("commits", "churn", "authors"),
    ),
    "history_import": (
        *(*_AUTHOR, *_SPREAD, "velocity_7d", "days_since_change", "age_days"),
        *_windowed("commits", "churn", "authors"),
    ),
    "bot_wave": (
        *(*_AUTHOR, *_SIZE_OF_CHANGE, *_RHYTHM, "is_fix", "priority", "velocity_7d", "test_share"),
        *_windowed("top_author_share", "authors", "minor_authors"),
    ),
    "newcomer_wave": (
        *(*_AUTHOR, *_RHYTHM, "file_authors", "collaborators_90d", "reviewers"),
        *_windowed("top_author_share", "authors", "minor_authors"),
    ),
    "author_burst": (
        *(*_AUTHOR, *_RHYTHM, "collaborators_90d"),
        *_windowed("top_author_share", "authors", "minor_authors"),
    ),
    "quiet_time": (
        *("velocity_7d", "author_commits_30d", "churn_trend_90d"),
        *("collaborators_90d", "days_since_change", *_windowed("commits", "churn", "authors")),
    ),
}


@dataclass(frozen=True)
class _Past:
    """Non-merge commits by time, with their changes in sum, and the windows to look at."""

    commits: pl.DataFrame
    since: datetime
    trained_until: datetime

    @property
    def now(self) -> pl.DataFrame:
        time = pl.col("commit_time")
        return self.commits.filter(time >= self.since, time > self.trained_until)

    @property
    def training(self) -> pl.DataFrame:
        return self.commits.filter(pl.col("commit_time") <= self.trained_until)


def drift_events(
    commits: pl.DataFrame, changes: pl.DataFrame, *, since: datetime, trained_until: datetime
) -> pl.DataFrame:
    """What happened from *since* on, in the columns of `EVENTS` and the order of time.

    `sha` is null where no single commit is meant; `sentence` is for a person; `moves` are features.
    Shares of commits are compared with those of the commits up to *trained_until*.
    """
    past = _Past(_with_changes(commits, changes), since, trained_until)
    found = {
        "mass_rename": pl.concat([_mass_renames(past), _days_of_renames(past)]),
        "mass_edit": _mass_edits(past),
        "large_import": _large_imports(past),
        "history_import": pl.concat([_late_commits(past), _new_roots(past)]),
        "bot_wave": _bot_wave(past),
        "newcomer_wave": _newcomer_wave(past),
        "author_burst": _author_bursts(past),
        "quiet_time": _quiet_times(past),
    }
    moves = pl.DataFrame({"kind": list(MOVES), "moves": [list(names) for names in MOVES.values()]})
    date, commit = pl.col("time").dt.strftime("%F"), pl.col("sha").str.head(10)
    place = pl.format("{} {}", date, commit).fill_null(date)
    return (
        pl.concat(
            rows.select("time", "sha", "sentence", kind=pl.lit(kind))
            for kind, rows in found.items()
        )
        .join(moves, on="kind")
        .with_columns(sentence=pl.format("{}: {}", place, "sentence"))
        .select(pl.col(name).cast(dtype) for name, dtype in EVENTS.items())
        .sort("time", "kind", "sentence")
    )


def _with_changes(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Non-merge commits by time, the sums of their changes, and the files `known` before them."""
    status, path = pl.col("status"), pl.col("path")
    added, deleted = (pl.col(name).cast(pl.Int64) for name in ("added", "deleted"))
    is_new = status.is_in(["A", "C"])
    counts = {
        "renamed": (status == "R").sum(),
        "edited": status.is_in(["M", "T"]).sum(),
        "created": is_new.sum(),
        "removed": (status == "D").sum(),
        "added": added.sum(),
        "deleted": deleted.sum(),
        "created_lines": added.filter(is_new).sum(),
    }
    directory = path.filter(is_new).str.extract("^([^/]+/)").drop_nulls()
    sums = changes.group_by("sha").agg(**counts, directory=directory.mode().sort().first())
    growth = pl.when("is_on_head").then(pl.col("created") - pl.col("removed")).otherwise(0)
    return (
        commits.filter(~pl.col("is_merge"))
        .join(sums, on="sha", how="left")
        .with_columns(pl.col(*counts).cast(pl.Int64).fill_null(0))
        .sort("commit_time", "position")
        .with_columns(known=growth.cum_sum() - growth)
    )


def _of_commits(commits: pl.DataFrame, sentence: pl.Expr) -> pl.DataFrame:
    return commits.select("sha", time="commit_time", sentence=sentence)


def _without_commit(rows: pl.DataFrame, sentence: pl.Expr) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    return rows.select(sha=nothing, time=pl.col("time").cast(TIME), sentence=sentence)


def _moves_many() -> pl.Expr:
    share = RENAMED_SHARE * pl.col("known")
    renamed = pl.col("renamed")
    return (renamed >= RENAMED_FILES) | (renamed > pl.max_horizontal(share, pl.lit(LEAST_FILES)))


def _mass_renames(past: _Past) -> pl.DataFrame:
    """Commits that rename 50 files, or a tenth of those there are."""
    return _of_commits(past.now.filter(_moves_many()), pl.format("{} files renamed", "renamed"))


def _days_of_renames(past: _Past) -> pl.DataFrame:
    """Days whose commits do so together, none of them alone."""
    days = (
        past.now.group_by(time=pl.col("commit_time").dt.truncate("1d"))
        .agg(_moves_many().any().alias("by_one"), pl.sum("renamed"), pl.first("known"))
        .filter(_moves_many(), ~pl.col("by_one"))
    )
    return _without_commit(days, pl.format("{} files renamed in several commits", "renamed"))


def _mass_edits(past: _Past) -> pl.DataFrame:
    """Commits that edit a fifth of the files, or replace as many lines as a reformat does."""
    share = EDITED_SHARE * pl.col("known")
    edits_many = pl.col("edited") > pl.max_horizontal(share, pl.lit(LEAST_FILES))
    fewer, more = pl.min_horizontal("added", "deleted"), pl.max_horizontal("added", "deleted")
    reformats = (fewer >= REFORMATTED_LINES) & (fewer >= REFORMATTED_BALANCE * more)
    columns = ("edited", "known", "added", "deleted")
    return _of_commits(
        past.now.filter(edits_many | reformats),
        pl.format("{} of {} files edited, {} lines added and {} deleted", *columns),
    )


def _large_imports(past: _Past) -> pl.DataFrame:
    """Commits that bring many files or lines, as vendored code does, and take hardly any away."""
    is_large = (pl.col("created") >= IMPORTED_FILES) | (pl.col("created_lines") >= IMPORTED_LINES)
    takes_little = pl.col("deleted") <= IMPORTED_DELETIONS * pl.col("added")
    where = pl.format(", most of all in {}", "directory").fill_null("")
    return _of_commits(
        past.now.filter(is_large, takes_little),
        pl.format("{} new files of {} lines{}", "created", "created_lines", where),
    )


def _late_commits(past: _Past) -> pl.DataFrame:
    """Days on which many commits came in that had been written long before."""
    is_late = pl.col("commit_time") - pl.col("author_time") > LATE_AFTER
    days = (
        past.now.filter(is_late)
        .group_by(time=pl.col("commit_time").dt.truncate("1d"))
        .agg(commits=pl.len())
        .filter(pl.col("commits") >= LATE_COMMITS)
    )
    text = f"{{}} commits came in that were written more than {LATE_AFTER.days} days before"
    return _without_commit(days, pl.format(text, "commits"))


def _new_roots(past: _Past) -> pl.DataFrame:
    """Commits on HEAD's history without a parent: another repository's history was joined."""
    is_root = pl.col("is_on_head") & (pl.col("parents").list.len() == 0)
    return _of_commits(
        past.now.filter(is_root), pl.lit("a second history, with a root of its own, begins")
    )


def _bot_wave(past: _Past) -> pl.DataFrame:
    """Bots write a greater share of the commits."""
    return _risen_share(past, pl.col("is_bot"), "bots")


def _newcomer_wave(past: _Past) -> pl.DataFrame:
    """Authors who have just begun write a greater share of the commits."""
    is_new = pl.col("commit_time") - pl.col("commit_time").min().over("author_id") < NEWCOMER_FOR
    commits = past.commits.with_columns(is_new=is_new)
    compared = _Past(commits, past.since, past.trained_until)
    return _risen_share(
        compared, pl.col("is_new"), f"authors in their first {NEWCOMER_FOR.days} days"
    )


def _risen_share(past: _Past, condition: pl.Expr, whose: str) -> pl.DataFrame:
    """An event when the share of commits of a *condition* is well above that in training."""
    shares = _compared(past).select(
        time=pl.lit(past.since),
        share=condition.filter("is_now").mean(),
        usual=condition.filter(~pl.col("is_now")).mean(),
    )
    return _without_commit(shares.filter(_has_risen()), _share_sentence(pl.lit(whose)))


def _author_bursts(past: _Past) -> pl.DataFrame:
    """People who write a much greater share of the commits."""
    is_now = pl.col("is_now")
    people = (
        _compared(past)
        .with_columns(weight=1 / pl.len().over("is_now"))
        .filter(~pl.col("is_bot"))
        .group_by("author_id")
        .agg(
            time=pl.lit(past.since),
            name=pl.col("author_name").last(),
            share=pl.col("weight").filter(is_now).sum(),
            usual=pl.col("weight").filter(~is_now).sum(),
        )
    )
    return _without_commit(people.filter(_has_risen()), _share_sentence(pl.col("name")))


def _compared(past: _Past) -> pl.DataFrame:
    """The commits of now and of training, told apart by `is_now`; none if either has too few."""
    both = pl.concat(
        [
            past.training.with_columns(is_now=pl.lit(value=False)),
            past.now.with_columns(is_now=pl.lit(value=True)),
        ]
    )
    enough = min(past.training.height, past.now.height) >= SHARED_COMMITS
    return both if enough else both.clear()


def _has_risen() -> pl.Expr:
    return pl.col("share") - pl.col("usual") >= RISE


def _share_sentence(whose: pl.Expr) -> pl.Expr:
    share, usual = ((100 * pl.col(name)).round().cast(pl.Int64) for name in ("share", "usual"))
    text = "{} % of the commits since are by {}; in the training window {} %"
    return pl.format(text, share, whose, usual)


def _quiet_times(past: _Past) -> pl.DataFrame:
    """Fortnights, in succession one event, with hardly any commits beside the year before."""
    time, newest = pl.col("commit_time"), pl.col("commit_time").max()
    year_before = time.is_between(past.since - timedelta(days=USUAL_DAYS), past.since, "left")
    usual = past.commits.filter(year_before).height * QUIET_DAYS / USUAL_DAYS
    counts = past.now.group_by(ago=(newest - time).dt.total_days() // QUIET_DAYS).agg(
        commits=pl.len()
    )
    whole = (newest - pl.lit(past.since)).dt.total_days() // QUIET_DAYS
    fortnights = past.now.select(ago=pl.int_range(whole.fill_null(0)))
    runs = (
        fortnights.join(counts, on="ago", how="left")
        .with_columns(pl.col("commits").fill_null(0))
        .filter(pl.lit(usual) >= LEAST_USUAL, pl.col("commits") < QUIET_SHARE * usual)
        .sort("ago")
        .group_by(run=pl.col("ago") - pl.int_range(pl.len()))
        .agg(pl.max("ago"), pl.sum("commits"), fortnights=pl.len())
        .join(past.now.select(newest=newest), how="cross")
        .select(
            "commits",
            time=pl.col("newest") - pl.duration(days=QUIET_DAYS * (pl.col("ago") + 1)),
            days=QUIET_DAYS * pl.col("fortnights"),
            usual=(usual * pl.col("fortnights")).round().cast(pl.Int64),
        )
    )
    return _without_commit(
        runs, pl.format("{} of the {} commits usual in {} days", "commits", "usual", "days")
    )
