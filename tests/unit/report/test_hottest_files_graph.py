"""The picture of what holds the hottest files together: its files, edges, words and order."""

import json
import re

import polars as pl
import pytest

from hyperion_pipelines.graph.neighbourhood import EDGES, NODES, FilesGraph, hottest_files_graph
from hyperion_pipelines.report.page.connections import connections_view, ring
from hyperion_pipelines.report.page.data import FILES, PageData, page_data
from hyperion_pipelines.report.page.render import render_page
from tests.unit.insights.profile_tables import rows, tree
from tests.unit.report.connected_files import imports, pair, pairs, scored
from tests.unit.report.profiles import redis_profile

SHOP = scored({"shop/cart.py": 90, "shop/price.py": 50, "web/page.py": 20, "web/menu.py": 10})


def shown(graph: FilesGraph) -> list[tuple[str, str, bool]]:
    return graph.edges.select("source", "target", "is_import").rows()


def test_the_hottest_files_are_nodes_and_the_others_are_counted() -> None:
    graph = hottest_files_graph(SHOP, imports(), pairs(), most_files=2)
    assert graph.nodes.schema == NODES
    assert graph.nodes.rows() == [
        ("shop/cart.py", "shop", 90.0, 1),
        ("shop/price.py", "shop", 50.0, 1),
    ]
    assert (graph.hotspots, graph.connections) == (4, 0)


def test_an_edge_joins_two_nodes_once_and_never_a_file_with_itself() -> None:
    """What is imported twice, from outside, or by a file that is no hotspot makes no more edges."""
    twice = ("shop/cart.py", "shop/price.py")
    odd = [("shop/cart.py", "shop/cart.py"), ("shop/cart.py", None), ("cold.py", "shop/cart.py")]
    graph = hottest_files_graph(
        SHOP, imports(twice, twice, *odd), pairs(pair("shop/cart.py", "cold.py"))
    )
    assert graph.edges.schema == EDGES
    assert shown(graph) == [("shop/cart.py", "shop/price.py", True)]


def test_files_that_import_each_other_say_how_often_they_change_together_and_are_no_surprise() -> (
    None
):
    graph = hottest_files_graph(
        SHOP,
        imports(("shop/cart.py", "shop/price.py"), ("web/page.py", "web/menu.py")),
        pairs(pair("shop/price.py", "shop/cart.py", support=12)),
    )
    assert graph.edges.select("source", "support", "confidence", "is_surprising").rows() == [
        ("shop/cart.py", 12, 0.5, False),
        ("web/page.py", None, None, False),
    ]


@pytest.mark.parametrize(
    ("doubt", "is_surprising"),
    [
        ({}, True),
        ({"support": 5, "confidence": 0.3, "lift": 5.0}, True),
        ({"support": 4}, False),
        ({"confidence": 0.29}, False),
        ({"lift": 4.9}, False),
    ],
)
def test_a_pair_without_an_import_is_surprising_if_often_mostly_and_not_by_chance(
    doubt: dict[str, float], is_surprising: bool
) -> None:
    found = pairs({**pair("web/page.py", "shop/cart.py"), **doubt})
    graph = hottest_files_graph(SHOP, imports(), found)
    assert graph.edges["is_surprising"].to_list() == [is_surprising]


def test_of_many_edges_each_kind_keeps_its_strongest_and_none_takes_the_other_s_room() -> None:
    edges = [("shop/cart.py", "shop/price.py"), ("web/page.py", "web/menu.py")]
    found = [
        pair("shop/cart.py", "web/page.py", support=4),
        pair("shop/price.py", "web/page.py", support=8),
        pair("shop/price.py", "web/menu.py", support=6),
    ]
    two = hottest_files_graph(SHOP, imports(*edges), pairs(*found), most_edges=2)
    assert shown(two) == [
        ("shop/price.py", "web/page.py", False),
        ("shop/cart.py", "shop/price.py", True),
    ]
    assert two.connections == 5
    alone = hottest_files_graph(SHOP, imports(), pairs(*found), most_edges=2)
    assert [source for source, *_ in shown(alone)] == ["shop/price.py", "shop/price.py"]


