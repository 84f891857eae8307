"""What reads a file, or why nothing does, follows from its path, mode and size."""

from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.code.grammar import grammar_version
from hyperion_pipelines.code.languages import LANGUAGES, language_of
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.documents.document import KINDS
from hyperion_pipelines.documents.extraction.files import REASONS, VERSIONS, document_files
from hyperion_pipelines.git.modes import GITLINK, SYMLINK
from hyperion_pipelines.schemas import TREE

MEBIBYTE = 1 << 20


def _file(path: str, **differences: object) -> dict[str, Any]:
    """The row of *path* in the table `tree`: a text of 100 bytes, but for the *differences*."""
    tree = pl.DataFrame({"path": [path]}).with_columns(
        *read_filters().columns(pl.col("path")), language=language_of(pl.col("path"))
    )
    plain = {"blob": "b", "mode": "100644", "size": 100, "lines": 3}
    (row,) = document_files(
        tree.with_columns(
            pl.lit(value, TREE[name]).alias(name) for name, value in (plain | differences).items()
        )
    ).to_dicts()
    return row


@pytest.mark.parametrize(
    ("path", "reader", "kind"),
    [
        ("README", "prose", "readme"),
        ("docs/readme.zh-CN.md", "prose", "readme"),
        ("tests/data/README.txt", "prose", "readme"),
        ("docs/usage.mdx", "prose", "markdown"),
        ("docs/usage.rst", "prose", "restructuredtext"),
        ("docs/usage.adoc", "prose", "asciidoc"),
        ("docs/usage.org", "prose", "text"),
        ("man/tool.1", "prose", "text"),
        ("LICENSE", "prose", "text"),
        ("MANIFESTO", "prose", "text"),
        ("notes.txt", "prose", "text"),
        ("README.md.in", "prose", "readme"),
        ("analysis/size.ipynb", "notebook", "notebook"),
        ("tests/data/size.ipynb", "notebook", "notebook"),
        ("requirements.txt", "configuration", "config"),
        ("requirements/dev.in", "configuration", "config"),
        ("requirements/dev.txt", "configuration", "config"),
        ("package.json", "configuration", "config"),
        ("pom.xml", "configuration", "config"),
        ("build.gradle", "configuration", "config"),
        ("CMakeLists.txt", "configuration", "config"),
        ("Makefile", "configuration", "config"),
        ("Makefile.am", "configuration", "config"),
        ("docker/Dockerfile.dev", "configuration", "config"),
        ("ci/Jenkinsfile", "configuration", "config"),
        (".env.example", "configuration", "config"),
        (".gitignore", "configuration", "config"),
        (".eslintrc", "configuration", "config"),
        ("etc/nginx.conf", "configuration", "config"),
        ("etc/tool.service", "configuration", "config"),
        ("main.tf", "configuration", "config"),
        ("go.mod", "configuration", "config"),
        ("settings.ini.example", "configuration", "config"),
        ("api/pets.proto", "whole file", "api"),
        ("api/schema.graphql", "whole file", "api"),
        ("api/orders.xsd", "whole file", "api"),
        ("query.sql", "whole file", "code"),
        ("install.ps1", "whole file", "code"),
        ("install.bat", "whole file", "code"),
        ("style.css", "whole file", "code"),
        ("index.html", "whole file", "code"),
        ("src/loops.c.src", "whole file", "code"),
        ("src/loops.c", "source code", "code"),
        ("tests/test_loops.py", "tests", "code"),
        ("build.gradle.kts", "source code", "code"),
        ("runtest", "script", "script"),
        (".env", "script", "script"),
    ],
)
def test_the_name_of_a_file_says_what_reads_it(
    path: str, reader: str | None, kind: str | None
) -> None:
    row = _file(path)
    assert (row["reader"], row["kind"]) == (reader, kind)


@pytest.mark.parametrize(
    ("path", "differences", "reason"),
    [
        ("a.py", {"mode": SYMLINK, "size": 9}, "symbolic link"),
        ("lib", {"mode": GITLINK, "size": None, "lines": None}, "submodule"),
        ("a.py", {"size": 0, "lines": 0}, "empty"),
        ("package-lock.json", {}, "lock file"),
        ("web/pnpm-lock.yaml", {}, "lock file"),
        ("go.sum", {}, "lock file"),
        (".terraform.lock.hcl", {}, "lock file"),
        ("node_modules/a/README.md", {}, "vendored"),
        ("web/app.min.js", {}, "generated"),
        ("logo.png", {"lines": None}, "binary"),
        ("tool", {"lines": None}, "binary"),
        ("client.pem", {}, "unknown kind"),
        ("logo.svg", {}, "data"),
        ("cities.csv", {}, "data"),
        ("tests/fixtures/answer.json", {}, "data"),
        ("numpy/tests/data/words.txt", {}, "data"),
        ("a.py", {"size": MEBIBYTE + 1}, "too large"),
        ("a.json", {"size": MEBIBYTE + 1}, "too large"),
        ("a.ipynb", {"size": 16 * MEBIBYTE + 1}, "too large"),
        ("a.py", {"size": MEBIBYTE}, None),
        ("a.ipynb", {"size": 16 * MEBIBYTE}, None),
        ("a.md", {"size": 50 * MEBIBYTE}, None),
        ("utf16.md", {"lines": None}, None),
    ],
)
def test_a_file_that_is_not_read_says_why(
    path: str, differences: dict[str, Any], reason: str | None
) -> None:
    row = _file(path, **differences)
    assert row["skipped"] == reason
    assert (row["extractor"] is None) == (reason is not None)
    assert reason is None or reason in REASONS


def test_the_extractor_of_source_names_the_grammars_that_may_parse_it() -> None:
    version = f"source code {VERSIONS['source code']}, "
    assert _file("a.go")["extractor"] == version + grammar_version("Go")
    both = f"{grammar_version('C')}, {grammar_version('C++')}"
    assert _file("a.h")["extractor"] == version + both


def test_every_language_has_a_reader_and_a_kind() -> None:
    for language in LANGUAGES:
        extension = language.extensions.split()
        path = f"some.{extension[-1]}" if extension else language.filenames.split()[0]
        row = _file(path)
        assert row["skipped"] == "data" or (row["reader"] in VERSIONS and row["kind"] in KINDS)


def test_a_template_has_the_language_of_what_it_makes() -> None:
    assert _file("src/loops.c.src")["language"] == "C"
    assert _file("config.ini.j2")["language"] == "Jinja"


def test_odd_names_are_no_obstacle() -> None:
    tree = TREE.to_frame()
    assert document_files(tree).height == 0
    for path in ("new\nline.md", ".", "a/.b", "ends.", "ünï.md"):
        assert _file(path)["path"] == path
