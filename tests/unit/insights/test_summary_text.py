"""How a summary reads at the terminal."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from hyperion_pipelines.commands.summary_text import SECTIONS, print_summary

COUNTED = ("commits", "merges", "fixes", "reverts", "authors", "bots", "branches", "tags")
HISTORY: dict[str, Any] = {
    **dict.fromkeys(COUNTED, 1),
    "first_commit": "2021-06-01",
    "last_commit": "2024-06-01",
}
AGE = {
    "lines": 1000,
    "median_age_days": 400.0,
    "oldest_tenth_age_days": 1500.2,
    "half_life_days": 20.5,
    "surviving_share": 0.25,
}


Printed = Callable[[Mapping[str, Any]], list[str]]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    """Prints a summary of a history and of the sections given, and returns its lines."""

    def lines(sections: Mapping[str, Any]) -> list[str]:
        empty: dict[str, Any] = {section: [] for section in SECTIONS}
        unknown: dict[str, Any] = {"code_age": None, "judged_by": {}, **empty}
        summary = {"repository": "shop", "history": HISTORY, **unknown}
        print_summary(
            {**summary, **sections},
            {"source": "/src/[old]", "is_new": False, "seconds": 0.1, "report": None},
        )
        return [line.strip() for line in capsys.readouterr().out.splitlines()]

    return lines


def test_ages_are_said_in_the_unit_that_suits_them(printed: Printed) -> None:
    assert (
        "Half of the lines at HEAD are at least 13.1 months old, a tenth at least 4.1 years;"
        " half of all that is written is gone after 20 days"
    ) in printed({"code_age": AGE})


def test_without_a_half_life_it_says_how_much_is_left(printed: Printed) -> None:
    stable = AGE | {"half_life_days": None, "surviving_share": 0.731}
    (line,) = (line for line in printed({"code_age": stable}) if line.startswith("Half of"))
    assert line.endswith("; 73.1 % of all lines ever written are still there")


def test_where_lines_were_not_looked_at_nothing_is_said_of_them(printed: Printed) -> None:
    text = "\n".join(printed({}))
    assert "Half of" not in text
    assert "Who wrote" not in text


def test_authors_are_listed_with_their_shares_and_bots_are_marked(printed: Printed) -> None:
    rows = [
        {"person_name": "Alma", "is_bot": False, "lines": 9000, "share": 0.9},
        {"person_name": "renovate[bot]", "is_bot": True, "lines": 1000, "share": 0.1},
    ]
    lines = printed({"line_authors": rows})
    start = lines.index("Who wrote the lines at HEAD")
    assert [line.split() for line in lines[start + 1 : start + 4]] == [
        ["author", "lines", "share"],
        ["Alma", "9,000", "90.0", "%"],
        ["renovate", "(bot)", "1,000", "10.0", "%"],
    ]


def test_brackets_are_no_markup(printed: Printed) -> None:
    row = {"path": "pages/[id].tsx", "commits": 2, "churn": 3, "authors": 1}
    lines = printed({"changed_files": [row]})
    assert "shop  /src/[old]" in lines
    assert any(line.startswith("pages/[id].tsx ") for line in lines)


def test_below_the_risks_it_says_whose_judgement_they_are(printed: Printed) -> None:
    file = {"path": "rate.py", "probability": 0.204, "percentile": 99.0, "why": "is long"}
    commit = {"sha": "0123456789abcdef", "subject": "Use it", "author_name": "Bo", "why": "by size"}
    lines = printed(
        {
            "risky_files": [file],
            "risky_commits": [{**commit, "probability": None, "percentile": 99.0}],
            "judged_by": {"files": "by a model of its own", "commits": "by no model"},
        }
    )
    shown = [" ".join(line.split()) for line in lines]
    first, second = shown.index("rate.py 20.4 % is long"), shown.index("(judged by no model)")
    assert shown[first + 1] == "(judged by a model of its own)"
    assert shown[second - 1] == "0123456789 Use it Bo unknown by size"
