"""What the questions find in a graph that can be read by eye (`tests.graphs.small_graph`).

Every behaviour is that of both forms of the store.
"""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import pairwise

import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions.central_files import central_files
from hyperion_pipelines.graph.questions.co_changes import changes_with
from hyperion_pipelines.graph.questions.communities import communities
from hyperion_pipelines.graph.questions.cycles import cycles
from hyperion_pipelines.graph.questions.dependents import callers, dependents
from hyperion_pipelines.graph.questions.history import history
from hyperion_pipelines.graph.questions.islands import islands
from hyperion_pipelines.graph.questions.knowers import knowers, owning_teams
from hyperion_pipelines.graph.questions.orphans import known_person, orphans
from hyperion_pipelines.graph.questions.paths import Stretch, known_file, lineage
from hyperion_pipelines.graph.questions.repository_graph import RepositoryGraph
from hyperion_pipelines.stores.graph import GraphStore
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs
from hyperion_pipelines.stores.neo4j_graph import Neo4jGraphs
from tests.graphs import day, graph_of, small_graph

Rows = Sequence[Mapping[str, object]]
Made = Callable[[Mapping[str, Rows], Mapping[tuple[str, str, str], Rows]], RepositoryGraph]


@pytest.fixture(scope="module", params=["embedded", "neo4j"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphStore]:
    """A store of either form."""
    if request.param == "embedded":
        yield LadybugGraphs(tmp_path_factory.mktemp("graphs"))
    else:
        with closing(Neo4jGraphs(request.getfixturevalue("neo4j_url"))) as graphs:
            yield graphs


@pytest.fixture(scope="module")
def shop(store: GraphStore) -> Iterator[RepositoryGraph]:
    """The small graph; another repository's lies beside it."""
    slugs = [f"shop-{uuid.uuid4().hex}" for _ in range(2)]
    for slug in slugs:
        store.load(slug, "1", small_graph(slug))
    yield RepositoryGraph(store, slugs[0])
    for slug in slugs:
        store.remove(slug)


@pytest.fixture
def made(store: GraphStore) -> Iterator[Made]:
    """Load a graph of these nodes and edges, and hand it out."""
    slug = f"made-{uuid.uuid4().hex}"

    def load(
        nodes: Mapping[str, Rows], edges: Mapping[tuple[str, str, str], Rows]
    ) -> RepositoryGraph:
        store.load(slug, "1", graph_of(slug, nodes, edges))
        return RepositoryGraph(store, slug)

    yield load
    store.remove(slug)


def files(*paths: str, **known: object) -> Rows:
    return [{"key": path, "path": path, "at_head": True, **known} for path in paths]


def edges(*pairs: str, **known: object) -> Rows:
    """Edges between what is named on both sides of an arrow."""
    ends = [pair.split(" -> ") for pair in pairs]
    return [{"source": source, "target": target, **known} for source, target in ends]


IMPORTS = ("IMPORTS", "File", "File")


def test_people_are_those_of_the_present_with_what_they_did(shop: RepositoryGraph) -> None:
    assert knowers(shop, "src/cart.py").rows() == [
        ("Ann Ärgerlich", "ann@example.com", 0.5, 0.9, True, day(4), ["payments"]),
        ("Bob O'Hara", "bob@example.com", 0.5, 0.1, False, day(4), ["payments"]),
    ]


def test_people_of_a_time_are_those_who_had_made_commits_by_then(shop: RepositoryGraph) -> None:
    assert knowers(shop, "src/cart.py", day(3)).rows() == [
        ("Ann Ärgerlich", "ann@example.com", 0.5, None, True, day(2), ["payments"])
    ]
    assert knowers(shop, "src/cart.py", day(1)).is_empty()


def test_what_was_known_ends_when_it_ends(shop: RepositoryGraph) -> None:
    by_day = {at: knowers(shop, "src/money.py", day(at))["name"].to_list() for at in (3, 4)}
    assert by_day == {3: ["Ann Ärgerlich"], 4: ["Bob O'Hara"]}


def test_a_file_is_known_under_the_path_that_it_had_then(made: Made) -> None:
    people = [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]
    graph = made(
        {"File": files("old.py", "new.py"), "Person": people},
        {
            ("RENAMED_TO", "File", "File"): edges("old.py -> new.py", since=day(5), sha="r"),
            ("OWNED", "Person", "File"): edges(
                "a -> old.py", since=day(1), until=day(5), share=1.0
            ),
            ("OWNS", "Person", "File"): [
                *edges("a -> new.py", since=day(5), share=0.6),
                *edges("b -> old.py", since=day(9), share=1.0),  # another file of that path
            ],
        },
    )
    assert knowers(graph, "new.py", day(2))["share"].to_list() == [1.0]
    assert knowers(graph, "new.py", day(5))["share"].to_list() == [0.6]
    assert knowers(graph, "new.py")["name"].to_list() == ["A"]


def test_teams_are_those_that_are_named_as_owners(shop: RepositoryGraph) -> None:
    assert owning_teams(shop, "src/money.py").rows() == [("payments", "CODEOWNERS", 2)]
    assert owning_teams(shop, "src/cart.py").is_empty()


def test_they_are_found_through_others_with_their_distance(shop: RepositoryGraph) -> None:
    assert dependents(shop, "src/db.py").rows() == [
        ("src/money.py", 1, "src/db.py"),
        ("src/cart.py", 2, "src/money.py"),
        ("src/app.py", 3, "src/cart.py"),
        ("tests/test_cart.py", 3, "src/cart.py"),
    ]


def test_those_of_a_time_are_found_over_the_imports_of_then(shop: RepositoryGraph) -> None:
    assert dependents(shop, "src/db.py", day(3)).rows() == [
        ("src/cart.py", 1, "src/db.py"),
        ("src/money.py", 1, "src/db.py"),
        ("src/app.py", 2, "src/cart.py"),
        ("tests/test_cart.py", 2, "src/cart.py"),
    ]


def test_no_chain_is_too_long(made: Made) -> None:
    """Recursive patterns end at 30 steps in the embedded form."""
    paths = [f"{number:03}.py" for number in range(100)]
    chain = [f"{source} -> {target}" for source, target in pairwise(paths)]
    graph = made({"File": files(*paths)}, {IMPORTS: edges(*chain)})

    found = dependents(graph, "099.py")

    assert found.row(-1) == ("000.py", 99, "001.py")


def test_nothing_depends_on_a_file_that_nothing_imports(shop: RepositoryGraph) -> None:
    assert dependents(shop, "README.md").is_empty()


def test_callers_are_as_sure_as_the_calls_on_the_way(shop: RepositoryGraph) -> None:
    assert callers(shop, "src/money.py", "add").rows() == [
        ("src/cart.py", "Cart.total", 4, 1, pytest.approx(0.9)),
        ("src/app.py", "main", 5, 2, pytest.approx(0.9)),
        ("src/app.py", None, None, 3, pytest.approx(0.9)),
    ]


def test_callers_are_found_by_the_surest_way_and_the_shortest(made: Made) -> None:
    names = ("f", "g", "h")
    functions = [{"key": name, "path": "a.py", "qualified_name": name} for name in names]
    graph = made(
        {"File": files("a.py"), "Function": functions},
        {
            ("DEFINES", "File", "Function"): edges(*(f"a.py -> {name}" for name in names)),
            ("CALLS", "Function", "Function"): [
                *edges("h -> f", confidence=0.1),
                *edges("h -> g", "f -> f", "f -> g", confidence=0.8),
                *edges("g -> f", confidence=0.5),
            ],
        },
    )
    assert callers(graph, "a.py", "f").select("name", "distance", "confidence").rows() == [
        ("g", 1, pytest.approx(0.5)),
        ("h", 1, pytest.approx(0.4)),
    ]


def test_an_unknown_function_is_refused_with_those_there_are(shop: RepositoryGraph) -> None:
    with pytest.raises(UsageError, match="no function 'sum'; its functions are: add, round"):
        callers(shop, "src/money.py", "sum")


def test_what_changes_with_a_file_is_found_from_both_sides(shop: RepositoryGraph) -> None:
    common = (0.001, day(4))
    assert changes_with(shop, "src/cart.py").rows() == [("src/money.py", 3, 0.75, 1.0, *common)]
    assert changes_with(shop, "src/money.py").rows() == [("src/cart.py", 3, 1.0, 0.75, *common)]


def test_it_goes_back_through_renames(shop: RepositoryGraph) -> None:
    columns = ("sha", "time", "path", "status", "authors", "is_fix")
    assert history(shop, "src/money.py").select(columns).rows() == [
        ("c4", day(4), "src/money.py", "M", ["Bob O'Hara", "Ann Ärgerlich"], True),
        ("c3", day(3), "src/money.py", "R", ["Bob O'Hara"], False),
        ("c1", day(1), "src/price.py", "A", ["Ann Ärgerlich"], False),
    ]


def test_it_counts_the_faults_that_a_commit_brought(shop: RepositoryGraph) -> None:
    assert history(shop, "src/cart.py").select("sha", "faults").rows() == [("c4", 0), ("c2", 1)]


def test_a_fix_that_did_not_change_the_file_mended_no_fault_of_it(shop: RepositoryGraph) -> None:
    """The fix of what c2 brought changed `src/cart.py`; `src/app.py` it left alone."""
    assert history(shop, "src/app.py").select("sha", "faults").rows() == [("c2", 0), ("c1", 0)]


def test_it_leaves_out_what_another_file_of_the_same_path_went_through(made: Made) -> None:
    """`b` was `a` until day 3; another `b` came before, another `a` after."""
    shas = ("other b", "a", "late a", "b", "other a", "other a again", "branch")
    days = (1, 2, 4, 3, 5, 6, 3)
    commits = [
        {"key": sha, "sha": sha, "time": day(at), "is_on_head": sha != "branch"}
        for sha, at in zip(shas, days, strict=True)
    ]
    graph = made(
        {"File": files("a", "b"), "Commit": commits},
        {
            ("RENAMED_TO", "File", "File"): edges("a -> b", since=day(3), sha="b"),
            ("MODIFIES", "Commit", "File"): [
                *edges("other b -> b", "a -> a", "other a -> a", status="A"),
                *edges("late a -> a", "other a again -> a", "branch -> a", status="M"),
                *edges("b -> b", status="R"),
            ],
        },
    )
    assert history(graph, "b")["sha"].to_list() == ["late a", "b", "a"]


def test_paths_that_were_swapped_are_each_followed_to_the_other(made: Made) -> None:
    swaps = edges("a -> b", "b -> a", since=day(3), sha="s")
    graph = made({"File": files("a", "b")}, {("RENAMED_TO", "File", "File"): swaps})

    assert lineage(graph, "a") == [Stretch("a", day(3), None), Stretch("b", None, day(3))]


def test_a_chain_of_renames_of_one_second_is_followed(made: Made) -> None:
    renames = [
        *edges("a -> b", since=day(3), sha="1"),
        *edges("b -> c", since=day(3), sha="2"),
    ]
    graph = made({"File": files("a", "b", "c")}, {("RENAMED_TO", "File", "File"): renames})

    assert [stretch.path for stretch in lineage(graph, "c")] == ["c", "b", "a"]


def test_islands_lie_beside_the_largest_part(shop: RepositoryGraph) -> None:
    found = islands(shop)
    assert found.mainland == 5
    assert found.islands.rows() == [(2, ["tools/a.py", "tools/b.py"])]


def test_parts_of_the_past_are_those_of_the_imports_of_then(shop: RepositoryGraph) -> None:
    """Before day 2 nothing imports the cart; imports without a beginning hold for ever."""
    found = islands(shop, day(1))
    assert found.mainland == 2
    assert found.islands["paths"].to_list() == [["tools/a.py", "tools/b.py"]]


def test_cycles_have_a_smallest_circle(made: Made) -> None:
    """In the part of four, the circle of three is the smallest; a file may import itself."""
    circle = ("b -> d", "d -> c", "c -> b", "a -> b", "c -> a")
    pairs = (*circle, "x -> y", "y -> x", "z -> z", "x -> z")
    graph = made({"File": files(*"abcdxyz")}, {IMPORTS: edges(*pairs)})

    assert cycles(graph).rows() == [
        (4, ["b", "d", "c"], ["a", "b", "c", "d"]),
        (2, ["x", "y"], ["x", "y"]),
    ]


def test_a_repository_without_imports_has_no_parts(made: Made) -> None:
    graph = made({"File": files("a.py")}, {})
    assert islands(graph).mainland == 0
    assert cycles(graph).is_empty()
    assert communities(graph).communities.is_empty()


def test_communities_are_tied_by_imports_and_changes_and_named_by_directory(made: Made) -> None:
    """Two triangles, one of imports and one of changes, with a weak tie between them."""
    triangle = ("db/x.sql -> db/y.sql", "db/y.sql -> db/z.sql", "db/x.sql -> db/z.sql")
    graph = made(
        {"File": files("web/a.js", "web/b.js", "top.js", "db/x.sql", "db/y.sql", "db/z.sql")},
        {
            IMPORTS: edges("web/a.js -> web/b.js", "web/b.js -> top.js", "top.js -> web/a.js"),
            ("CO_CHANGES", "File", "File"): [
                *edges(*triangle, confidence=1.0, reverse_confidence=0.8),
                *edges("db/x.sql -> web/a.js", confidence=0.1, reverse_confidence=0.1),
            ],
        },
    )

    found = communities(graph)

    # Ties weigh 3 and 2.7 inside the communities, 0.1 between them: 5.8 in all.
    inside = (3 + 2.7) / 5.8
    by_chance = ((6.1 / 11.6) ** 2) + ((5.5 / 11.6) ** 2)
    assert found.modularity == pytest.approx(inside - by_chance)
    assert found.communities.rows() == [
        ("db", 3, 3, ["db/x.sql", "db/y.sql", "db/z.sql"]),
        ("web", 3, 2, ["top.js", "web/a.js", "web/b.js"]),
    ]


def test_central_files_are_those_of_the_greatest_centrality(shop: RepositoryGraph) -> None:
    assert central_files(shop, 2).rows() == [
        ("src/money.py", 0.4, 9, 90.0),
        ("src/db.py", 0.3, 25, 60.0),
    ]


def test_they_are_the_files_that_no_other_active_person_knows(shop: RepositoryGraph) -> None:
    """Ann, who is active, knows the cart; Bob alone knows the others."""
    found = orphans(shop, known_person(shop, "Bob O'Hara"))
    assert found.select("path", "share", "line_share").rows() == [
        ("src/db.py", 1.0, 1.0),
        ("src/money.py", 0.5, 0.6),
    ]


@pytest.mark.parametrize(
    ("knows", "other"),
    [
        (True, {"share": 0.01, "line_share": 0.1}),
        (True, {"share": 0.05, "line_share": 0.0}),
        (True, {"share": 0.5}),
        (False, {"share": 0.049, "line_share": 0.099}),
    ],
)
def test_another_knows_by_lines_or_by_commits(
    made: Made, other: Mapping[str, object], *, knows: bool
) -> None:
    assert orphaned(made, other) == ([] if knows else ["a.py"])


def test_a_twentieth_of_few_commits_is_no_knowledge(made: Made) -> None:
    """4 of 40 commits, where five make a sign."""
    other = {"share": 0.1, "line_share": 0.0}
    assert orphaned(made, other, commits=40) == ["a.py"]


@pytest.mark.parametrize(
    "not_asked", [{"language": "JSON"}, {"is_generated": True}, {"is_vendored": True}]
)
def test_only_own_source_is_asked_about(made: Made, not_asked: dict[str, object]) -> None:
    assert orphaned(made, {"share": 0.01}, **not_asked) == []


@pytest.mark.parametrize("text", ["BOB", "bob@Example.com", "bob o'hara", "hara"])
def test_a_person_is_known_by_id_address_name_or_part_of_it(
    shop: RepositoryGraph, text: str
) -> None:
    assert known_person(shop, text).name == "Bob O'Hara"


def test_several_who_may_be_meant_are_named(shop: RepositoryGraph) -> None:
    message = (
        "2 people may be meant by 'b': Bob O'Hara <bob@example.com>, 2 commits; "
        "release-bot <bot@example.com>, 1 commit: give an e-mail address"
    )
    with pytest.raises(UsageError, match=re.escape(message)):
        known_person(shop, "b")


def test_nobody_is_said_with_who_is_written_alike(shop: RepositoryGraph) -> None:
    with pytest.raises(UsageError, match=r"nobody named 'Bob Ohara' .*; did you mean Bob O'Hara\?"):
        known_person(shop, "Bob Ohara")


def orphaned(made: Made, other: Mapping[str, object], **known: object) -> list[str]:
    """What the leaving of one who owns `a.py` orphans, where another active one owns that much."""
    about = {"language": "Python", "is_generated": False, "is_vendored": False, "commits": 100}
    person = {"is_active": True, "is_bot": False, "commits": 1}
    people = [{"key": key, "person_id": key, "name": key, "email": key, **person} for key in "xy"]
    graph = made(
        {"File": files("a.py", **{**about, **known}), "Person": people},
        {
            ("OWNS", "Person", "File"): [
                *edges("x -> a.py", share=0.9, line_share=0.9),
                *edges("y -> a.py", **other),
            ],
            ("OWNED", "Person", "File"): edges("y -> a.py", since=day(1), until=day(3), share=1.0),
        },
    )
    return orphans(graph, known_person(graph, "x"))["path"].to_list()


def test_a_file_of_the_past_is_known_as_such(shop: RepositoryGraph) -> None:
    assert known_file(shop, "src/cart.py").is_there
    assert not known_file(shop, "src/price.py").is_there


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("money.py", "did you mean src/money.py?"),
        ("lib/money.py", "did you mean src/money.py?"),
        ("src/mony.py", "did you mean src/money.py"),
        ("src", "it is a directory: name a file of it, such as src/app.py"),
        ("zzz", "paths begin at the root"),
    ],
)
def test_an_unknown_one_is_refused_with_what_may_be_meant(
    shop: RepositoryGraph, path: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(f"has no file '{path}', nor ever had")) as e:
        known_file(shop, path)
    assert hint in str(e.value)
