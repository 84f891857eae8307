"""What is measured of one blob: each language's fixture, lines, smells, what is skipped."""

import random
import tomllib
from pathlib import Path

import pytest

from hyperion_pipelines.code.languages import GRAMMARS
from hyperion_pipelines.code.syntax import BlobSyntax, analyse

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = tomllib.loads((FIXTURES / "expected.toml").read_text())


def read(language: str, text: str) -> BlobSyntax:
    return analyse(language, text.encode(), details=True)


def cognitive(language: str, text: str) -> list[int]:
    return [function.cognitive for function in read(language, text).functions]


def test_every_language_with_a_grammar_has_a_fixture() -> None:
    assert {key.split()[0] for key in EXPECTED} == set(GRAMMARS)


@pytest.mark.parametrize("key", EXPECTED)
def test_a_fixtures_functions_have_the_values_written_beside_it(key: str) -> None:
    language, file = key.split()
    result = analyse(language, (FIXTURES / file).read_bytes(), details=True)
    measured = {
        function.qualified_name: [
            function.cyclomatic,
            function.cognitive,
            function.nesting,
            function.parameters,
        ]
        for function in result.functions
    }
    assert measured == EXPECTED[key]
    assert result.metrics.parse_errors == 0


@pytest.mark.parametrize("key", EXPECTED)
def test_the_documentation_of_a_function_is_found(key: str) -> None:
    language, file = key.split()
    first, *_ = analyse(language, (FIXTURES / file).read_bytes(), details=True).functions
    assert first.docstring
    assert "the primes" in first.docstring
    assert not first.docstring.startswith(("/", "#", "*", '"', "-"))


@pytest.mark.parametrize("key", EXPECTED)
def test_the_columns_of_a_blob_summarise_its_functions(key: str) -> None:
    language, file = key.split()
    content = (FIXTURES / file).read_bytes()
    result = analyse(language, content, details=True)
    metrics, functions = result.metrics, result.functions
    assert metrics.functions == len(functions)
    assert metrics.cyclomatic_sum == sum(function.cyclomatic for function in functions)
    assert metrics.cognitive_max == max(function.cognitive for function in functions)
    assert metrics.function_lines_max == max(function.lines for function in functions)
    assert (metrics.code_lines or 0) + (metrics.comment_lines or 0) + (
        metrics.blank_lines or 0
    ) == metrics.lines
    assert (metrics.halstead_volume or 0) > 0
    assert 0 < (metrics.maintainability_index or 0) < 100


@pytest.mark.parametrize(
    ("condition", "increments"),
    [
        ("a and b and c", 1),
        ("a and b or c", 2),
        ("a and b and c or d or e and f", 3),
        ("a and not (b and c)", 2),
        ("a and (b and c)", 1),
        ("a and g(b and c)", 2),
    ],
)
def test_a_sequence_of_like_boolean_operators_counts_once(condition: str, increments: int) -> None:
    assert cognitive("Python", f"def f():\n    return {condition}\n") == [increments]


def test_a_lambda_raises_the_nesting_of_what_is_in_it() -> None:
    assert cognitive("JavaScript", "function f() { run(() => { if (a) { b(); } }); }") == [2]


def test_a_call_of_another_objects_method_is_no_recursion() -> None:
    text = "class A:\n    def close(self):\n        self.inner.close()\n"
    assert cognitive("Python", text) == [0]
    assert cognitive("Python", text.replace("self.inner", "self")) == [1]


def test_a_name_in_a_string_or_comment_is_no_recursion() -> None:
    assert cognitive("Python", "def f():\n    # f(1)\n    return 'f(1)'\n") == [0]


def test_a_line_with_code_and_comment_is_code_and_a_docstring_is_comment() -> None:
    metrics = read("Python", '"""Doc.\n\nMore."""\n\n# note\nx = 1  # why\n').metrics
    assert (metrics.code_lines, metrics.comment_lines, metrics.blank_lines) == (1, 3, 2)


def test_comments_on_one_line_are_one_comment_line() -> None:
    metrics = read("C", "/* a */ /* b */\nint x; /* c\n d */ int y;\n").metrics
    assert (metrics.code_lines, metrics.comment_lines) == (2, 1)


