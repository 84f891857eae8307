"""`hyperion graph`: questions and queries at the command line, as text and as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hyperion_pipelines.cli import hyperion
from hyperion_pipelines.commands.graph_text import as_document, in_words
from hyperion_pipelines.errors import HyperionError, UsageError
from tests.graphs import day, small_graph
from tests.homes import open_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose only repository, `shop`, has the small graph."""
    folder = tmp_path_factory.mktemp("home")
    workspace = open_home(folder)
    workspace.catalogue.add("/srv/shop.git", "shop")
    workspace.graphs.load("shop", "1", small_graph("shop"))
    return folder


def run(home: Path, *arguments: str, stdin: str | None = None) -> Result:
    called = ["graph", *arguments, "--home", str(home)]
    return CliRunner().invoke(hyperion, called, input=stdin)


def said(home: Path, *arguments: str, stdin: str | None = None) -> str:
    """What a call that succeeds prints, each row of spaces as one."""
    ran = run(home, *arguments, stdin=stdin)
    assert ran.exit_code == 0, ran.exception or ran.output
    return "\n".join(" ".join(line.split()) for line in ran.stdout.splitlines())


def document(home: Path, *arguments: str) -> dict[str, Any]:
    return json.loads(said(home, *arguments, "--json"))


def refusal(home: Path, *arguments: str) -> str:
    """What a call that is refused says."""
    error = run(home, *arguments).exception
    assert isinstance(error, UsageError), error
    return str(error)


def test_a_query_stands_in_place_of_a_question(home: Path) -> None:
    shown = said(home, "MATCH (f:File) RETURN f.path AS path, f.lines AS lines ORDER BY path")

    assert shown.splitlines()[:3] == ["path lines", "README.md 10", "docs/old.md"]
    assert shown.splitlines()[-1] == "10 rows"


def test_options_may_stand_on_both_sides_of_a_query(home: Path) -> None:
    query = "MATCH (f:File) WHERE f.lines = $lines RETURN f.path AS path"

    found = document(home, "--repository", "shop", "--param", "lines=30", query, "--timeout", "5")

    assert found == {"columns": ["path"], "rows": [["src/cart.py"]]}


def test_a_query_is_read_from_standard_input(home: Path) -> None:
    query = "MATCH (f:File {repository: $repository})\nRETURN count(f) AS files"
    assert said(home, "-", stdin=query) == "files\n10\n1 row"


@pytest.mark.parametrize(
    ("given", "where", "rows"),
    [
        ('paths=["src/db.py", "README.md"]', "f.path IN $paths", 2),
        ("path=src/db.py", "f.path = $path", 1),
        ('path="src/db.py"', "f.path = $path", 1),
        ("there=false", "f.at_head = $there", 2),
        ("share=0.5", "f.risk > $share", 1),
    ],
)
def test_parameters_are_json_or_text(home: Path, given: str, where: str, rows: int) -> None:
    query = f"MATCH (f:File) WHERE {where} RETURN f.path"
    assert len(document(home, query, "--param", given)["rows"]) == rows


def test_a_parameter_may_be_a_time(home: Path) -> None:
    query = "MATCH (c:Commit) WHERE c.time <= $at RETURN c.sha AS sha, c.time AS time ORDER BY time"

    found = document(home, query, "--param", "at=2026-01-03T01:00+01:00")

    assert found["rows"] == [["c1", day(1).isoformat()], ["c2", day(2).isoformat()]]


def test_nodes_edges_and_paths_are_shown_as_cypher_writes_them(home: Path) -> None:
    step = "(c:File {path: 'src/cart.py'})-[i:IMPORTS]->(m:File {path: 'src/money.py'})"

    shown = said(home, f"MATCH p = {step} RETURN c, i, p")

    cart, money = '(:File {path: "src/cart.py"})', '(:File {path: "src/money.py"})'
    imports = "[:IMPORTS {since: 2026-01-05 00:00:00, line: 2}]"
    unfolded = shown.replace("\n", "").replace(" ", "")
    for each in (cart, imports, f"{cart}-{imports}-{money}"):
        assert each.replace(" ", "") in unfolded


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("a b", "a b"),
        (True, "true"),
        (1.5, "1.5"),
        (["é", None, 2], '["é", null, 2]'),
        ({"a": day(0)}, "{a: 2026-01-01 00:00:00}"),
        ({"label": "Function", "key": "shop:a#f@1"}, '(:Function {key: "shop:a#f@1"})'),
        ({"type": "FIXES"}, "[:FIXES]"),
    ],
)
def test_values_are_shown_as_cypher_writes_them(value: object, shown: str) -> None:
    assert in_words(value) == shown


