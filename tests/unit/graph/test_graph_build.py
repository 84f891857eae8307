"""The whole graph of the sample repository, and what is true of every graph."""

import inspect
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.graph.build import (
    EDGE_BUILDERS,
    NODE_BUILDERS,
    SHARED_BUILDERS,
    build_graph,
    tables_read,
)
from hyperion_pipelines.graph.build import (
    GIVEN as GIVEN_NAMES,
)
from hyperion_pipelines.graph.schema import (
    EDGE_KINDS,
    NODES,
    EdgeKind,
    Graph,
    edge_schema,
    node_schema,
)
from hyperion_pipelines.graph.version import graph_counts, graph_version
from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.schemas import CALLS, FUNCTIONS, GRAPH_COUNTS, TABLES
from tests.histories import commit_of, git, write_history
from tests.unit.graph.graph_tables import (
    GIVEN,
    Tables,
    all_tables,
    history_tables,
    read_from,
)

SLUG = "shop"
# Of the same two nodes: stretches of time, lines of an import, renames there and back again.
MAY_BE_PARALLEL = {"CONTAINS", "IMPORTS", "OWNED", "RENAMED_TO"}
CODEOWNERS = "* @shop/everybody\n"


def graph_of(tables: Tables) -> Graph:
    given = {**GIVEN, "codeowners": CODEOWNERS}
    return build_graph(SLUG, lambda table: read_from(tables, table), given)


def edges_of(graph: Graph, edge_type: str, target: str) -> pl.DataFrame:
    """The edges of a type to one label, from whatever label, without the slug."""
    frames = [
        rows
        for kind, rows in graph.edges.items()
        if (kind.type, kind.target) == (edge_type, target)
    ]
    ends = pl.col("source", "target").str.strip_prefix(f"{SLUG}:")
    return pl.concat(frames).with_columns(ends)


def as_of(edges: pl.DataFrame, time: datetime) -> pl.DataFrame:
    """Those of *edges* that there were at *time*."""
    since, until = pl.col("since"), pl.col("until")
    return edges.filter(since.is_null() | (since <= time), until.is_null() | (until > time))


@pytest.fixture(scope="module")
def git_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_repository(tmp_path_factory.mktemp("sample")).git_dir


@pytest.fixture(scope="module")
def tables(git_dir: Path) -> Mapping[str, pl.DataFrame]:
    return all_tables(git_dir)


@pytest.fixture(scope="module")
def graph(tables: Mapping[str, pl.DataFrame]) -> Graph:
    return graph_of(tables)


def test_every_label_and_kind_has_its_builder() -> None:
    assert tuple(NODE_BUILDERS) == tuple(NODES)
    assert tuple(EDGE_BUILDERS) == EDGE_KINDS


def test_every_parameter_of_a_builder_can_be_given() -> None:
    builders = [*NODE_BUILDERS.values(), *EDGE_BUILDERS.values(), *SHARED_BUILDERS.values()]
    named = {name for builder in builders for name in inspect.signature(builder).parameters}
    assert named <= {*TABLES, *SHARED_BUILDERS, *GIVEN_NAMES}
    assert tables_read() <= set(TABLES)
    assert not tables_read() & {*SHARED_BUILDERS, *GIVEN_NAMES}


def test_all_frames_have_the_columns_of_their_schema(graph: Graph) -> None:
    for label, nodes in graph.nodes.items():
        assert nodes.schema == node_schema(label), label
    for kind, edges in graph.edges.items():
        assert edges.schema == edge_schema(kind.type), kind


def test_keys_are_unique_and_begin_with_the_slug(graph: Graph) -> None:
    assert graph.nodes["Repository"]["key"].to_list() == [SLUG]
    for label, nodes in graph.nodes.items():
        assert nodes["key"].is_unique().all(), label
        assert label == "Repository" or nodes["key"].str.starts_with(f"{SLUG}:").all()
        assert (nodes["repository"] == SLUG).all()


