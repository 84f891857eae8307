"""Technical debt: the time it would take to mend what smells in own code, and how it adds up.

The smells are those of `code.smells`; what to mend first is asked of `refactoring_targets`.
"""

from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.code.smells import (
    FUNCTION_THRESHOLDS,
    LARGE_CLASS_LINES,
    LARGE_CLASS_METHODS,
    LARGE_FILE,
)
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.words import counted, duration

# What SonarSource takes mending one to need (repository SonarSource/rspec, `remediation` of the
# rule's metadata).
MINUTES_EACH = {
    "long function": 20,  # S138
    "deep nesting": 10,  # S134
    "many parameters": 20,  # S107
    "large class": 60,  # S1448, for too many methods; ours for too many lines
    "large file": 60,  # S104
}
COMPLEX = "complex function"
# A complex function needs this, and a minute for each point over the limit, which is that of S3776
# for cognitive and that of `code.smells` for cyclomatic complexity.
COMPLEXITY_LIMIT = 15
COGNITIVE_MINUTES = 5  # S3776
CYCLOMATIC_MINUTES = 10  # S1541

LINE_MINUTES = 30  # SonarQube's default for the cost of developing a line of code
RATINGS = (("A", 0.05), ("B", 0.10), ("C", 0.20), ("D", 0.50))  # largest debt ratios; else E

INSIGHT = Insight(
    table="technical_debt",
    question="How long would it take to mend what is too long, too nested or too complex?",
    columns={
        "path": Column(pl.String, "A file of own code, tests left out."),
        "area": Column(pl.String, "Its part of the repository."),
        "kind": Column(pl.String, "Kind of smell."),
        "count": Column(pl.UInt32, "How many of them it has."),
        "minutes_each": Column(
            pl.UInt32, "Minutes to mend one; null where that depends on its size."
        ),
        "minutes": Column(pl.UInt32, "Minutes to mend all."),
        "hours": Column(pl.Float64, "The same in hours."),
        "arithmetic": Column(pl.String, "How the time adds up."),
    },
    key=("path", "kind"),
)


def technical_debt(files: pl.DataFrame, functions: pl.DataFrame) -> pl.DataFrame:
    """The columns of INSIGHT, a row per file and kind of smell, the longest time first.

    Remediation time as the SQALE method adds it up (Letouzey, "The SQALE Method for Evaluating
    Technical Debt", 2012), with SonarSource's times (MINUTES_EACH). One split may mend several
    smells of a function, so that the sum is an upper bound. A complex function needs what rule
    S3776 says where its cognitive complexity is over 15, else what S1541 says.
    """
    own = files.filter(~pl.col("is_test"))
    rows = pl.concat([_constant(own), _complex(own, functions)], how="diagonal")
    return INSIGHT.frame(
        rows.join(own.select("path", "area"), on="path")
        .with_columns(
            hours=pl.col("minutes") / 60,
            arithmetic=pl.format("{} = {}", "terms", duration("minutes")),
        )
        .sort("minutes", "path", "kind", descending=[True, False, False])
    )


def smells_of(*kinds: str) -> pl.Expr:
    """Whether a row of `functions` has a smell of one of *kinds*, by the thresholds of `smells`."""
    return pl.any_horizontal(
        pl.col(threshold.measure.removeprefix("function.")) > threshold.largest
        for threshold in FUNCTION_THRESHOLDS
        if threshold.kind in kinds
    )


def splitting_minutes() -> pl.Expr:
    """Minutes to split a complex function of `functions` until neither complexity is over 15.

    S3776's where its cognitive complexity is over 15, else S1541's.
    """
    by_cognitive = COGNITIVE_MINUTES + _points("cognitive")
    by_cyclomatic = CYCLOMATIC_MINUTES + _points("cyclomatic")
    return pl.when(_is_tangled()).then(by_cognitive).otherwise(by_cyclomatic)


