"""What the functions of a file call, as written: each language's fixture, and what is hard to read.

The fixtures are `fixtures/calls`, with the calls that a reader finds in them in `expected.toml`.
"""

import random
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from tree_sitter import Query

from hyperion_pipelines.code import syntax
from hyperion_pipelines.code.call_sites import LONGEST_RECEIVER, NAMELESS, CallSite
from hyperion_pipelines.code.grammar import load_grammar
from hyperion_pipelines.code.languages import GRAMMARS
from hyperion_pipelines.code.syntax import BlobSyntax, analyse

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED: dict[str, dict[str, list[str]]] = tomllib.loads(
    (FIXTURES / "calls" / "expected.toml").read_text()
)
# The files with all that a language has besides calls.
OTHERS: list[str] = list(tomllib.loads((FIXTURES / "expected.toml").read_text()))


def read(language: str, content: bytes) -> BlobSyntax:
    return analyse(language, content, details=True)


def calls(language: str, text: str) -> list[CallSite]:
    return read(language, text.encode()).call_sites


def shown(site: CallSite) -> str:
    receiver = "" if site.receiver is None else f"{site.receiver} -> "
    arguments = "?" if site.arguments is None else site.arguments
    often = f" x{site.calls}" if site.calls > 1 else ""
    return f"{site.line} {site.function or '-'}: {receiver}{site.name}({arguments}){often}"


def receivers(language: str, text: str) -> dict[str, str | None]:
    return {site.name: site.receiver for site in calls(language, text)}


def test_every_language_with_a_grammar_has_a_fixture_of_calls() -> None:
    assert {key.split()[0] for key in EXPECTED} == set(GRAMMARS)


@pytest.mark.parametrize("key", EXPECTED)
def test_the_calls_of_a_fixture_are_those_written_beside_it(key: str) -> None:
    language, file = key.split()
    syntax = read(language, (FIXTURES / "calls" / file).read_bytes())
    assert [shown(site) for site in syntax.call_sites] == EXPECTED[key]["calls"]
    assert syntax.metrics.parse_errors == 0


@pytest.mark.parametrize("key", [*OTHERS, *(key.replace(" ", " calls/") for key in EXPECTED)])
def test_the_function_around_a_call_is_a_row_of_functions_whose_lines_hold_it(key: str) -> None:
    language, file = key.split()
    syntax = read(language, (FIXTURES / file).read_bytes())
    ends = {(each.qualified_name, each.start_line): each.end_line for each in syntax.functions}
    for site in syntax.call_sites:
        if site.function is None:
            assert site.function_line is None
        else:
            assert site.function_line is not None
            assert site.function_line <= site.line <= ends[site.function, site.function_line]


@pytest.mark.parametrize("key", [*OTHERS, *(key.replace(" ", " calls/") for key in EXPECTED)])
def test_a_file_with_pieces_missing_still_has_calls_with_names(key: str) -> None:
    """As while somebody is typing: a parser then supposes nodes without text or children."""
    language, file = key.split()
    content, random_numbers = (FIXTURES / file).read_bytes(), random.Random(key)
    for _ in range(20):
        start = random_numbers.randrange(len(content))
        damaged = content[:start] + content[start + random_numbers.choice((1, 5, 20, 100)) :]
        for site in read(language, damaged).call_sites:
            assert site.name.strip()
            assert site.receiver != ""


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "f(\n" * 20_000 + ")" * 20_000,
        "f" + "(1)\n.g" * 20_000 + "()",
        "f" + "[0]\n.g" * 20_000 + "()",
        "f" + "\n.g" * 20_000 + "()",
        "new A" + "<A\n" * 20_000 + ">" * 20_000 + "()",
    ],
)
def test_a_file_20_000_calls_deep_is_measured_as_without_its_calls(text: str) -> None:
    content = text.encode()
    assert read("TypeScript", content).metrics == analyse("TypeScript", content).metrics


# Two thousand links of a chain, as each language writes them.
CHAINS: dict[str, tuple[str, str, str]] = {
    "Python": ("(f(1)", "\n.g(x)", ")"),
    "JavaScript": ("f(1)", "\n.g(x)", ""),
    "TypeScript": ("f(1)", "\n.g(x)", ""),
    "TSX": ("f(1)", "\n.g(x)", ""),
    "Ruby": ("f(1)", ".\ng(x)", ""),
    "Lua": ("x = f(1)", "\n:g(x)", ""),
    "Java": ("class A { int x = f(1)", "\n.g(x)", "; }"),
    "C#": ("class A { int x = f(1)", "\n.g(x)", "; }"),
    "Go": ("package a\nvar x = f(1)", ".\ng(x)", ""),
    "Rust": ("fn a() { f(1)", "\n.g(x)", "}"),
    "C": ("int a = f(1)", "\n.g(x)", ";"),
    "C++": ("int a = f(1)", "\n.g(x)", ";"),
    "Kotlin": ("val a = f(1)", "\n.g(x)", ""),
    "Scala": ("val a = f(1)", "\n.g(x)", ""),
    "Swift": ("let a = f(1)", "\n.g(x)", ""),
    "PHP": ("<?php f(1)", "\n->g(x)", ";"),
}
LINKS = 2_000


