"""Asks a feature table what is expected of it, by Great Expectations, and says what was found.

What is expected is the business of `expectations`, how the page of a result looks that of
`data_docs`. This is the one module that runs Great Expectations, which takes seconds to import and
has no types to speak of: what comes out of it is typed here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from hyperion_pipelines.features.catalogue import columns
from hyperion_pipelines.features.monitoring.data_docs import render_page
from hyperion_pipelines.features.monitoring.expectations import (
    Expectation,
    Severity,
    derived,
    expected_rows,
    keys,
    suite,
)

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.expectations.expectation import Expectation as ToldExpectation

EXAMPLES = 5
_SEVERITIES: Mapping[Severity, str] = {"error": "critical", "warning": "warning"}


@dataclass(frozen=True)
class Finding:
    """What was found of an expectation.

    `offending` counts the rows that it does not hold of (None where it is not about rows), and
    `examples` are some of them: their key, and their values in `columns`. `observed` says what was
    found where that is not in the rows.
    """

    meaning: str
    columns: tuple[str, ...]
    severity: Severity
    passed: bool
    offending: int | None
    examples: tuple[str, ...]
    observed: str


@dataclass(frozen=True)
class Validation:
    """What was found of a feature table, in the order of its suite.

    `verdict` says it in a sentence, `page` shows all of it as HTML, whole in itself.
    """

    table: str
    rows: int
    findings: Sequence[Finding]
    verdict: str
    page: str = field(repr=False)

    def of(self, severity: Severity) -> Sequence[Finding]:
        """The findings of a severity, failed ones first."""
        found = [finding for finding in self.findings if finding.severity == severity]
        return sorted(found, key=lambda finding: finding.passed)


def validate(
    table: str,
    frame: pl.DataFrame,
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    *,
    repository: str,
    now: datetime,
) -> Validation:
    """What holds and what does not of *frame*, a feature table of the repository of that slug.

    *commits* and *changes* are the tables that it was made from: they say which rows it must have,
    none at all in a repository without commits. Nothing is read, written or fetched.
    """
    rows = expected_rows(table, commits, changes)
    findings, result = ask(table, suite(table, frame, rows=rows, now=now), frame)
    verdict = summarize(findings, frame.height)
    facts = {
        "title": f"{table} of {repository}",
        "verdict": verdict,
        "asked_at": f"{now:%Y-%m-%d %H:%M} UTC",
        "failed": [finding for finding in findings if not finding.passed],
    }
    return Validation(table, frame.height, findings, verdict, render_page(result, facts))


def summarize(findings: Sequence[Finding], rows: int) -> str:
    """A sentence on *findings* of a table of *rows*."""
    failed = sum(not finding.passed for finding in findings)
    if failed:
        return f"{failed} of {len(findings)} expectations failed, on {rows:,} rows."
    if rows == 0:
        return "The table is empty, and no row is missing."
    return f"All {len(findings)} expectations hold, on {rows:,} rows."


def ask(
    table: str, asked: Sequence[Expectation], frame: pl.DataFrame
) -> tuple[Sequence[Finding], "ExpectationSuiteValidationResult"]:
    """What is found of each expectation of *asked*, and Great Expectations' own result."""
    result = _run(table, asked, frame)
    answers: list[dict[str, Any]] = [answer.to_json_dict() for answer in result.results]
    answers.sort(key=lambda answer: answer["expectation_config"]["meta"]["place"])
    findings = [
        _finding(expectation, answer, frame, keys(table))
        for expectation, answer in zip(asked, answers, strict=True)
    ]
    return findings, result


def _run(
    table: str, asked: Sequence[Expectation], frame: pl.DataFrame
) -> "ExpectationSuiteValidationResult":
    import great_expectations as gx
    import pandas as pd

    context: Any = gx.get_context(mode="ephemeral")  # kept in memory, and used once
    context.variables.progress_bars = {"globally": False}
    expectations = [_told(expectation, place) for place, expectation in enumerate(asked)]
    asset = context.data_sources.add_pandas("feature_store").add_dataframe_asset(table)
    # Great Expectations copies the whole frame for each expectation: pandas does so on write alone.
    with pd.option_context("mode.copy_on_write", True):
        batch = asset.add_batch_definition_whole_dataframe("all rows").get_batch(
            {"dataframe": _as_pandas(table, frame)}
        )
        return batch.validate(
            gx.ExpectationSuite(table, expectations=expectations),
            result_format={"result_format": "SUMMARY", "partial_unexpected_count": EXAMPLES},
        )


def _told(expectation: Expectation, place: int) -> "ToldExpectation":
    """*expectation* in the words of Great Expectations; its result will carry its *place*."""
    from great_expectations import expectations

    return getattr(expectations, expectation.kind)(
        **expectation.arguments,
        description=expectation.meaning,
        severity=_SEVERITIES[expectation.severity],
        meta={"place": place},
    )


def _as_pandas(table: str, frame: pl.DataFrame) -> "pd.DataFrame":
    """*frame* and its derived columns.

    To pandas NaN is null; it becomes infinity, which no range admits, and so does null where there
    is a default. Float64, as Great Expectations compares columns of it at once, but any other
    number by number.
    """
    numbers = pl.col(pl.Float32).cast(pl.Float64).fill_nan(float("inf"))
    always = [
        feature.name
        for feature in columns(table)
        if feature.default is not None and frame.schema.get(feature.name) == pl.Float32
    ]
    frame = frame.with_columns(pl.col(always).fill_null(float("inf")))
    return frame.with_columns(numbers).with_columns(**derived(table, frame)).to_pandas()


def _finding(
    expectation: Expectation,
    answer: Mapping[str, Any],
    frame: pl.DataFrame,
    key: Sequence[str],
) -> Finding:
    result: Mapping[str, Any] = answer["result"]
    passed = bool(answer["success"])
    # Of rows that are only too many none is an offender by itself.
    is_share = "mostly" in expectation.arguments
    places: list[int] = (
        [] if passed or is_share else result.get("partial_unexpected_index_list", [])
    )
    return Finding(
        expectation.meaning,
        expectation.columns,
        expectation.severity,
        passed,
        result.get("unexpected_count"),
        tuple(_examples(frame[places], key, expectation.columns)),
        "" if passed else _observed(result, answer["exception_info"]),
    )


def _examples(rows: pl.DataFrame, key: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Each of *rows* as text that a person can find it by: its key, its values in *columns*."""
    identity = [name for name in key if name in rows.columns]
    values = [name for name in columns if name not in key]
    texts: list[str] = []
    for row in rows.iter_rows(named=True):
        entity = " at ".join(str(row[name]) for name in identity)
        measured = ", ".join(f"{name} {_number(row[name])}" for name in values)
        texts.append(f"{entity}: {measured}" if measured else entity)
    return texts


def _number(value: object) -> str:
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _observed(result: Mapping[str, Any], exceptions: Mapping[str, Any]) -> str:
    """What Great Expectations saw instead, or why it could not look."""
    # Exceptions come by metric; where there was none, so says the mapping itself.
    is_flat = "raised_exception" in exceptions
    cause: Mapping[str, Any] = exceptions if is_flat else next(iter(exceptions.values()))
    if cause["raised_exception"]:
        return f"it could not be asked: {cause['exception_message']}"
    mismatched = result.get("details", {}).get("mismatched", [])
    if mismatched:
        first = mismatched[0]
        return f"{first['Found']} is where {first['Expected']} should be"
    return f"{result['observed_value']} observed" if "observed_value" in result else ""
