"""By which merge each commit came onto HEAD's history."""

from hyperion_pipelines.insights.delivery.landings import landed_by
from tests.unit.insights.history_rows import commits_of


def landings(*commits: tuple[str, list[str]]) -> dict[str, str]:
    """The landings of commits (sha and parents), the last of which is HEAD."""
    table = commits_of(*({"sha": sha, "parents": parents} for sha, parents in commits))
    return dict(landed_by(table).iter_rows())


def test_a_line_without_merges_has_no_landings() -> None:
    assert landings(("a", []), ("b", ["a"])) == {}


def test_a_branch_lands_by_the_merge_that_took_it() -> None:
    """The line a - b - m - c, with x - y from a into m."""
    found = landings(
        ("a", []), ("b", ["a"]), ("x", ["a"]), ("y", ["x"]), ("m", ["b", "y"]), ("c", ["m"])
    )
    assert found == {"x": "m", "y": "m"}


def test_a_branch_of_a_branch_belongs_to_the_inner_merge() -> None:
    """The branch z went into the branch x - n, which went into HEAD by m."""
    found = landings(("a", []), ("x", ["a"]), ("z", ["x"]), ("n", ["x", "z"]), ("m", ["a", "n"]))
    assert found == {"x": "m", "n": "m", "z": "n"}


def test_a_branch_that_took_in_the_main_line_lands_none_of_it() -> None:
    """Commit b was on the line of first parents before x took it in by n."""
    found = landings(("a", []), ("b", ["a"]), ("x", ["a"]), ("n", ["x", "b"]), ("m", ["b", "n"]))
    assert found == {"x": "m", "n": "m"}


def test_what_lands_twice_has_landed_the_first_time() -> None:
    """The branch x - y: the older merge took x, the newer one the rest."""
    found = landings(("a", []), ("x", ["a"]), ("m", ["a", "x"]), ("y", ["x"]), ("n", ["m", "y"]))
    assert found == {"x": "m", "y": "n"}


def test_an_empty_history_has_none() -> None:
    assert landings() == {}
