"""Parsing a version with the tree of the one before gives the tree of parsing it afresh."""

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Tree

from hyperion_pipelines.code.grammar import load_grammar
from hyperion_pipelines.code.parsing import VersionParser, common_prefix

FIXTURES = Path(__file__).parent / "fixtures"
LANGUAGES = dict(key.split() for key in tomllib.loads((FIXTURES / "expected.toml").read_text()))
VERSIONS = 150


def nodes(tree: Tree) -> list[tuple[int, int, int, bool]]:
    """Kind, place and whether missing, of every node in the order of the text."""
    cursor, found = tree.walk(), list[tuple[int, int, int, bool]]()
    while True:
        if (node := cursor.node) is not None:
            found.append((node.kind_id, node.start_byte, node.end_byte, node.is_missing))
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def edited(lines: list[bytes], chance: random.Random) -> list[bytes]:
    """*lines* after an edit as a developer makes them, syntactically right or not."""
    place = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            return lines[:place] + lines[place + 1 :]
        case 1:
            return lines[:place] + lines[place : place + 3] + lines[place:]
        case 2:
            return [*lines[:place], lines[place].replace(b"(", b"", 1), *lines[place + 1 :]]
        case _:
            moved = lines[place : place + 5]
            rest = lines[:place] + lines[place + 5 :]
            to = chance.randrange(len(rest) + 1)
            return rest[:to] + moved + rest[to:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tree_does_not_depend_on_the_version_before(language: str) -> None:
    original = (FIXTURES / LANGUAGES[language]).read_bytes().splitlines(keepends=True)
    chance, versions, lines = random.Random(language), VersionParser(), original
    different = sound = 0
    for _ in range(VERSIONS):
        content = b"".join(lines)
        tree = versions.parse("a.file", language, content)
        different += nodes(tree) != nodes(load_grammar(language).parser.parse(content))
        sound += not tree.root_node.has_error
        # Only sound versions are parsed from one another: a broken one is followed by a sound one.
        lines = original if tree.root_node.has_error else edited(lines, chance)
    assert different == 0
    assert sound > VERSIONS / 3


def test_another_path_or_language_is_parsed_afresh() -> None:
    versions = VersionParser()
    versions.parse("a.py", "Python", b"x = 1\n")
    tree = versions.parse("b.py", "Python", b"x = 1\n")
    assert nodes(tree) == nodes(load_grammar("Python").parser.parse(b"x = 1\n"))
    assert versions.parse("b.py", "C", b"int x;\n").root_node.type == "translation_unit"


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_a_common_prefix_is_as_long_as_it_can_be(head: bytes, left: bytes, right: bytes) -> None:
    length = common_prefix(head + left, head + right)
    assert (head + left)[:length] == (head + right)[:length]
    assert length == min(len(head + left), len(head + right)) or (
        (head + left)[length] != (head + right)[length]
    )