def test_json_has_times_in_isos_notation() -> None:
    assert json.loads(as_document({"at": day(0)})) == {"at": "2026-01-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["MATCH (f:File) RETURN f.path", "--param", "x"], "--param 'x': write NAME=VALUE"),
        (["MATCH (f:File) RETURN f.path", "--repository", "x"], "no repository named 'x'"),
        ([" "], "the query is empty"),
        (["knows", "shop", "money.py"], "did you mean src/money.py?"),
        (["orphans", "shop", "Zed"], "nobody named 'Zed' worked on shop"),
        (["dependents", "shop", "src/money.py", "--calls", "x"], "its functions are: add, round"),
        (
            ["dependents", "shop", "src/db.py", "--calls", "f", "--as-of", "2026-01-02"],
            "calls are known of HEAD alone",
        ),
    ],
)
def test_a_wrong_call_is_refused_with_what_is_wrong(
    home: Path, arguments: list[str], message: str
) -> None:
    assert message in refusal(home, *arguments)


@pytest.mark.parametrize("query", ["MATCH (f:File) DETACH DELETE f", "MATCH (f:Fil", "MATCH 1"])
def test_a_query_that_writes_or_is_none_is_refused(home: Path, query: str) -> None:
    assert refusal(home, query)
    assert document(home, "MATCH (f:File) RETURN count(f) AS files")["rows"] == [[10]]


def test_a_misspelt_question_is_no_query(home: Path) -> None:
    ran = run(home, "knwos", "shop", "README.md")
    assert ran.exit_code == 2
    assert "No such command 'knwos'" in ran.output


def test_a_time_that_is_none_is_refused(home: Path) -> None:
    ran = run(home, "islands", "shop", "--as-of", "yesterday")
    assert ran.exit_code == 2
    assert "'yesterday' is not a time such as 2024-05-31" in ran.output


def test_several_repositories_have_to_be_chosen_from(tmp_path: Path) -> None:
    for slug in ("one", "two"):
        open_home(tmp_path).catalogue.add(f"/srv/{slug}.git", slug)
    message = refusal(tmp_path, "MATCH (f:File) RETURN f.path")
    assert message == "say which graph with --repository; there are: one, two"


@pytest.mark.parametrize("arguments", [["islands", "one"], ["MATCH (f:File) RETURN f.path"]])
def test_a_repository_without_a_graph_says_how_to_get_one(
    tmp_path: Path, arguments: list[str]
) -> None:
    open_home(tmp_path).catalogue.add("/srv/one.git", "one")
    error = run(tmp_path, *arguments).exception
    assert isinstance(error, HyperionError)
    assert str(error) == "one has no graph yet: run `hyperion analyze one` first"


def test_a_home_without_repositories_says_how_to_get_one(tmp_path: Path) -> None:
    error = run(tmp_path, "MATCH (f:File) RETURN f.path").exception
    assert "no repository is analysed yet: run `hyperion analyze SOURCE` first" in str(error)


def test_it_is_said_who_knows_a_file(home: Path) -> None:
    assert said(home, "knows", "shop", "./src/money.py").splitlines() == [
        "shop: 1 person knows src/money.py; 0 of them are active.",
        "",
        "name email of its commits of its lines active last commit teams",
        "Bob O'Hara bob@example.com 50 % 60 % no 2026-01-05 payments",
        "",
        "team named by members",
        "payments CODEOWNERS 2",
    ]


def test_it_is_said_who_knew_a_file_at_a_time(home: Path) -> None:
    shown = said(home, "knows", "shop", "src/money.py", "--as-of", "2026-01-04")
    assert shown.startswith(
        "shop: 1 person knows src/money.py as of 2026-01-04 00:00; 1 of them is active.\n"
    )
    assert "Ann Ärgerlich ann@example.com 100 % yes" in shown


def test_a_file_that_is_gone_is_said_to_be(home: Path) -> None:
    shown = said(home, "knows", "shop", "src/price.py")
    assert shown == (
        "shop: 0 people know src/price.py; 0 of them are active. It is not there any more."
    )


