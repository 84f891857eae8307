"""Findings as SARIF 2.1.0, which code scanning of GitHub, and editors and Jenkins, read.

The format is that of "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (OASIS
Standard, 2020).
"""

import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from hyperion_pipelines.annotations.finding import RULES, Finding, Place, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# What paths are relative to; viewers know the name, and GitHub asks for it.
ROOT = "%SRCROOT%"


def render(findings: Sequence[Finding]) -> str:
    """One log of one run; its rules are those that *findings* are of."""
    rules = list(dict.fromkeys(finding.rule for finding in findings))
    driver = {
        "name": "Hyperion",
        "version": version("hyperion-pipelines"),
        "rules": [_rule(RULES[name]) for name in rules],
    }
    results = [_result(finding, rules.index(finding.rule)) for finding in findings]
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help},
    }


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.level,
        "message": {"text": finding.message},
        "locations": [] if finding.place is None else [_location(finding.place)],
        "partialFingerprints": {"hyperionFinding/v1": finding.fingerprint},
        "properties": dict(finding.figures),
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place), "message": {"text": place.words}}
            for number, place in enumerate(finding.related, start=1)
        ]
    return result


def _location(place: Place) -> dict[str, Any]:
    artifact = {"uri": quote(place.path), "uriBaseId": ROOT}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if place.start_line is not None:
        region = {"startLine": place.start_line, "endLine": place.end_line or place.start_line}
        physical["region"] = region
    return {"physicalLocation": physical}