@pytest.mark.parametrize(
    ("text", "smell"),
    [
        ("def f():\n" + "    x()\n" * 61, "long function"),
        ("def f(a, b, c, d, e, g, h):\n    pass\n", "many parameters"),
        ("def f():\n" + "    if a: b\n" * 15, "complex function"),
        ("class A:\n" + "    x = 1\n" * 501, "large class"),
        ("x = 1\n" * 1001, "large file"),
        (
            "def f():\n"
            + "".join("    " * (depth + 1) + "if a:\n" for depth in range(5))
            + "    " * 6
            + "b\n",
            "deep nesting",
        ),
    ],
)
def test_a_measure_above_its_threshold_smells(text: str, smell: str) -> None:
    smells = read("Python", text).metrics.smells or []
    assert [(found.kind, found.line) for found in smells] == [(smell, 1)]


@pytest.mark.parametrize(
    ("language", "content", "reason"),
    [
        ("Python", b"x = 1\n" * 200_000, "too large"),
        ("Python", b"x = 1\0\n", "binary"),
        ("Go", b"// Code generated by protoc. DO NOT EDIT.\npackage x\n", "generated"),
        ("JavaScript", b"/** @generated */\nlet x;\n", "generated"),
        ("JavaScript", b"let x=1;" * 500, "minified"),
        ("Markdown", b"# Title\n\ntext\n", "no grammar"),
    ],
)
def test_a_skipped_blob_says_why_and_keeps_its_bytes_and_lines(
    language: str, content: bytes, reason: str
) -> None:
    metrics = analyse(language, content).metrics
    assert metrics.skipped == reason
    assert metrics.bytes == len(content)
    assert metrics.lines == len(content.splitlines())
    assert metrics.cyclomatic_sum is None


def test_the_words_of_a_generator_within_a_sentence_mark_nothing() -> None:
    assert read("Python", '"""Tells @generated files by their marker."""\n').metrics.skipped is None


@pytest.mark.parametrize("language", GRAMMARS)
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe(", b"x = '\xe9\n{{{", b"}" * 500, b"if\r\n\tif\r\n"]
)
def test_any_bytes_are_measured(language: str, content: bytes) -> None:
    metrics = analyse(language, content, details=True).metrics
    assert metrics.skipped is None
    assert metrics.lines == content.count(b"\n") + (not content.endswith(b"\n") and content != b"")


@pytest.mark.parametrize("key", EXPECTED)
def test_a_file_with_pieces_missing_is_measured(key: str) -> None:
    """As while somebody is typing: a parser then supposes nodes without text or children."""
    language, file = key.split()
    content, random_numbers = (FIXTURES / file).read_bytes(), random.Random(key)
    for _ in range(40):
        start = random_numbers.randrange(len(content))
        damaged = content[:start] + content[start + random_numbers.choice((1, 5, 20, 100)) :]
        assert analyse(language, damaged, details=True).metrics.skipped is None


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("C++", "int A::(int x) { return f(x); }\n", "A."),
        ("Kotlin", "class A {\n  var a = 1 to b\n    set\n}\n", "A.set"),
    ],
)
def test_a_function_without_a_name_or_a_body_is_measured(
    language: str, text: str, name: str
) -> None:
    assert [function.qualified_name for function in read(language, text).functions] == [name]


def test_names_that_are_not_utf8_are_replaced() -> None:
    result = analyse("JavaScript", b"class A { 'caf\xe9'() {} }\n", details=True)
    assert [function.name for function in result.functions] == ["caf\ufffd"]


def test_a_tree_100_000_deep_is_measured() -> None:
    content = b"x = " + b"(" * 100_000 + b"1" + b")" * 100_000 + b"\n"
    lines = content.replace(b"(", b"(\n")  # short lines, so that it is not taken for minified
    metrics = analyse("Python", lines).metrics
    assert (metrics.skipped, metrics.lines) == (None, 100_001)


def test_carriage_returns_and_a_missing_last_newline_change_nothing() -> None:
    text = (FIXTURES / "python.py").read_bytes()
    changed = text.replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    assert analyse("Python", changed).metrics._replace(bytes=0) == analyse(
        "Python", text
    ).metrics._replace(bytes=0)


def test_what_cannot_be_parsed_is_counted() -> None:
    assert (read("Python", "def f(:\n    pass\n").metrics.parse_errors or 0) > 0
