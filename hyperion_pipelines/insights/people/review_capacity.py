"""Whether each area has people enough to review what it gets, and what the next weeks will bring.

It asks about areas and their reviewers together; how fast anybody works is no question here.
"""

from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.people.forecast import forecast
from hyperion_pipelines.insights.people.knowers import changed_much, knowers

INSIGHT = Insight(
    table="review_capacity",
    question="Has each area enough people to review what it gets?",
    columns={
        "area": Column(pl.String, "An area of own code; tests and data are among its files."),
        "files": Column(pl.UInt32, "Its files at HEAD."),
        "commits_90_days": Column(
            pl.UInt32, "Commits to it in the newest 90 days, merges left out, bots' included."
        ),
        "active_authors": Column(pl.UInt32, "People who made them."),
        "reviewers": Column(
            pl.List(pl.String),
            "Active people who know a tenth of its files, or made a twentieth of its commits and "
            "five at least (of all, or of the newest 365 days); who touched it last comes first.",
        ),
        "load": Column(
            pl.Float64, "Commits of the 90 days per reviewer and week; null without reviewers."
        ),
        "forecast": Column(pl.Float64, "Commits expected in the next 28 days; null if too young."),
        "forecast_low": Column(pl.UInt32, "Least of them, by a 95 % interval."),
        "forecast_high": Column(pl.UInt32, "Most of them, by a 95 % interval."),
        "coverage": Column(
            pl.Float64,
            "Share of past 28 days whose commits fell into the interval forecast for them, 0 to 1; "
            "null with fewer than eight.",
        ),
        "is_thin": Column(
            pl.Boolean,
            "It got commits in the newest 365 days, and has fewer than two reviewers, or each gets "
            "more than 10 commits a week.",
        ),
        "why": Column(pl.String, "The same in words."),
    },
    key=("area",),
    shown=None,
)

LEAST_REVIEWERS = 2
ONE_FILE_IN = 10
# Four in five reviewers at Google review fewer changes a week than this: Sadowski, Söderberg,
# Church, Sipko & Bacchelli, "Modern Code Review: A Case Study at Google" (ICSE-SEIP 2018).
LARGEST_LOAD = 10

_QUARTER, _YEAR = timedelta(days=90), timedelta(days=365)
_WINDOW = timedelta(days=28)
_WEEKS = _QUARTER / timedelta(weeks=1)


