"""Who owns which file, worked out by hand."""

from math import log

import pytest

from hyperion_pipelines.insights.people.file_owners import INSIGHT
from tests.unit.insights.knowledge import BOT, NOBODY, Touch, tables_of
from tests.unit.insights.lifetimes import days_before_head


def test_degree_of_authorship_is_that_of_the_paper() -> None:
    """Alma created a.py and changed it twice in all, Bo thrice.

    Alma: 3.293 + 1.098 + 0.164 x 2 - 0.321 ln(1 + 3) = 4.719 - 0.445 = 4.274.
    Bo: 3.293 + 0.164 x 3 - 0.321 ln(1 + 2) = 3.785 - 0.353 = 3.432, which is 0.803 of Alma's:
    both are authors.
    """
    touched = [("alma", 9, ["a.py"]), ("bo", 8, ["a.py"]), ("bo", 7, ["a.py"])]
    touched += [("alma", 6, ["a.py"]), ("bo", 5, ["a.py"])]
    alma, bo = tables_of(touched)["file_owners"].to_dicts()
    assert alma["degree_of_authorship"] == pytest.approx(4.719 - 0.321 * log(4))
    assert bo["degree_of_authorship"] == pytest.approx(3.785 - 0.321 * log(3))
    assert alma["authorship"] == 1.0
    assert bo["authorship"] == pytest.approx(0.803, abs=0.001)
    assert (alma["is_author"], bo["is_author"]) == (True, True)


def test_whoever_came_once_to_a_file_of_another_is_no_author() -> None:
    """Bo: 3.293 + 0.164 - 0.321 ln(1 + 1) = 3.235 is less than 3.293."""
    owners = tables_of([("alma", 9, ["a.py"]), ("bo", 8, ["a.py"])])["file_owners"]
    assert owners.select("person_name", "is_author").rows() == [("Alma", True), ("Bo", False)]


def test_above_the_degree_but_far_below_the_first_is_no_author() -> None:
    """Alma created it and changed it 30 times, Carl 15 times.

    Alma: 3.293 + 1.098 + 0.164 x 30 - 0.321 ln 16 = 8.421; Carl's 15 changes give
    3.293 + 2.46 - 0.321 ln 31 = 4.651, more than 3.293 but 0.55 of Alma's.
    """
    touched = [("alma", 50, ["a.py"])] * 30 + [("carl", 9, ["a.py"])] * 15
    alma, carl = tables_of(touched)["file_owners"].to_dicts()
    assert alma["degree_of_authorship"] == pytest.approx(9.311 - 0.321 * log(16))
    assert carl["degree_of_authorship"] == pytest.approx(5.753 - 0.321 * log(31))
    assert (alma["is_author"], carl["is_author"]) == (True, False)


def test_lines_and_commits_are_shared_among_people() -> None:
    """Of 10 lines that people wrote Alma has 6; of 3 commits of people Bo has 1; the bot none."""
    touched = [("alma", 400, ["a.py"]), ("bo", 8, ["a.py"]), ("alma", 300, ["a.py"])]
    touched += [(BOT, 1, ["a.py"])]
    written = {("a.py", 0): 2, ("a.py", 1): 4, ("a.py", 2): 4, ("a.py", 3): 90}
    alma, bo = tables_of(touched, written)["file_owners"].to_dicts()
    assert (alma["lines"], alma["line_share"], alma["commits"]) == (6, 0.6, 2)
    assert (bo["lines"], bo["line_share"], bo["commits"]) == (4, 0.4, 1)
    assert bo["commit_share"] == pytest.approx(1 / 3)
    assert (alma["is_active"], bo["is_active"]) == (False, True)
    assert alma["last_touch"] == days_before_head(300)


def test_a_file_that_a_bot_created_has_no_creator() -> None:
    """Alma: 3.293 + 0.164 - 0, for what bots change is nobody's change."""
    (alma,) = tables_of([(BOT, 9, ["a.py"]), ("alma", 8, ["a.py"])])["file_owners"].to_dicts()
    assert alma["degree_of_authorship"] == pytest.approx(3.457)


def test_lines_that_a_merge_wrote_are_known_by_who_merged() -> None:
    """Bo never changed a.py outside a merge, but a line of it is his."""
    tables = tables_of([("alma", 9, ["a.py"]), ("bo", 8, [])], {("a.py", 0): 3, ("a.py", 1): 1})
    _, bo = tables["file_owners"].to_dicts()
    assert (bo["person_id"], bo["lines"], bo["commits"]) == ("bo", 1, 0)
    assert bo["last_touch"] == days_before_head(8)


def test_a_file_without_lines_has_owners_and_no_shares_of_lines() -> None:
    (alma,) = tables_of([("alma", 9, ["__init__.py"])])["file_owners"].to_dicts()
    assert (alma["lines"], alma["line_share"], alma["is_author"]) == (0, 0.0, True)


def test_signatures_of_one_person_count_as_one() -> None:
    (alma,) = tables_of([("alma", 9, ["a.py"]), ("alma/old", 8, ["a.py"])])[
        "file_owners"
    ].to_dicts()
    assert (alma["person_id"], alma["commits"], alma["commit_share"]) == ("alma", 2, 1.0)


@pytest.mark.parametrize("touched", NOBODY)
def test_without_people_or_code_nobody_owns_anything(
    touched: list[Touch],
) -> None:
    owners = tables_of(touched)["file_owners"]
    assert owners.is_empty()
    assert dict(owners.schema) == {name: dtype for name, (dtype, _) in INSIGHT.columns.items()}
