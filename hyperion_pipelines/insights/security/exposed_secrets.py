"""Which secrets the history holds, who added them, and what is to be done about each."""

from datetime import datetime

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.security.severities import (
    as_level,
    is_hotspot,
    is_sample,
    lowered,
)
from hyperion_pipelines.insights.security.suppressions import Suppressions, with_suppressions
from hyperion_pipelines.security.rules import read_secret_rules

INSIGHT = Insight(
    table="exposed_secrets",
    question="Which passwords, keys and tokens can whoever has the repository read?",
    columns={
        "rule": Column(pl.String, "The rule of `config/secrets.yaml` that found it."),
        "what": Column(pl.String, "What the rule finds, in words."),
        "path": Column(pl.String, "The file's path today, or its last."),
        "line": Column(pl.UInt32, "Line at HEAD; where it is gone, the last one it was on."),
        "shown": Column(pl.String, "At most its first 4 characters, and dots."),
        "fingerprint": Column(pl.String, "Equal for equal secrets of a rule."),
        "added_sha": Column(
            pl.String, "The commit that first added it; null where a merge alone did."
        ),
        "added_time": Column(TIME, "When that was committed (UTC)."),
        "added_by": Column(pl.String, "Who wrote that commit."),
        "removed_sha": Column(
            pl.String, "The last commit that removed it; null while a file has it."
        ),
        "removed_time": Column(TIME, "When that was committed (UTC)."),
        "exposure_days": Column(
            pl.Float64, "Days from then until it was removed; until the newest commit if it is not."
        ),
        "is_at_head": Column(pl.Boolean, "The file has it at HEAD."),
        "is_test": Column(pl.Boolean, "The file is a test."),
        "is_hotspot": Column(pl.Boolean, "The file is among the ten hottest hotspots."),
        "suppressed": Column(pl.String, "Why a person accepted it; null if nobody did."),
        "suppressed_until": Column(pl.Date, "The last day on which that holds, or held."),
        "severity": Column(pl.String, "critical, high, medium or low."),
        "why": Column(pl.String, "What is known, and what to do about it."),
    },
    key=("fingerprint", "path"),
)


def exposed_secrets(
    secrets: pl.DataFrame,
    commits: pl.DataFrame,
    hotspots: pl.DataFrame,
    people: pl.DataFrame,
    suppressions: Suppressions,
    filters: PathFilters,
    head_time: datetime,
) -> pl.DataFrame:
    """The table: a row per secret and file, the gravest first, what is suppressed last.

    What the rule says of its severity is lowered by one where only the history has the secret, and
    to low in tests, documentation and examples. Secrets of other people's code (vendored) are
    those that their authors published, and are low too.
    """
    ends = _ends(secrets, commits, people)
    days = (pl.coalesce("removed_time", pl.lit(head_time, TIME)) - pl.col("added_time")).dt
    rules = read_secret_rules().by_id
    described = ends.with_columns(
        *filters.columns(pl.col("path")),
        what=pl.col("rule").replace_strict({key: rule.what for key, rule in rules.items()}),
        severity=pl.col("rule").replace_strict({key: rule.severity for key, rule in rules.items()}),
        exposure_days=(days.total_seconds() / 86_400).clip(0),
        is_sample=is_sample(pl.col("path")),
        is_hotspot=is_hotspot(pl.col("path"), hotspots),
    ).with_columns(
        is_harmless=pl.any_horizontal("is_test", "is_documentation", "is_sample", "is_vendored")
    )
    steps = pl.when("is_harmless").then(3).otherwise((~pl.col("is_at_head")).cast(pl.Int8))
    judged = with_suppressions(described, suppressions, head_time).with_columns(
        severity=lowered(pl.col("severity"), steps)
    )
    ordered = judged.with_columns(why=_why()).sort(
        pl.col("suppressed").is_not_null(),
        as_level(pl.col("severity")),
        *("is_at_head", "exposure_days", "path", "line", "fingerprint"),
        descending=[False, True, True, True, False, False, False],
        nulls_last=True,
    )
    return INSIGHT.frame(ordered)


def _ends(secrets: pl.DataFrame, commits: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A row per fingerprint and present path: when it came, and when it went if it did."""
    names = people.select(author_id="person_id", by="person_name")
    made = commits.select("sha", "position", "author_id", "author_name", "commit_time")
    known = (
        secrets.join(made, on="sha")
        .join(names, on="author_id", how="left")
        .sort("position", "line")
        .with_columns(pl.coalesce("by", "author_name").alias("by"))
    )
    added, removed = (pl.col("change") == change for change in ("added", "removed"))
    return (
        known.group_by("fingerprint", path="present_path", maintain_order=True)
        .agg(
            pl.first("rule", "shown"),
            line=pl.coalesce(pl.first("head_line"), pl.last("line")),
            is_at_head=pl.first("head_line").is_not_null(),
            added_sha=pl.col("sha").filter(added).first(),
            added_time=pl.col("commit_time").filter(added).first(),
            added_by=pl.col("by").filter(added).first(),
            removed_sha=pl.col("sha").filter(removed).last(),
            removed_time=pl.col("commit_time").filter(removed).last(),
            removed_by=pl.col("by").filter(removed).last(),
        )
        .with_columns(
            pl.when(~pl.col("is_at_head")).then(pl.col(name)).alias(name)
            for name in ("removed_sha", "removed_time", "removed_by")
        )
    )


def _why() -> pl.Expr:
    """Sentences: who put it there, what has become of it, and what to do."""
    came = pl.format("{} added it on {}.", "added_by", _day("added_time"))
    days = pl.format(", after {} days", pl.col("exposure_days").round(0).cast(pl.Int64))
    went = pl.format(
        "{} removed it on {}{}.", "removed_by", _day("removed_time"), days.fill_null("")
    )
    gone = went.fill_null("HEAD does not have it; a merge dropped it, or another branch holds it.")
    said = [
        came.fill_null("A merge brought it."),
        pl.when("is_at_head").then(pl.format("Line {} still has it.", "line")).otherwise(gone),
        _what_to_do(),
        pl.when("suppression_expired").then(
            pl.format("Its suppression expired on {}.", _day("suppressed_until"))
        ),
    ]
    return pl.concat_str(said, separator=" ", ignore_nulls=True)


def _what_to_do() -> pl.Expr:
    return (
        pl.when("is_test")
        .then(pl.lit("It is in a test: rotate it only if it opens something real."))
        .when("is_vendored")
        .then(pl.lit("It came with other people's code: rotate it only if it is yours."))
        .when("is_documentation")
        .then(pl.lit("It is in the documentation: rotate it only if it opens something real."))
        .when("is_sample")
        .then(pl.lit("It is in an example: rotate it only if it opens something real."))
        .when("is_at_head")
        .then(pl.lit("Rotate it, then take it out of the file; the history keeps it."))
        .otherwise(
            pl.lit("Rotate it: it stays in the history even though the file no longer has it.")
        )
    )


def _day(time: str) -> pl.Expr:
    return pl.col(time).dt.strftime("%Y-%m-%d")
