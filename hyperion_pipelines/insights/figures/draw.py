"""Draws an insight's table as a picture, for the metadata of its asset.

On a white background of its own, since the UI is light or dark. The same rows give the same bytes.
"""

import base64
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl

from hyperion_pipelines.insights.figures.kinds import Bands, Bars, Heat, Kind, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (9, 4.5)
MOST_BARS = 12
LONGEST_LABEL = 40
COLOUR = "#2f6db3"
# Of the picture's width, what is left of the axes: names of bars, or numbers.
LABELS_SHARE = 0.4
MARGIN_SHARE = 0.09


def figure_markdown(question: str, rows: pl.DataFrame, kind: Kind) -> str:
    """The picture of *rows* as Markdown that holds it whole (a data URI).

    Without rows it is the sentence that says so.
    """
    if rows.is_empty():
        return f"{question} There is nothing to show."
    picture = base64.b64encode(figure_svg(question, rows, kind)).decode("ascii")
    return f"![{question}](data:image/svg+xml;base64,{picture})"


def figure_svg(question: str, rows: pl.DataFrame, kind: Kind) -> bytes:
    """The picture of *rows*, of which there is one at least, under the *question* it answers."""
    import matplotlib
    from matplotlib.figure import Figure

    picture = BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hyperion"}):
        # A layout engine would draw everything twice to find these margins.
        figure = Figure(figsize=INCHES, facecolor="white")
        left = LABELS_SHARE if isinstance(kind, Bars) else MARGIN_SHARE
        axes = figure.add_axes((left, 0.12, 0.98 - left, 0.78))
        figure.suptitle(_plain(question), x=0.01, horizontalalignment="left", fontweight="bold")
        axes.spines[["top", "right"]].set_visible(False)
        _DRAWINGS[type(kind)](axes, rows, kind)
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()


def _bars(axes: "Axes", rows: pl.DataFrame, kind: Bars) -> None:
    # Like rows of a table: the first on top.
    shown = _summed(rows, kind).head(MOST_BARS).reverse()
    labels = (_label(column) for column in kind.label)
    names = shown.select(pl.concat_str(*labels, separator=" · ", ignore_nulls=True)).to_series()
    places = range(shown.height)
    axes.barh(places, shown[kind.value].fill_null(0).to_list(), color=COLOUR)
    axes.set_yticks(places, [_plain(str(name)) for name in names])
    axes.set_xlabel(_words(kind.value))
    axes.tick_params(axis="y", length=0)


def _summed(rows: pl.DataFrame, kind: Bars) -> pl.DataFrame:
    if not kind.is_summed:
        return rows
    sums = rows.group_by(kind.label, maintain_order=True).agg(pl.sum(kind.value))
    return sums.sort(kind.value, descending=True, maintain_order=True)


def _label(column: str) -> pl.Expr:
    """The text of *column*, cut where it is long: of paths the beginning, the end says more."""
    text, room = pl.col(column).cast(pl.String), LONGEST_LABEL - 1
    is_path = column in {"path", "other"}
    cut = "…" + text.str.tail(room) if is_path else text.str.head(room) + "…"
    return pl.when(text.str.len_chars() > LONGEST_LABEL).then(cut).otherwise(text)


def _series(axes: "Axes", rows: pl.DataFrame, kind: Series) -> None:
    for name in kind.values:
        axes.plot(rows[kind.x].to_numpy(), rows[name].to_numpy(), label=_words(name))
    axes.set_xlabel(_words(kind.x))
    axes.set_ylim(0)
    if len(kind.values) > 1:
        axes.legend(frameon=False)
    else:
        axes.set_ylabel(_words("".join(kind.values)))


def _bands(axes: "Axes", rows: pl.DataFrame, kind: Bands) -> None:
    from matplotlib import colormaps

    wide = rows.pivot(kind.band, index=kind.x, values=kind.value, sort_columns=True)
    bands = wide.sort(kind.x).fill_null(0).drop(kind.x)
    colours = colormaps["viridis"].resampled(bands.width)
    axes.stackplot(
        wide.sort(kind.x)[kind.x].to_numpy(),
        bands.to_numpy().T,
        labels=bands.columns,
        colors=[colours(place) for place in range(bands.width)],
    )
    axes.set_xlabel(_words(kind.x))
    axes.set_ylabel(_words(kind.value))
    axes.legend(frameon=False, title=_words(kind.band), loc="upper left", fontsize="small")


def _heat(axes: "Axes", rows: pl.DataFrame, kind: Heat) -> None:
    wide = rows.pivot(kind.x, index=kind.y, values=kind.value, sort_columns=True).sort(kind.y)
    cells = wide.drop(kind.y).fill_null(0)
    axes.imshow(cells.to_numpy(), cmap="Blues", aspect="auto")
    axes.set_xticks(range(cells.width), cells.columns)
    axes.set_yticks(range(wide.height), [str(value) for value in wide[kind.y]])
    axes.set_xlabel(_words(kind.x))
    axes.set_ylabel(_words(kind.y))


_DRAWINGS: dict[type[Kind], Callable[["Axes", pl.DataFrame, Any], None]] = {
    Bars: _bars,
    Series: _series,
    Bands: _bands,
    Heat: _heat,
}


def _words(column: str) -> str:
    return column.replace("_", " ")


def _plain(text: str) -> str:
    """*text* as it is: a dollar sign would begin a formula."""
    return text.replace("$", r"\$")
