"""An analysis that goes on from the last one leaves the tables of an analysis from nothing."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hyperion_pipelines.sample.history_writer import Commit
from hyperion_pipelines.schemas import TABLES
from tests.histories import Refs, commit_of, histories, point_refs, refs_over, write_history
from tests.homes import allow_dagsters_own_warning, assert_same_tables, read_tables
from tests.integration.pipeline import analyse

pytestmark = allow_dagsters_own_warning

SLUG = "shop"
CART = "def total(prices):\n    return sum(price for price in prices if price)\n"
HISTORY = (
    commit_of({"cart.py": CART, "README.md": "# Shop\n"}, "Start"),
    commit_of({"main.py": "import cart\n\nprint(cart.total([1]))\n"}, "Use it", hours=1 * 960),
    commit_of({"topic.js": "import './cart.js'\n"}, branch="topic", parents=[1], hours=2 * 960),
    commit_of({"cart.py": None, "basket.py": CART}, "Rename", branch="main", hours=3 * 960),
    commit_of({"main.py": "import basket\n"}, "Fix the import", branch="main", hours=4 * 960),
    commit_of(
        {"main.py": "import cart, os\n"}, "Forced", branch="main", parents=[2], hours=5 * 960
    ),
    commit_of({"lib/cart.py": CART}, "Same content twice", parents=[6], hours=6 * 960),
)


@dataclass(frozen=True)
class Analyses:
    """A source, the home that follows it, and a place for homes that begin from nothing."""

    source: Path
    shas: Sequence[str]
    folder: Path

    @property
    def home(self) -> Path:
        """The home that follows the source."""
        return self.folder / "home"

    def configure(self, name: str, text: str) -> None:
        """Write a repository's own configuration into the home."""
        file = self.home / "config" / SLUG / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def point(self, refs: Refs) -> None:
        """Move the refs of the source."""
        point_refs(self.source, refs, self.shas)

    def check(self) -> None:
        """Analyse in the home and from nothing: both end in the same tables."""
        assert analyse(self.home, self.source, slug=SLUG).success
        with tempfile.TemporaryDirectory(dir=self.folder) as fresh:
            _copy_configuration(self.home, Path(fresh))
            assert analyse(Path(fresh), self.source, slug=SLUG).success
            assert_same_tables(self.home, Path(fresh), SLUG)


def _copy_configuration(home: Path, fresh: Path) -> None:
    for file in home.glob("config/*/*.yaml"):
        copy = fresh / file.relative_to(home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())


@pytest.fixture
def analyses(tmp_path: Path) -> Analyses:
    """The history above, its `main` at the second commit, analysed."""
    shas = write_history(tmp_path / "source.git", HISTORY)
    analyses = Analyses(tmp_path / "source.git", shas, tmp_path)
    analyses.point(Refs({"main": 2, "topic": 3}))
    assert analyse(analyses.home, analyses.source, slug=SLUG).success
    return analyses


CHANGES: dict[str, Callable[[Analyses], None]] = {
    "new commits, one a rename": lambda at: at.point(Refs({"main": 5, "topic": 3})),
    "a force-push that drops commits": lambda at: at.point(Refs({"main": 7}, {"v1": 2})),
    "a deleted branch and an older HEAD": lambda at: at.point(Refs({"main": 1})),
    "another branch at HEAD": lambda at: at.point(Refs({"main": 2, "topic": 3}, head="topic")),
    "path filters": lambda at: at.configure("filters", "vendored: {add: ['^cart']}\n"),
    "identities": lambda at: at.configure("identities", "bots: [alma@example.org]\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_after_a_change_the_tables_are_those_of_a_run_from_nothing(
    change: Callable[[Analyses], None], analyses: Analyses
) -> None:
    before = read_tables(analyses.home, SLUG)
    change(analyses)
    analyses.check()
    after = read_tables(analyses.home, SLUG)
    assert [table for table in TABLES if not after[table].equals(before[table])]


@st.composite
def changed_histories(draw: st.DrawFn) -> tuple[list[Commit], list[Refs]]:
    """A history, and two sets of refs over it, one after the other."""
    commits = draw(histories())
    return commits, [draw(refs_over(len(commits))) for _ in range(2)]


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(changed_histories())
def test_any_history_seen_first_under_other_refs_gives_the_same_tables(
    drawn: tuple[list[Commit], list[Refs]],
) -> None:
    commits, (before, after) = drawn
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source.git")
        analyses = Analyses(source, write_history(source, commits), Path(folder))
        analyses.point(before)
        assert analyse(analyses.home, source, slug=SLUG).success
        analyses.point(after)
        analyses.check()
