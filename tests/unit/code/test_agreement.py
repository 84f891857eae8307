"""Our measures agree with the tools that people compare them with: lizard and radon."""

import importlib
import re
from pathlib import Path

import pytest

import hyperion_pipelines
from hyperion_pipelines.code.halstead import maintainability_index
from hyperion_pipelines.code.syntax import analyse

# Neither has types: what comes out of them is typed where it enters.
lizard = importlib.import_module("lizard")
radon = importlib.import_module("radon.metrics")

FIXTURES = Path(__file__).parent / "fixtures"
PACKAGE = Path(hyperion_pipelines.__file__).parent
SOURCES = sorted([*PACKAGE.glob("*.py"), *PACKAGE.glob("code/*.py"), FIXTURES / "python.py"])

# What we count on purpose and lizard does not.
UNLIKE_LIZARD = {
    ("C#", "Ladder"): "`foreach` is a loop",
    ("JavaScript", "area"): "an inline function is part of the function that it stands in",
    ("Kotlin", "words"): "the cases of `when` are decisions, as those of a switch are",
    ("Rust", "words"): "the arms of a `match` but the wildcard are decisions",
    ("Scala", "words"): "the wildcard of a `match` decides nothing, as a default does not",
}


def by_lizard(path: Path) -> dict[tuple[str, int], int]:
    analyzer = lizard.FileAnalyzer(lizard.get_extensions([]))
    found = analyzer.analyze_source_code(str(path), path.read_text())
    functions: list[tuple[str, int, int]] = [
        (function.name, function.start_line, function.cyclomatic_complexity)
        for function in found.function_list
    ]
    return {
        (re.split(r"::|\.", name)[-1], line): cyclomatic for name, line, cyclomatic in functions
    }


def by_us(language: str, path: Path) -> dict[tuple[str, int], int]:
    return {
        (function.name, function.start_line): function.cyclomatic
        for function in analyse(language, path.read_bytes(), details=True).functions
    }


@pytest.mark.parametrize(
    ("language", "file"),
    [
        ("C", "c.c"),
        ("C++", "cpp.cpp"),
        ("C#", "csharp.cs"),
        ("Go", "go.go"),
        ("Java", "java.java"),
        ("JavaScript", "javascript.js"),
        ("Kotlin", "kotlin.kt"),
        ("PHP", "php.php"),
        ("Ruby", "ruby.rb"),
        ("Rust", "rust.rs"),
        ("Scala", "scala.scala"),
        ("Swift", "swift.swift"),
        ("Lua", "lua.lua"),
    ],
)
def test_cyclomatic_complexity_of_a_fixture_is_lizards(language: str, file: str) -> None:
    theirs, ours = by_lizard(FIXTURES / file), by_us(language, FIXTURES / file)
    shared = {key for key in theirs.keys() & ours if (language, key[0]) not in UNLIKE_LIZARD}
    assert len(shared) >= 3
    assert {key: ours[key] for key in shared} == {key: theirs[key] for key in shared}


def test_cyclomatic_complexity_of_python_is_lizards() -> None:
    theirs = {(path, *key): value for path in SOURCES for key, value in by_lizard(path).items()}
    ours = {(path, *key): value for path in SOURCES for key, value in by_us("Python", path).items()}
    assert len(theirs.keys() & ours) > 100
    assert {key: ours[key] for key in theirs} == theirs


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_halstead_volume_and_difficulty_of_python_are_radons(path: Path) -> None:
    total = radon.h_visit(path.read_text()).total
    theirs: tuple[float, float] = (total.volume, total.difficulty)
    ours = analyse("Python", path.read_bytes()).metrics
    assert (ours.halstead_volume, ours.halstead_difficulty) == pytest.approx(theirs)


def test_the_maintainability_index_is_radons_formula() -> None:
    for arguments in [
        (812.5, 14, 120, 30),
        (20.0, 1, 4, 0),
        (90_000.0, 900, 4_000, 10),
        (0, 1, 1, 0),
    ]:
        volume, cyclomatic, code, comments = arguments
        theirs = radon.mi_compute(volume, cyclomatic, code, 100 * comments / code)
        assert maintainability_index(*arguments) == pytest.approx(theirs)


def test_the_maintainability_index_of_python_is_near_radons() -> None:
    """Radon counts logical lines and comments beside code, we count lines: a few points apart."""
    gaps = [
        abs((analyse("Python", path.read_bytes()).metrics.maintainability_index or 0) - theirs)
        for path in SOURCES
        if (theirs := radon.mi_visit(path.read_text(), multi=True)) < 100
    ]
    assert sum(gaps) / len(gaps) < 6
