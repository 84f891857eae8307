"""`hyperion search`: what it shows, its JSON, and what it says when it cannot search."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from hyperion_pipelines.cli import hyperion
from hyperion_pipelines.commands.search_text import (
    LONGEST_LINE,
    MOST_LINES,
    Answer,
    excerpt,
    print_answer,
)
from hyperion_pipelines.documents.search.bm25 import document_vectors, searched_text
from hyperion_pipelines.documents.search.marking import mark_words
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.stores.vectors import Points
from tests.homes import open_home

COLUMNS = ("path", "kind", "language", "start_line", "end_line", "heading", "text")
ROWS = {
    "client": (
        ("docs/usage.md", "markdown", "Markdown", 10, 12, "Retries", "Set max_retries.\n\nRetry!"),
        ("src/cli.py", "code", "Python", 3, 4, "main", 'option("--fail-above")\nreturn 0'),
    ),
    "server": (("wait.go", "code", "Go", 1, 1, "Wait", "// Wait retries \x1b[31mfor ever"),),
}
# The vectors of these are known, so that no model has to be loaded; all passages have the same.
QUERIES = ("retries", "--fail-above", "zebra")
DENSE = np.eye(1, 384, dtype=np.float32)[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose repositories `client` and `server` can be searched, and `fresh` cannot."""
    folder = tmp_path_factory.mktemp("search")
    workspace = open_home(folder)
    for slug in (*ROWS, "fresh"):
        workspace.catalogue.add(f"/srv/{slug}.git", slug)
    for slug, rows in ROWS.items():
        workspace.vectors.build(slug, "1", points(slug, rows))
        workspace.vectors.publish(slug, "1")
    hashes = [hashlib.sha256(query.encode()).hexdigest() for query in QUERIES]
    model = workspace.embedding_model.identity
    workspace.embedding_cache.put(model, hashes, np.stack([DENSE] * len(QUERIES)))
    return folder


def points(slug: str, rows: Sequence[tuple[object, ...]]) -> Points:
    """The points of a repository's chunks."""
    chunks = pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(
        chunk_id=pl.Series([str(uuid5(NAMESPACE_URL, f"{slug} {row}")) for row in rows]),
        repository=pl.lit(slug),
        ordinal=pl.int_range(pl.len()),
        symbol=pl.when(kind="code").then("heading"),
    )
    texts = chunks.select(searched_text()).to_series()
    return Points(chunks, np.stack([DENSE] * len(rows)), document_vectors(texts))


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(hyperion, ["search", "--home", str(home), *arguments])


def results(home: Path, *arguments: str) -> list[dict[str, object]]:
    """The results of `--json`."""
    ran = run(home, "--json", *arguments)
    assert ran.exit_code == 0, ran.exception
    return json.loads(ran.stdout)["results"]


def test_passages_are_shown_with_their_place_and_the_lines_that_match(home: Path) -> None:
    shown = run(home, "retries", "--repository", "client", "-k", "1").stdout

    title, *lines, said = shown.splitlines()
    assert title.startswith("1. docs/usage.md:10-12  markdown, Retries  (number 1 by words, ")
    assert lines == ["   10  Set max_retries.", "    ⋮", "   12  Retry!", ""]
    assert said.startswith("Searched 2 passages of client by words and by meaning in 0.")
    assert said.endswith(" s: this one is the best.")


def test_all_repositories_are_searched_and_those_named_that_could_not_be(home: Path) -> None:
    shown = run(home, "retries").stdout

    assert "client  docs/usage.md:10-12" in shown
    assert "server  wait.go:1-1" in shown
    assert "Searched 3 passages of client and server by words" in shown
    assert "fresh could not be searched yet: run `hyperion analyze` on it first." in shown


def test_json_has_all_that_is_known(home: Path) -> None:
    ran = run(home, "retries", "--kind", "markdown", "--json")

    answer = json.loads(ran.stdout)
    [result] = answer.pop("results")
    assert answer == {"query": "retries", "repositories": ["client", "server"]}
    assert result == {
        "repository": "client",
        "path": "docs/usage.md",
        "start_line": 10,
        "end_line": 12,
        "kind": "markdown",
        "language": "Markdown",
        "symbol": None,
        "heading": "Retries",
        "text": "Set max_retries.\n\nRetry!",
        "score": pytest.approx(2 / 11),
        "dense_rank": 1,
        "bm25_rank": 1,
        "marks": [[8, 15], [18, 23]],
    }


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        (["--repository", "server"], ["wait.go"]),
        (["--repository", "client", "--kind", "CODE"], ["src/cli.py"]),
        (["--language", "go", "--language", "markdown"], ["docs/usage.md", "wait.go"]),
        (["--path", "./src/"], ["src/cli.py"]),
        (["--language", "Rust"], []),
    ],
)
def test_options_say_what_is_searched(home: Path, options: list[str], paths: list[str]) -> None:
    assert sorted(str(found["path"]) for found in results(home, "retries", *options)) == paths


