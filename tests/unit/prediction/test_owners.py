"""Owners: who knows each of the files, whether they are still there or not."""

import polars as pl

from hyperion_pipelines.prediction.model import OwnedFile, Owner
from hyperion_pipelines.prediction.owners import owners


def knows(person: str, path: str, share: float, *, is_active: bool = True) -> dict[str, object]:
    named = {"person_id": person, "person_name": person.title(), "is_active": is_active}
    return {**named, "path": path, "line_share": share, "commit_share": share}


FILE_OWNERS = pl.DataFrame(
    [
        knows("ada", "cart.py", 0.25),
        knows("bo", "cart.py", 0.5, is_active=False),
        knows("cai", "cart.py", 0.125),
        knows("dan", "cart.py", 0.0625),
        knows("ada", "list.py", 1.0),
    ]
)


def test_the_three_who_know_most_of_a_file_are_told_with_their_shares() -> None:
    assert owners(FILE_OWNERS, ["cart.py"]) == [
        OwnedFile(
            "cart.py",
            (
                Owner("Bo", 0.5, is_active=False),
                Owner("Ada", 0.25, True),
                Owner("Cai", 0.125, True),
            ),
        )
    ]


def test_files_come_in_the_order_asked_and_unowned_ones_are_left_out() -> None:
    found = owners(FILE_OWNERS, ["list.py", "new.py", "cart.py"])
    assert [each.path for each in found] == ["list.py", "cart.py"]


def test_no_more_files_are_told_than_asked_for() -> None:
    assert [each.path for each in owners(FILE_OWNERS, ["cart.py", "list.py"], 1)] == ["cart.py"]
    assert owners(FILE_OWNERS, []) == []
