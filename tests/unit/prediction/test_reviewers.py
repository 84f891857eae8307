"""Reviewers: active people who know the files, the author left out."""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.prediction.model import Reviewer
from hyperion_pipelines.prediction.reviewers import reviewers

ADA, BO, CAI, DAN, EVE = (
    {"person_id": name, "person_name": name.title(), "is_active": True}
    for name in ("ada", "bo", "cai", "dan", "eve")
)


def knows(
    person: Mapping[str, object], path: str, line_share: float, commit_share: float
) -> dict[str, object]:
    return {**person, "path": path, "line_share": line_share, "commit_share": commit_share}


def asked(*rows: dict[str, object], author: str = "nobody") -> list[Reviewer]:
    return reviewers(pl.DataFrame(rows), ["cart.py", "list.py"], author)


def test_who_knows_most_of_all_files_comes_first() -> None:
    """Ada knows (0.3 + 0.5) / 2 + (0.4 + 0.2) / 2 = 0.7, Bo (0.62 + 0.5) / 2 = 0.56."""
    found = asked(
        knows(BO, "cart.py", 0.62, 0.5),
        knows(ADA, "cart.py", 0.3, 0.5),
        knows(ADA, "list.py", 0.4, 0.2),
    )
    assert found == [
        Reviewer("Ada", "made 50 % of the commits to cart.py, and knows 1 more of its files"),
        Reviewer("Bo", "wrote 62 % of cart.py's lines"),
    ]


def test_the_author_does_not_review() -> None:
    rows = knows(ADA, "cart.py", 1.0, 1.0), knows(BO, "cart.py", 0.5, 0.5)
    assert [reviewer.name for reviewer in asked(*rows, author="ada")] == ["Bo"]


def test_who_has_left_is_not_named() -> None:
    assert asked(knows(BO | {"is_active": False}, "cart.py", 1.0, 1.0)) == []


def test_who_hardly_knows_a_file_is_named_only_where_nobody_knows_more() -> None:
    hardly = knows(ADA, "cart.py", 0.04, 0.05), knows(BO, "cart.py", 0.01, 0.01)
    assert asked(*hardly) == [
        Reviewer("Ada", "changed cart.py before, and nobody else who is active knows it better")
    ]
    assert [each.name for each in asked(*hardly, knows(CAI, "list.py", 0.1, 0.1))] == ["Cai"]


def test_other_files_say_nothing() -> None:
    assert asked(knows(ADA, "other.py", 1.0, 1.0)) == []


def test_three_are_enough() -> None:
    found = asked(*(knows(person, "cart.py", 0.2, 0.2) for person in (ADA, BO, CAI, DAN, EVE)))
    assert [reviewer.name for reviewer in found] == ["Ada", "Bo", "Cai"]
