"""Which file imports or calls what, over time."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.code.imports.extraction import SYNTAXES
from hyperion_pipelines.graph.building.calls import file_calls, function_calls
from hyperion_pipelines.graph.building.imports import (
    MODULE_NAMES,
    file_imports,
    module_imports,
    module_nodes,
)
from hyperion_pipelines.schemas import CALLS, DEPENDENCIES, DEPENDENCY_HISTORY, TREE

JANUARY, APRIL, JULY = (datetime(2024, month, 1, tzinfo=UTC) for month in (1, 4, 7))
HEAD_TIME = datetime(2024, 8, 15, tzinfo=UTC)

Import = tuple[str, str, int]
Past = tuple[str, str, datetime, datetime | None]


def imports(at_head: list[Import], past: list[Past]) -> list[tuple[Any, ...]]:
    history = {name: kind for name, kind in DEPENDENCY_HISTORY.items() if name != "repository"}
    made = [{"from_path": of, "to_path": to, "line": line} for of, to, line in at_head]
    edges = file_imports(
        pl.DataFrame(made, DEPENDENCIES), pl.DataFrame(past, history, orient="row"), HEAD_TIME
    )
    return sorted(edges.select("source", "target", "since", "until", "line").rows(), key=repr)


def test_an_import_at_head_is_as_old_as_its_open_stretch_and_has_its_first_line() -> None:
    at_head = [("a.py", "b.py", 7), ("a.py", "b.py", 3)]
    assert imports(at_head, [("a.py", "b.py", JANUARY, None)]) == [
        ("a.py", "b.py", JANUARY, None, 3)
    ]


def test_past_imports_keep_their_times_and_have_no_line() -> None:
    past: list[Past] = [("a.py", "b.py", JANUARY, APRIL), ("a.py", "b.py", JULY, None)]
    assert imports([("a.py", "b.py", 1)], past) == [
        ("a.py", "b.py", JANUARY, APRIL, None),
        ("a.py", "b.py", JULY, None, 1),
    ]


def test_what_changed_since_the_newest_turn_is_known_from_head_on() -> None:
    past: list[Past] = [("a.py", "old.py", JANUARY, None), ("a.py", "new.py", JANUARY, APRIL)]
    assert imports([("a.py", "new.py", 1)], past) == [
        ("a.py", "new.py", JANUARY, APRIL, None),
        ("a.py", "new.py", HEAD_TIME, None, 1),
        ("a.py", "old.py", JANUARY, HEAD_TIME, None),
    ]


def test_a_file_that_imports_itself_has_no_edge() -> None:
    assert imports([("a.py", "a.py", 1)], [("a.py", "a.py", JANUARY, None)]) == []


def modules(language: str, *written: str) -> list[str]:
    dependencies = pl.DataFrame(
        [{"from_path": "a", "module": module, "line": 1} for module in written], DEPENDENCIES
    )
    tree = pl.DataFrame([{"path": "a", "language": language}], TREE)
    return sorted(module_nodes(dependencies, tree)["name"])


@pytest.mark.parametrize(
    ("language", "written", "named"),
    [
        ("Python", ["os.path", "os", "urllib3.util.retry"], ["os", "urllib3"]),
        ("Python", [".", "..pkg.mod"], []),
        ("JavaScript", ["lodash/get", "lodash", "node:fs/promises"], ["lodash", "node:fs"]),
        ("TypeScript", ["@scope/name/part", "@scope/name"], ["@scope/name"]),
        ("TSX", ["./x", "../y", "/root", "#own", "~/x", "@/x", "."], []),
        (
            "JavaScript",
            ["https://esm.sh/react@18", "lodash.merge"],
            ["https://esm.sh", "lodash.merge"],
        ),
        (
            "Java",
            ["java.util.List", "java.util.*", "a.b.C.method", "a.b.C.D"],
            ["a.b", "java.util"],
        ),
        (
            "Kotlin",
            ["kotlinx.coroutines.launch", "java.io.File"],
            ["java.io", "kotlinx.coroutines"],
        ),
        ("Scala", ["scala.collection.mutable.Map"], ["scala.collection.mutable"]),
        ("Go", ["github.com/a/b/pkg", "fmt"], ["fmt", "github.com/a/b/pkg"]),
        ("Go", ["./local"], []),
        ("Rust", ["std::collections::HashMap", "serde", "crates::x"], ["crates", "serde", "std"]),
        ("Rust", ["crate::a::b", "self::x", "super::y", "mod x", 'mod "x.rs"'], []),
        (
            "C",
            ["<stdio.h>", "<sys/types.h>", '"config.h"'],
            ['"config.h"', "<stdio.h>", "<sys/types.h>"],
        ),
        ("C#", ["System.IO"], ["System.IO"]),
        ("Swift", ["Foundation", "Foundation.Date"], ["Foundation"]),
        ("PHP", ["A\\B\\C", "\\A\\B\\D", "DateTime"], ["A\\B", "DateTime"]),
        ("PHP", ["'x.php'", "__DIR__ . '/x.php'"], []),
        ("Ruby", ["json", "rack/test"], ["json", "rack"]),
        ("Ruby", ["require_relative ../b", "./b", "/b"], []),
        ("Lua", ["socket.http"], ["socket"]),
        ("Shell", ["lib/functions.sh"], []),
    ],
)
def test_a_module_is_named_after_its_package(
    language: str, written: list[str], named: list[str]
) -> None:
    assert modules(language, *written) == named


def test_every_language_whose_imports_are_read_has_its_way_of_naming_modules() -> None:
    """What the shell sources are files, never modules."""
    assert set(MODULE_NAMES) == set(SYNTAXES) - {"Shell"}


def test_a_file_imports_a_module_once_from_the_first_line() -> None:
    rows = [("os.path", 4), ("os", 2), ("sys", 1)]
    made = [{"from_path": "a.py", "module": module, "line": line} for module, line in rows]
    inside = [{"from_path": "a.py", "to_path": "b.py", "module": "b", "line": 9}]
    tree = pl.DataFrame([{"path": "a.py", "language": "Python"}], TREE)
    edges = module_imports(pl.DataFrame([*made, *inside], DEPENDENCIES), tree)
    assert sorted(edges.select("source", "target", "line").rows()) == [
        ("a.py", "os", 2),
        ("a.py", "sys", 1),
    ]


def call(of: str | None, line: int, calls: int, confidence: float | None) -> dict[str, Any]:
    """Calls in a.py of the function total, at b.py's first line; unresolved without confidence."""
    to = {"to_path": "b.py", "to_function": "total", "to_line": 1} if confidence else {}
    return {
        "from_path": "a.py",
        "from_function": of,
        "from_line": 10 if of else None,
        "name": "total",
        "line": line,
        "calls": calls,
        "confidence": confidence,
        **to,
    }


def test_calls_of_a_function_by_a_function_are_one_edge_as_sure_as_the_surest() -> None:
    calls = pl.DataFrame(
        [call("pay", 14, 2, 0.5), call("pay", 12, 1, 0.9), call("pay", 11, 1, None)], CALLS
    )
    names = ("source", "target", "calls", "line", "confidence")
    assert function_calls(calls).select(names).rows() == [
        ("a.py#pay@10", "b.py#total@1", 3, 12, 0.9)
    ]
    assert file_calls(calls).is_empty()


def test_calls_outside_all_functions_are_the_files() -> None:
    calls = pl.DataFrame([call(None, 3, 1, 0.9), call(None, 4, 1, None)], CALLS)
    assert file_calls(calls).select("source", "target", "calls").rows() == [
        ("a.py", "b.py#total@1", 1)
    ]
    assert function_calls(calls).is_empty()
