"""Pictures of evaluations, as the bytes of PNG files: for a model's run and the orchestrator.

They draw what they are given; measures are the business of the other modules. Figures are made as
objects, without pyplot: nothing global is kept, and no display is needed.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from hyperion_pipelines.learning.evaluation.effort import REVIEWED_SHARE, EffortRankings
from hyperion_pipelines.learning.evaluation.ranking import Curve, Ranking, auc, average_precision
from hyperion_pipelines.learning.evaluation.reports import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (6.0, 4.5)  # inches
DOTS_PER_INCH = 90
COLOURS = ("#1f5a96", "#c1571a", "#6b7280", "#2b8a3e")  # blue, orange, grey, green
REFERENCE_COLOUR = "#9ca3af"


def evaluation_figures(
    evaluation: Evaluation,
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    effort: npt.ArrayLike,
    baseline: tuple[str, npt.ArrayLike],
) -> dict[str, bytes]:
    """The four pictures of an *evaluation* of these rows, PNG by file name.

    *baseline* is a name, such as "lines added", and scores. Of rows that are all positive or all
    negative there are none.
    """
    if evaluation.auc is None or evaluation.reliability is None:
        return {}
    scores = {"model": probabilities, baseline[0]: baseline[1]}
    return {
        "roc.png": roc_plot(labels, scores),
        "precision_recall.png": precision_recall_plot(labels, scores),
        "reliability.png": reliability_plot(evaluation.reliability),
        "effort.png": effort_plot(labels, probabilities, effort, baseline),
    }


def roc_plot(labels: npt.ArrayLike, scores: Mapping[str, npt.ArrayLike]) -> bytes:
    """ROC curves of up to four *scores* by name, the AUC of each in the legend.

    *labels* must have both classes, here and in the other pictures.
    """
    figure, axes = _figure("ROC: share of positives found against false alarms")
    for (name, values), colour in zip(scores.items(), COLOURS, strict=False):
        curve = _curve(labels, values)
        false_alarms = curve.spent - curve.gained
        axes.plot(
            false_alarms / false_alarms[-1],
            curve.gained / curve.gained[-1],
            color=colour,
            label=f"{name} (AUC {auc(curve):.2f})",
        )
    _reference(axes, (0, 1), (0, 1), label="chance (AUC 0.50)")
    _as_shares(axes, "Share of the negatives called positive", "Share of the positives found")
    axes.legend(loc="lower right")
    return _png(figure)


def precision_recall_plot(labels: npt.ArrayLike, scores: Mapping[str, npt.ArrayLike]) -> bytes:
    """Precision against recall of up to four *scores* by name, average precision in the legend."""
    figure, axes = _figure("Precision against recall")
    for (name, values), colour in zip(scores.items(), COLOURS, strict=False):
        curve = _curve(labels, values)
        axes.plot(
            curve.gained[1:] / curve.gained[-1],
            curve.gained[1:] / curve.spent[1:],
            color=colour,
            label=f"{name} (average precision {average_precision(curve):.2f})",
        )
    share = float(np.mean(np.asarray(labels, bool)))
    _reference(axes, (0, 1), (share, share), label=f"chance ({share:.2f})")
    _as_shares(axes, "Share of the positives found (recall)", "Share that is right (precision)")
    axes.legend(loc="upper right")
    return _png(figure)


def reliability_plot(reliability: pl.DataFrame) -> bytes:
    """The reliability curve of the frame `reliability`, and below it how many rows each bin has."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DOTS_PER_INCH, layout="constrained")
    axes, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    axes.set_title("Reliability: what was predicted, and what came", loc="left")
    _reference(axes, (0, 1), (0, 1), label="as predicted")
    axes.plot(
        reliability["mean_probability"],
        reliability["positive_share"],
        marker="o",
        color=COLOURS[0],
        label="seen",
    )
    _as_shares(axes, "", "Share that was positive")
    axes.legend(loc="upper left")
    middles = (reliability["low"] + reliability["high"]) / 2
    bars = counts.bar(middles, reliability["rows"], width=0.09, color=COLOURS[2])
    counts.bar_label(bars, fmt="{:,.0f}", fontsize=8)
    counts.set(xlabel="Predicted probability", ylabel="Rows")
    counts.margins(y=0.3)
    _without_frame(counts)
    return _png(figure)


