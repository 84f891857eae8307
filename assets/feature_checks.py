"""How a validation is shown: the checks `expectations` and `expectations_advice` of feature tables.

The engine asks and judges (`hyperion_pipelines.features.monitoring.validation`), once for both.
What would poison a model stops what is downstream; what a person should look at stops nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import dagster as dg

from hyperion_pipelines.features.monitoring.data_docs import write_page
from hyperion_pipelines.features.monitoring.expectations import Severity
from hyperion_pipelines.features.monitoring.validation import Finding, Validation, summarize

SHOWN = 25  # findings in a table
CELL_CHARACTERS = 240
_HEADINGS = ("", "expectation", "rows", "examples")


class _Check(NamedTuple):
    name: str
    description: str
    severity: dg.AssetCheckSeverity
    blocking: bool


_CHECKS: Mapping[Severity, _Check] = {
    "error": _Check(
        "expectations",
        "Keys are unique, nothing is missing, and every value is possible by its feature's "
        "definition.",
        dg.AssetCheckSeverity.ERROR,
        blocking=True,
    ),
    "warning": _Check(
        "expectations_advice",
        "Features tell rows apart, and their values and times are credible.",
        dg.AssetCheckSeverity.WARN,
        blocking=False,
    ),
}


def expectation_check_specs(tables: Sequence[str]) -> list[dg.AssetCheckSpec]:
    """The two checks of each of *tables*."""
    return [
        dg.AssetCheckSpec(
            check.name, asset=table, description=check.description, blocking=check.blocking
        )
        for table in tables
        for check in _CHECKS.values()
    ]


def expectation_check_results(
    validation: Validation, slug: str, home: Path
) -> list[dg.AssetCheckResult]:
    """What the two checks of a table found; its page is written to `data_docs/SLUG` of *home*."""
    page = home / "data_docs" / slug / f"{validation.table}.html"
    write_page(validation.page, page)
    return [
        _check_result(validation, severity, {"repository": slug, "data_docs": page})
        for severity in _CHECKS
    ]


def _check_result(
    validation: Validation, severity: Severity, about: Mapping[str, str | Path]
) -> dg.AssetCheckResult:
    check, findings = _CHECKS[severity], validation.of(severity)
    failed = sum(not finding.passed for finding in findings)
    return dg.AssetCheckResult(
        asset_key=validation.table,
        check_name=check.name,
        passed=failed == 0,
        severity=check.severity,
        description=summarize(findings, validation.rows),
        metadata={
            **about,
            "expectations": len(findings),
            "expectations_failed": failed,
            "findings": dg.MetadataValue.md(findings_table(findings)),
        },
    )


def findings_table(findings: Sequence[Finding]) -> str:
    """The first of *findings*, those that failed before the others, as a Markdown table."""
    rows = [
        (
            "holds" if finding.passed else "FAILS",
            f"{finding.meaning} {finding.observed}".strip(),
            "" if finding.passed or finding.offending is None else f"{finding.offending:,}",
            "; ".join(finding.examples),
        )
        for finding in findings[:SHOWN]
    ]
    lines = [_HEADINGS, ("---",) * len(_HEADINGS), *rows]
    table = "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)
    more = len(findings) - len(rows)
    return f"{table}\n\nand {more} more" if more > 0 else table


def _cell(text: str) -> str:
    flat = " ".join(text.split()).replace("|", "\\|")
    return flat if len(flat) <= CELL_CHARACTERS else f"{flat[: CELL_CHARACTERS - 3]}..."