def test_the_same_tables_in_another_order_make_the_same_graph() -> None:
    edges = imports(("shop/cart.py", "shop/price.py"), ("shop/cart.py", "web/page.py"))
    found = pairs(pair("web/page.py", "web/menu.py"), pair("shop/cart.py", "web/menu.py"))
    graph = hottest_files_graph(SHOP, edges, found)
    turned = hottest_files_graph(SHOP.reverse(), edges.reverse(), found.reverse())
    assert turned.nodes.equals(graph.nodes)
    assert turned.edges.equals(graph.edges)


def test_the_ring_goes_by_area_the_largest_first() -> None:
    files = scored({"b/1.py": 5, "a/1.py": 1, "b/2.py": 9, "c.py": 4})
    order = ring(hottest_files_graph(files, imports(), pairs()))
    assert order["path"].to_list() == ["b/1.py", "b/2.py", "c.py", "a/1.py"]


def test_the_finding_counts_what_is_drawn_and_what_is_left_out() -> None:
    found = pairs(
        pair("web/page.py", "shop/cart.py", support=40),
        pair("shop/price.py", "web/page.py", support=4),
    )
    edges = imports(("shop/cart.py", "shop/price.py"))
    graph = hottest_files_graph(SHOP, edges, found, most_files=3, most_edges=2)
    view = connections_view(graph)
    assert view.headlines[0].sentence == (
        "The 3 hottest of 4 hotspots and 2 of 3 connections between them are drawn: one import and "
        "one pair that changes together without one. One pair is a surprise: `web/page.py` and "
        "`shop/cart.py` changed together in 40 commits."
    )
    assert [row["connection"] for row in view.rows] == ["changes with", "imports"]


def test_nothing_to_join_is_said_in_a_sentence_and_not_drawn() -> None:
    def said(files: pl.DataFrame) -> str:
        graph = hottest_files_graph(files, imports(), pairs())
        page = render_page(redis_profile(), PageData(pl.DataFrame(schema=FILES), graph))
        article = re.search('<article id="insight-connections".*?</article>', page, re.DOTALL)
        assert article is not None
        assert "data-chart" not in article.group()
        return article.group()

    assert "there are no hotspots to connect" in said(scored({}))
    assert "src/a.py is the only hotspot" in said(scored({"src/a.py": 3}))
    assert "The 4 hottest files neither import each other nor change together" in said(SHOP)


def test_the_picture_says_its_finding_and_has_all_its_rows_in_a_table() -> None:
    graph = hottest_files_graph(
        SHOP, imports(("shop/cart.py", "shop/price.py")), pairs(pair("web/page.py", "web/menu.py"))
    )
    page = render_page(redis_profile(), PageData(pl.DataFrame(schema=FILES), graph))
    found = re.search('<article id="insight-connections".*?</article>', page, re.DOTALL)
    assert found is not None
    article = found.group()
    assert 'role="img" aria-label="All 4 hotspots and 2 connections' in article
    assert len(re.findall("<tr", article)) == 1 + graph.edges.height
    data = json.loads(re.findall('<script type="application/json".*?>(.*?)</script>', page)[0])
    assert data["hottest_files"]["path"] == ring(graph)["path"].to_list()


def test_a_page_whose_tables_were_never_made_has_no_such_article() -> None:
    hot = rows("hotspots", {"path": "a.py", "score": 1})
    assert page_data(tree("a.py"), hotspots=hot).connections is None
    known = page_data(
        tree("a.py"), hotspots=hot, dependencies=imports(), change_coupling=pairs()
    ).connections
    assert known is not None
    assert known.nodes["path"].to_list() == ["a.py"]
    page = render_page(redis_profile(), PageData(pl.DataFrame(schema=FILES)))
    assert "insight-connections" not in page
