"""Languages are told by path and content, and each with a grammar can be loaded."""

import polars as pl
import pytest

from hyperion_pipelines.code.grammar import grammar_version, load_grammar
from hyperion_pipelines.code.languages import (
    GRAMMARS,
    language_of,
    language_of_content,
)


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("src/app.py", "Python"),
        ("SRC/APP.PY", "Python"),
        ("web/view.tsx", "TSX"),
        ("include/list.h", "C"),
        ("Makefile", "Makefile"),
        ("makefile.am/readme", None),
        ("docs/Dockerfile", "Dockerfile"),
        ("dockerfile", None),
        ("a.b/c", None),
        (".py", None),
        ("odd\nname/x.go", "Go"),
        ("", None),
    ],
)
def test_a_path_names_a_language_by_file_name_then_extension(
    path: str, language: str | None
) -> None:
    frame = pl.DataFrame({"path": [path]})
    assert frame.select(language_of(pl.col("path"))).item() == language


@pytest.mark.parametrize(
    ("content", "language"),
    [
        (b"struct list { int n; };\n", "C"),
        (b"/* the class of things */\nint class_of(void);\n", "C"),
        (b"namespace shapes {\nclass Shape {\npublic:\n int n;\n};\n}\n", "C++"),
        (b"template <typename T>\nT twice(T x);\n", "C++"),
    ],
)
def test_a_header_is_c_unless_its_lines_open_a_class_or_namespace(
    content: bytes, language: str
) -> None:
    assert language_of_content("C", content) == language


@pytest.mark.parametrize("language", GRAMMARS)
def test_every_grammar_loads_and_says_its_version(language: str) -> None:
    assert load_grammar(language).query.pattern_count > 5
    assert grammar_version(language).startswith("tree-sitter-")


def test_a_language_without_grammar_is_counted_by_lines() -> None:
    assert grammar_version("Markdown").startswith("lines ")
