"""Which calls in the code invite an attack, and which of them to look at first."""

from datetime import datetime

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.security.severities import is_hotspot, is_sample, lowered, weight
from hyperion_pipelines.insights.security.suppressions import Suppressions, with_suppressions
from hyperion_pipelines.security.danger_rules import read_danger_rules

ORPHANED = 1.5  # how much more a call weighs whose owner is gone

INSIGHT = Insight(
    table="dangerous_code",
    question="Which calls invite an attack, and which of them should be looked at first?",
    columns={
        "path": Column(pl.String, "A file of own code at HEAD."),
        "line": Column(pl.UInt32, "Line of the call, from 1."),
        "call": Column(pl.String, "What is called, as written; at most 120 characters."),
        "rule": Column(pl.String, "The rule of `config/dangerous_calls.yaml` that warns of it."),
        "danger": Column(pl.String, "What may happen."),
        "fix": Column(pl.String, "What to do instead."),
        "cwe": Column(pl.UInt32, "Number of the weakness in MITRE's CWE."),
        "function": Column(pl.String, "Function that it stands in; null outside of all."),
        "hotspot_score": Column(pl.Float64, "Score of the file among the hotspots; 0 for others."),
        "owner_name": Column(pl.String, "Who knows the file best; null if nobody is known to."),
        "owner_is_active": Column(pl.Boolean, "Whether that person still commits; null likewise."),
        "is_test": Column(pl.Boolean, "The file is a test."),
        "suppressed": Column(pl.String, "Why a person accepted it; null if nobody did."),
        "suppressed_until": Column(pl.Date, "The last day on which that holds, or held."),
        "severity": Column(pl.String, "critical, high, medium or low; low in tests and examples."),
        "score": Column(pl.Float64, "What puts it first: severity, hotspot and lack of an owner."),
        "why": Column(pl.String, "What makes it more or less urgent, in sentences."),
    },
    key=("path", "line", "rule"),
)


def dangerous_code(
    dangerous_calls: pl.DataFrame,
    files: pl.DataFrame,
    hotspots: pl.DataFrame,
    file_owners: pl.DataFrame,
    suppressions: Suppressions,
    head_time: datetime,
) -> pl.DataFrame:
    """The table: a row per dangerous call in own code, the highest score first, suppressed last.

    score = weight of the severity x (1 + hotspot score / the highest hotspot score) x 1.5 if the
    person who knows the file best is gone. Own reckoning; the weights are those of `severities`.
    """
    owners = file_owners.unique("path", keep="first", maintain_order=True)
    rules = pl.DataFrame([rule.model_dump() for rule in read_danger_rules().values()]).rename(
        {"id": "rule"}
    )
    is_gone = pl.col("owner_is_active").eq_missing(other=False)
    heat = pl.col("hotspot_score") / pl.lit(hotspots["score"].max(), pl.Float64)
    found = (
        dangerous_calls.select("path", "line", "call", "rule", "function")
        .join(files.select("path", "is_test"), on="path")
        .join(rules, on="rule")
        .join(hotspots.select("path", hotspot_score="score"), on="path", how="left")
        .join(
            owners.select("path", owner_name="person_name", owner_is_active="is_active"),
            on="path",
            how="left",
        )
        .with_columns(
            pl.col("hotspot_score").fill_null(0),
            is_sample=is_sample(pl.col("path")),
            is_hotspot=is_hotspot(pl.col("path"), hotspots),
        )
    )
    judged = with_suppressions(found, suppressions, head_time).with_columns(
        severity=lowered(
            pl.col("severity"),
            pl.when(pl.col("is_test") | pl.col("is_sample")).then(3).otherwise(0),
        )
    )
    scored = judged.with_columns(
        score=weight(pl.col("severity"))
        * (1 + heat.fill_null(0.0))
        * pl.when(is_gone).then(ORPHANED).otherwise(1.0),
        why=_why(is_gone),
    )
    order = [pl.col("suppressed").is_not_null(), pl.col("score"), "path", "line", "rule"]
    return INSIGHT.frame(scored.sort(order, descending=[False, True, False, False, False]))


def _why(is_gone: pl.Expr) -> pl.Expr:
    parts = [
        pl.when("is_test").then(pl.lit("It is in a test.")),
        pl.when(pl.col("is_sample") & ~pl.col("is_test")).then(pl.lit("It is in an example.")),
        pl.when("is_hotspot").then(pl.lit("The file is among the ten hottest hotspots.")),
        pl.when(is_gone).then(
            pl.format("{}, who knows the file best, no longer commits.", "owner_name")
        ),
        pl.when("suppression_expired").then(
            pl.format(
                "Its suppression expired on {}.",
                pl.col("suppressed_until").dt.strftime("%Y-%m-%d"),
            )
        ),
    ]
    said = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.when(said != "").then(said).otherwise(pl.lit("Nothing makes it more urgent."))
