"""What depends on a file by imports, or on a function by calls, however far away."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

DEPENDENTS = pl.Schema({"path": pl.String(), "distance": pl.Int64(), "through": pl.String()})
CALLERS = pl.Schema(
    {
        "path": pl.String(),
        "name": pl.String(),
        "line": pl.Int64(),
        "distance": pl.Int64(),
        "confidence": pl.Float64(),
    }
)

_IMPORTERS = pl.Schema({"path": pl.String(), "through": pl.String()})
_FUNCTIONS = pl.Schema({"key": pl.String(), "name": pl.String(), "line": pl.Int64()})
_CALLS = pl.Schema(
    {
        "caller": pl.String(),
        "path": pl.String(),
        "name": pl.String(),
        "line": pl.Int64(),
        "called": pl.String(),
        "confidence": pl.Float64(),
    }
)
_CALLS_OF_FILES = pl.Schema(
    {name: _CALLS[name] for name in ("caller", "path", "called", "confidence")}
)


def dependents(graph: RepositoryGraph, path: str, at: datetime = PRESENT) -> pl.DataFrame:
    """The files that import the one at *path*, themselves or through others: DEPENDENTS.

    `distance` counts the imports on the shortest way, `through` is the first step of it (where
    there are several, the first by name). Order: the nearest first, then by path.
    """
    seen, level = [path], [path]
    found: list[pl.DataFrame] = []
    while level:
        keys = [graph.key(each) for each in level]
        rows = (
            graph.ask("importers", keys=keys, at=at)
            .frame(_IMPORTERS)
            .filter(~pl.col("path").is_in(seen))
            .group_by("path")
            .agg(pl.min("through"))
            .sort("path")
        )
        found.append(rows.select("path", distance=len(found) + 1, through="through"))
        level = rows["path"].to_list()
        seen += level
    return pl.concat(found).cast(DEPENDENTS)


def callers(graph: RepositoryGraph, path: str, function: str) -> pl.DataFrame:
    """Who calls *function* of the file at *path* at HEAD, themselves or through others: CALLERS.

    `name` is null for what stands outside all functions. `confidence` is how sure the surest way
    of calls is: the product of its calls' (so that -log of it is the length of a shortest way);
    `distance` counts the calls on the shortest one. Order: the surest first, then by distance and
    place. Raises UsageError where the file has no such function.
    """
    import networkx as nx

    wanted = _functions(graph, path, function)
    calls = _calls_towards(graph, wanted)
    reversed_calls: nx.DiGraph[str] = nx.DiGraph()
    reversed_calls.add_nodes_from(wanted)
    weighted = calls.select("called", "caller", -pl.col("confidence").log())
    reversed_calls.add_weighted_edges_from(weighted.iter_rows())
    lengths: dict[str, float] = nx.multi_source_dijkstra_path_length(reversed_calls, set(wanted))
    steps: dict[str, int] = {
        key: step
        for step, layer in enumerate(nx.bfs_layers(reversed_calls, wanted))
        for key in layer
    }
    reached = pl.DataFrame(
        [(key, steps[key], length) for key, length in lengths.items() if key not in wanted],
        schema={"caller": pl.String(), "distance": pl.Int64(), "length": pl.Float64()},
        orient="row",
    )
    return (
        calls.unique("caller")
        .join(reached, on="caller")
        .with_columns(confidence=(-pl.col("length")).exp())
        .sort("confidence", "distance", "path", "line", descending=[True, False, False, False])
        .select(list(CALLERS))
    )


def _functions(graph: RepositoryGraph, path: str, function: str) -> list[str]:
    """The keys of the functions of that qualified name; a language may allow several."""
    known = graph.ask("functions_of_file", key=graph.key(path)).frame(_FUNCTIONS).sort("line")
    wanted = known.filter(pl.col("name") == function)["key"].to_list()
    if not wanted:
        names = ", ".join(known["name"].unique(maintain_order=True)) or "none that are known"
        raise UsageError(f"{path} has no function {function!r}; its functions are: {names}")
    return wanted


def _calls_towards(graph: RepositoryGraph, wanted: Sequence[str]) -> pl.DataFrame:
    """All calls that lie on ways to the functions *wanted*."""
    level, seen = list(wanted), list(wanted)
    found = [_CALLS.to_frame()]
    while level:
        calls = graph.ask("callers", keys=level).frame(_CALLS)
        of_files = graph.ask("calling_files", keys=level).frame(_CALLS_OF_FILES)
        found += [calls, of_files]
        level = calls.filter(~pl.col("caller").is_in(seen))["caller"].unique().sort().to_list()
        seen += level
    return pl.concat(found, how="diagonal")