def effort_plot(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    effort: npt.ArrayLike,
    baseline: tuple[str, npt.ArrayLike],
) -> bytes:
    """Share of the positives found against share of the lines reviewed, in several orders.

    The model's order is by probability per line; *baseline* is a name and the scores whose highest
    come first; beside them the smallest change first, and the optimal order.
    """
    positive = np.asarray(labels, bool)
    rankings = EffortRankings.of(
        positive, np.asarray(probabilities, np.float64), np.asarray(effort, np.float64)
    )
    name, scores = baseline
    orders = {
        "model": rankings.model,
        name: Ranking.by(np.asarray(scores, np.float64)),
        "smallest first": rankings.smallest_first,
        "optimal": rankings.optimal,
    }
    figure, axes = _figure("Positives found against lines reviewed")
    for (order, ranking), colour in zip(orders.items(), COLOURS, strict=True):
        curve = ranking.curve(positive.astype(np.float64), rankings.costs)
        axes.plot(
            curve.spent / curve.spent[-1],
            curve.gained / curve.gained[-1],
            color=colour,
            label=f"{order} ({curve.gain_at(REVIEWED_SHARE):.0%})",
        )
    _reference(axes, (REVIEWED_SHARE, REVIEWED_SHARE), (0, 1), label=None)
    _as_shares(axes, "Share of the lines reviewed", "Share of the positives found")
    figure.legend(
        loc="outside lower center", ncols=2, title=f"Found in {REVIEWED_SHARE:.0%} of the lines"
    )
    return _png(figure)


def windows_plot(windows: pl.DataFrame, metric: str) -> bytes:
    """A *metric* over the windows of time: columns `time`, `value`, `low`, `high`, in any order."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    figure, axes = _figure(f"{metric} over time, with 95% intervals")
    ordered = windows.sort("time")
    axes.fill_between(
        ordered["time"], ordered["low"], ordered["high"], color=COLOURS[0], alpha=0.2, linewidth=0
    )
    axes.plot(ordered["time"], ordered["value"], marker="o", color=COLOURS[0])
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.set(xlabel="Start of the window that was judged", ylabel=metric)
    _without_frame(axes)
    return _png(figure)


def importance_plot(importances: Mapping[str, float], most: int = 20) -> bytes:
    """The *most* important features as bars, the most important on top."""
    chosen = sorted(importances.items(), key=lambda item: (item[1], item[0]))[-most:]
    figure, axes = _figure(f"The {len(chosen)} features that matter most")
    axes.barh([name for name, _ in chosen], [value for _, value in chosen], color=COLOURS[0])
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("Mean contribution to a score, either way (log-odds)")
    _without_frame(axes)
    return _png(figure)


def _figure(title: str) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DOTS_PER_INCH, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, loc="left")
    return figure, axes


def _as_shares(axes: "Axes", x: str, y: str) -> None:
    axes.set(xlabel=x, ylabel=y, xlim=(0, 1), ylim=(0, 1.02))
    _without_frame(axes)


def _without_frame(axes: "Axes") -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _reference(
    axes: "Axes", x: tuple[float, float], y: tuple[float, float], *, label: str | None
) -> None:
    axes.plot(x, y, color=REFERENCE_COLOUR, linestyle="--", linewidth=1, label=label)


def _curve(labels: npt.ArrayLike, scores: npt.ArrayLike) -> Curve:
    gains = np.asarray(labels, np.float64)
    return Ranking.by(np.asarray(scores, np.float64)).curve(gains, np.ones_like(gains))


def _png(figure: "Figure") -> bytes:
    file = BytesIO()
    figure.savefig(file, format="png", pil_kwargs={"optimize": True})
    return file.getvalue()
