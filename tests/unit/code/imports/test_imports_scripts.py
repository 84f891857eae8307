"""Imports of the shell and of Lua, and of the languages whose imports name no file."""

from import_views import edges, statements


def test_the_shell_sources_literal_paths() -> None:
    source = 'source ./x.sh\n. "y z.sh"\nsource "$D/z.sh"\n. \'q\'\necho source\n'
    assert statements("Shell", source) == [("./x.sh", [], 1), ("y z.sh", [], 2), ("q", [], 4)]


def test_sourced_files_are_beside_the_script_or_at_the_root() -> None:
    files = {
        "bin/run.sh": "source ./env.sh\n. lib/common.sh\nsource /etc/profile",
        "bin/env.sh": "",
        "lib/common.sh": "",
    }
    assert edges(files) == {
        ("bin/run.sh", "./env.sh"): ["bin/env.sh"],
        ("bin/run.sh", "lib/common.sh"): ["lib/common.sh"],
        ("bin/run.sh", "/etc/profile"): [None],
    }


def test_lua_requires_literal_names() -> None:
    source = "local a = require \"a.b\"\nrequire('c')\nrequire(x)\nload('d')\n"
    assert statements("Lua", source) == [("a.b", [], 1), ("c", [], 2)]


def test_lua_modules_are_found_from_the_directories_above() -> None:
    files = {
        "lua/plugin/init.lua": "require('plugin.config'); require('socket')",
        "lua/plugin/config.lua": "require 'plugin'",
    }
    assert edges(files) == {
        ("lua/plugin/init.lua", "plugin.config"): ["lua/plugin/config.lua"],
        ("lua/plugin/init.lua", "socket"): [None],
        ("lua/plugin/config.lua", "plugin"): ["lua/plugin/init.lua"],
    }


def test_csharp_namespaces_are_extracted_as_written() -> None:
    source = "using System.IO;\r\nusing static A.B;\r\nglobal using X = A.C;\r\n"
    assert statements("C#", source) == [("System.IO", [], 1), ("A.B", [], 2), ("A.C", [], 3)]


def test_swift_modules_are_extracted_as_written() -> None:
    source = "import Foundation\nimport struct A.B\n@testable import C\n"
    assert statements("Swift", source) == [("Foundation", [], 1), ("A.B", [], 2), ("C", [], 3)]


def test_namespaces_lead_to_no_file() -> None:
    assert edges({"A.cs": "using B;", "B.cs": ""}) == {("A.cs", "B"): [None]}
