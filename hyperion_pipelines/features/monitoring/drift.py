"""How far the features of now have moved from those that models are trained on.

Two samples of the rows of a feature table, the training window and now, are compared feature by
feature. It reads finished tables and judges distributions: single values are the business of
checks, and what may have moved them that of `drift_events`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from hyperion_pipelines.features.catalogue import EVENT_TIME, FEATURES, Feature
from hyperion_pipelines.features.monitoring.drift_events import EVENTS, drift_events

TRAINING_SHARE = 0.7
# How long now lasts. The panel repeats every file at each window's end: now is its newest end.
NOW = {"commit_features": timedelta(days=90), "file_features": timedelta(0)}
NOW_ROWS = 200  # where that time holds fewer
MINIMUM_REFERENCE_ROWS = 100
MINIMUM_CURRENT_ROWS = 30
MINIMUM_STRETCHES = 5  # as long as now, from which a history's own unrest is learnt
EVENTS_BEFORE = timedelta(days=90)  # the newest row: at least so far back are events looked for

BINS = 10
EMPTY_BIN = 0.5  # rows
# As usual since Siddiqi, Credit Risk Scorecards (2006): a small change, and a large one.
WARN, ERROR = 0.1, 0.25
FALSE_ALARMS = 0.01  # share of tables in which sampling alone makes a feature drift
USUAL_STRETCHES = 0.95  # share; a history's beginning, for one, is like no other time
_UNSEEN, _NULL = -1, -2  # bins of what has no place among the reference's values
_NOW = -1  # beside the stretches of the training window, which count from 0

_SAMPLE = ("mean", "median", "null_share", "default_share")
DRIFT = pl.Schema(
    {
        "feature": pl.String,
        "verdict": pl.Enum(["ok", "warn", "error"]),
        "psi": pl.Float64,
        "noise": pl.Float64,
        "ks": pl.Float64,
        "p_value": pl.Float64,
        **{f"{of}_{name}": pl.Float64 for name in _SAMPLE for of in ("reference", "current")},
        "grows": pl.Boolean,
    }
)


class Windows(NamedTuple):
    """The rows that models are trained on, and those of now, which are all newer."""

    reference: pl.DataFrame
    current: pl.DataFrame

    @property
    def shortage(self) -> str | None:
        """Why these windows allow no verdict; None when they do."""
        enough = max(MINIMUM_REFERENCE_ROWS, MINIMUM_STRETCHES * self.current.height)
        needed = {
            "training window": (self.reference.height, enough),
            "window of now": (self.current.height, MINIMUM_CURRENT_ROWS),
        }
        missing = [
            f"the {name} has {rows} rows of the {minimum} that a verdict needs"
            for name, (rows, minimum) in needed.items()
            if rows < minimum
        ]
        return "; ".join(missing) or None


@dataclass(frozen=True)
class DriftReport:
    """The drift of a table, as a person is told of it.

    `features` is the frame of `drift`; without enough rows it is empty, and `shortage` says so.
    `bounds` are the first and the last time of each window that has rows, by names such as
    `reference_start`. `events` is the frame of `drift_events`.
    """

    table: str
    features: pl.DataFrame
    bounds: Mapping[str, datetime]
    events: pl.DataFrame
    shortage: str | None

    @property
    def judged(self) -> pl.DataFrame:
        """The features that have a verdict, the worst first."""
        return self.features.filter(~pl.col("grows"))

    @property
    def growing(self) -> pl.DataFrame:
        """The features that are shown and not judged, the greatest psi first."""
        return self.features.filter("grows")

    @property
    def drifted(self) -> pl.DataFrame:
        """The features whose verdict is not ok, the worst first."""
        return self.judged.filter(pl.col("verdict") != "ok")


def drift_report(
    table: str, frame: pl.DataFrame, commits: pl.DataFrame, changes: pl.DataFrame
) -> DriftReport:
    """How the features of *table* have drifted, and which events of now may have moved them.

    *frame*, *commits* and *changes* are the tables of one repository.
    """
    time = EVENT_TIME[table]
    windows = split(frame, time, now=NOW[table])
    bounds = {
        f"{name}_{end}": bound
        for name, rows in windows._asdict().items()
        for end, bound in (("start", rows[time].min()), ("end", rows[time].max()))
        if isinstance(bound, datetime)
    }
    if windows.shortage:
        unjudged, unsought = pl.DataFrame(schema=DRIFT), pl.DataFrame(schema=EVENTS)
        return DriftReport(table, unjudged, bounds, unsought, windows.shortage)
    # The newest rows look back: what moved them may have happened before the first of them.
    looked_back = min(bounds["current_start"], bounds["current_end"] - EVENTS_BEFORE)
    trained_until = bounds["reference_end"]
    since = max(looked_back, trained_until)
    events = drift_events(commits, changes, since=since, trained_until=trained_until)
    return DriftReport(
        table, drift(*windows, FEATURES[table], time_column=time), bounds, events, shortage=None
    )


def split(
    frame: pl.DataFrame,
    time_column: str,
    *,
    training_share: float = TRAINING_SHARE,
    now: timedelta = NOW["commit_features"],
) -> Windows:
    """The oldest *training_share* of the rows, and those of now among the others.

    Now are the rows at most *now* older than the newest or, where they are fewer than 200, the 200
    newest. Rows of the same time stay together, in the training window if one of them is.
    """
    if frame.is_empty():
        return Windows(frame, frame)
    times = frame[time_column].sort()
    trained_until = times[max(int(training_share * len(times)), 1) - 1]
    since = min(times[-1] - now, times[-min(NOW_ROWS, len(times))])
    time = pl.col(time_column)
    return Windows(
        frame.filter(time <= trained_until), frame.filter(time > trained_until, time >= since)
    )


def drift(
    reference: pl.DataFrame,
    current: pl.DataFrame,
    features: Sequence[Feature],
    *,
    time_column: str,
) -> pl.DataFrame:
    """A row per feature in the columns of `DRIFT`, by verdict and psi, the worst first.

    `psi` is the population stability index, `noise` the psi that says nothing (both: `_stability`),
    `ks` and `p_value` those of the two-sample test of Kolmogorov and Smirnov
    (`_kolmogorov_smirnov`). Means and medians are those of what is not null.

    The verdict is "error" where psi exceeds 0.25, "warn" where it exceeds 0.1, in either case only
    if it exceeds its noise as well, else "ok". What grows with the history has none: it is null.
    The noise admits one stretch of the past in twenty to each feature, so that of many features
    two or three exceed it in an ordinary window. Each sample must have rows.
    """
    facts = pl.DataFrame(
        [(feature.name, feature.grows, feature.default) for feature in features],
        schema={"feature": pl.String, "grows": pl.Boolean, "default": pl.Float64},
        orient="row",
        strict=False,
    )
    judged = max(1, sum(not feature.grows for feature in features))
    numbers = pl.col(facts["feature"].to_list()).cast(pl.Float64)
    before, now = reference.select(numbers), current.select(numbers)
    stretches = _stretches(reference[time_column], rows=current.height)
    stability = _stability(before, now, stretches, significance=FALSE_ALARMS / judged)
    return (
        facts.join(stability, on="feature")
        .join(_kolmogorov_smirnov(before, now), on="feature")
        .join(_described(before, facts, "reference"), on="feature")
        .join(_described(now, facts, "current"), on="feature")
        .with_columns(verdict=pl.when(~pl.col("grows")).then(_verdict()))
        .select(pl.col(name).cast(dtype) for name, dtype in DRIFT.items())
        .sort("verdict", "psi", "feature", descending=[True, True, False], nulls_last=True)
    )


def _stretches(times: pl.Series, *, rows: int) -> pl.Series:
    """The number, from 0, of the stretch of about *rows* rows in which each time lies.

    A time's rows stay together, and what is left at the end joins the last stretch.
    """
    last = max(len(times) // rows - 1, 0)
    before = times.rank("min").cast(pl.Int64) - 1
    return (before // rows).clip(upper_bound=last).alias("sample")


def _stability(
    reference: pl.DataFrame, current: pl.DataFrame, stretches: pl.Series, *, significance: float
) -> pl.DataFrame:
    """The population stability index of each column: `feature`, `psi`, `noise`.

    psi = sum over bins of (q - p) ln(q / p), p and q the shares of both samples in the bin
    (Siddiqi, Credit Risk Scorecards, 2006). A bin that a sample does not reach counts half a row
    there, as is usual for logarithms of counts (Haldane, Annals of Human Genetics 20, 1956).

    `noise` is the greater of two. By chance psi is about (1/n + 1/m) times a chi-square of
    (bins - 1) degrees, n and m the rows of both samples (Yurdakul and Naranjo, Statistical
    properties of the population stability index, Journal of Risk Model Validation 14(4), 2020);
    its quantile at *significance* is the one. That holds for independent rows. Those of a history
    come in stretches of one person or one piece of work, so that any short stretch of it looks
    unlike the whole: the other is the psi against the whole reference that only 5 % of its own
    stretches, each as long as now, exceed (of fewer than 20, none).
    """
    from scipy.stats import chi2

    samples = pl.concat([_bins(reference, reference), _bins(current, reference)]).with_columns(
        pl.concat([stretches, pl.repeat(_NOW, current.height, dtype=pl.Int64, eager=True)])
    )
    psi = _psi_of_samples(samples)
    is_now = pl.col("sample") == _NOW
    now = psi.filter(is_now)
    scale = 1 / reference.height + 1 / current.height
    # With a single bin there are no degrees of freedom, and nothing to exceed.
    quantiles = pl.Series(chi2.isf(significance, now["bins"].to_numpy() - 1)).fill_nan(0.0)
    by_chance = now.select("feature", "psi", by_chance=quantiles * scale)
    of_stretches = (
        psi.filter(~is_now)
        .group_by("feature")
        .agg(of_a_stretch=pl.col("psi").quantile(USUAL_STRETCHES, interpolation="higher"))
    )
    return by_chance.join(of_stretches, on="feature").select(
        "feature", "psi", noise=pl.max_horizontal("by_chance", "of_a_stretch")
    )


def _psi_of_samples(samples: pl.DataFrame) -> pl.DataFrame:
    """`feature`, `sample`, `psi` and `bins` of each sample against all of the training window.

    *samples* has a row per row of both windows: the bins of its features, and its `sample`.
    """
    sizes = samples.group_by("sample").agg(size=pl.len())
    counts = (
        samples.unpivot(index="sample", variable_name="feature", value_name="bin")
        .group_by("feature", "bin", "sample")
        .agg(rows=pl.len())
    )
    trained = pl.col("sample") != _NOW
    total = sizes.filter(trained)["size"].sum()
    bins = counts.group_by("feature", "bin").agg(expected=pl.col("rows").filter(trained).sum())
    p = pl.max_horizontal("expected", pl.lit(EMPTY_BIN)) / total
    q = pl.max_horizontal("rows", pl.lit(EMPTY_BIN)) / pl.col("size")
    return (
        bins.join(sizes, how="cross")
        .join(counts, on=["feature", "bin", "sample"], how="left")
        .with_columns(pl.col("rows").fill_null(0))
        .filter((pl.col("expected") > 0) | (pl.col("rows") > 0))
        .group_by("feature", "sample")
        .agg(psi=((q - p) * (q / p).log()).sum(), bins=pl.len())
        .sort("feature", "sample")
    )


def _bins(frame: pl.DataFrame, reference: pl.DataFrame) -> pl.DataFrame:
    """The bin of every value of *frame*, column by column, as the *reference* lays them out.

    The bin of a value is the tenth of the reference's ranks in which the middle of its ties lies.
    These are deciles, but that a value which holds more than a fifth of the rows, as 0 often does,
    has a bin to itself. Up to ten distinct values are a bin each, and all others that turn up one
    more. Null is a bin of its own.
    """
    return frame.select(_bin(reference[name].drop_nulls().sort()) for name in frame.columns)


def _bin(ranked: pl.Series) -> pl.Expr:
    value = pl.col(ranked.name)
    below = pl.lit(ranked).search_sorted(value, side="left").cast(pl.Int64)
    up_to = pl.lit(ranked).search_sorted(value, side="right").cast(pl.Int64)
    if ranked.n_unique() > BINS:
        tenth = BINS * (below + up_to) // (2 * len(ranked))
        place = pl.min_horizontal(tenth, BINS - 1)
    else:
        place = pl.when(up_to > below).then(below).otherwise(_UNSEEN)
    return pl.when(value.is_null()).then(_NULL).otherwise(place).alias(ranked.name)


def _kolmogorov_smirnov(reference: pl.DataFrame, current: pl.DataFrame) -> pl.DataFrame:
    """The largest distance of both distribution functions, and its p-value; null without values.

    The p-value is the asymptotic one of scipy.stats.ks_2samp. It is right for continuous values; of
    discrete ones, as most features are, ties make it too large: a small one is to be believed, a
    large one says little. Like all such tests it takes rows for independent. So it is shown beside
    psi, and decides nothing.
    """
    from scipy import stats

    rows: list[tuple[str, float | None, float | None]] = []
    for name in reference.columns:
        before, now = (frame[name].drop_nulls().to_numpy() for frame in (reference, current))
        test: Any = (
            stats.ks_2samp(before, now, method="asymp") if before.size and now.size else None
        )
        rows.append((name, test and float(test.statistic), test and float(test.pvalue)))
    schema = {"feature": pl.String, "ks": pl.Float64, "p_value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _described(frame: pl.DataFrame, facts: pl.DataFrame, of: str) -> pl.DataFrame:
    """Mean, median, share of nulls and share at the default of each column of a sample."""
    value = pl.col("value")
    return (
        frame.unpivot(variable_name="feature")
        .join(facts.select("feature", "default"), on="feature")
        .group_by("feature")
        .agg(
            mean=value.mean(),
            median=value.median(),
            null_share=value.is_null().mean(),
            default_share=(value.fill_null(float("inf")) == pl.col("default")).mean(),
        )
        .rename({name: f"{of}_{name}" for name in _SAMPLE})
    )


def _verdict() -> pl.Expr:
    psi, noise = pl.col("psi"), pl.col("noise")
    return (
        pl.when(psi > pl.max_horizontal(pl.lit(ERROR), noise))
        .then(pl.lit("error"))
        .when(psi > pl.max_horizontal(pl.lit(WARN), noise))
        .then(pl.lit("warn"))
        .otherwise(pl.lit("ok"))
    )
