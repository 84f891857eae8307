"""The comment lines of old versions are found as the code stage counts them."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.code.comments import comment_lines
from hyperion_pipelines.code.languages import GRAMMARS
from hyperion_pipelines.code.syntax import analyse
from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person

ADA = Person("Ada", "ada@example.org")
NOW = datetime(2024, 1, 1, tzinfo=UTC)

FIXTURES = Path(__file__).parent / "fixtures"
FIXTURE_OF = dict(key.split() for key in tomllib.loads((FIXTURES / "expected.toml").read_text()))

# A source with comments, blocks without stars and comment tokens in strings; its comment lines.
SOURCES: Mapping[str, tuple[str, list[int]]] = {
    "Python": (
        '"""Module.\n\nsome: prose\n"""\n# note\nx = """\n# text\n"""\ny = 1  # beside\n',
        [1, 3, 4, 5],
    ),
    "JavaScript": ("/*\nlet a = 1;\n*/\nlet s = `\n// text\n`;\n// note\n", [1, 2, 3, 7]),
    "TypeScript": ("/*\nlet a = 1;\n*/\nlet s = `\n// text\n`;\n// note\n", [1, 2, 3, 7]),
    "TSX": ("/*\nlet a = 1;\n*/\nlet s = `\n// text\n`;\n// note\n", [1, 2, 3, 7]),
    "Java": (
        '/**\n * Doc.\n */\nclass A {\nString s = """\n// text\n""";\n/* some\nprose */\n}\n',
        [1, 2, 3, 8, 9],
    ),
    "Go": ("package a\n\n// note\nvar s = `\n// text\n`\n\n/*\nprose\n*/\n", [3, 8, 9, 10]),
    "Rust": (
        '//! crate\n\n/// doc\nfn f() {}\n/*\nprose\n*/\nconst S: &str = "\n// text\n";\n',
        [1, 3, 5, 6, 7],
    ),
    "C": (
        '/* a */ int x;\n/*\n\nf();\n*/\nint y; // beside\nchar *s =\n"// text";\n',
        [2, 4, 5],
    ),
    "C++": ('auto s = R"(\n// text\n)";\n// note\n/* some\nprose */ int x;\n', [4, 5]),
    "C#": ('/// <a/>\nclass A {\n  string s = @"\n// text\n";\n/*\nprose\n*/\n}\n', [1, 6, 7, 8]),
    "Ruby": ("# note\n=begin\nprose\n=end\ns = <<~TEXT\n  # text\nTEXT\n", [1, 2, 3, 4]),
    "PHP": (
        "<?php\n# note\n// note\n/*\nprose\n*/\n$s = <<<TEXT\n// text\nTEXT;\n",
        [2, 3, 4, 5, 6],
    ),
    "Kotlin": ('// note\nval s = """\n// text\n"""\n/*\nprose\n*/\n', [1, 5, 6, 7]),
    "Scala": ('// note\nval s = """\n// text\n"""\n/*\nprose\n*/\n', [1, 5, 6, 7]),
    "Swift": ('// note\nlet s = """\n// text\n"""\n/*\nprose\n*/\n', [1, 5, 6, 7]),
    "Shell": ("#!/bin/sh\n# note\ncat <<TEXT\n# text\nTEXT\n", [1, 2]),
    "Lua": ("-- note\nlocal s = [[\n-- text\n]]\n--[[\nprose\n]]\n", [1, 5, 6, 7]),
}
SKIPPED = {
    "too large": b"# note\n" * 200_000,
    "binary": b"# note\n\0\n",
    "generated": b"# @generated\n# note\n",
    "minified": b"# note\n" + b"x=1;" * 500,
}


@pytest.fixture(scope="module")
def git_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("comments") / "repository.git"
    with HistoryWriter(path) as writer:
        writer.add(Commit(message="Begin", files=dict(_files()), author=ADA, time=NOW))
    return path


def _files() -> Iterator[tuple[str, bytes]]:
    for language, (text, _) in SOURCES.items():
        source = text.encode()
        yield f"source/{language}", source
        yield f"returns/{language}", source.replace(b"\n", b"\r\n")
        yield f"unended/{language}", source.removesuffix(b"\n")
        yield f"fixture/{language}", (FIXTURES / FIXTURE_OF[language]).read_bytes()
    for reason, content in SKIPPED.items():
        yield f"skipped/{reason}", content


@pytest.fixture(scope="module")
def files(git_dir: Path) -> pl.DataFrame:
    """The blobs of the repository: blob, path (folder/language) and language."""
    listed = run_git(["ls-tree", "-r", "HEAD"], git_dir=git_dir).output.decode().splitlines()
    paths = [line.split("\t")[1] for line in listed]
    languages = [path.split("/")[1] for path in paths]
    return pl.DataFrame(
        {
            "blob": [line.split()[2] for line in listed],
            "path": paths,
            "language": [name if name in GRAMMARS else "Python" for name in languages],
        }
    )


def _lines(git_dir: Path, files: pl.DataFrame, path: str) -> list[int]:
    return comment_lines(git_dir, files.filter(path=path))["line"].to_list()


def test_every_language_with_a_grammar_has_a_source_here() -> None:
    assert set(SOURCES) == set(GRAMMARS)


@pytest.mark.parametrize("language", SOURCES)
@pytest.mark.parametrize("folder", ["source", "returns", "unended"])
def test_the_comment_lines_of_a_source_are_found(
    git_dir: Path, files: pl.DataFrame, folder: str, language: str
) -> None:
    """Whatever ends its lines; blank lines, tokens in strings, lines shared with code are none."""
    assert _lines(git_dir, files, f"{folder}/{language}") == SOURCES[language][1]


@pytest.mark.parametrize("language", FIXTURE_OF)
def test_as_many_comment_lines_are_found_as_the_code_stage_counts(
    git_dir: Path, files: pl.DataFrame, language: str
) -> None:
    counted = analyse(language, (FIXTURES / FIXTURE_OF[language]).read_bytes()).metrics
    assert len(_lines(git_dir, files, f"fixture/{language}")) == counted.comment_lines


@pytest.mark.parametrize("reason", SKIPPED)
def test_what_the_code_stage_skips_has_no_comment_lines(
    git_dir: Path, files: pl.DataFrame, reason: str
) -> None:
    assert analyse("Python", SKIPPED[reason]).metrics.skipped == reason
    assert _lines(git_dir, files, f"skipped/{reason}") == []


def test_many_blobs_are_answered_together(git_dir: Path, files: pl.DataFrame) -> None:
    """One named twice is answered once, and one without grammar not at all."""
    sources = files.filter(pl.col("path").str.starts_with("source/"))
    twice = pl.concat([sources, sources.with_columns(path=pl.lit("copy"))])
    answer = comment_lines(git_dir, twice)
    assert answer.schema == {"blob": pl.String, "line": pl.UInt32}
    expected = [(f"source/{name}", line) for name, (_, lines) in SOURCES.items() for line in lines]
    found = answer.join(sources, on="blob").select("path", "line").rows()
    # The sources of JavaScript, TypeScript and TSX are one blob.
    assert sorted(set(found)) == sorted(expected)
    assert comment_lines(git_dir, sources.with_columns(language=pl.lit("Markdown"))).is_empty()


def test_a_blob_that_is_missing_is_an_error(git_dir: Path, files: pl.DataFrame) -> None:
    gone = files.with_columns(blob=pl.lit("0" * 40))
    with pytest.raises(MissingObjectsError, match="git fetch"):
        comment_lines(git_dir, gone)
