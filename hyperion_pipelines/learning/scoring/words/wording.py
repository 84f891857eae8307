"""What a row of the words' tables is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# How a number is written: 1,240; 34 %; 5 days; 2nd; 04 (an hour).
Form = Literal["number", "share", "days", "ordinal", "hour"]
MORE = ("more than", "fewer than")  # the row itself does it: "adds 9 lines, more than 8 of ..."
MORE_IN = ("more than in", "fewer than in")  # it is found there: "9 smells, more than in 8 of ..."


@dataclass(frozen=True)
class Words:
    """How a feature is said of a commit or file.

    A phrase shows the number at `{n}`, and has `[one|many]` where grammar asks which it is.
    `phrase` is for any value but those that `exactly` has, `below_zero` for negative values, whose
    amount it shows. `little` is for a small value that is a reason because it is small: it lowers
    the risk, or raises it if `is_risky_when_small`. `compared` says of a large and of a small value
    how it stands to the other rows; None where that says nothing. `noun` names the feature, where
    its value is not at hand; `unknown` is for null.
    """

    feature: str
    noun: str
    phrase: str
    exactly: Mapping[float, str] = field(default_factory=dict[float, str])
    little: str | None = None
    below_zero: str | None = None
    unknown: str | None = None
    form: Form = "number"
    compared: tuple[str, str] | None = MORE_IN
    is_risky_when_small: bool = False


def words_by_name(feature: str, *, is_flag: bool) -> Words:
    """Words for a feature that no table has, from its name: "lines added per lines before: 0.4"."""
    noun = feature.replace("_", " ")
    return Words(
        feature,
        noun,
        f"{noun}: {{n}}",
        exactly={0: f"{noun}: no", 1: f"{noun}: yes"} if is_flag else {},
        compared=("higher than in", "lower than in"),
    )
