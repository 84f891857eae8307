"""SARIF: what the specification requires of a log is in it, section by section."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from hyperion_pipelines.annotations.finding import RULES, Finding
from hyperion_pipelines.annotations.predicted import findings_of_commits, findings_of_suggestions
from hyperion_pipelines.annotations.sarif import render
from tests.unit.annotations.made_up_predictions import MENDED, RISKY, SUGGESTION, prediction

FINDINGS = [
    *findings_of_commits([RISKY, prediction(85), prediction(5, files=())]),
    *findings_of_suggestions([SUGGESTION]),
]


def run_of(findings: list[Finding]) -> dict[str, Any]:
    log = json.loads(render(findings))
    (run,) = log["runs"]
    return run


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    return run_of(FINDINGS)


def test_a_log_names_its_version_and_has_one_run() -> None:
    """Sections 3.13.2 and 3.13.4: `version` is "2.1.0", `runs` an array; nothing but these."""
    log = json.loads(render(FINDINGS))
    assert set(log) == {"$schema", "version", "runs"}
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)


def test_the_driver_has_a_name_and_the_rules_of_the_results(run: dict[str, Any]) -> None:
    """Sections 3.14.6, 3.19.8 and 3.49.3: a driver has a name, a rule an id that is its own."""
    driver = run["tool"]["driver"]
    assert driver["name"] == "Hyperion"
    assert set(driver) == {"name", "version", "rules"}
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    for rule in driver["rules"]:
        assert all(rule[text]["text"] for text in ("shortDescription", "fullDescription", "help"))


def test_results_refer_to_their_rule_and_have_a_level_and_a_message(run: dict[str, Any]) -> None:
    """Sections 3.27.5, 3.27.6, 3.27.10 and 3.27.11; a level is one of four words."""
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(FINDINGS)
    for result, finding in zip(run["results"], FINDINGS, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert result["level"] == finding.level
        assert result["message"] == {"text": finding.message}
    assert [result["level"] for result in run["results"][:4]] == [
        *("error", "note", "note", "warning")
    ]


def test_places_are_uris_below_the_root_and_lines_from_one(run: dict[str, Any]) -> None:
    """Sections 3.4.3, 3.4.4 and 3.30: uri-references as RFC 3986 writes them, lines from 1."""
    places = [
        place["physicalLocation"]
        for result in run["results"]
        for place in [*result["locations"], *result.get("relatedLocations", [])]
    ]
    assert {place["artifactLocation"]["uriBaseId"] for place in places} == {"%SRCROOT%"}
    uris = {place["artifactLocation"]["uri"] for place in places}
    assert uris == {"docs/a%20b.md", "src/%5Bid%5D.c", "src/%5Bid%5D.h"}
    assert {unquote(uri) for uri in uris} == {"docs/a b.md", "src/[id].c", "src/[id].h"}
    regions = [place["region"] for place in places if "region" in place]
    assert regions == [{"startLine": 3, "endLine": 5}] * 2


def test_the_lines_of_a_fix_and_the_files_stand_beside_the_risk(run: dict[str, Any]) -> None:
    risk = run["results"][0]
    assert len(risk["locations"]) == 1
    (related,) = risk["relatedLocations"]
    assert (related["id"], related["message"]) == (1, {"text": "is changed"})
    assert MENDED in run["results"][1]["message"]["text"]


def test_a_commit_without_files_has_no_location(run: dict[str, Any]) -> None:
    """Section 3.27.12: `locations` may be empty."""
    (empty,) = (result for result in run["results"] if not result["locations"])
    assert empty["properties"]["percentile"] == 5


def test_fingerprints_and_percentiles_are_given(run: dict[str, Any]) -> None:
    """Sections 3.27.17 and 3.8: strings by name, and a bag of properties."""
    for result, finding in zip(run["results"], FINDINGS, strict=True):
        assert result["partialFingerprints"] == {"hyperionFinding/v1": finding.fingerprint}
    assert run["results"][0]["properties"] == {"percentile": 96.97, "probability": 0.253}


def test_nothing_found_is_a_run_without_results() -> None:
    """Section 3.14.23: an empty array says that a scan was made and found nothing."""
    assert run_of([])["results"] == []
    assert run_of([])["tool"]["driver"]["rules"] == []
