"""Findings as a Code Quality report, which GitLab shows in a merge request.

The format is that of "Code Quality report format" (GitLab's documentation), a JSON array.
"""

import json
from collections.abc import Sequence
from typing import Any

from hyperion_pipelines.annotations.finding import Finding, Level, Place

_SEVERITIES: dict[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(findings: Sequence[Finding]) -> str:
    """The report; findings that are about no file are left out, as it has no place for them."""
    report = [_entry(each, each.place) for each in findings if each.place is not None]
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _entry(finding: Finding, place: Place) -> dict[str, Any]:
    return {
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.level],
        # A report cannot speak of a file as a whole: it names the first line then.
        "location": {"path": place.path, "lines": {"begin": place.start_line or 1}},
    }
