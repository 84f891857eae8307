"""Files that belong together by what they import and with what they change."""

from collections import Counter
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.graph.questions.import_graph import ENDS, numbered
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

COMMUNITIES = pl.Schema(
    {"name": pl.String(), "files": pl.Int64(), "inside": pl.Int64(), "paths": pl.List(pl.String())}
)
LEAST_FILES = 3
TOP = "(top)"

_SEED = 20_081_009
_CO_CHANGES = pl.Schema({**ENDS, "confidence": pl.Float64(), "reverse_confidence": pl.Float64()})


class Communities(NamedTuple):
    """COMMUNITIES, and the modularity of the division, -0.5 to 1; from about 0.3 on it is marked.

    Newman & Girvan, "Finding and Evaluating Community Structure in Networks" (Physical Review E,
    2004).
    """

    modularity: float
    communities: pl.DataFrame


def communities(graph: RepositoryGraph) -> Communities:
    """The communities of files at HEAD, of LEAST_FILES or more: COMMUNITIES.

    Two files are tied by an import either way, which weighs 1, and by changing together, which
    weighs the mean of both confidences. The communities are those of Blondel, Guillaume, Lambiotte
    & Lefebvre, "Fast Unfolding of Communities in Large Networks" (2008), with a fixed seed. `name`
    is the directory that most of its files lie in, numbered where another one has it; `inside`
    counts these files. Order: the largest first, then by the first path; `paths` by name. Without
    any tie there is no community, and modularity is 0.
    """
    import networkx as nx

    paths, ties = numbered(_ties(graph))
    if not paths:
        return Communities(0.0, COMMUNITIES.to_frame())
    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(range(len(paths)))
    network.add_weighted_edges_from(ties.iter_rows())
    parts: list[set[int]] = nx.community.louvain_communities(network, seed=_SEED)
    named = sorted(
        (sorted(paths[place] for place in part) for part in parts),
        key=lambda members: (-len(members), members),
    )
    return Communities(
        modularity=nx.community.modularity(network, parts),
        communities=_frame([members for members in named if len(members) >= LEAST_FILES]),
    )


def _ties(graph: RepositoryGraph) -> pl.DataFrame:
    """Pairs of files, each once with the path that comes first as `source`, and `weight`."""
    imports = graph.ask("imports", at=PRESENT).frame(ENDS)
    co_changes = graph.ask("co_changes").frame(_CO_CHANGES)
    mean_confidence = pl.mean_horizontal("confidence", "reverse_confidence")
    first, second = pl.min_horizontal("source", "target"), pl.max_horizontal("source", "target")
    return (
        pl.concat(
            [
                imports.select(source=first, target=second).unique().with_columns(weight=1.0),
                co_changes.select(source=first, target=second, weight=mean_confidence),
            ]
        )
        .filter(pl.col("source") != pl.col("target"))
        .group_by("source", "target")
        .agg(pl.sum("weight"))
    )


def _frame(members: list[list[str]]) -> pl.DataFrame:
    """The rows of COMMUNITIES, each named after its commonest directory."""
    seen: Counter[str] = Counter()
    rows: list[tuple[str, int, int, list[str]]] = []
    for paths in members:
        directories = Counter(path.rpartition("/")[0] or TOP for path in paths)
        directory, inside = min(directories.items(), key=lambda each: (-each[1], each[0]))
        seen[directory] += 1
        name = directory if seen[directory] == 1 else f"{directory} {seen[directory]}"
        rows.append((name, len(paths), inside, paths))
    return pl.DataFrame(rows, schema=COMMUNITIES, orient="row")
