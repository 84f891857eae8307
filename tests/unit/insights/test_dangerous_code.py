"""Which dangerous call is looked at first, on tables of a few rows."""

from datetime import UTC, date, datetime

import polars as pl

from hyperion_pipelines.insights.security.dangerous_code import INSIGHT, dangerous_code
from hyperion_pipelines.insights.security.suppressions import (
    NO_SUPPRESSIONS,
    Suppression,
    Suppressions,
)
from hyperion_pipelines.schemas import DANGEROUS_CALLS

HEAD = datetime(2024, 6, 1, tzinfo=UTC)
FILES = {"hot.py": False, "warm.py": False, "cold.py": False, "test_it.py": True}
HOTSPOTS = pl.DataFrame({"path": ["hot.py", "warm.py"], "score": [200, 50]})
OWNERS = pl.DataFrame(
    {
        "path": ["hot.py", "hot.py", "warm.py"],
        "person_name": ["Ada", "Bo", "Cy"],
        "is_active": [True, False, False],
    }
)


def judge(
    *calls: tuple[str, str],
    suppressions: Suppressions = NO_SUPPRESSIONS,
    hotspots: pl.DataFrame = HOTSPOTS,
    owners: pl.DataFrame = OWNERS,
) -> list[dict[str, object]]:
    """What is said of calls, each a path and a rule."""
    rows = [
        {"path": path, "blob": "b", "line": 1, "rule": rule, "call": "eval(x)", "function": "f"}
        for path, rule in calls
    ]
    files = pl.DataFrame({"path": list(FILES), "is_test": list(FILES.values())})
    found = pl.DataFrame(rows, schema=dict(DANGEROUS_CALLS))
    table = dangerous_code(found, files, hotspots, owners, suppressions, HEAD)
    assert table.schema == pl.Schema(
        {name: column.dtype for name, column in INSIGHT.columns.items()}
    )
    return table.to_dicts()


def test_severity_hotspot_and_owner_make_the_score() -> None:
    """High weighs 7: 7 x (1 + 200/200) = 14; 7 x (1 + 50/200) x 1.5 = 13.125; 7 x 1 = 7."""
    found = judge(*((path, "code-evaluation") for path in ("cold.py", "warm.py", "hot.py")))
    assert [(one["path"], one["score"]) for one in found] == [
        ("hot.py", 14.0),
        ("warm.py", 13.125),
        ("cold.py", 7.0),
    ]
    assert [(one["owner_name"], one["owner_is_active"]) for one in found] == [
        ("Ada", True),
        ("Cy", False),
        (None, None),
    ]


def test_the_danger_the_fix_and_their_source_are_told() -> None:
    (found,) = judge(("cold.py", "weak-hash"))
    assert str(found["danger"]).startswith("MD5 and SHA-1")
    assert str(found["fix"]).startswith("Call SHA-256")
    assert (found["cwe"], found["severity"], found["score"]) == (328, "low", 1.0)
    assert found["why"] == "Nothing makes it more urgent."


def test_why_says_what_makes_it_urgent() -> None:
    (found,) = judge(("warm.py", "shell-command"))
    assert found["why"] == (
        "The file is among the ten hottest hotspots. "
        "Cy, who knows the file best, no longer commits."
    )


def test_a_hotspot_after_the_tenth_is_not_called_one() -> None:
    others = pl.DataFrame({"path": [f"{number}.py" for number in range(9)], "score": [999] * 9})
    (found,) = judge(("warm.py", "shell-command"), hotspots=pl.concat([others, HOTSPOTS]))
    assert found["why"] == "Cy, who knows the file best, no longer commits."


def test_in_a_test_it_is_low() -> None:
    (found,) = judge(("test_it.py", "code-evaluation"))
    assert (found["severity"], found["is_test"], found["why"]) == ("low", True, "It is in a test.")


def test_code_that_is_not_our_own_is_left_out() -> None:
    assert judge(("vendor/lib.py", "code-evaluation")) == []


def test_what_is_suppressed_comes_last() -> None:
    accepted = Suppressions(
        suppressions=(
            Suppression(
                rule="code-evaluation", path="hot.py", reason="known", until=date(2024, 6, 1)
            ),
            Suppression(
                rule="code-evaluation", path="cold.py", reason="old", until=date(2024, 5, 1)
            ),
        )
    )
    calls = [(path, "code-evaluation") for path in ("hot.py", "cold.py")]
    found = judge(*calls, suppressions=accepted)
    assert [(one["path"], one["suppressed"]) for one in found] == [
        ("cold.py", None),
        ("hot.py", "known"),
    ]
    assert found[0]["why"] == "Its suppression expired on 2024-05-01."


def test_without_hotspots_and_owners_the_severity_alone_decides() -> None:
    found = judge(
        ("cold.py", "weak-hash"),
        ("hot.py", "unbounded-read"),
        hotspots=HOTSPOTS.clear(),
        owners=OWNERS.clear(),
    )
    assert [(one["path"], one["score"]) for one in found] == [("hot.py", 10.0), ("cold.py", 1.0)]


def test_without_calls_there_is_nothing_to_say() -> None:
    assert judge() == []
