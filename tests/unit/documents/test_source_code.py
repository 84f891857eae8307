"""Documents out of source code: their lines, what they leave out, and broken code."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.code.languages import GRAMMARS
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.source_code import source_documents

FIXTURES = Path(__file__).parents[1] / "code" / "fixtures"
FIXTURE_OF = dict(key.split() for key in tomllib.loads((FIXTURES / "expected.toml").read_text()))
CONTENTS = {language: (FIXTURES / file).read_bytes() for language, file in FIXTURE_OF.items()}

# What may be missing of a line: indentation, markers of comments, quotes of docstrings.
MARKERS = re.compile(r"^[\s/*#!\-\[\]=\"'rRbBuUfF]*$|^\s*=(?:begin|end)\s*$")
# Imports, package clauses, and what is nothing but punctuation or closes a block.
LEFT_OUT = re.compile(
    r"^\W*$|^\s*(?:end|fi|done)\W*$|^\s*#include|^\s*package |^<\?php|^#!|^use |^import "
    r"|^\s*(?:class|namespace|object|impl) \w+ ?[{:]?$|^\s*public:$"
)


def lines_of(content: bytes) -> list[str]:
    return [line.removesuffix("\r") for line in content.decode(errors="replace").split("\n")]


def check_lines(documents: list[Document], content: bytes) -> None:
    """Each line of a document is that line of the file, without markers."""
    lines = lines_of(content)
    for document in documents:
        texts = document.text.split("\n")
        assert texts[0].strip()
        assert texts[-1].strip()
        for number, text in enumerate(texts, document.start_line):
            line = lines[number - 1]
            assert text.strip() in line
            if text.strip():
                before, _, after = line.partition(text.strip())
                assert MARKERS.match(before), (document, number)
                assert MARKERS.match(after), (document, number)
        assert document.end_line <= len(lines)


def check_disjoint(documents: list[Document]) -> None:
    """No two documents have a line in common, but for the signature of a function."""
    owners: dict[int, list[Document]] = {}
    for document in documents:
        for number, text in enumerate(document.text.split("\n"), document.start_line):
            if text.strip():
                owners.setdefault(number, []).append(document)
    for sharing in owners.values():
        kinds = Counter(document.kind for document in sharing)
        assert len(sharing) == 1 or kinds == {"api": 1, "code": 1}
        assert len({document.symbol for document in sharing}) == 1


@pytest.mark.parametrize("language", GRAMMARS)
def test_a_document_has_the_lines_of_its_file_and_shares_them_with_no_other(language: str) -> None:
    documents = source_documents(language, CONTENTS[language])
    check_lines(documents, CONTENTS[language])
    check_disjoint(documents)


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_line_is_in_a_document_or_says_nothing_by_itself(language: str) -> None:
    covered = {
        number
        for document in source_documents(language, CONTENTS[language])
        for number, text in enumerate(document.text.split("\n"), document.start_line)
        if text.strip()
    }
    missing = [
        line
        for number, line in enumerate(lines_of(CONTENTS[language]), start=1)
        if number not in covered and not LEFT_OUT.match(line)
    ]
    assert [line for line in missing if not re.fullmatch(r'\s*(?:/\*\*?|\*/|""")', line)] == []


@pytest.mark.parametrize("language", GRAMMARS)
def test_the_documentation_of_a_function_is_apart_from_its_code(language: str) -> None:
    documents = source_documents(language, CONTENTS[language])
    (documented,) = (one for one in documents if "the primes" in one.text)
    code = [one for one in documents if (one.kind, one.symbol) == ("code", documented.symbol)]
    assert documented.kind in {"api", "docstring"}
    assert re.search(r"sum_?of_?primes", documented.symbol or "", re.IGNORECASE)
    assert [("total" in one.text, "the primes" in one.text) for one in code] == [(True, False)]


@pytest.mark.parametrize("language", GRAMMARS)
def test_line_endings_of_windows_and_a_byte_order_mark_change_nothing(language: str) -> None:
    content = CONTENTS[language]
    changed = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    if not content.startswith(b"#!"):
        assert source_documents(language, changed) == source_documents(language, content)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_code_with_pieces_missing_has_documents_all_the_same(data: st.DataObject) -> None:
    """As while somebody is typing: what cannot be parsed is code."""
    language = data.draw(st.sampled_from(list(GRAMMARS)))
    content = CONTENTS[language]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content) - 1))
        content = content[:start] + content[start + data.draw(st.integers(1, 100)) :]
        if not content:
            return
    documents = source_documents(language, content)
    check_lines(documents, content)
    check_disjoint(documents)


@pytest.mark.parametrize("language", GRAMMARS)
@pytest.mark.parametrize("content", [b"", b"\n", b"}" * 500, b"if\r\n\tif\r\n", b"(" * 900])
def test_any_text_is_read(language: str, content: bytes) -> None:
    check_lines(source_documents(language, content), content)


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("Python", b"x = 1\n" * 200_000),
        ("Python", b"x = 1\0\n"),
        ("Go", b"// Code generated by protoc. DO NOT EDIT.\npackage x\nvar y = 1\n"),
        ("JavaScript", b"let x=1;" * 500),
        ("Markdown", b"# Title\n\ntext\n"),
    ],
)
def test_what_the_code_stage_does_not_parse_has_no_documents(language: str, content: bytes) -> None:
    assert source_documents(language, content) == []


def test_documents_come_in_the_order_of_their_lines() -> None:
    starts = [one.start_line for one in source_documents("Python", CONTENTS["Python"])]
    assert starts == sorted(starts)