@dataclass(frozen=True)
class DebtRatio:
    """The time to mend all smells, in proportion to that of writing the code anew."""

    minutes: int
    lines: int

    @property
    def ratio(self) -> float:
        """Remediation time / (30 minutes x lines): SQALE's debt ratio by SonarQube; 0 for none."""
        return self.minutes / (LINE_MINUTES * self.lines) if self.lines else 0.0

    @property
    def rating(self) -> str:
        """SonarQube's rating: A to 5 %, B to 10 %, C to 20 %, D to 50 %, E above."""
        return next((rating for rating, largest in RATINGS if self.ratio <= largest), "E")

    @property
    def sentence(self) -> str:
        """What that means."""
        hours, of_writing = self.minutes / 60, self.lines * LINE_MINUTES / 60
        return (
            f"Mending what smells would take {hours:,.0f} hours, {100 * self.ratio:.1f} % of the "
            f"{of_writing:,.0f} hours that writing its {self.lines:,} lines of code takes at "
            f"{LINE_MINUTES} minutes a line; SonarQube rates that {self.rating}, where A is at "
            "most 5 % and E over 50 %."
        )


def _constant(own: pl.DataFrame) -> pl.DataFrame:
    """Smells that need the same time each; those that start on one line are mended as one."""
    smell = pl.col("smells").struct
    each = pl.col("kind").replace_strict(MINUTES_EACH, return_dtype=pl.UInt32)
    return (
        own.explode("smells")
        .select("path", smell.field("kind"), smell.field("line"))
        .filter(pl.col("kind").is_in(list(MINUTES_EACH)))
        .group_by("path", "kind")
        .agg(count=pl.n_unique("line"))
        .with_columns(minutes_each=each)
        .with_columns(
            minutes=(pl.col("count") * pl.col("minutes_each")).cast(pl.Int64),
            terms=pl.format("{} x {} min", _named(), "minutes_each"),
        )
    )


def _named() -> pl.Expr:
    """`3 functions over 60 lines`, by `kind` and `count`."""
    largest = {threshold.kind: threshold.largest for threshold in FUNCTION_THRESHOLDS}
    functions = counted("count", "function", "functions")
    classes = counted("count", "class", "classes")
    texts = {
        "long function": pl.format(f"{{}} over {largest['long function']} lines", functions),
        "deep nesting": pl.format(
            f"{{}} nested more than {largest['deep nesting']} deep", functions
        ),
        "many parameters": pl.format(
            f"{{}} of more than {largest['many parameters']} parameters", functions
        ),
        "large class": pl.format(
            f"{{}} over {LARGE_CLASS_LINES.largest} lines or {LARGE_CLASS_METHODS.largest} methods",
            classes,
        ),
        "large file": pl.lit(f"1 file over {LARGE_FILE.largest} lines of code"),
    }
    return pl.coalesce(pl.when(pl.col("kind") == kind).then(text) for kind, text in texts.items())


def _complex(own: pl.DataFrame, functions: pl.DataFrame) -> pl.DataFrame:
    """Complex functions, which need the longer the more complex they are."""
    is_tangled = _is_tangled()
    return (
        functions.join(own, on="path", how="semi")
        .filter(smells_of(COMPLEX))
        .group_by("path", kind=pl.lit(COMPLEX))
        .agg(
            count=pl.len(),
            tangled=is_tangled.sum(),
            tangled_points=_points("cognitive").filter(is_tangled).sum(),
            branching=(~is_tangled).sum(),
            branching_points=_points("cyclomatic").filter(~is_tangled).sum(),
            minutes=splitting_minutes().sum(),
        )
        .with_columns(
            terms=pl.concat_str(
                _complex_terms("tangled", "cognitive", COGNITIVE_MINUTES),
                _complex_terms("branching", "cyclomatic", CYCLOMATIC_MINUTES),
                separator=" + ",
                ignore_nulls=True,
            )
        )
    )


def _complex_terms(group: str, measure: str, minutes: int) -> pl.Expr:
    """`2 functions x 5 min + 66 points of cognitive complexity over 15 x 1 min`; null for none."""
    points = counted(f"{group}_points", "point", "points")
    text = f"{{}} x {minutes} min + {{}} of {measure} complexity over {COMPLEXITY_LIMIT} x 1 min"
    return pl.when(pl.col(group) > 0).then(
        pl.format(text, counted(group, "function", "functions"), points)
    )


def _points(measure: str) -> pl.Expr:
    """Points over the limit of a function."""
    return pl.col(measure).cast(pl.Int64) - COMPLEXITY_LIMIT


def _is_tangled() -> pl.Expr:
    """Hard to follow, and not only of many branches as a plain switch is."""
    return _points("cognitive") > 0
