"""Findings that a person accepted: until their day, and with a reason."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.insights.security.suppressions import (
    NO_SUPPRESSIONS,
    Suppression,
    Suppressions,
    read_suppressions,
    with_suppressions,
)

HEAD = datetime(2024, 6, 1, 12, tzinfo=UTC)
ACCEPTED = """
suppressions:
  - rule: private-key
    path: tests/certs/*
    reason: Keys of the test server.
    until: 2024-06-01
"""


def suppression(
    path: str, until: date, reason: str = "r", print_: str | None = None
) -> Suppression:
    return Suppression(rule="x", path=path, fingerprint=print_, reason=reason, until=until)


def said(*suppressions: Suppression) -> list[tuple[str | None, date | None, bool]]:
    """Of one finding, of rule x in a/b.py with fingerprint f."""
    finding = pl.DataFrame({"rule": ["x"], "path": ["a/b.py"], "fingerprint": ["f"]})
    judged = with_suppressions(finding, Suppressions(suppressions=suppressions), HEAD)
    return judged.select("suppressed", "suppressed_until", "suppression_expired").rows()


def test_a_file_says_what_is_accepted_why_and_until_when(tmp_path: Path) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(ACCEPTED)
    (accepted,) = read_suppressions(file).suppressions
    assert (accepted.rule, accepted.path) == ("private-key", "tests/certs/*")
    assert (accepted.reason, accepted.until) == ("Keys of the test server.", date(2024, 6, 1))


def test_an_empty_file_accepts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text("")
    assert read_suppressions(file) == NO_SUPPRESSIONS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ACCEPTED + "    untill: 2025-01-01\n", r"suppressions\.0\.untill: Extra inputs"),
        (ACCEPTED.replace("reason", "# reason"), r"suppressions\.0\.reason: Field required"),
        (ACCEPTED.replace("until", "# until"), r"suppressions\.0\.until: Field required"),
        (ACCEPTED.replace("Keys of the test server.", "''"), r"\.reason: String should have"),
        (ACCEPTED.replace("2024-06-01", "soon"), r"\.until: Input should be a valid date"),
        ("accepted: []", "the keys it may have: suppressions"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=complaint):
        read_suppressions(file)


def test_it_holds_through_its_last_day_and_no_longer() -> None:
    """The newest commit is of the first of June."""
    last = date(2024, 6, 1)
    assert said(suppression("a/*", last)) == [("r", last, False)]
    over = date(2024, 5, 31)
    assert said(suppression("a/*", over)) == [(None, over, True)]


def test_it_covers_its_rule_path_and_fingerprint_alone() -> None:
    day = date(2025, 1, 1)
    none = [(None, None, False)]
    assert said() == none
    assert said(suppression("b/*", day)) == none
    assert said(suppression("*.py", day, print_="other")) == none
    assert said(suppression("*.py", day, print_="f")) == [("r", day, False)]
    assert said(suppression("a/b.py", day).model_copy(update={"rule": "y"})) == none


def test_of_two_that_cover_it_the_one_that_holds_longer_counts() -> None:
    short, long = date(2024, 5, 1), date(2025, 1, 1)
    both = (suppression("*", short, "short"), suppression("a/*", long, "long"))
    assert said(*both) == [("long", long, False)]


def test_findings_may_have_no_fingerprint() -> None:
    finding = pl.DataFrame({"rule": ["x"], "path": ["a"]})
    accepted = Suppressions(suppressions=(suppression("*", date(2025, 1, 1)),))
    assert with_suppressions(finding, accepted, HEAD)["suppressed"].to_list() == ["r"]
    assert with_suppressions(finding.clear(), accepted, HEAD).is_empty()
