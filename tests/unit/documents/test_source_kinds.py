"""Which documents source code has: kinds, symbols and texts, language by language."""

import pytest

from hyperion_pipelines.documents.extraction.source_code import source_documents

LONG = "The cache keeps what was read last, so that nobody has to wait for it again."


def found(language: str, source: str) -> list[tuple[str, str | None, int, str]]:
    documents = source_documents(language, source.encode())
    return [(one.kind, one.symbol, one.start_line, one.text) for one in documents]


def kinds(language: str, source: str) -> list[tuple[str, str | None]]:
    return [(kind, symbol) for kind, symbol, _, _ in found(language, source)]


def test_a_public_function_is_its_signature_with_its_documentation_and_its_code() -> None:
    source = (
        '@cached\ndef get(\n    key,\n):\n    """Read it.\n'
        '\n    Soon:\n      now.\n    """\n    return key\n'
    )
    assert found("Python", source) == [
        ("api", "get", 1, "@cached\ndef get(\n    key,\n):\nRead it.\n\nSoon:\n  now."),
        ("code", "get", 1, "@cached\ndef get(\n    key,\n):\n\n\n\n\n\n    return key"),
    ]


def test_a_test_has_documentation_and_code_but_is_no_interface() -> None:
    source = b'def test_get():\n    """It reads."""\n    assert get() == 1\n'
    assert [
        (document.kind, document.symbol)
        for document in source_documents("Python", source, is_test=True)
    ] == [("code", "test_get"), ("docstring", "test_get")]


def test_documentation_above_comes_before_the_signature() -> None:
    source = "package a\n\n// Get reads it.\n//  - soon\nfunc Get(key int) int {\n\treturn key\n}\n"
    assert found("Go", source) == [
        ("api", "Get", 3, "Get reads it.\n - soon\nfunc Get(key int) int {"),
        ("code", "Get", 5, "func Get(key int) int {\n\treturn key\n}"),
    ]


def test_a_function_that_is_not_public_has_its_documentation_alone() -> None:
    source = "// get reads it.\nfunc get(key int) int {\n\treturn key\n}\n"
    assert found("Go", source)[0] == ("docstring", "get", 1, "get reads it.")


def test_a_public_function_without_documentation_is_found_by_its_signature() -> None:
    assert found("Go", "func Get(key int) int {\n\treturn key\n}\n")[0] == (
        "api",
        "Get",
        1,
        "func Get(key int) int {",
    )


def test_a_function_of_one_line_is_not_said_twice() -> None:
    assert kinds("Go", "func Get() int { return 1 }\n") == [("code", "Get")]


def test_a_function_with_nothing_but_documentation_has_no_code() -> None:
    assert kinds("Python", 'def get():\n    """Read it."""\n') == [("api", "get")]


def test_a_function_inside_another_belongs_to_it() -> None:
    source = 'def outer():\n    def inner():\n        """Add one."""\n        return 1\n'
    assert kinds("Python", source) == [("api", "outer"), ("code", "outer")]


def test_a_short_inline_function_is_read_whole() -> None:
    source = "it('works', () => {\n  function get() {\n    return 1;\n  }\n  get();\n});\n"
    assert found("JavaScript", source) == [("code", None, 1, source.rstrip())]


def test_what_a_wrapper_of_a_whole_file_declares_is_found() -> None:
    source = "(function () {\n  // Reads it.\n  function get() {\n    return 1;\n  }\n})();\n"
    assert ("docstring", "get") in kinds("JavaScript", source)


@pytest.mark.parametrize(
    ("language", "source", "symbol", "text"),
    [
        ("Python", '"""Read things.\n\nMuch more.\n"""\n', None, "Read things.\n\nMuch more."),
        ("Rust", "//! Read things.\n\nuse a::b;\n", None, "Read things."),
        ("Go", "// Package a reads things.\npackage a\n", None, "Package a reads things."),
        ("JavaScript", "/**\n * @file Reads things.\n */\n\nlet a;\n", None, "@file Reads things."),
        ("Kotlin", f"/* {LONG} */\n\npackage a\n\nval b = 1\n", None, LONG),
        ("Python", 'class A(B):\n    """Read."""\n    x = 1\n', "A", "Read."),
        ("Java", "/** Read. */\n@Deprecated\nclass A extends B {\n}\n", "A", "Read."),
        ("Ruby", "# Read.\nmodule A\n  X = 1\nend\n", "A", "Read."),
        ("Go", "// A reads.\ntype A struct {\n\tb int\n}\n", "A", "A reads."),
        ("Go", "// F reads.\ntype F func(int)\n", "F", "F reads."),
        ("C", "/* Reads. */\ntypedef struct {\n  int a;\n} cache;\n", "cache", "Reads."),
        ("Rust", "/// Reads.\n#[derive(A)]\nstruct A {\n    b: u8,\n}\n", "A", "Reads."),
        ("TypeScript", "/** Reads. */\nexport type A = string;\n", "A", "Reads."),
        ("Java", f"class A {{\n  /** {LONG} */\n  private int b = 1;\n}}\n", "A.b", LONG),
        ("Swift", f"struct A {{\n  /// {LONG}\n  var b: Int\n}}\n", "A.b", LONG),
    ],
)
def test_modules_classes_types_and_fields_have_documentation(
    language: str, source: str, symbol: str | None, text: str
) -> None:
    documents = [one[1::2] for one in found(language, source) if one[0] == "docstring"]
    assert documents == [(symbol, text)]