def test_it_is_said_what_depends_on_a_file(home: Path) -> None:
    assert said(home, "dependents", "shop", "src/db.py", "-k", "2").splitlines() == [
        "shop: 4 files depend on src/db.py, 1 directly.",
        "",
        "path distance through",
        "src/money.py 1 src/db.py",
        "src/cart.py 2 src/money.py",
        "(and 2 more: -k says how many to list)",
    ]


def test_it_is_said_who_calls_a_function(home: Path) -> None:
    shown = said(home, "dependents", "shop", "src/money.py", "--calls", "round")
    assert "3 functions or files depend on round of src/money.py, 1 directly." in shown
    assert "src/cart.py Cart.total 4 1 50 %" in shown


def test_it_is_said_what_changes_with_a_file(home: Path) -> None:
    shown = said(home, "changes-with", "shop", "src/cart.py")
    assert "shop: 1 file changes with src/cart.py more often than by chance." in shown
    assert "src/money.py 3 75 % 100 % 0.001 2026-01-05" in shown


def test_it_is_said_how_a_file_came_to_be(home: Path) -> None:
    assert said(home, "history", "shop", "src/money.py", "-k", "1").splitlines() == [
        (
            "shop: 3 commits by 2 people made src/money.py, 2026-01-02 to 2026-01-05; 1 of them is "
            "a fix, 0 brought a fault that was mended later."
        ),
        "It was src/price.py until 2026-01-04.",
        "",
        "sha time authors subject path status added deleted fix faults brought",
        'c4 2026-01-05 Bob O\'Hara, Ann Ärgerlich Fix "total", closes #12 src/money.py M 1 1 yes 0',
        "(and 2 more: -k says how many to list)",
    ]


def test_it_is_said_what_lies_apart_and_what_goes_in_circles(home: Path) -> None:
    apart = said(home, "islands", "shop")
    circles = said(home, "cycles", "shop")
    assert "1 group lies apart from the largest, of 5 files, that imports tie together." in apart
    assert "2 tools/a.py, tools/b.py" in apart
    assert "2 groups of files import each other in circles, 4 files in all." in circles
    assert "src/db.py -> src/money.py -> src/db.py" in circles


def test_it_is_said_which_files_belong_together_and_which_lie_in_the_middle(home: Path) -> None:
    together = said(home, "communities", "shop")
    central = said(home, "central", "shop", "-k", "1")
    assert "1 community of 3 files or more" in together
    assert "a modularity of 0.29" in together
    assert "src/money.py 0.4 9 90 %" in central
    assert "src/db.py" not in central


def test_it_is_said_what_a_leaving_would_orphan(home: Path) -> None:
    gone = said(home, "orphans", "shop", "bob")
    active = said(home, "orphans", "shop", "ann")
    assert "Bob O'Hara has not committed for 180 days: 2 source files that they know" in gone
    assert "if Ann Ärgerlich left, nobody active would know 2 source files any more." in active
    assert "A person knows a file who wrote at least 1 line in 10 of it" in gone


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["knows", "shop", "src/db.py"], ["repository", "path", "as_of", "people", "teams"]),
        (["history", "shop", "src/db.py"], ["repository", "path", "former_paths", "commits"]),
        (["islands", "shop"], ["repository", "as_of", "largest", "islands"]),
        (["cycles", "shop"], ["repository", "as_of", "cycles"]),
        (["communities", "shop"], ["repository", "modularity", "communities"]),
        (["central", "shop"], ["repository", "files"]),
        (["orphans", "shop", "bob"], ["repository", "person_id", "person_name", "orphans"]),
        (["changes-with", "shop", "src/db.py"], ["repository", "path", "files"]),
    ],
)
def test_questions_answer_in_json(home: Path, arguments: list[str], names: list[str]) -> None:
    answer = document(home, *arguments)
    assert list(answer) == names
    assert answer["repository"] == "shop"


def test_json_has_all_rows_unless_told_otherwise(home: Path) -> None:
    all_of_them = document(home, "dependents", "shop", "src/db.py")
    assert [each["distance"] for each in all_of_them["dependents"]] == [1, 2, 3, 3]
    two = document(home, "dependents", "shop", "src/db.py", "-k", "2", "--as-of", "2026-01-04")
    assert len(two["dependents"]) == 2
    assert two["as_of"] == "2026-01-04T00:00:00+00:00"
