"""Which removed lines are comments, by their text; where only the tree can say, nothing is said."""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.code.comments import comment_lines
from hyperion_pipelines.code.languages import GRAMMARS
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.lines.patches import hunks, read_patch
from hyperion_pipelines.lines.removed_comments import removed_comments
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person

FIXTURES = Path(__file__).parents[1] / "code" / "fixtures"
FIXTURE_OF = dict(key.split() for key in tomllib.loads((FIXTURES / "expected.toml").read_text()))
ADA = Person("Ada", "ada@example.org")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
DEFINITION = "def primes(limit):"

# For each language lines of code and of comment: a block, one line, one beside code.
BLOCK = ["/*", "let it = be;", "", "as it was", "*/", "f();", "// note", "f(); // beside"]
BLOCK_LINES = [1, 2, 4, 5, 7]
REMOVED = {
    **dict.fromkeys(GRAMMARS, (BLOCK, BLOCK_LINES)),
    "Python": (
        ["def f():", '    """Doc', "", '    it = be"""', "    # note", "    f()  # no"],
        [2, 4, 5],
    ),
    "Ruby": (["=begin", "it = be", "=end", "f", "# note", "f # beside"], [1, 2, 3, 5]),
    "Lua": (["--[[", "it = be", "]]", "f()", "-- note", "f() -- beside"], [1, 2, 3, 5]),
    "Shell": (["f", "# note", "f # beside"], [2]),
}


def _flags(language: str | None, lines: Sequence[str], section: str = "") -> str | None:
    """A letter for each of *lines*, removed below *section*: `c` for comment, or `.`."""
    header = f"\n@@ -10,{len(lines)} +9,0 @@ {section}".rstrip()
    patch = "\n".join([header, *(f"-{line}" for line in lines), ""]).encode()
    found = removed_comments(language, patch, list(hunks(patch)))
    return None if found is None else "".join("c" if flag else "." for flag in found)


def _expected(lines: Sequence[str], comments: Sequence[int]) -> str:
    return "".join("c" if number in comments else "." for number, _ in enumerate(lines, 1))


@pytest.mark.parametrize("language", REMOVED)
@pytest.mark.parametrize("ending", ["", "\r"])
def test_comments_between_their_delimiters_are_told(language: str, ending: str) -> None:
    """Whatever stands in them; blank lines and lines shared with code are none."""
    lines, comments = REMOVED[language]
    assert _flags(language, [line + ending for line in lines]) == _expected(lines, comments)