def test_a_query_may_look_like_an_option(home: Path) -> None:
    assert results(home, "--fail-above")[0]["path"] == "src/cli.py"
    assert results(home, "--", "--fail-above")[0]["path"] == "src/cli.py"


def test_a_misspelt_option_is_refused(home: Path) -> None:
    assert run(home, "retries", "--knid", "code").exit_code == 2


def test_nothing_found_is_said(home: Path) -> None:
    assert run(home, "zebra", "--kind", "api").stdout.startswith(
        "Nothing was found in 3 passages of client and server, less those that --kind"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--repository", "cleint"], "no repository named 'cleint'; did you mean client?"),
        (["--repository", "x"], "no repository named 'x'; there are: client, fresh, server"),
        (["--kind", "markdwon"], "no kind named 'markdwon'; did you mean markdown?"),
        (["--kind", "x"], "no kind named 'x'; there are: readme, markdown, "),
        (["--language", "pyton"], "no language named 'pyton'; did you mean Python"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    home: Path, arguments: list[str], message: str
) -> None:
    error = run(home, "retries", *arguments).exception

    assert isinstance(error, UsageError)
    assert str(error).startswith(message)


def test_an_empty_query_is_refused(home: Path) -> None:
    assert isinstance(run(home, "  ").exception, UsageError)


def test_a_repository_without_vectors_says_how_to_get_them(home: Path) -> None:
    error = run(home, "retries", "--repository", "fresh").exception

    assert isinstance(error, HyperionError)
    assert str(error) == "fresh cannot be searched yet: run `hyperion analyze /srv/fresh.git` first"


def test_a_home_without_repositories_says_how_to_get_one(tmp_path: Path) -> None:
    error = run(tmp_path, "retries").exception

    assert isinstance(error, HyperionError)
    assert "no repository is analysed yet: run `hyperion analyze SOURCE` first" in str(error)


def passage(text: str) -> Passage:
    """A passage of that text, from line 100 on."""
    return Passage(
        *("id", "client", "a.py", 100, 100 + text.count("\n"), "code", "Python", None, "", text),
        *(1 / 61, 1, None),
    )


def shown_lines(text: str, query: str) -> list[tuple[int, str]]:
    """Numbers and text of the lines that are shown."""
    [marks] = mark_words(query, [text])
    return [(line.number, line.text.plain) for line in excerpt(passage(text), marks)]


def test_the_lines_that_match_most_are_shown_with_those_beside_them() -> None:
    lines = [f"line {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    lines[10], lines[20] = "retry the cart", "retry"

    shown = shown_lines("\n".join(lines), "retry cart")

    assert [number for number, _ in shown] == [109, 110, 111, 119, 120, 121]


def test_many_matches_are_shown_up_to_the_limit() -> None:
    assert 0 < len(shown_lines("retry\n" * 100, "retry")) <= MOST_LINES


def test_without_a_match_the_first_lines_are_shown() -> None:
    shown = shown_lines("\n\n".join("abcdefghijklmnopqrst"), "retry")

    assert shown[0] == (100, "a")
    assert len(shown) == MOST_LINES


def test_an_endless_line_is_cut_around_its_match() -> None:
    [(_, shown)] = shown_lines(f"{'x ' * 5_000}retry{' y' * 5_000}", "retry")

    assert "retry" in shown
    assert len(shown) == LONGEST_LINE + 2
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_a_terminal_gets_matches_in_bold_and_no_control_characters_of_files() -> None:
    found = passage("Wait \x1b[31m retries [bold]not[/]")
    console = Console(force_terminal=True, color_system="standard", width=100)
    answer = Answer("retry", {"client": 1}, [], [found], mark_words("retry", [found.text]), 0.1)

    with console.capture() as capture:
        print_answer(answer, console)

    assert "\x1b[1;33mretries\x1b[0m" in capture.get()
    assert "\x1b[31m" not in capture.get()
    assert "[bold]not[/]" in capture.get()
