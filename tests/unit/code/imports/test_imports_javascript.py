"""JavaScript and TypeScript imports: specifiers, and the files that projects give them."""

import pytest
from import_views import edges, statements


def test_every_form_with_a_literal_specifier_is_extracted() -> None:
    source = """\
import a, {b as c, default as d} from "x"
import * as n from 'y'
import "effect"
export * from "all"
export {q as r} from "some"
const {s} = require("required")
async () => { await import(`later`) }
require(computed); import(`./${name}`); load("no")
"""
    assert statements("JavaScript", source) == [
        ("x", ["default", "b", "default"], 1),
        ("y", ["*"], 2),
        ("effect", [], 3),
        ("all", ["*"], 4),
        ("some", ["q"], 5),
        ("required", [], 6),
        ("later", [], 7),
    ]


@pytest.mark.parametrize("language", ["TypeScript", "TSX"])
def test_typescript_adds_types_and_import_equals(language: str) -> None:
    source = 'import type {A} from "x"\r\nimport y = require("y")\r\nlet z: import("z").Z\r\n'
    assert statements(language, source) == [("x", ["A"], 1), ("y", [], 2), ("z", [], 3)]


def test_relative_specifiers_may_lack_extension_or_name_a_directory() -> None:
    files = {
        "src/a.ts": "import './b'; import './dir'; import '../top.js'; import './written.js'",
        "src/b.tsx": "",
        "src/dir/index.ts": "",
        "top.js": "",
        "src/written.ts": "",
        "src/c.ts": "import './logo.svg?raw'; import './gone'; import '../../outside'",
        "src/logo.svg": "",
    }
    assert edges(files) == {
        ("src/a.ts", "./b"): ["src/b.tsx"],
        ("src/a.ts", "./dir"): ["src/dir/index.ts"],
        ("src/a.ts", "../top.js"): ["top.js"],
        ("src/a.ts", "./written.js"): ["src/written.ts"],
        ("src/c.ts", "./logo.svg?raw"): ["src/logo.svg"],
        ("src/c.ts", "./gone"): [None],
        ("src/c.ts", "../../outside"): [None],
    }


def test_the_nearest_tsconfig_gives_aliases_through_extends_and_comments() -> None:
    files = {
        "tsconfig.base.json": """{
            // a comment, "quoted"
            "compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"], "@/x": ["lib/e"],},},
        }""",
        "web/tsconfig.json": '\ufeff{"extends": "../tsconfig.base"} /* end */',
        "web/app/main.ts": "import '@/util'; import '@/x'; import 'src/util'; import 'react'",
        "src/util.ts": "",
        "lib/e.ts": "",
    }
    assert edges(files) == {
        ("web/app/main.ts", "@/util"): ["src/util.ts"],
        ("web/app/main.ts", "@/x"): ["lib/e.ts"],
        ("web/app/main.ts", "src/util"): ["src/util.ts"],
        ("web/app/main.ts", "react"): [None],
    }


def test_a_solution_takes_the_aliases_of_the_projects_it_refers_to() -> None:
    files = {
        "tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}',
        "tsconfig.app.json": '{"compilerOptions": {"paths": {"~/*": ["./src/*"]}}}',
        "src/main.ts": "import '~/util'",
        "src/util.ts": "",
    }
    assert edges(files) == {("src/main.ts", "~/util"): ["src/util.ts"]}


def test_configurations_that_extend_each_other_end() -> None:
    files = {
        "a.json": '{"extends": "./tsconfig.json"}',
        "tsconfig.json": '{"extends": ["./a.json"]}',
        "main.ts": "import './util'; import 'x'",
        "util.ts": "",
    }
    assert edges(files) == {("main.ts", "./util"): ["util.ts"], ("main.ts", "x"): [None]}


def test_workspace_packages_are_found_by_name_with_their_exports() -> None:
    files = {
        "packages/core/package.json": """{
            "name": "@acme/core",
            "exports": {
                ".": {"types": "./dist/index.d.ts", "default": "./lib/main.js"},
                "./features/*": "./lib/f/*.js"
            }
        }""",
        "packages/core/lib/main.js": "",
        "packages/core/lib/f/one.js": "",
        "packages/core/src/deep/part.ts": "",
        "packages/old/package.json": '{"name": "old", "main": "built/index.js"}',
        "packages/old/src/index.ts": "",
        "packages/app/x.ts": """
            import "@acme/core"; import "@acme/core/features/one"; import "@acme/core/deep/part"
            import "old"; import "other"
        """,
    }
    assert edges(files) == {
        ("packages/app/x.ts", "@acme/core"): ["packages/core/lib/main.js"],
        ("packages/app/x.ts", "@acme/core/features/one"): ["packages/core/lib/f/one.js"],
        ("packages/app/x.ts", "@acme/core/deep/part"): ["packages/core/src/deep/part.ts"],
        ("packages/app/x.ts", "old"): ["packages/old/src/index.ts"],
        ("packages/app/x.ts", "other"): [None],
    }


def test_a_directory_s_package_json_names_its_entry() -> None:
    files = {
        "lib/package.json": '{"main": "./entry"}',
        "lib/entry.js": "",
        "a.js": "require('./lib')",
    }
    assert edges(files) == {("a.js", "./lib"): ["lib/entry.js"]}


def test_internal_imports_come_from_the_package_around() -> None:
    files = {
        "package.json": '{"imports": {"#db/*": {"node": "./src/db/*.js"}}}',
        "src/db/pool.js": "",
        "src/a.js": "import '#db/pool'",
    }
    assert edges(files) == {("src/a.js", "#db/pool"): ["src/db/pool.js"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tsconfig.json", "{ not json"),
        ("tsconfig.json", '{"compilerOptions": {"paths": 3}}'),
        ("package.json", "[1, 2"),
        ("package.json", '{"name": {"nested": true}}'),
    ],
)
def test_a_malformed_configuration_is_logged_and_treated_as_absent(
    caplog: pytest.LogCaptureFixture, name: str, content: str
) -> None:
    files = {name: content, "a.ts": "import './b'; import 'c'", "b.ts": ""}
    assert edges(files) == {("a.ts", "./b"): ["b.ts"], ("a.ts", "c"): [None]}
    assert f"{name} is malformed" in caplog.text


def test_paths_may_hold_spaces_and_any_script() -> None:
    files = {"mes sources/a.js": "import './été'", "mes sources/été.js": ""}
    assert edges(files) == {("mes sources/a.js", "./été"): ["mes sources/été.js"]}