@pytest.fixture(scope="module")
def deletions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of two commits: the fixtures, and the fixtures without every third line."""
    path = tmp_path_factory.mktemp("removed") / "repository.git"
    with HistoryWriter(path) as writer:
        for message, step in (("Begin", 0), ("Remove", 3)):
            files = {
                language: b"".join(
                    line
                    for number, line in enumerate(_fixture(language))
                    if not step or number % step
                )
                for language in FIXTURE_OF
            }
            writer.add(Commit(message=message, files=files, author=ADA, time=NOW))
    return path


def _fixture(language: str) -> list[bytes]:
    return (FIXTURES / FIXTURE_OF[language]).read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("language", FIXTURE_OF)
def test_the_text_agrees_with_the_tree(deletions: Path, language: str) -> None:
    """For lines of a source taken out here and there, and for the source as a whole."""

    def blob(revision: str) -> str:
        return run_git(["rev-parse", f"{revision}:{language}"], git_dir=deletions).output.decode()

    old, new = blob("HEAD~").strip(), blob("HEAD").strip()
    empty = run_git(["hash-object", "-w", "/dev/null"], git_dir=deletions).output.decode().strip()
    tree = comment_lines(deletions, pl.DataFrame({"blob": [old], "language": [language]}))
    for after in (new, empty):
        patch = read_patch(deletions, old, after)
        parsed = list(hunks(patch))
        found = removed_comments(language, patch, parsed)
        assert found is not None
        numbers = [hunk.start + line + 1 for hunk in parsed for line in range(hunk.removed)]
        expected = set(numbers) & set(tree["line"])
        assert {number for number, flag in zip(numbers, found, strict=True) if flag} == expected


@pytest.mark.parametrize(
    ("lines", "flags"),
    [
        (["it was", "let it = be; */", "f();"], "cc."),
        (["it was */ f();"], "."),
        ([" * it was", " *", " */"], "ccc"),
        ([" * @param limit where to stop"], "c"),
        (["*first = second;"], "."),
        (["f(a", "  * b);", "/* note */"], "..c"),
        (['s = "/* no";', "// note"], ".c"),
        (["f(); /* it", "was */"], ".c"),
        (["/* a */ // b", "/* a */ f();"], "c."),
        (["int i, limit, *first;", "static unsigned int count(int n)"], ".."),
    ],
)
def test_part_of_a_block_is_told_by_its_end_its_beginning_or_its_stars(
    lines: list[str], flags: str
) -> None:
    assert _flags("C", lines) == flags


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("C", ["   Counts all the primes up to there"]),
        ("C", ["f(a", "  * b);"]),
        ("Ruby", ["Counts all the primes"]),
        ("Python", ["Counts all the primes.", "x = 1"]),
        ("Python", ["<what> {it} gives"]),
        ("Rust", ["use std::error::Error;"]),
    ],
)
def test_what_may_stand_in_a_comment_without_sign_is_left_to_the_tree(
    language: str, lines: list[str]
) -> None:
    """Prose without delimiters, stars before some lines only, anything below prose."""
    assert _flags(language, lines, section="This example shows how to count") is None


@pytest.mark.parametrize(
    ("lines", "flags"),
    [
        (['"""Counts."""'], "c"),
        (["'''Counts", "all'''"], "cc"),
        (["def f(", "    a):", '    r"""Counts."""', "    return a"], "..c."),
        (["class A:", "    'Counts.'"], ".c"),
        (["# note", '"""', "Counts", '"""', "x = 1"], "cccc."),
        (["up to *limit*.", '"""', "x = 1"], "cc."),
        (['up to there."""'], "c"),
        (['"""', "Counts all the primes."], "cc"),
        (["x = 1", 'sql = """', "SELECT a", '"""', "# note"], "....c"),
        (["f(", '    """', "    # text", '    """)'], "...."),
        (['    SELECT a""")', "# note"], ".c"),
        (["Returns the number of primes"], "c"),
        ([":param limit: where to stop"], "c"),
        ([">>> primes(2)"], "c"),
        (["数える"], "c"),
        (["raise ValueError('it is not known')"], "."),
        (["    'of an argument of many lines'"], "."),
        (["for number in numbers:", "    # note", "    count(number)"], ".c."),
    ],
)
def test_docstrings_are_told_from_strings_and_code(lines: list[str], flags: str) -> None:
    """By what stands before the quotes and behind them, or reads like prose in a definition."""
    assert _flags("Python", lines, section=DEFINITION) == flags


@pytest.mark.parametrize(
    ("section", "lines", "flags"),
    [
        ("EXAMPLES = '''", ["# note", "- name: it", "'''"], "..."),
        ("EXAMPLES = '''", ["the first of the names"], "."),
        ("EXAMPLES = '''", ["'''", "# note"], ".c"),
        ("EXAMPLES = '''", ["the first of the names", "import os"], None),
        ("options:", ["# note"], None),
        ("import os", ["the first of the names"], "."),
        ("add_newdoc('primes',", ['    """Counts', '    primes."""'], ".."),
        ("", ["Counts all the primes."], "c"),
        ("else:", ['    """Counts', '    primes."""'], "cc"),
        ("Primes and their number", ["Counts all the primes."], None),
    ],
)
def test_a_string_at_the_left_edge_is_known_by_the_line_that_git_shows_of_it(
    section: str, lines: list[str], flags: str | None
) -> None:
    assert _flags("Python", lines, section=section) == flags


@pytest.mark.parametrize(
    ("language", "line"),
    [("PHP", "#[Attribute]"), ("Ruby", '#{name}"'), ("Ruby", "#content {margin: 0}")],
)
def test_other_uses_of_a_comment_sign_are_no_comments(language: str, line: str) -> None:
    assert _flags(language, [line]) == "."


def test_hunks_are_answered_together_in_their_order() -> None:
    """Added lines have no place in the answer, even if they are comments."""
    patch = (
        b"\n@@ -1,2 +1 @@\n-f();\n-// a\n+// b\n@@ -9,0 +9 @@\n+// c\n"
        b"@@ -20 +19 @@\n-/* d */\n+f();\n"
    )
    found = removed_comments("C", patch, list(hunks(patch)))
    assert found is not None
    assert found.tolist() == [False, True, True]


@pytest.mark.parametrize("language", [None, "Markdown", "CSS"])
def test_a_language_without_grammar_has_no_comments(language: str | None) -> None:
    assert _flags(language, ["/* note */", "# note"]) == ".."
