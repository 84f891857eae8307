"""Go imports: packages, and the files that make them."""

from import_views import edges, statements


def test_every_form_of_import_is_extracted() -> None:
    source = 'package a\r\nimport "x"\r\nimport (\r\n\ty "a/b"\r\n\t. "c"\r\n\t_ `d`\r\n)\r\n'
    assert statements("Go", source) == [("x", [], 2), ("a/b", [], 4), ("c", [], 5), ("d", [], 6)]


def test_a_package_is_each_of_its_files_but_the_tests() -> None:
    files = {
        "go.mod": "// comment\r\nmodule example.com/app // another\r\n\r\ngo 1.22\r\n",
        "main.go": 'package main\nimport ("example.com/app/store"; "fmt"; "example.com/apples")',
        "store/a.go": "package store",
        "store/b.go": "package store",
        "store/a_test.go": 'package store_test\nimport "example.com/app"',
        "store/README.md": "",
    }
    assert edges(files) == {
        ("main.go", "example.com/app/store"): ["store/a.go", "store/b.go"],
        ("main.go", "fmt"): [None],
        ("main.go", "example.com/apples"): [None],
        ("store/a_test.go", "example.com/app"): ["main.go"],
    }


def test_the_module_with_the_longest_path_holds_the_package() -> None:
    files = {
        "go.mod": "module example.com/app",
        "tools/go.mod": "module example.com/app/tools",
        "tools/lint/l.go": "package lint",
        "moved/go.mod": "module example.com/app/v2",
        "moved/x/x.go": "package x",
        "a.go": 'package a\nimport ("example.com/app/tools/lint"; "example.com/app/v2/x")',
    }
    assert edges(files) == {
        ("a.go", "example.com/app/tools/lint"): ["tools/lint/l.go"],
        ("a.go", "example.com/app/v2/x"): ["moved/x/x.go"],
    }


def test_replacements_by_a_local_directory_and_vendored_packages_are_followed() -> None:
    files = {
        "svc/go.mod": """module example.com/svc
replace other.org/lib => ../lib
replace (
    other.org/pinned v1.2.3 => ../pinned
    other.org/fork => example.org/fork v1.0.0
)
""",
        "svc/a.go": """package a
import (
    "other.org/lib/part"
    "other.org/pinned"
    "other.org/fork"
    "third.org/kept"
)
""",
        "lib/part/p.go": "package part",
        "pinned/p.go": "package pinned",
        "svc/vendor/third.org/kept/k.go": "package kept",
    }
    assert edges(files) == {
        ("svc/a.go", "other.org/lib/part"): ["lib/part/p.go"],
        ("svc/a.go", "other.org/pinned"): ["pinned/p.go"],
        ("svc/a.go", "other.org/fork"): [None],
        ("svc/a.go", "third.org/kept"): ["svc/vendor/third.org/kept/k.go"],
    }
