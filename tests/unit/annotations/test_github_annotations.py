"""Workflow commands: one line for each finding, escaped as GitHub documents it."""

from hyperion_pipelines.annotations.finding import Finding, Level, Place
from hyperion_pipelines.annotations.github import render
from hyperion_pipelines.annotations.predicted import findings_of_commits
from tests.unit.annotations.made_up_predictions import RISKY, prediction


def finding(level: Level, message: str, place: Place | None) -> Finding:
    return Finding("risky-commit", level, message, place, ("shop", "1"))


def test_a_finding_is_a_command_with_its_place() -> None:
    line = render([finding("error", "Look.", Place("a.c", 3, 5))])
    assert line == "::error file=a.c,line=3,endLine=5,title=Risk of a commit::Look.\n"


def test_levels_are_those_of_github() -> None:
    levels: list[Level] = ["error", "warning", "note"]
    lines = render([finding(level, "Look.", None) for level in levels]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]


def test_a_file_as_a_whole_has_no_line_and_no_file_no_property() -> None:
    at_file = render([finding("note", "Look.", Place("a.c"))])
    assert at_file == "::notice file=a.c,title=Risk of a commit::Look.\n"
    assert render([finding("note", "Look.", None)]) == "::notice title=Risk of a commit::Look.\n"


def test_what_would_end_a_message_or_a_property_is_escaped() -> None:
    line = render([finding("note", "10 %: a,\r\nb::", Place("a,b:%\n.c"))])
    assert line == ("::notice file=a%2Cb%3A%25%0A.c,title=Risk of a commit::10 %25: a,%0D%0Ab::\n")


def test_every_finding_of_a_commit_is_one_line() -> None:
    lines = render(findings_of_commits([RISKY, prediction(85)])).splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        *("::error", "::notice", "::notice", "::warning")
    ]
    assert "100 %25 new" in lines[0]


def test_nothing_found_is_nothing_said() -> None:
    assert render([]) == ""
