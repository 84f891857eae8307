"""From facts about features to sentences: each gets the phrase that fits it, and its number.

A fact is a feature, its value in one row, its contribution, and where the value stands among the
rows of its repository. The phrases are data (`words`); which facts are told is decided before.
"""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.learning.scoring import numbers
from hyperion_pipelines.learning.scoring.words import Words

FACTS = pl.Schema(
    {
        "feature": pl.String,
        "value": pl.Float64,  # null where it is not known
        "contribution": pl.Float64,
        "is_at_hand": pl.Boolean,  # whether there is a column of such values at all
        "smaller": pl.Float64,  # share of the repository's rows whose value is smaller
        "greater": pl.Float64,
    }
)
# A value is told to be large, or small, when it is beyond so many of the other rows.
OUTSTANDING = 0.8
LITTLE = 0.5

_KINDS = ("phrase", "little", "below_zero", "unknown", "noun")
_PHRASES = pl.Schema(
    {
        **dict.fromkeys(("feature", *_KINDS, "form", "more", "less"), pl.String()),
        "is_risky_when_small": pl.Boolean(),
    }
)
_EXACT = pl.Schema({"feature": pl.String, "exact_value": pl.Float32, "exactly": pl.String})
_CHOICE = r"\[([^|\]]*)\|([^\]]*)\]"


def sentences(facts: pl.DataFrame, words: Sequence[Words], rows: str) -> pl.Series:
    """A sentence for each of *facts* (columns `FACTS`), in their order.

    *words* has those of every feature in *facts*; *rows* says what is compared ("commits").
    """
    told = facts.with_columns(lowers=pl.col("contribution") < 0).drop("contribution")
    distinct = told.unique()  # many rows have the same to say
    known = (
        distinct.with_columns(exact_value=pl.col("value").cast(pl.Float32))
        .join(_phrases(words), on="feature", how="left", maintain_order="left")
        .join(_exact(words), on=["feature", "exact_value"], how="left", maintain_order="left")
        .with_columns(number=_number(), kind=_kind())
        .with_columns(template=_template())
    )
    sentence = pl.col("template").str.replace_all("{n}", pl.col("number"), literal=True)
    texts = distinct.with_columns(known.select(text=sentence + _comparison(rows)))
    return told.join(
        texts, on=told.columns, how="left", nulls_equal=True, maintain_order="left"
    ).get_column("text")


def _phrases(words: Sequence[Words]) -> pl.DataFrame:
    """The phrases of each feature; a comparison that says nothing is null."""
    return pl.DataFrame(
        [
            (
                *(word.feature, word.phrase, word.little, word.below_zero),
                *(word.unknown or f"{word.noun}: not known", word.noun, word.form),
                *(word.compared or (None, None)),
                word.is_risky_when_small,
            )
            for word in words
        ],
        schema=_PHRASES,
        orient="row",
    )


def _exact(words: Sequence[Words]) -> pl.DataFrame:
    """The phrases that are for one value alone."""
    rows = [(word.feature, *exact) for word in words for exact in word.exactly.items()]
    return pl.DataFrame(rows, schema=_EXACT, orient="row")


def _number() -> pl.Expr:
    """The amount of the value, written as its feature's form has it; a minus where none says so."""
    amount, form = pl.col("value").abs(), pl.col("form")
    sign = pl.when((pl.col("value") < 0) & pl.col("below_zero").is_null()).then(pl.lit("-"))
    text = (
        pl.when(form == "share")
        .then(numbers.share(amount))
        .when(form == "days")
        .then(numbers.days(amount))
        .when(form == "ordinal")
        .then(numbers.ordinal(amount))
        .when(form == "hour")
        .then(numbers.hour(amount))
        .otherwise(numbers.plain(amount))
    )
    return pl.concat_str(sign.fill_null(""), text).fill_null("")


def _kind() -> pl.Expr:
    """Which of its feature's phrases fits the fact: the name of the column that has it."""
    value = pl.col("value")
    is_reason = pl.col("lowers") != pl.col("is_risky_when_small")
    is_little = (pl.col("greater") >= LITTLE) & is_reason
    return (
        pl.when(~pl.col("is_at_hand"))
        .then(pl.lit("noun"))
        .when(value.is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("exactly").is_not_null())
        .then(pl.lit("exactly"))
        .when((value < 0) & pl.col("below_zero").is_not_null())
        .then(pl.lit("below_zero"))
        .when((value >= 0) & is_little & pl.col("little").is_not_null())
        .then(pl.lit("little"))
        .otherwise(pl.lit("phrase"))
    )


def _template() -> pl.Expr:
    """The phrase, with that form of each `[one|many]` which the number asks for."""
    template = pl.coalesce(
        pl.when(pl.col("kind") == kind).then(kind) for kind in (*_KINDS, "exactly")
    )
    return (
        pl.when(pl.col("number") == "1")
        .then(template.str.replace_all(_CHOICE, "${1}"))
        .otherwise(template.str.replace_all(_CHOICE, "${2}"))
    )


def _comparison(rows: str) -> pl.Expr:
    """How the value stands: ", more than 97 of 100 commits here"; nothing where it is usual.

    A phrase for one value alone, and one that says "just", needs none. Amounts below zero are
    compared as amounts: who takes 90 lines out takes out more than others.
    """
    smaller, greater = pl.col("smaller"), pl.col("greater")
    is_below_zero = pl.col("kind") == "below_zero"
    beyond = pl.when(is_below_zero).then(greater).otherwise(smaller)
    behind = pl.when(is_below_zero).then(smaller).otherwise(greater)
    comparison = (
        pl.when(~pl.col("kind").is_in(["phrase", "below_zero"]))
        .then(None)
        .when(beyond >= OUTSTANDING)
        .then(pl.format(f", {{}} {{}} of 100 {rows} here", "more", _of_100(beyond)))
        .when(behind >= OUTSTANDING)
        .then(pl.format(f", {{}} {{}} of 100 {rows} here", "less", _of_100(behind)))
    )
    return comparison.fill_null("")


def _of_100(share: pl.Expr) -> pl.Expr:
    return (100 * share).floor().cast(pl.Int64)
