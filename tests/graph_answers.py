"""Short ways to ask a graph store, for the tests of its forms."""

from hyperion_pipelines.stores.graph import GraphStore


def column(
    store: GraphStore, cypher: str, slug: str = "shop", **parameters: object
) -> list[object]:
    """The values of the only column that a query finds."""
    return [value for (value,) in store.query(slug, cypher, parameters).rows]


def sizes(store: GraphStore, slug: str = "shop") -> tuple[object, object]:
    """The numbers of a repository's nodes and edges, as readers find them."""
    (nodes,) = column(store, "MATCH (n {repository: $repository}) RETURN count(n)", slug)
    (edges,) = column(store, "MATCH ({repository: $repository})-[r]->() RETURN count(r)", slug)
    return nodes, edges
