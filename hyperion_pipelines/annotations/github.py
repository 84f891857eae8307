"""Findings as workflow commands, which GitHub Actions turns into annotations of a pull request.

The format is that of "Workflow commands for GitHub Actions" (GitHub's documentation); messages and
properties are escaped as its own toolkit does.
"""

from collections.abc import Sequence

from hyperion_pipelines.annotations.finding import Finding, Level

_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = _IN_MESSAGES | {":": "%3A", ",": "%2C"}


def render(findings: Sequence[Finding]) -> str:
    """A line for each of *findings*; empty where there are none."""
    return "".join(f"{_line(finding)}\n" for finding in findings)


def _line(finding: Finding) -> str:
    properties = ",".join(
        f"{name}={_escaped(value, _IN_PROPERTIES)}" for name, value in _properties(finding).items()
    )
    message = _escaped(finding.message, _IN_MESSAGES)
    return f"::{_COMMANDS[finding.level]} {properties}::{message}"


def _properties(finding: Finding) -> dict[str, str]:
    properties: dict[str, str] = {}
    place = finding.place
    if place is not None:
        properties["file"] = place.path
        if place.start_line is not None:
            properties["line"] = str(place.start_line)
        if place.end_line is not None:
            properties["endLine"] = str(place.end_line)
    return properties | {"title": finding.title}


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return text.translate(str.maketrans(escapes))
