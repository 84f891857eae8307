"""How fast a graph of a million edges is loaded and asked, embedded and on a Neo4j server.

Of 50,000 files and 120,000 commits. A process of its own loads, another one asks, so that the peak
of each is its own. The Neo4j is that of `make services`; without it, its figures are left out.
"""

import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hyperion_pipelines.stores.graph import GraphStore, Written
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs
from hyperion_pipelines.stores.neo4j_graph import Neo4jGraphs
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import own_peak
from tests.graphs import made_graph, size_of
from tests.services.fixtures import service_url

FILES = 50_000
COMMITS = 120_000
SLUG = "benchmark"
QUERIES = 200
ONE_HOP = "MATCH (f:File {key: $key})-[:IMPORTS]->(g:File) RETURN g.path"
TWO_HOPS = "MATCH (f:File {key: $key})<-[:MODIFIES]-(:Commit)<-[:AUTHORED]-(p:Person) RETURN p.name"


def run() -> Iterator[Figure]:
    """Loading, then asking."""
    spawning = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder:
        for work in (embedded_loading, embedded_asking):
            with ProcessPoolExecutor(1, spawning) as pool:
                yield from pool.submit(work, Path(folder)).result()
    try:
        url = service_url("neo4j")
    except (pytest.skip.Exception, pytest.fail.Exception) as absent:
        sys.stderr.write(f"not measured: the graph on Neo4j ({absent})\n")
        return
    with closing(Neo4jGraphs(url)) as server:
        server.remove(SLUG)
        yield from loading("Neo4j", server, seconds=300)
        yield from asking("Neo4j", server)
        server.remove(SLUG)


def embedded_loading(root: Path) -> list[Figure]:
    """The loads, and the peak of their process."""
    figures = loading("embedded", LadybugGraphs(root), seconds=60)
    return [
        *figures,
        Figure(
            "embedded: peak memory of loading, graph included", own_peak(), 2_048, "lower", "MiB"
        ),
    ]


def embedded_asking(root: Path) -> list[Figure]:
    """The queries, and the peak of their process."""
    figures = asking("embedded", LadybugGraphs(root))
    return [*figures, Figure("embedded: peak memory of asking", own_peak(), 512, "lower", "MiB")]


def loading(form: str, store: GraphStore, *, seconds: float) -> list[Figure]:
    """A first load, one of the same version, one of the same graph by another name.

    Raises RuntimeError where they do not write what they should.
    """
    graph = made_graph(FILES, COMMITS, slug=SLUG)
    nodes, edges = size_of(graph)
    figures: list[Figure] = []
    loads = [
        (f"load {nodes:,} nodes and {edges:,} edges", "v1", Written(nodes, edges), seconds),
        ("load the same version", "v1", Written(), 1),
        ("load the same graph by another name", "v2", Written(), seconds),
    ]
    for name, version, expected, target in loads:
        started = time.perf_counter()
        written = store.load(SLUG, version, graph)
        figures.append(
            Figure(f"{form}: {name}", time.perf_counter() - started, target, "lower", "s")
        )
        if written != expected:
            raise RuntimeError(f"{written} instead of {expected}")
    return figures


def asking(form: str, store: GraphStore) -> list[Figure]:
    """Of files drawn at random: what they import, and who changed them."""
    cypher = "MATCH (f:File {repository: $repository}) RETURN f.key"
    keys = [key for (key,) in store.query(SLUG, cypher).rows]
    drawn = random.Random(0).sample(keys, QUERIES)
    figures: list[Figure] = []
    for name, query in (("one hop", ONE_HOP), ("two hops", TWO_HOPS)):
        taken: list[float] = []
        for key in drawn:
            started = time.perf_counter()
            store.query(SLUG, query, {"key": key})
            taken.append(1000 * (time.perf_counter() - started))
        p95 = statistics.quantiles(taken, n=20)[18]
        figures.append(Figure(f"{form}: {name}, p95", p95, 50, "lower", "ms"))
    return figures
