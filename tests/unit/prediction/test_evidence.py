"""Evidence: fixes of late whose lines a commit replaces, by what git itself says of the lines."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.lines.update import HistoryTables, update_line_history
from hyperion_pipelines.prediction import Evidence, Prediction, Selection, predict
from hyperion_pipelines.sample.history_writer import Commit, Content, Person
from hyperion_pipelines.stores.publications import Publication
from hyperion_pipelines.workspace import Workspace
from tests.histories import git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse

ADA, BO = Person("Ada", "ada@example.org"), Person("Bo", "bo@example.org")
START = datetime(2024, 1, 1, 12, tzinfo=UTC)
OLD_FIX, NEW_FIX = "Fix the sum of an empty cart", "Fix the rounding of totals"


def commit(day: int, message: str, files: dict[str, Content], author: Person = ADA) -> Commit:
    time = START + timedelta(days=day)
    return Commit(message=message, files=files, author=author, time=time)


def cart(**lines: str) -> str:
    """A file of twelve lines, `lineNN` unless *lines* say otherwise."""
    return "".join(lines.get(f"l{number}", f"line{number:02}") + "\n" for number in range(1, 13))


FIXED_LONG_AGO = {"l2": "guard"}
FIXED = {**FIXED_LONG_AGO, "l5": "rounded", "l6": "rounded too"}


@pytest.fixture(scope="module", params=["git blame", "line_origins"])
def workspace(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """Who wrote the lines of HEAD is asked of git, or of the table, which says the same."""
    folder = tmp_path_factory.mktemp("evidence")
    history = [
        commit(0, "Add the cart", {"cart.py": cart(), "empty.py": ""}),
        commit(10, OLD_FIX, {"cart.py": cart(**FIXED_LONG_AGO)}),
        commit(900, NEW_FIX, {"cart.py": cart(**FIXED)}, BO),
    ]
    write_history(folder / "shop.git", history)
    workspace = analyse(folder / "home", folder / "shop.git")
    if request.param == "line_origins":
        publish_line_origins(workspace)
    return workspace


def publish_line_origins(workspace: Workspace) -> None:
    mirror, lake = workspace.mirror(SLUG).git_dir, workspace.lake
    head = git(mirror, "rev-parse", "HEAD").decode().strip()
    tables = HistoryTables(*(lake.read(name, SLUG) for name in ("commits", "changes", "tree")))
    lines = update_line_history(mirror, tables, head)
    lake.write("line_origins", SLUG, lines.origins.with_columns(repository=pl.lit(SLUG)))
    made = Publication.now(data_version="1", code_version="1", head_sha=head, rows=1)
    workspace.publications.record("line_origins", SLUG, made)


@pytest.fixture
def clone(workspace: Workspace, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", workspace.catalogue.get(SLUG).source, "clone")
    return tmp_path / "clone"


def asked(workspace: Workspace, clone: Path) -> Prediction:
    (prediction,) = predict(workspace, SLUG, Selection.worktree(), clone)
    return prediction


def sha_of(workspace: Workspace, subject: str) -> str:
    commits = workspace.lake.read("commits", SLUG, columns=["sha", "subject"])
    return dict(commits.select("subject", "sha").rows())[subject]


def test_lines_that_a_fix_wrote_are_told_with_the_fix(workspace: Workspace, clone: Path) -> None:
    (clone / "cart.py").write_text(cart(**FIXED | {"l4": "x", "l5": "x", "l6": "x", "l7": "x"}))
    fix = sha_of(workspace, NEW_FIX)
    assert asked(workspace, clone).evidence == (
        Evidence(
            path="cart.py",
            start_line=5,
            end_line=6,
            fix_sha=fix,
            fixed_at=START + timedelta(days=900),
            fixed_by="Bo",
            sentence=f"lines 5-6 of cart.py were last mended on 2026-06-19 by Bo "
            f"({fix[:7]} {NEW_FIX})",
        ),
    )


def test_one_line_is_told_in_the_singular(workspace: Workspace, clone: Path) -> None:
    (clone / "cart.py").write_text(cart(**FIXED | {"l6": "x"}))
    (evidence,) = asked(workspace, clone).evidence
    assert evidence.sentence.startswith("line 6 of cart.py was last mended on 2026-06-19 by Bo")


def test_fixes_of_more_than_two_years_before_are_no_evidence(
    workspace: Workspace, clone: Path
) -> None:
    (clone / "cart.py").write_text(cart(**FIXED | {"l2": "x"}))
    assert asked(workspace, clone).evidence == ()


def test_lines_that_are_added_beside_a_fix_are_evidence(workspace: Workspace, clone: Path) -> None:
    (clone / "cart.py").write_text(cart(**FIXED | {"l4": "line04\nadded"}))
    (evidence,) = asked(workspace, clone).evidence
    assert (evidence.start_line, evidence.end_line) == (5, 5)


@pytest.mark.parametrize("text", ["added\n" + cart(**FIXED), cart(**FIXED) + "added\n"])
def test_lines_that_are_added_at_either_end_have_one_neighbour(
    workspace: Workspace, clone: Path, text: str
) -> None:
    (clone / "cart.py").write_text(text)
    assert asked(workspace, clone).evidence == ()


def test_white_space_alone_replaces_no_line(workspace: Workspace, clone: Path) -> None:
    (clone / "cart.py").write_text(cart(**FIXED | {"l5": "    rounded"}))
    assert asked(workspace, clone).evidence == ()


def test_a_renamed_file_is_looked_at_under_its_old_path(workspace: Workspace, clone: Path) -> None:
    (clone / "cart.py").unlink()
    (clone / "basket.py").write_text(cart(**FIXED | {"l5": "x"}))
    prediction = asked(workspace, clone)
    assert prediction.files == ("basket.py",)
    assert [evidence.path for evidence in prediction.evidence] == ["cart.py"]


def test_added_emptied_and_binary_files_have_no_lines_to_look_at(
    workspace: Workspace, clone: Path
) -> None:
    (clone / "empty.py").write_text("first\n")
    (clone / "new.py").write_text("new\n")
    (clone / "cart.py").write_bytes(b"\0\1\2")
    assert asked(workspace, clone).evidence == ()


def test_a_fix_that_the_lake_does_not_know_counts_too(workspace: Workspace, clone: Path) -> None:
    (clone / "cart.py").write_text(cart(**FIXED | {"l9": "mended"}))
    git(clone, "commit", "--quiet", "--all", "--message=Fix the ninth line")
    (clone / "cart.py").write_text(cart(**FIXED | {"l9": "again"}))
    (evidence,) = asked(workspace, clone).evidence
    assert (evidence.start_line, evidence.fixed_by) == (9, "Alma")


def test_a_root_commit_replaces_nothing(workspace: Workspace) -> None:
    root = sha_of(workspace, "Add the cart")
    (prediction,) = predict(workspace, SLUG, Selection.commit(root))
    assert prediction.evidence == ()


def test_of_many_hunks_the_largest_are_looked_at_and_the_rest_counted(
    workspace: Workspace, clone: Path
) -> None:
    (clone / "long.py").write_text("".join(f"kept\nline{number}\n" for number in range(25)))
    git(clone, "add", "long.py")
    git(clone, "commit", "--quiet", "--message=Fix what was missing")
    lines = [f"kept\nchanged{number}\n" for number in range(25)]
    lines[0] = "kept\n1\n2\n3\n"
    (clone / "long.py").write_text("".join(lines))
    prediction = asked(workspace, clone)
    assert any(note.startswith("5 hunks were not looked at") for note in prediction.notes)
    assert [evidence.path for evidence in prediction.evidence] == ["long.py"]


def test_hunks_that_look_at_neighbouring_lines_tell_one_run(
    workspace: Workspace, clone: Path
) -> None:
    """Lines are added before, between and after the two that the fix wrote."""
    added = {"l4": "line04\nadded", "l5": "rounded\nadded", "l6": "rounded too\nadded"}
    (clone / "cart.py").write_text(cart(**FIXED | added))
    (evidence,) = asked(workspace, clone).evidence
    assert (evidence.start_line, evidence.end_line) == (5, 6)