def test_the_sample_has_nodes_of_all_labels_and_edges_of_all_types(graph: Graph) -> None:
    assert [label for label, nodes in graph.nodes.items() if nodes.is_empty()] == []
    found = {kind.type for kind, edges in graph.edges.items() if not edges.is_empty()}
    # Its one team is named in CODEOWNERS, which says nothing of its members.
    assert {kind.type for kind in EDGE_KINDS} - found == {"MEMBER_OF"}


def test_every_edge_of_the_sample_goes_from_a_node_to_a_node(
    tables: Tables, graph: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "hyperion_pipelines.graph"):
        graph_of(tables)
    assert caplog.messages == []
    for kind, edges in graph.edges.items():
        for end, label in (("source", kind.source), ("target", kind.target)):
            assert edges.join(
                graph.nodes[label], left_on=end, right_on="key", how="anti"
            ).is_empty()


def test_stretches_of_the_same_two_nodes_do_not_overlap(graph: Graph) -> None:
    for kind, edges in graph.edges.items():
        if "until" not in edges.columns:
            continue
        assert edges.filter(pl.col("since") > pl.col("until")).is_empty(), kind
        ordered = edges.sort("source", "target", "since")
        ended = pl.col("until").shift().over("source", "target")
        is_later = pl.int_range(pl.len()).over("source", "target") > 0
        overlap = is_later & (
            ended.is_null() | pl.col("since").is_null() | (pl.col("since") < ended)
        )
        assert ordered.filter(overlap).is_empty(), kind


def test_two_nodes_have_one_edge_of_a_type_unless_it_tells_of_times_or_lines(graph: Graph) -> None:
    """What queries may then rely on is said in docs/graph.md."""
    parallel = {
        kind.type
        for kind, edges in graph.edges.items()
        if edges.select("source", "target").is_duplicated().any()
    }
    assert parallel <= MAY_BE_PARALLEL
    assert {"OWNED"} <= parallel


def test_files_of_the_past_are_those_that_git_lists_but_for_open_branches(
    git_dir: Path, graph: Graph
) -> None:
    """What a branch adds or takes away counts from its commit on, in git once that is merged.

    Compared at every tenth commit of the main line: half of them and more have no difference.
    """
    contains = edges_of(graph, "CONTAINS", "File")
    line = git(git_dir, "log", "--first-parent", "--format=%H %ct").decode().splitlines()
    exact: list[bool] = []
    for entry in line[::10]:
        sha, seconds = entry.split()
        time = datetime.fromtimestamp(int(seconds), UTC)
        listed = git(git_dir, "ls-tree", "-r", "-z", "--name-only", sha).decode().split("\0")[:-1]
        differing = set(as_of(contains, time)["target"]) ^ set(listed)
        waiting = ("log", "--format=", "--name-only", "--no-renames", f"--until={seconds}")
        in_branches = git(git_dir, *waiting, f"{sha}..HEAD").decode().splitlines()
        assert differing <= set(in_branches), sha
        exact.append(not differing)
    assert sum(exact) >= len(exact) / 2


STEPS: tuple[dict[str, str | None], ...] = (
    {"shop.py": "import cart\n" * 5, "lib/cart.py": "total = 0\n" * 5},
    {"lib/cart.py": None, "basket.py": "total = 0\n" * 5},
    {"shop.py": None, "docs/guide.md": "# Guide\n"},
    {"shop.py": "import basket\n" * 5},
)


