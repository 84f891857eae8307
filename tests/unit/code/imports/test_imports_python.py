"""Python imports: what the syntax gives, and which file of a tree each leads to."""

from import_views import edges, statements


def test_every_form_of_import_is_extracted_with_its_names_and_line() -> None:
    source = """\
import os, a.b as c
from . import sibling
from ..pkg.mod import (
    x as y,
    z,
)
from everything import *
if TYPE_CHECKING:
    from types_only import T
def f():
    import inner
"""
    assert statements("Python", source) == [
        ("os", [], 1),
        ("a.b", [], 1),
        (".", ["sibling"], 2),
        ("..pkg.mod", ["x", "z"], 3),
        ("everything", ["*"], 7),
        ("types_only", ["T"], 9),
        ("inner", [], 11),
    ]


def test_windows_newlines_change_nothing() -> None:
    assert statements("Python", "import a\r\nfrom b import c\r\n") == [
        ("a", [], 1),
        ("b", ["c"], 2),
    ]


def test_relative_imports_climb_one_package_a_dot() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "",
        "pkg/sub/__init__.py": "",
        "pkg/sub/b.py": """
from ..a import x
from .c import y
from . import c
from .... import far
""",
        "pkg/sub/c.py": "",
    }
    assert edges(files) == {
        ("pkg/sub/b.py", "..a"): ["pkg/a.py"],
        ("pkg/sub/b.py", ".c"): ["pkg/sub/c.py"],
        ("pkg/sub/b.py", "."): ["pkg/sub/c.py"],
        ("pkg/sub/b.py", "...."): [None],
    }


def test_names_that_are_submodules_replace_the_package() -> None:
    """The package itself is depended on only where some name is not a submodule."""
    files = {
        "app.py": "from pkg import a, b\nfrom pkg import a, VALUE",
        "pkg/__init__.py": "",
        "pkg/a.py": "",
        "pkg/b/__init__.py": "",
    }
    assert edges(files) == {
        ("app.py", "pkg"): ["pkg/a.py", "pkg/b/__init__.py", "pkg/__init__.py", "pkg/a.py"]
    }


def test_a_package_taking_a_name_of_its_own_has_no_edge() -> None:
    assert edges({"pkg/__init__.py": "from . import VALUE\nimport pkg"}) == {}


def test_source_roots_are_found_from_packages_anywhere() -> None:
    files = {
        "services/one/src/one/__init__.py": "",
        "services/one/src/one/core.py": "",
        "src/two/__init__.py": "",
        "lone.py": "",
        "services/two/run.py": "import one.core\nimport two\nimport lone",
    }
    assert edges(files) == {
        ("services/two/run.py", "one.core"): ["services/one/src/one/core.py"],
        ("services/two/run.py", "two"): ["src/two/__init__.py"],
        ("services/two/run.py", "lone"): ["lone.py"],
    }


def test_scripts_import_their_neighbours_and_packages_do_not() -> None:
    files = {
        "scripts/run.py": "import shared",
        "scripts/shared.py": "",
        "pkg/__init__.py": "",
        "pkg/use.py": "import json\nimport shared",
        "pkg/json.py": "",
        "pkg/shared.py": "",
    }
    assert edges(files) == {
        ("scripts/run.py", "shared"): ["scripts/shared.py"],
        ("pkg/use.py", "json"): [None],
        ("pkg/use.py", "shared"): [None],
    }


def test_a_package_elsewhere_does_not_shadow_the_standard_library() -> None:
    files = {"examples/logging/__init__.py": "", "app/main.py": "import logging"}
    assert edges(files) == {("app/main.py", "logging"): [None]}


def test_the_longest_prefix_that_is_a_file_stands_for_a_missing_module() -> None:
    files = {
        "pkg/__init__.py": "",
        "use.py": "from pkg._compiled import f\nimport pkg.gone.deeper",
    }
    assert edges(files) == {
        ("use.py", "pkg._compiled"): ["pkg/__init__.py"],
        ("use.py", "pkg.gone.deeper"): ["pkg/__init__.py"],
    }


def test_namespace_packages_need_no_init() -> None:
    files = {
        "company/tools/x.py": "",
        "use.py": "import company.tools.x\nfrom company.tools import x",
    }
    assert edges(files) == {
        ("use.py", "company.tools.x"): ["company/tools/x.py"],
        ("use.py", "company.tools"): ["company/tools/x.py"],
    }


def test_stubs_stand_only_for_what_has_no_code() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "",
        "pkg/a.pyi": "",
        "pkg/b.pyi": "",
        "use.py": "import pkg.a, pkg.b",
    }
    assert edges(files) == {
        ("use.py", "pkg.a"): ["pkg/a.py"],
        ("use.py", "pkg.b"): ["pkg/b.pyi"],
    }


def test_paths_may_hold_spaces_and_any_script() -> None:
    files = {"räume und mehr/größe.py": "", "räume und mehr/lauf.py": "import größe"}
    assert edges(files) == {("räume und mehr/lauf.py", "größe"): ["räume und mehr/größe.py"]}
