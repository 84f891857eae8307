"""The picture of how much of each year's work is left, for the metadata of an asset.

It draws what `survival` counts, on a background of its own: it reads on light and dark pages.
"""

import base64
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl

from hyperion_pipelines.insights.lines.ages import age_in_words, age_of_one_in
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes
from hyperion_pipelines.insights.lines.survival import half_life, lines_by_origin_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (9, 4.5)
MARGIN_INCHES = 0.12
# A band that is lower than this share of the axis has no room for a label.
LABEL_HEIGHT = 0.036


def survival_markdown(lifetimes: LineLifetimes | None) -> str:
    """The picture as Markdown that holds it whole (a data URI), or a sentence without any lines."""
    if lifetimes is None or lifetimes.surviving.is_empty():
        return "HEAD has no lines of own code."
    picture = base64.b64encode(survival_svg(lifetimes)).decode("ascii")
    return f"![{survival_title(lifetimes)}](data:image/svg+xml;base64,{picture})"


def survival_title(lifetimes: LineLifetimes) -> str:
    """What the picture shows, in a sentence; HEAD must have lines."""
    median = age_of_one_in(2, lifetimes.surviving)
    return f"Half of the lines at HEAD are at least {age_in_words(median)} old"


def survival_svg(lifetimes: LineLifetimes) -> bytes:
    """Lines over time, stacked by the year they were written in; HEAD must have lines.

    The same lifetimes give the same bytes.
    """
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(h_pad=MARGIN_INCHES, w_pad=MARGIN_INCHES)
    picture = BytesIO()
    # Letters stay letters, in a font of the reader's; names in the file depend on the salt alone.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hyperion"}):
        figure = Figure(figsize=INCHES, layout=layout, facecolor="white")
        axes = figure.add_subplot()
        bands = _bands(lines_by_origin_year(lifetimes))
        _draw_bands(axes, bands)
        _label_bands(axes, bands)
        _describe(axes, lifetimes)
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()


def _bands(lines: pl.DataFrame) -> pl.DataFrame:
    """A column of lines per origin year, oldest first, over `at`; all begin with nothing."""
    wide = lines.pivot("origin_year", index="at", values="lines", sort_columns=True).fill_null(0)
    first: date = wide["at"][0]
    before = pl.DataFrame({"at": [date(first.year - 1, 12, 31)]})
    return pl.concat([before, wide], how="diagonal").fill_null(0).sort("at")


def _draw_bands(axes: "Axes", bands: pl.DataFrame) -> None:
    from matplotlib import colormaps

    years = bands.drop("at")
    colours = colormaps["viridis"].resampled(years.width)
    axes.stackplot(
        bands["at"].to_numpy(),
        years.to_numpy().T,
        colors=[colours(place) for place in range(years.width)],
        edgecolor="white",
        linewidth=0.4,
    )
    axes.set_xlim(bands["at"][0], bands["at"][-1])
    axes.set_ylim(0)


def _label_bands(axes: "Axes", bands: pl.DataFrame) -> None:
    """Name the bands beside their right ends: the year, and its share of the lines at HEAD."""
    at_head = bands.drop("at").tail(1).unpivot(variable_name="year", value_name="lines")
    labels = at_head.with_columns(
        middle=pl.col("lines").cum_sum() - pl.col("lines") / 2,
        share=pl.col("lines") / pl.sum("lines"),
    ).filter(pl.col("lines") >= LABEL_HEIGHT * axes.get_ylim()[1])
    for year, middle, share in labels.select("year", "middle", "share").iter_rows():
        axes.annotate(
            f"{year}: {share:.0%}",
            xy=(1, middle),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            verticalalignment="center",
        )


def _describe(axes: "Axes", lifetimes: LineLifetimes) -> None:
    halved = half_life(lifetimes)
    fate = (
        "more than half of all lines ever written are still there"
        if halved is None
        else f"half of all that is written is gone after {age_in_words(halved)}"
    )
    axes.set_title(survival_title(lifetimes), loc="left", fontweight="bold", pad=22)
    subtitle = f"Lines by the year they were written in, older ones darker; {fate}"
    axes.text(0, 1.02, subtitle, transform=axes.transAxes)
    axes.set_ylabel("lines of own code")
    axes.set_xlabel("time, counted at each year's end and at HEAD")
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
