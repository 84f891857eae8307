"""PHP imports: names and included paths, and the files behind them."""

import pytest
from import_views import edges, statements


def test_names_are_expanded_and_paths_are_quoted() -> None:
    source = """\
<?php
use A\\B;
use function A\\f;
use A\\{B, C as D};
use \\A\\B as X, E\\F;
require "x.php";
require_once __DIR__ . '/y.php';
include(dirname(__FILE__)."/z.php");
require dirname(__DIR__) . '/q.php';
include $computed;
class K { use SomeTrait; }
"""
    assert statements("PHP", source) == [
        ("A\\B", [], 2),
        ("A\\f", [], 3),
        ("A\\B", [], 4),
        ("A\\C", [], 4),
        ("A\\B", [], 5),
        ("E\\F", [], 5),
        ("'x.php'", [], 6),
        ("__DIR__ . '/y.php'", [], 7),
        ("__DIR__ . '/z.php'", [], 8),
        ("__DIR__ . '/../q.php'", [], 9),
    ]


def test_classes_follow_the_longest_prefix_of_composer_json() -> None:
    files = {
        "composer.json": """{
            "autoload": {"psr-4": {"App\\\\": "src/", "App\\\\Plugin\\\\": ["plugins", "more"]}},
            "autoload-dev": {"psr-4": {"App\\\\Test\\\\": "tests/"}}
        }""",
        "src/Http/Kernel.php": "",
        "more/Mail.php": "",
        "tests/Base.php": "",
        "index.php": """<?php
use App\\Http\\Kernel;
use App\\Plugin\\Mail;
use App\\Test\\Base;
use Vendor\\Http\\Kernel as Other;
use Exception;
""",
    }
    assert edges(files) == {
        ("index.php", "App\\Http\\Kernel"): ["src/Http/Kernel.php"],
        ("index.php", "App\\Plugin\\Mail"): ["more/Mail.php"],
        ("index.php", "App\\Test\\Base"): ["tests/Base.php"],
        ("index.php", "Vendor\\Http\\Kernel"): [None],
        ("index.php", "Exception"): [None],
    }


def test_without_a_prefix_the_one_file_named_like_the_class_is_taken() -> None:
    files = {
        "lib/Acme/Once.php": "",
        "a/Acme/Twice.php": "",
        "b/Acme/Twice.php": "",
        "x.php": "<?php\r\nuse Acme\\Once;\r\nuse Acme\\Twice;\r\n",
    }
    assert edges(files) == {
        ("x.php", "Acme\\Once"): ["lib/Acme/Once.php"],
        ("x.php", "Acme\\Twice"): [None],
    }


def test_included_paths_start_from_the_file_or_the_root() -> None:
    files = {
        "web/index.php": """<?php
require __DIR__ . '/../boot.php';
include 'part.php';
include 'conf/all.php';
include 'gone.php';
""",
        "boot.php": "",
        "web/part.php": "",
        "conf/all.php": "",
    }
    assert edges(files) == {
        ("web/index.php", "__DIR__ . '/../boot.php'"): ["boot.php"],
        ("web/index.php", "'part.php'"): ["web/part.php"],
        ("web/index.php", "'conf/all.php'"): ["conf/all.php"],
        ("web/index.php", "'gone.php'"): [None],
    }


def test_a_malformed_composer_json_is_logged_and_treated_as_absent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    files = {
        "composer.json": '{"autoload": {"psr-4": [1]}}',
        "src/A/B.php": "",
        "x.php": "<?php use A\\B;",
    }
    assert edges(files) == {("x.php", "A\\B"): ["src/A/B.php"]}
    assert "composer.json is malformed" in caplog.text
