"""How grave a finding of security is, and where it hardly counts.

What the findings are is the business of the insights beside this module.
"""

import polars as pl

SEVERITIES = ("low", "medium", "high", "critical")
WEIGHTS = {"low": 1.0, "medium": 3.0, "high": 7.0, "critical": 10.0}
HOTSPOTS = 10  # the first of them are where a finding is urgent
# What stands there shows how to do a thing, and opens only what the same folder starts.
_SAMPLES = r"(?i)(^|/)(examples?|samples?|demos?|tutorials?|snippets?|benchmarks?)/"
_LEVELS = {severity: level for level, severity in enumerate(SEVERITIES)}


def is_sample(path: pl.Expr) -> pl.Expr:
    """Whether *path* lies in a folder of examples."""
    return path.str.contains(_SAMPLES)


def is_hotspot(path: pl.Expr, hotspots: pl.DataFrame) -> pl.Expr:
    """Whether *path* is among the ten hottest of *hotspots*, the table."""
    return path.is_in(hotspots["path"].head(HOTSPOTS).to_list())


def as_level(severity: pl.Expr) -> pl.Expr:
    """*severity* as a number, from 0 (low) to 3 (critical)."""
    return severity.replace_strict(_LEVELS, return_dtype=pl.Int8)


def lowered(severity: pl.Expr, steps: pl.Expr) -> pl.Expr:
    """*severity* some *steps* lower, at least low."""
    level = (as_level(severity) - steps.cast(pl.Int8)).clip(0, len(SEVERITIES) - 1)
    return level.replace_strict(dict(enumerate(SEVERITIES)), return_dtype=pl.String)


def weight(severity: pl.Expr) -> pl.Expr:
    """What a severity weighs in a score: about the middle of its range in CVSS 4.0 (FIRST, 2023).

    There low ends at 3.9, medium at 6.9, high at 8.9, critical at 10.
    """
    return severity.replace_strict(WEIGHTS, return_dtype=pl.Float64)
