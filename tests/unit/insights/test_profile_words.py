"""Numbers and lists as sentences have them."""

import pytest

from hyperion_pipelines.insights.profile.words import (
    area_named,
    counted,
    duration,
    joined,
    percent,
    sentence,
)


@pytest.mark.parametrize(
    ("number", "said"), [(0, "no files"), (1, "one file"), (2, "2 files"), (1204, "1,204 files")]
)
def test_things_are_counted(number: int, said: str) -> None:
    assert counted(number, "file") == said


def test_an_uncommon_plural_is_given() -> None:
    assert counted(3, "fix", "fixes") == "3 fixes"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0 %"),
        (0.004, "less than 1 %"),
        (0.009, "less than 1 %"),
        (0.126, "13 %"),
        (0.996, "more than 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_that_is_not_all_or_nothing_does_not_read_so(share: float, said: str) -> None:
    assert percent(share) == said


def test_names_are_listed_and_the_rest_counted() -> None:
    assert joined([]) == ""
    assert joined(["A"]) == "A"
    assert joined(["A", "B"]) == "A and B"
    assert joined(["A", "B", "C"]) == "A, B and C"
    assert joined(["A", "B", "C", "D"]) == "A, B, C and one other"
    assert joined(["A", "B", "C"], most=1) == "A and 2 others"


def test_a_long_time_is_told_in_years() -> None:
    assert duration(1.4) == "one day"
    assert duration(729) == "729 days"
    assert duration(1461) == "4.0 years"


def test_a_sentence_keeps_all_but_its_first_letter() -> None:
    assert sentence("one README is old") == "One README is old"
    assert sentence("") == ""


def test_the_root_is_named_as_people_do() -> None:
    assert area_named(".") == "the top folder"
    assert area_named("src/net") == "src/net"
