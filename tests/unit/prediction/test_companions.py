"""Files that a commit may have forgotten, by which files mostly changed together before."""

import polars as pl

from hyperion_pipelines.prediction.companions import missing_companions
from hyperion_pipelines.prediction.model import Missing

PATHS = ["cart.py", "test_cart.py", "test_list.py", "docs.md", *"abcdef"]
TREE = pl.DataFrame({"path": PATHS, "is_test": [path.startswith("test") for path in PATHS]})


def pair(
    path: str, other: str, support: int, commits: int, other_commits: int
) -> dict[str, object]:
    return {
        "path": path,
        "other": other,
        "support": support,
        "commits": commits,
        "other_commits": other_commits,
        "confidence": support / commits,
        "other_confidence": support / other_commits,
    }


def asked(*pairs: dict[str, object], touched: tuple[str, ...] = ("cart.py",)) -> list[Missing]:
    return missing_companions(pl.DataFrame(pairs), TREE, touched)


def test_a_file_that_changed_with_a_touched_one_eight_times_of_ten_is_missing() -> None:
    assert asked(pair("cart.py", "test_cart.py", 8, 10, 40)) == [
        Missing(
            path="test_cart.py",
            given="cart.py",
            support=8,
            commits=10,
            confidence=0.8,
            sentence="test_cart.py changes with cart.py 8 times of 10",
        )
    ]


def test_a_pair_counts_for_either_of_its_files_by_the_confidence_of_that_one() -> None:
    """Of the 12 commits to cart.py 6 changed the documents; of the 6 to these all changed it."""
    documented = pair("docs.md", "cart.py", 6, 6, 12)
    (missing,) = asked(documented)
    assert (missing.path, missing.commits, missing.confidence) == ("docs.md", 12, 0.5)
    (missing,) = asked(documented, touched=("docs.md",))
    assert (missing.path, missing.commits, missing.confidence) == ("cart.py", 6, 1.0)


def test_what_is_rare_touched_too_or_gone_from_head_is_not_missing() -> None:
    assert asked(pair("cart.py", "test_cart.py", 2, 2, 2)) == []
    assert asked(pair("cart.py", "test_cart.py", 4, 9, 9)) == []
    assert asked(pair("cart.py", "gone.py", 9, 9, 9)) == []
    both = ("cart.py", "test_cart.py")
    assert asked(pair("cart.py", "test_cart.py", 9, 9, 9), touched=both) == []


def test_a_test_that_changes_misses_other_tests_alone() -> None:
    tested = pair("test_cart.py", "cart.py", 9, 9, 9)
    assert asked(tested, touched=("test_cart.py",)) == []
    (missing,) = asked(
        tested, pair("test_cart.py", "test_list.py", 9, 9, 9), touched=("test_cart.py",)
    )
    assert missing.path == "test_list.py"


def test_the_strongest_five_stand_each_for_the_file_that_speaks_most_for_it() -> None:
    others = [pair("cart.py", path, 5 + place, 20, 20) for place, path in enumerate("abcdef", 5)]
    twice = pair("docs.md", "f", 9, 9, 30)
    found = asked(*others, twice, touched=("cart.py", "docs.md"))
    assert [(missing.path, missing.given) for missing in found] == [
        ("f", "docs.md"),
        *((path, "cart.py") for path in "edcb"),
    ]