def test_a_longer_history_changes_nothing_of_the_graph_as_it_was(tmp_path: Path) -> None:
    """What held at the time of a commit is what the graph of the history up to it holds now."""
    history = [commit_of(files, hours=hour) for hour, files in enumerate(STEPS)]
    write_history(tmp_path / "whole.git", history)
    whole = graph_of(history_tables(tmp_path / "whole.git"))
    for length in range(1, len(history)):
        folder = tmp_path / f"{length}.git"
        write_history(folder, history[:length])
        until_then = graph_of(history_tables(folder))
        time = until_then.nodes["Repository"]["head_time"].item()
        for label in ("Directory", "File"):
            before, now = (edges_of(each, "CONTAINS", label) for each in (whole, until_then))
            ends = ("source", "target")
            assert_frame_equal(
                as_of(before, time).select(*ends, "since").sort(ends),
                as_of(now, time).select(*ends, "since").sort(ends),
            )
        renames = edges_of(whole, "RENAMED_TO", "File").filter(pl.col("since") <= time)
        assert_frame_equal(renames, edges_of(until_then, "RENAMED_TO", "File"))


def test_an_edge_to_what_is_no_node_is_left_out_and_said(caplog: pytest.LogCaptureFixture) -> None:
    function = {"path": "a.py", "name": "pay", "qualified_name": "pay", "start_line": 1}
    calls = [
        {"from_path": "a.py", "from_function": "pay", "from_line": 1, "calls": 1}
        | {"to_path": "a.py", "to_function": called, "to_line": 1, "confidence": 1.0}
        for called in ("pay", "gone")
    ]
    known = {"functions": pl.DataFrame([function], FUNCTIONS), "calls": pl.DataFrame(calls, CALLS)}
    kind = EdgeKind("CALLS", "Function", "Function")
    with caplog.at_level(logging.WARNING, "hyperion_pipelines.graph"):
        found = graph_of(known).edges[kind]
    assert found.select("source", "target").rows() == [("shop:a.py#pay@1", "shop:a.py#pay@1")]
    assert any(f"1 edges {kind}" in message for message in caplog.messages)


def test_a_repository_without_anything_is_one_node() -> None:
    graph = build_graph(SLUG, lambda table: TABLES[table].to_frame(), GIVEN)
    assert [label for label, nodes in graph.nodes.items() if nodes.height] == ["Repository"]
    assert all(edges.is_empty() for edges in graph.edges.values())


def test_counts_name_every_label_and_kind(graph: Graph) -> None:
    counts = graph_counts(graph, "v1")
    assert counts.schema == {
        name: kind for name, kind in GRAPH_COUNTS.items() if name != "repository"
    }
    assert counts.filter(name="Commit").rows() == [
        ("v1", "node", "Commit", None, None, graph.nodes["Commit"].height)
    ]
    kind = EdgeKind("CONTAINS", "Directory", "File")
    assert counts.filter(source="Directory", target="File").rows() == [
        ("v1", "edge", *kind, graph.edges[kind].height)
    ]
    assert counts.height == len(NODES) + len(EDGE_KINDS)


_VERSION_OF_NOTHING = """
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.graph.build import build_graph
from hyperion_pipelines.graph.teams.teams_file import NO_TEAMS
from hyperion_pipelines.graph.version import graph_version
from hyperion_pipelines.schemas import TABLES
given = {"filters": read_filters(), "teams": NO_TEAMS, "codeowners": None, "issues": None}
print(graph_version(build_graph("shop", lambda table: TABLES[table].to_frame(), given)), end="")
"""


def test_the_version_is_the_same_in_every_process() -> None:
    here = graph_version(build_graph(SLUG, lambda table: TABLES[table].to_frame(), GIVEN))
    there = subprocess.run(
        [sys.executable, "-c", _VERSION_OF_NOTHING], check=True, capture_output=True, text=True
    )
    assert there.stdout == here
    assert len(here) == 16


def test_the_same_tables_in_another_order_make_the_same_version(
    tables: Tables, graph: Graph
) -> None:
    turned = {name: rows.reverse() for name, rows in tables.items()}
    assert graph_version(graph_of(turned)) == graph_version(graph)


def test_a_graph_that_differs_in_one_value_has_another_version(graph: Graph) -> None:
    nodes = graph.nodes["Repository"].with_columns(head_sha=pl.lit("other"))
    other = Graph({**graph.nodes, "Repository": nodes}, graph.edges)
    assert graph_version(other) != graph_version(graph)
