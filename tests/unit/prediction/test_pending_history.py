"""How a pending commit changes the history before it, and is placed in it, as an analysis says."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.prediction.pending import read_pending
from hyperion_pipelines.sample.history_writer import GITLINK, Commit, Content, Entry, Person
from tests.histories import write_history
from tests.unit.prediction.analysed_home import SLUG, analyse

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
ADA, BO = Person("Ada Byron", "ada@example.org"), Person("Bo", "bo@example.org")
TWIN = Person("Ada Byron", "ada.byron@example.org")
LCOV = "SF:a.py\nDA:1,1\nDA:2,0\nend_of_record\n"


def commit(
    hour: int,
    files: dict[str, Content],
    author: Person = ADA,
    *,
    branch: str = "main",
    parents: Sequence[int] | None = None,
    renames: dict[str, str] | None = None,
) -> Commit:
    return Commit(
        message="Fix it" if hour % 2 else "Change it",
        files=files,
        author=author,
        time=START + timedelta(hours=hour),
        branch=branch,
        parents=parents,
        renames=renames or {},
    )


KNOWN = [
    commit(0, {"a.py": "a = 1\nb = 1\n", "b.md": "text\n"}),
    commit(1, {"a.py": "a = 2\nb = 1\n"}, BO),
    commit(3, {"a.py": "a = 3\nb = 1\n", "b.md": "more\ntext\n"}, BO, branch="side", parents=[1]),
    commit(4, {"a.py": "a = 4\nb = 1\n"}, ADA),
]
CASES = {
    "in the very second of a known commit of another branch": [
        commit(3, {"a.py": "a = 5\nb = 1\n"}, BO, branch="late", parents=[2])
    ],
    "older than the newest known commit": [
        commit(2, {"a.py": "a = 5\n", "b.md": ""}, branch="late", parents=[1])
    ],
    "several, on branches of their own": [
        commit(5, {"a.py": "a = 5\nb = 1\n"}, parents=[4]),
        commit(5, {"a.py": "a = 6\nb = 1\n"}, BO, branch="side", parents=[3]),
        commit(6, {"b.md": "last\n"}, branch="side", parents=[6]),
    ],
    "with a mailmap that makes two people one": [
        commit(5, {".mailmap": "Ada Byron <ada@example.org> Bo <bo@example.org>\n"}),
        commit(6, {"a.py": "a = 5\nb = 2\n"}, BO),
    ],
    "by a new signature that shows that two people bear a name": [
        commit(5, {"a.py": "a = 5\nb = 2\n"}, TWIN)
    ],
    "with a renamed file, a submodule, a binary and a new source": [
        commit(5, {"a.py": None}, renames={"b.md": "c.md"}),
        commit(
            6,
            {"lib": Entry(b"1" * 40, GITLINK), "logo.png": b"\0\1", "new.js": "f = () => 1\n"},
        ),
    ],
    "with a report of coverage, and one that it is told of": [
        commit(5, {"lcov.info": LCOV}),
        commit(6, {"a.py": "a = 5\nb = 2\n"}),
    ],
    "without a change": [commit(5, {})],
}


@pytest.mark.parametrize("new", CASES.values(), ids=CASES.keys())
def test_a_pending_commit_has_the_features_and_the_author_that_an_analysis_gives_it(
    new: list[Commit], tmp_path: Path
) -> None:
    write_history(tmp_path / "known.git", KNOWN)
    shas = write_history(tmp_path / "whole.git", [*KNOWN, *new])[len(KNOWN) :]
    behind = analyse(tmp_path / "behind", tmp_path / "known.git")
    whole = analyse(tmp_path / "home", tmp_path / "whole.git")
    asked = pl.col("sha").is_in(shas)
    pending = read_pending(behind, SLUG, tmp_path / "whole.git", shas)
    features = whole.lake.read("commit_features", SLUG, where=asked).drop("repository")
    assert features.height == len(new)
    assert_frame_equal(pending.features, features, check_exact=True)
    people = whole.lake.read("commits", SLUG, where=asked, columns=["sha", "author_id", "is_bot"])
    assert_frame_equal(pending.commits.select(people.columns), people, check_row_order=False)
