"""Why a commit is odd, in words: the features farthest from what is usual here and for its author.

The distance of a value is how many spreads it lies from the median, on the side that is odd, the
mean of the repository's and the author's where the author has a usual (`usual`).
"""

from typing import NamedTuple

import polars as pl

from hyperion_pipelines.learning.models.anomaly.rarity import INPUTS
from hyperion_pipelines.learning.models.anomaly.usual import scaled

FEWEST, MOST = 3, 5
FAR = 1.0  # spreads from the median, for a reason beyond the first three
_COUNTED = {
    "lines_added": ("line added", "lines added"),
    "lines_deleted": ("line deleted", "lines deleted"),
    "files": ("file touched", "files touched"),
    "deleted_files": ("file deleted", "files deleted"),
    "binary_files": ("binary file added or changed", "binary files added or changed"),
}
_CONTEXT = (
    *("hour", "kind", "directory", "branch", "author_experience"),
    *("kind_before", "directory_before", "branch_before"),
)


class Usual(NamedTuple):
    """What is usual: `usual_values` and `usual_hours`."""

    values: pl.DataFrame
    hours: pl.DataFrame


def reasons_of(commits: pl.DataFrame, usual: Usual) -> pl.DataFrame:
    """`repository`, `sha`, `anomaly_reasons` of *commits*: three to five each, farthest first.

    Of a reason `value` is the commit's and `typical` the repository's median, in the feature's own
    unit; a surprise is in bits, and its text says what surprises.
    """
    chosen = _farthest(commits, usual.values)
    context = commits.select("repository", "sha", "author_id", *_CONTEXT)
    said = (
        chosen.drop("author_id")
        .join(context, on=["repository", "sha"])
        .join(_hours(usual.hours, of_authors=True), on=["repository", "author_id"], how="left")
        .join(_hours(usual.hours, of_authors=False), on="repository", how="left")
        .with_columns(text=_text())
    )
    reasons = said.group_by("repository", "sha").agg(
        anomaly_reasons=pl.struct("feature", "value", "typical", "text").sort_by("place")
    )
    return commits.select("repository", "sha").join(
        reasons, on=["repository", "sha"], how="left", maintain_order="left"
    )


def _farthest(commits: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Of each reason `place`, `feature`, `value`, and what is typical here and of the author."""
    keys = ["repository", "sha", "author_id"]
    here = usual.filter(pl.col("author_id").is_null()).drop("author_id")
    of_author = usual.filter(pl.col("author_id").is_not_null())
    values = commits.unpivot(INPUTS, index=keys, variable_name="feature").cast(
        {"value": pl.Float64}
    )
    place = pl.col("distance").rank("ordinal", descending=True).over("repository", "sha")
    return (
        values.join(here, on=["repository", "feature"])
        .join(of_author, on=["repository", "author_id", "feature"], how="left", suffix="_author")
        .with_columns(distance=pl.mean_horizontal(_distance(""), _distance("_author")))
        .with_columns(place=place)
        .filter((pl.col("place") <= FEWEST) | (pl.col("distance") >= FAR), pl.col("place") <= MOST)
        .select(
            *(*keys, "feature", "value", "place"), typical="median", typical_author="median_author"
        )
    )


def _distance(suffix: str) -> pl.Expr:
    feature = pl.col("feature")
    above = scaled(pl.col("value"), feature) - scaled(pl.col(f"median{suffix}"), feature)
    side = pl.when(feature == "author_experience").then(-1).otherwise(1)
    return side * above / pl.col(f"spread{suffix}")


def _hours(hours: pl.DataFrame, *, of_authors: bool) -> pl.DataFrame:
    if of_authors:
        known = hours.filter(pl.col("author_id").is_not_null())
        return known.rename({"first": "author_first", "last": "author_last"})
    return hours.filter(pl.col("author_id").is_null()).drop("author_id")


def _text() -> pl.Expr:
    texts = {
        **{feature: _counted(one, many) for feature, (one, many) in _COUNTED.items()},
        "author_experience": _experience(),
        "kind_surprise": pl.format("touches {}, {}", "kind", _before("kind_before")),
        "directory_surprise": pl.format("touches {}, {}", _place(), _before("directory_before")),
        "hour_surprise": pl.format("made at {}; {}", _clock(), _work()),
        "branch_surprise": pl.format("made {}, {}", _side(), _before("branch_before")),
    }
    return pl.coalesce(
        pl.when(pl.col("feature") == feature).then(text) for feature, text in texts.items()
    )


def _counted(one: str, many: str) -> pl.Expr:
    noun = pl.when(pl.col("value") == 1).then(pl.lit(one)).otherwise(pl.lit(many))
    here = pl.format("{} {}; {} is usual here", _number("value"), noun, _number("typical"))
    of_author = pl.format(" and {} for this author", _number("typical_author"))
    return here + of_author.fill_null("")


def _experience() -> pl.Expr:
    some = pl.format(
        "{} earlier {} by this author; {} is usual here",
        _number("value"),
        pl.when(pl.col("value") == 1).then(pl.lit("commit")).otherwise(pl.lit("commits")),
        _number("typical"),
    )
    return (
        pl.when(pl.col("value") == 0)
        .then(pl.lit("the first commit of this author"))
        .otherwise(some)
    )


def _before(column: str) -> pl.Expr:
    """How often the author did so before; of a newcomer, how often anybody did."""
    earlier = pl.col("author_experience")
    of_newcomer = pl.format("as 1 in {} commits here did", _grouped(2.0 ** pl.col("value")))
    never = pl.format(
        "which none of the author's {} earlier commits did", _number("author_experience")
    )
    some = pl.format(
        "as {} of the author's {} earlier commits did",
        _number(column),
        _number("author_experience"),
    )
    return (
        pl.when(earlier == 0)
        .then(of_newcomer)
        .when(pl.col(column) == 0)
        .then(never)
        .otherwise(some)
    )


def _place() -> pl.Expr:
    directory = pl.col("directory")
    at_root = pl.lit("files at the root")
    return pl.when(directory == "").then(at_root).otherwise(pl.format("{}/", directory))


def _side() -> pl.Expr:
    return pl.format("on {}", pl.col("branch")).fill_null("on HEAD's branch")


def _clock() -> pl.Expr:
    hour = pl.col("hour")
    minute = ((hour - hour.floor()) * 60).round(0)
    return pl.format("{}:{}", _two_digits(hour.floor()), _two_digits(minute))


def _work() -> pl.Expr:
    of_author = pl.format(
        "the author's commits are mostly made between {} and {}", "author_first", "author_last"
    )
    return of_author.fill_null(
        pl.format("commits here are mostly made between {} and {}", "first", "last")
    )


def _two_digits(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.Int64).cast(pl.String).str.zfill(2)


def _number(column: str) -> pl.Expr:
    return _grouped(pl.col(column))


def _grouped(number: pl.Expr) -> pl.Expr:
    """A number, rounded, with a comma before each group of three digits."""
    backwards = number.round(0).cast(pl.Int64).cast(pl.String).str.reverse()
    return backwards.str.replace_all(r"(\d{3})", "${1},").str.strip_suffix(",").str.reverse()
