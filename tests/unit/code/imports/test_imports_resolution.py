"""The frame of dependencies: its schema, its order, its rows."""

import time

import polars as pl
import pytest
import tree_sitter_python
from hypothesis import given
from hypothesis import strategies as st
from import_views import IMPORTS, PATHS, statements
from tree_sitter import Language, Parser

from hyperion_pipelines.code.imports.extraction import SYNTAXES, extract_imports
from hyperion_pipelines.code.imports.resolution import resolve_imports
from hyperion_pipelines.schemas import DEPENDENCIES

_SCHEMA = pl.Schema({name: kind for name, kind in DEPENDENCIES.items() if name != "repository"})
_FILES = pl.DataFrame(
    [("a.py", "Python"), ("b.py", "Python"), ("pkg/x.py", "Python")], schema=PATHS, orient="row"
)


def resolve(rows: list[tuple[str, str, str, list[str], int]]) -> pl.DataFrame:
    imports = pl.DataFrame(rows, schema=IMPORTS, orient="row")
    return resolve_imports(imports, _FILES, lambda _path: None)


def test_no_imports_give_an_empty_frame_of_the_schema() -> None:
    dependencies = resolve([])
    assert dependencies.is_empty()
    assert dependencies.schema == _SCHEMA


def test_rows_are_those_of_the_schema_without_duplicates_or_self_edges() -> None:
    dependencies = resolve(
        [
            ("b.py", "Python", "a", [], 2),
            ("b.py", "Python", "a", ["x"], 2),
            ("b.py", "Python", "b", [], 3),
            ("b.py", "Python", "gone", [], 1),
            ("b.py", "Klingon", "a", [], 4),
        ]
    )
    assert dependencies.schema == _SCHEMA
    assert dependencies.rows() == [
        ("b.py", None, "gone", 1),
        ("b.py", "a.py", "a", 2),
        ("b.py", None, "a", 4),
    ]


_IMPORT = st.tuples(
    st.sampled_from(["a.py", "b.py", "pkg/x.py"]),
    st.just("Python"),
    st.sampled_from(["a", "b", "pkg", ".", "..", "os"]),
    st.lists(st.sampled_from(["x", "a", "*"]), max_size=2),
    st.integers(1, 3),
)


@given(st.lists(_IMPORT, max_size=8))
def test_the_order_of_the_imports_does_not_matter(
    rows: list[tuple[str, str, str, list[str], int]],
) -> None:
    assert resolve(rows).equals(resolve(rows[::-1]))


def test_a_hundred_thousand_imports_take_seconds() -> None:
    packages = [f"src/p{number % 50}/m{number}.py" for number in range(2000)]
    paths = pl.DataFrame([(path, "Python") for path in packages], schema=PATHS, orient="row")
    rows = [
        (path, "Python", f"p{number % 50}.m{(number * 7) % 2000}", ["name"], line)
        for number, path in enumerate(packages)
        for line in range(1, 51)
    ]
    imports = pl.DataFrame(rows, schema=IMPORTS, orient="row")
    start = time.perf_counter()
    resolve_imports(imports, paths, lambda _path: None)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("language", sorted(SYNTAXES))
@pytest.mark.parametrize(
    "source", ["", "import", "use {", "#include", "require(", "\0ÿ", "from import x (", "mod ;"]
)
def test_a_broken_text_gives_whole_statements_or_none(language: str, source: str) -> None:
    assert all(module.strip() and line == 1 for module, _, line in statements(language, source))


def test_a_language_without_rules_has_no_imports() -> None:
    root = Parser(Language(tree_sitter_python.language())).parse(b"import a").root_node
    assert extract_imports("Klingon", root) == []