def review_capacity(
    files: pl.DataFrame,
    touches: pl.DataFrame,
    file_owners: pl.DataFrame,
    people: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """A row per area, the thin ones first, then by the commits that are expected.

    Who knows a file is said by `knowers`; that it takes a tenth of the files to review an area is
    a choice of ours. The forecast is that of `forecast` over windows of 28 days, from the area's
    first commit to *head_time*. Reviews that leave no trace in the history are not seen.
    """
    area = files.select("path", "area")
    made = (
        touches.join(area, on="path")
        .select("area", "sha", "author_id", "commit_time")
        .unique(["area", "sha"], maintain_order=True)
    )
    active = people.filter("is_active").select(author_id="person_id", name="person_name")
    reviewers = _reviewers(made, file_owners.join(area, on="path"), active, head_time)
    rows = (
        area.group_by("area")
        .agg(files=pl.len())
        .join(_recent(made, active, head_time), on="area", how="left")
        .join(reviewers, on="area", how="left")
        .join(forecast(_counts(made, head_time)), left_on="area", right_on="series", how="left")
        .with_columns(
            pl.col("commits_90_days", "commits_365_days", "active_authors").fill_null(0),
            pl.col("reviewers").fill_null([]),
        )
        .pipe(_judged)
        .sort(*("is_thin", "forecast", "area"), descending=[True, True, False], nulls_last=True)
        .rename({"low": "forecast_low", "high": "forecast_high"})
    )
    return INSIGHT.frame(rows)


def _recent(made: pl.DataFrame, active: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    newest = pl.col("commit_time") > head_time - _QUARTER
    is_person = pl.col("author_id").is_in(active["author_id"].implode())
    return (
        made.filter(pl.col("commit_time") > head_time - _YEAR)
        .group_by("area")
        .agg(
            commits_90_days=newest.sum(),
            commits_365_days=pl.len(),
            active_authors=pl.col("author_id").filter(newest, is_person).n_unique(),
        )
    )


def _reviewers(
    made: pl.DataFrame, owned: pl.DataFrame, active: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """The names of who can review each `area`, who touched it last first."""
    of_person = ("area", "author_id")
    known = knowers(owned).group_by("area", author_id="person_id").agg(known=pl.len())
    year = made.filter(pl.col("commit_time") > head_time - _YEAR)
    signs = (
        _commits(made)
        .join(_commits(year).select(*of_person, year="commits"), on=of_person, how="left")
        .join(known, on=of_person, how="full", coalesce=True)
        .join(owned.group_by("area").agg(files=pl.n_unique("path")), on="area", how="left")
        .with_columns(pl.col("commits", "year", "known").fill_null(0))
    )
    knows_much = (pl.col("known") > 0) & (pl.col("known") * ONE_FILE_IN >= pl.col("files"))
    changed = changed_much("commits", of="area") | changed_much("year", of="area")
    return (
        signs.filter(knows_much | changed)
        .join(active, on="author_id")
        .sort("last_touch", "author_id", descending=[True, False], nulls_last=True)
        .group_by("area", maintain_order=True)
        .agg(reviewers="name")
    )


def _commits(made: pl.DataFrame) -> pl.DataFrame:
    return made.group_by("area", "author_id").agg(
        commits=pl.len(), last_touch=pl.max("commit_time")
    )


def _counts(made: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """Commits of each area in windows of 28 days up to *head_time*, from its first; oldest first.

    A row per window, as `forecast` takes them. The first is left out: it began before the area.
    """
    age = pl.lit(head_time) - pl.col("commit_time")
    by_window = (
        made.with_columns(windows_ago=age.dt.total_seconds() // int(_WINDOW.total_seconds()))
        .group_by("area", "windows_ago")
        .agg(count=pl.len().cast(pl.Int64))
    )
    return (
        by_window.group_by("area")
        .agg(windows_ago=pl.int_range(pl.max("windows_ago")).reverse())
        .explode("windows_ago", empty_as_null=False)
        .join(by_window, on=["area", "windows_ago"], how="left")
        .with_columns(pl.col("count").fill_null(0))
        .sort("area", "windows_ago", descending=[False, True])
        .select("count", series="area")
    )


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """*rows* with `load`, `is_thin` and `why`."""
    able = pl.col("reviewers").list.len()
    load = pl.when(able > 0).then(pl.col("commits_90_days") / able / _WEEKS)
    is_heavy = (load > LARGEST_LOAD).fill_null(value=False)
    is_idle = pl.col("commits_365_days") == 0
    return rows.with_columns(
        load=load,
        is_thin=~is_idle & ((able < LEAST_REVIEWERS) | is_heavy),
        why=_why(load, is_heavy),
    )


def _why(load: pl.Expr, is_heavy: pl.Expr) -> pl.Expr:
    reviewers, able = pl.col("reviewers"), pl.col("reviewers").list.len()
    year, quarter = _commits_in("365_days"), _commits_in("90_days")
    too_much = pl.when(is_heavy).then(pl.lit(f", more than {LARGEST_LOAD}")).otherwise(pl.lit(""))
    return (
        pl.when(pl.col("commits_365_days") == 0)
        .then(pl.lit("Nothing was changed here in the last year."))
        .when(able == 0)
        .then(pl.format("{} in the last year, and nobody active who knows the area.", year))
        .when(able < LEAST_REVIEWERS)
        .then(pl.format("{} in the last year, and {} alone to review.", year, reviewers.list[0]))
        .otherwise(
            pl.format(
                "{} people can review; {} in the last 90 days is {} a week for each{}.",
                *(able, quarter, load.round(2), too_much),
            )
        )
    )


def _commits_in(time: str) -> pl.Expr:
    number = pl.col(f"commits_{time}")
    return pl.format(
        "{} commit{}", number, pl.when(number == 1).then(pl.lit("")).otherwise(pl.lit("s"))
    )
