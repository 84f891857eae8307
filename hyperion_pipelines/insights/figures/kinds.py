"""The kinds of pictures: which columns of an insight are drawn, and how."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bars:
    """A horizontal bar for each of the first rows: the columns that name it, and its length.

    Where it *is_summed*, rows of one name are one bar, and the longest come first.
    """

    label: tuple[str, ...]
    value: str
    is_summed: bool = False


@dataclass(frozen=True)
class Series:
    """Lines over *x*, one for each column of *values*."""

    x: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Bands:
    """The sums of *value* over *x*, stacked by *band*."""

    x: str
    band: str
    value: str


@dataclass(frozen=True)
class Heat:
    """A cell for each pair of *x* and *y*, darker with *value*."""

    x: str
    y: str
    value: str


Kind = Bars | Series | Bands | Heat