def chain(language: str) -> bytes:
    start, link, end = CHAINS[language]
    return f"{start}{link * LINKS}{end}\n".encode()


@pytest.mark.parametrize("language", CHAINS)
def test_a_chain_of_2000_calls_keeps_them_all(language: str) -> None:
    syntax = read(language, chain(language))
    found = {(site.receiver, site.name): site.calls for site in syntax.call_sites}
    assert found == {(None, "f"): 1, ("f()", "g"): 1, ("g()", "g"): LINKS - 1}


def test_a_function_of_2000_statements_that_is_called_at_once_keeps_their_calls() -> None:
    text = "(function () {\n" + "a.b(1);\n" * LINKS + "}).call(this);\n"
    assert [(site.name, site.calls) for site in calls("JavaScript", text)] == [
        ("b", LINKS),
        ("call", 1),
    ]


def test_a_call_in_a_function_of_the_same_name_on_another_line_is_another_row() -> None:
    text = "def f():\n    g()\n    g()\n\n\ndef f():\n    g()\n"
    assert [(site.function_line, site.line, site.calls) for site in calls("Python", text)] == [
        (1, 2, 2),
        (6, 7, 1),
    ]


def test_calls_with_other_receivers_or_numbers_of_arguments_are_rows_of_their_own() -> None:
    text = "f(1)\nf(2)\nf(1, 2)\na.f(1)\nb.f(1)\na . f(3)\n"
    assert [shown(site) for site in calls("Python", text)] == [
        "1 -: f(1) x2",
        "3 -: f(2)",
        "4 -: a -> f(1) x2",
        "5 -: b -> f(1)",
    ]


def test_nothing_before_a_name_is_told_from_a_value_without_a_name() -> None:
    found = receivers("Python", "plain()\n'text'.lower()\nrows[0].close()\n(a or b).open()\n")
    assert found == {"plain": None, "lower": NAMELESS, "close": NAMELESS, "open": NAMELESS}


def test_a_receiver_that_is_a_call_keeps_the_name_that_is_called_last() -> None:
    text = "a.first(1)\\\n    .second(x.other())\\\n    .third()\n"
    found = receivers("Python", text)
    assert (found["second"], found["other"], found["third"]) == ("first()", "x", "second()")


def test_of_a_long_receiver_the_last_part_is_kept() -> None:
    package = ".".join(["organisation"] * 10)
    assert len(package) > LONGEST_RECEIVER
    assert receivers("Java", f"class A {{ int x = {package}.Tools.sum(); }}") == {"sum": "Tools"}


def test_comments_are_no_arguments() -> None:
    text = "f(  # none\n)\ng(\n    1,  # one\n    # and\n    2,\n)\n"
    assert [shown(site) for site in calls("Python", text)] == ["1 -: f(0)", "3 -: g(2)"]


def test_what_only_looks_like_a_call_is_none() -> None:
    text = "# f()\n'g()'\n\n\ndef h(): ...\n\n\nclass A(B): ...\n"
    assert calls("Python", text) == []


def test_a_call_of_what_has_no_name_is_left_out() -> None:
    assert [shown(site) for site in calls("Python", "f(1)(2)\nrows[0](3)\n")] == ["1 -: f(1)"]


@pytest.mark.parametrize("reason", [b"# Generated by tool\n", b"\0\n", b"x = 1\n" * 200_000])
def test_a_skipped_blob_has_no_calls(reason: bytes) -> None:
    syntax = read("Python", reason + b"f()\n")
    assert syntax.metrics.skipped is not None
    assert syntax.call_sites == []


def test_what_else_a_file_says_is_the_same_whether_its_calls_are_read_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = [key.split() for key in (*OTHERS, *(key.replace(" ", " calls/") for key in EXPECTED))]
    files = [(language, (FIXTURES / file).read_bytes()) for language, file in keys]
    files += [(language, chain(language)) for language in CHAINS]
    with_calls = [replace(read(*file), call_sites=[]) for file in files]
    assert [each.metrics for each in with_calls] == [analyse(*file).metrics for file in files]

    def load_query(language: str) -> Query:
        return load_grammar(language).query

    monkeypatch.setattr(syntax, "load_detail_query", load_query)
    assert with_calls == [read(*file) for file in files]
