"""C and C++ includes: delimiters, and the headers that they find."""

import pytest
from import_views import edges, statements


@pytest.mark.parametrize("language", ["C", "C++"])
def test_includes_keep_their_delimiters(language: str) -> None:
    source = '#include <a.h>\r\n#ifdef X\r\n# include "b/c.h"\r\n#endif\r\n#include MACRO\r\n'
    assert statements(language, source) == [("<a.h>", [], 1), ('"b/c.h"', [], 3)]


def test_quotes_look_beside_the_file_first_and_then_for_the_nearest_path() -> None:
    files = {
        "src/net/a.c": '#include "own.h"\n#include "../up.h"\n#include "lib/x.h"\n#include "no.h"',
        "src/net/own.h": "",
        "other/own.h": "",
        "src/up.h": "",
        "src/vendor/lib/x.h": "",
        "far/lib/x.h": "",
        "far/casino.h": "",
    }
    assert edges(files) == {
        ("src/net/a.c", '"own.h"'): ["src/net/own.h"],
        ("src/net/a.c", '"../up.h"'): ["src/up.h"],
        ("src/net/a.c", '"lib/x.h"'): ["src/vendor/lib/x.h"],
        ("src/net/a.c", '"no.h"'): [None],
    }


def test_angle_brackets_look_below_include_directories_alone() -> None:
    files = {
        "src/a.cpp": "#include <proj/x.hpp>\n#include <string.h>",
        "include/proj/x.hpp": "",
        "src/string.h": "",
    }
    assert edges(files) == {
        ("src/a.cpp", "<proj/x.hpp>"): ["include/proj/x.hpp"],
        ("src/a.cpp", "<string.h>"): [None],
    }


def test_backslashes_and_spaces_in_paths_are_followed() -> None:
    files = {"my src/a.c": '#include "sub dir\\ü.h"', "my src/sub dir/ü.h": ""}
    assert edges(files) == {("my src/a.c", '"sub dir\\ü.h"'): ["my src/sub dir/ü.h"]}