@pytest.mark.parametrize(
    ("language", "source", "symbol", "text"),
    [
        ("C", "/* Reads. */\nint get(int key);\n", "get", "Reads.\nint get(int key);"),
        (
            "C",
            "/* Reads. */\nextern char *get(int a,\n  int b);\n",
            "get",
            "Reads.\nextern char *get(int a,\n  int b);",
        ),
        ("C", "/* Reads. */\n#define GET(a) (a)\n", "GET", "Reads.\n#define GET(a) (a)"),
        (
            "Java",
            "public interface A {\n  /** Reads. */\n  int get();\n}\n",
            "A.get",
            "Reads.\n  int get();",
        ),
        (
            "Rust",
            "pub trait A {\n    /// Reads.\n    fn get(&self);\n}\n",
            "A.get",
            "Reads.\n    fn get(&self);",
        ),
        (
            "TypeScript",
            "export interface A {\n  /** Reads. */\n  get(): void\n}\n",
            "A.get",
            "Reads.\n  get(): void",
        ),
    ],
)
def test_a_function_that_is_only_declared_is_a_function_too(
    language: str, source: str, symbol: str, text: str
) -> None:
    assert [one[1::2] for one in found(language, source) if one[0] == "api"] == [(symbol, text)]


def test_a_field_keeps_a_short_comment_beside_it() -> None:
    source = "class A(B):\n    # Seconds.\n    timeout = 1\n\n    retries = 2\n"
    assert found("Python", source) == [("code", "A", 1, source.rstrip())]


def test_code_outside_of_functions_is_cut_where_a_function_or_a_class_lies() -> None:
    source = "x = 1\ny = 2\n\ndef _f():\n    return 1\n\nz = 3\n\nclass A(B):\n    w = 4\n"
    assert found("Python", source) == [
        ("code", None, 1, "x = 1\ny = 2"),
        ("code", "_f", 4, "def _f():\n    return 1"),
        ("code", None, 7, "z = 3"),
        ("code", "A", 9, "class A(B):\n    w = 4"),
    ]


def test_a_long_comment_that_documents_nothing_is_a_document() -> None:
    source = f"x = 1\n\n# {LONG}\n# {LONG}\n\ny = 2\n"
    assert found("Python", source) == [
        ("code", None, 1, "x = 1\n\n\n\n\ny = 2"),
        ("comment", None, 3, f"{LONG}\n{LONG}"),
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "# Copyright 2020 Ada. Permission is hereby granted to whoever wants to copy this file.",
        "# " + "=" * 60,
        "# import this; run(that, other); wait(for_it); value = compute(more, of, these, things);",
        "# pylint: disable=too-many-lines, line-too-long, missing-docstring, invalid-name, no-else",
        "from os import (\n    path,\n)\n\nimport json  # noqa: F401",
        "import os, sys, json, pathlib, functools, itertools, collections, dataclasses, typing",
    ],
)
def test_what_nobody_reads_is_left_out(comment: str) -> None:
    documents = found("Python", f"{comment}\n\n\nx = 1\n")
    assert [(kind, text) for kind, _, _, text in documents] == [("code", "x = 1")]


def test_of_a_header_what_comes_before_the_licence_is_kept() -> None:
    source = f"/* cache.c\n *\n * {LONG}\n *\n * Copyright (c) 2020, Ada\n */\n\nint a;\n"
    assert found("C", source)[0] == ("docstring", None, 1, f"cache.c\n\n{LONG}")


def test_a_licence_right_above_a_function_does_not_document_it() -> None:
    source = "// Copyright 2020 Ada. All rights reserved.\nfunction get() {\n  return 1;\n}\n"
    assert kinds("JavaScript", source) == [("code", "get")]


def test_a_directive_right_above_a_function_does_not_document_it() -> None:
    source = "// eslint-disable-next-line no-unused\nfunction get() {\n  return 1;\n}\n"
    assert kinds("JavaScript", source) == [("code", "get")]


def test_documentation_with_more_example_than_prose_is_documentation() -> None:
    source = "/// Reads it.\n///\n/// let a = get();\n/// run(a);\npub fn get() {\n    1;\n}\n"
    assert found("Rust", source)[0] == (
        "api",
        "get",
        1,
        "Reads it.\n\nlet a = get();\nrun(a);\npub fn get() {",
    )


def test_examples_in_fences_make_no_code_of_a_comment() -> None:
    source = f"x! {{\n    /// {LONG}\n    /// ```\n    /// a();\n    /// b();\n    /// ```\n}}\n"
    (comment,) = (text for kind, _, _, text in found("Rust", source) if kind == "comment")
    assert comment == f"{LONG}\n```\na();\nb();\n```"


def test_a_comment_within_a_declaration_belongs_to_it() -> None:
    source = f"/* Reads. */\nint get(\n  /* {LONG} */\n  int key);\n"
    assert kinds("C", source) == [("api", "get")]


def test_imports_are_left_out_with_the_lines_that_they_span() -> None:
    source = "from a import (\n    b,\n    c,\n)  # noqa: F401\n\nx = 1\n"
    assert found("Python", source) == [("code", None, 6, "x = 1")]


def test_includes_are_left_out_though_their_grammar_takes_in_the_newline() -> None:
    assert found("C", "#include <a.h>\nint a;\n") == [("code", None, 2, "int a;")]


def test_two_functions_on_one_line_share_no_document() -> None:
    source = "function a() { return 1 } function b() {\n  return 2\n}\n"
    assert [(symbol, line) for _, symbol, line, _ in found("JavaScript", source)] == [
        ("a", 1),
        ("b", 2),
    ]
