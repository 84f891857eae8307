"""Made-up code graphs, for the tests of what stores them and asks them, and for its benchmark.

`small_graph` is to be read by eye; `made_graph` is of any size and looks like that of a project.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from hyperion_pipelines.graph.schema import (
    EDGE_KINDS,
    NODES,
    EdgeKind,
    Graph,
    edge_schema,
    node_schema,
)

Rows = Sequence[Mapping[str, object]]


def day(number: int) -> datetime:
    """The first second of a day, counted from the first of January 2026."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


def graph_of(
    slug: str, nodes: Mapping[str, Rows], edges: Mapping[tuple[str, str, str], Rows]
) -> Graph:
    """A graph whose rows have local identities; what they do not say is null.

    Edges are given by type and the labels of their ends. Labels and kinds that are not given have
    no rows, except for the Repository, which every graph has.
    """
    rows = {"Repository": [{"key": ""}], **nodes}
    return assembled(
        slug,
        {label: _frame(rows.get(label, ()), node_schema(label)) for label in NODES},
        {kind: _frame(edges.get(kind, ()), edge_schema(kind.type)) for kind in EDGE_KINDS},
    )


def _frame(rows: Rows, schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def assembled(
    slug: str, nodes: Mapping[str, pl.DataFrame], edges: Mapping[EdgeKind, pl.DataFrame]
) -> Graph:
    """The graph of frames with local identities: keys begin with the slug, rows are sorted."""
    return Graph(
        {
            label: _completed(nodes.get(label), node_schema(label))
            .with_columns(_key(slug, "key"), repository=pl.lit(slug))
            .sort("key")
            for label in NODES
        },
        {
            kind: _completed(edges.get(kind), edge_schema(kind.type))
            .with_columns(_key(slug, "source"), _key(slug, "target"))
            .sort(pl.all())
            for kind in EDGE_KINDS
        },
    )


def _key(slug: str, name: str) -> pl.Expr:
    """Identities as all repositories know them; that of the repository itself is the slug."""
    local = pl.col(name)
    key = pl.when(local == "").then(pl.lit(slug)).otherwise(pl.lit(f"{slug}:") + local)
    return key.alias(name)


def _completed(frame: pl.DataFrame | None, schema: pl.Schema) -> pl.DataFrame:
    """*frame* with all columns of *schema*, null where it lacks one."""
    if frame is None:
        return schema.to_frame()
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]
    return frame.select(columns)


def size_of(graph: Graph) -> tuple[int, int]:
    """The numbers of its nodes and edges."""
    return (
        sum(frame.height for frame in graph.nodes.values()),
        sum(frame.height for frame in graph.edges.values()),
    )


def small_graph(slug: str = "shop") -> Graph:
    """A shop's graph with something of every kind.

    `src/price.py` became `src/money.py` on day 3. `src/cart.py` imports `src/money.py`, which was
    `src/db.py` until day 4; `src/money.py` and `src/db.py` import each other, `tools/a.py` and
    `tools/b.py` nothing else. Ann is active; Bob, who owns `src/db.py`, left.
    """
    nodes: dict[str, Rows] = {
        "Repository": [{"key": "", "head_sha": "c5", "head_time": day(6)}],
        "Directory": [{"key": name, "path": name} for name in ("docs", "src", "tests", "tools")],
        "File": _SMALL_FILES,
        "Function": [
            _function("src/app.py", "main", 5, 20, cognitive=3),
            _function("src/cart.py", "Cart.total", 4, 12, cognitive=7),
            _function("src/money.py", "add", 1, 3, cognitive=0),
            _function("src/money.py", "round", 5, 9, cognitive=1),
        ],
        "Commit": _SMALL_COMMITS,
        "Person": [
            _person("ann", "Ann Ärgerlich", commits=3, is_active=True, last_commit=day(6)),
            _person("bob", "Bob O'Hara", commits=2, is_active=False, last_commit=day(4)),
            _person("bot", "release-bot", commits=1, is_active=True, is_bot=True),
        ],
        "Team": [
            {"key": "payments", "name": "payments", "is_inferred": False, "members": 2}
            | {"named_by": "CODEOWNERS"}
        ],
        "Module": [{"key": name, "name": name} for name in ("decimal", "sqlite3")],
        "Issue": [{"key": "#12", "reference": "#12", "title": "Cart's total is\nwrong by a cent"}],
    }
    return graph_of(slug, nodes, {**_small_structure(), **_small_history(), **_small_people()})


def _file(path: str, lines: int | None, **known: object) -> Mapping[str, object]:
    at_head = lines is not None
    return {
        "key": path,
        "path": path,
        "name": path.rpartition("/")[2],
        "lines": lines,
        "at_head": at_head,
        "language": "python" if at_head else None,
        "is_test": path.startswith("tests/"),
        "is_generated": False,
        "is_vendored": False,
        **known,
    }


_SMALL_FILES: Rows = [
    _file("README.md", 10, language=None, commits=1, risk=0.01, risk_percentile=10.0),
    _file("docs/old.md", None, commits=2),
    _file("src/app.py", 20, commits=2, risk=0.1, risk_percentile=50.0, centrality=0.1),
    _file("src/cart.py", 30, commits=2, risk=0.6, risk_percentile=95.0, centrality=0.2),
    _file("src/db.py", 25, commits=1, risk=0.2, risk_percentile=60.0, centrality=0.3),
    _file("src/money.py", 9, commits=2, risk=0.4, risk_percentile=90.0, centrality=0.4),
    _file("src/price.py", None, commits=2),
    _file("tests/test_cart.py", 12, commits=1),
    _file("tools/a.py", 3, commits=1),
    _file("tools/b.py", 3, commits=1),
]


def _function(
    path: str, name: str, start_line: int, end_line: int, *, cognitive: int
) -> Mapping[str, object]:
    return {
        "key": f"{path}#{name}@{start_line}",
        "path": path,
        "qualified_name": name,
        "name": name.rpartition(".")[2],
        "start_line": start_line,
        "end_line": end_line,
        "cyclomatic": cognitive + 1,
        "cognitive": cognitive,
        "is_public": True,
    }


def _commit(sha: str, number: int, subject: str, **known: object) -> Mapping[str, object]:
    flags = {"is_fix": False, "is_merge": False, "is_revert": False, "is_on_head": True}
    return {"key": sha, "sha": sha, "time": day(number), "subject": subject, **flags, **known}


_SMALL_COMMITS: Rows = [
    _commit("c1", 1, "Open the shop"),
    _commit("c2", 2, "Add a cart", risk=0.7, risk_percentile=99.0, anomaly=0.5, priority=0.9),
    _commit("c3", 3, "Call prices money"),
    _commit("c4", 4, 'Fix "total", closes #12', is_fix=True, risk=0.2, risk_percentile=40.0),
    _commit("c5", 6, "Drop the old manual"),
]


def _person(key: str, name: str, **known: object) -> Mapping[str, object]:
    mail = f"{key}@example.com"
    about = {"key": key, "person_id": key, "name": name, "email": mail, "is_bot": False}
    return {**about, "first_commit": day(1), **known}


def _edges(pairs: Sequence[tuple[str, str]], **known: object) -> Rows:
    """Edges that say the same of themselves."""
    return [{"source": source, "target": target, **known} for source, target in pairs]


def _small_structure() -> dict[tuple[str, str, str], Rows]:
    paths = [str(file["path"]) for file in _SMALL_FILES if file["at_head"]]
    within = [(path.rpartition("/")[0], path) for path in paths if "/" in path]
    functions = ("src/money.py#add@1", "src/money.py#round@5")
    total, main = "src/cart.py#Cart.total@4", "src/app.py#main@5"
    return {
        ("CONTAINS", "Repository", "Directory"): [
            *_edges([("", "docs")], since=day(1), until=day(6)),
            *_edges([("", "src"), ("", "tests"), ("", "tools")], since=day(1)),
        ],
        ("CONTAINS", "Repository", "File"): _edges([("", "README.md")], since=day(1)),
        ("CONTAINS", "Directory", "File"): [
            *_edges(within, since=day(1)),
            *_edges([("src", "src/price.py")], since=day(1), until=day(3)),
            *_edges([("docs", "docs/old.md")], since=day(1), until=day(6)),
        ],
        ("DEFINES", "File", "Function"): _edges(
            [(key.partition("#")[0], key) for key in (*functions, total, main)]
        ),
        ("IMPORTS", "File", "File"): [
            *_edges([("src/app.py", "src/cart.py")], since=day(2), line=1),
            *_edges([("src/cart.py", "src/db.py")], since=day(2), until=day(4)),
            *_edges([("src/cart.py", "src/money.py")], since=day(4), line=2),
            *_edges([("src/money.py", "src/db.py"), ("src/db.py", "src/money.py")], line=1),
            *_edges([("tests/test_cart.py", "src/cart.py")], since=day(2), line=1),
            *_edges([("tools/a.py", "tools/b.py"), ("tools/b.py", "tools/a.py")], line=3),
        ],
        ("IMPORTS", "File", "Module"): [
            *_edges([("src/money.py", "decimal")], since=day(4), line=2),
            *_edges([("src/db.py", "sqlite3")], line=2),
        ],
        ("CALLS", "Function", "Function"): [
            *_edges([(main, total)], calls=2, line=7, confidence=1.0),
            *_edges([(total, functions[0])], calls=1, line=6, confidence=0.9),
            *_edges([(total, functions[1])], calls=1, line=8, confidence=0.5),
        ],
        ("CALLS", "File", "Function"): _edges(
            [("src/app.py", main)], calls=1, line=22, confidence=1.0
        ),
    }


def _small_history() -> dict[tuple[str, str, str], Rows]:
    both = {"since": day(4), "last_together": day(4), "support": 3}
    return {
        ("MODIFIES", "Commit", "File"): [
            *_edges([("c1", "README.md")], status="A", added=10, deleted=0),
            *_edges([("c1", "docs/old.md"), ("c1", "src/app.py")], status="A", added=19, deleted=0),
            *_edges([("c1", "src/db.py"), ("c1", "src/price.py")], status="A", added=9, deleted=0),
            *_edges([("c1", "tools/a.py"), ("c1", "tools/b.py")], status="A", added=3, deleted=0),
            *_edges([("c2", "src/app.py")], status="M", added=1, deleted=0),
            *_edges([("c2", "src/cart.py"), ("c2", "tests/test_cart.py")], status="A", added=29),
            *_edges([("c3", "src/money.py")], status="R", added=0, deleted=0),
            *_edges([("c4", "src/cart.py")], status="M", added=2, deleted=1),
            *_edges([("c4", "src/money.py")], status="M", added=1, deleted=1),
            *_edges([("c5", "docs/old.md")], status="D", added=0, deleted=19),
        ],
        ("RENAMED_TO", "File", "File"): _edges(
            [("src/price.py", "src/money.py")], since=day(3), sha="c3", similarity=100
        ),
        ("CO_CHANGES", "File", "File"): _edges(
            [("src/cart.py", "src/money.py")],
            **both,
            confidence=0.75,
            reverse_confidence=1.0,
            p_value=0.001,
        ),
        ("FIXES", "Commit", "Issue"): _edges([("c4", "#12")]),
        ("INDUCED", "Commit", "Commit"): _edges(
            [("c2", "c4")], since=day(4), paths=["src/cart.py"], lines=1, confidence=0.8
        ),
    }


def _small_people() -> dict[tuple[str, str, str], Rows]:
    return {
        ("AUTHORED", "Person", "Commit"): [
            *_edges([("ann", "c1"), ("ann", "c2"), ("bob", "c3"), ("bob", "c4")], role="author"),
            *_edges([("ann", "c4")], role="co-author"),
            *_edges([("bot", "c5")], role="author"),
        ],
        ("REVIEWED", "Person", "Commit"): _edges([("bob", "c2"), ("ann", "c5")]),
        ("OWNS", "Person", "File"): [
            *_edges([("ann", "src/app.py")], since=day(1), share=1.0, line_share=1.0),
            *_edges([("ann", "src/cart.py")], since=day(2), share=0.5, line_share=0.9),
            *_edges([("bob", "src/cart.py")], since=day(4), share=0.5, line_share=0.1),
            *_edges([("bob", "src/db.py")], since=day(1), share=1.0, line_share=1.0),
            *_edges([("bob", "src/money.py")], since=day(4), share=0.5, line_share=0.6),
        ],
        ("OWNS", "Team", "File"): _edges([("payments", "src/money.py")]),
        ("OWNED", "Person", "File"): _edges(
            [("ann", "src/money.py")], since=day(3), until=day(4), share=1.0
        ),
        ("MEMBER_OF", "Person", "Team"): _edges([("ann", "payments"), ("bob", "payments")]),
    }


def made_graph(
    files: int, commits: int, *, slug: str = "made", fixes: int = 0, seed: int = 0
) -> Graph:
    """A graph of so many files and commits, with what belongs to them.

    Few files are changed and imported much, most of them little, as in real projects. Of 50,000
    files and 120,000 commits it has about 250,000 nodes and a million edges. The first *fixes*
    commits are fixes: two graphs that differ in that alone differ in as many nodes.
    """
    drawn = np.random.default_rng(seed)
    nodes = _made_nodes(files, commits, fixes)
    keys = {label: frame["key"] for label, frame in nodes.items()}
    functions = nodes["Function"]
    counts = {
        EdgeKind("MODIFIES", "Commit", "File"): 4 * commits,
        EdgeKind("IMPORTS", "File", "File"): 3 * files,
        EdgeKind("CALLS", "Function", "Function"): 2 * functions.height,
        EdgeKind("CO_CHANGES", "File", "File"): files,
        EdgeKind("OWNS", "Person", "File"): files,
        EdgeKind("AUTHORED", "Person", "Commit"): commits,
    }
    edges = {
        kind: _made_edges(keys[kind.source], keys[kind.target], count, drawn).with_columns(
            _MADE_PROPERTIES[kind.type]
        )
        for kind, count in counts.items()
    }
    contains = pl.DataFrame({"source": keys["File"].str.extract("^(.*)/"), "target": keys["File"]})
    structure = {
        EdgeKind("CONTAINS", "Directory", "File"): contains,
        EdgeKind("DEFINES", "File", "Function"): functions.select(source="path", target="key"),
    }
    return assembled(slug, nodes, {**edges, **structure})


_MADE_PROPERTIES: Mapping[str, Sequence[pl.Expr]] = {
    "MODIFIES": [pl.lit("M").alias("status"), pl.lit(3).alias("added"), pl.lit(1).alias("deleted")],
    "IMPORTS": [pl.lit(day(3)).alias("since"), pl.lit(7).alias("line")],
    "CALLS": [pl.lit(1).alias("calls"), pl.lit(7).alias("line"), pl.lit(0.9).alias("confidence")],
    "CO_CHANGES": [pl.lit(5).alias("support"), pl.lit(0.5).alias("confidence")],
    "OWNS": [pl.lit(day(1)).alias("since"), pl.lit(0.5).alias("share")],
    "AUTHORED": [pl.lit("author").alias("role")],
}


def _made_nodes(files: int, commits: int, fixes: int) -> dict[str, pl.DataFrame]:
    numbers = pl.int_range(pl.len())
    path = pl.format("src/package{}/module{}.py", numbers // 20, numbers)
    file_frame = (
        _rows(files)
        .with_columns(path=path)
        .with_columns(key="path", at_head=True, language=pl.lit("python"), lines=numbers % 700)
    )
    function_frame = (
        _rows(files + files // 2)
        .with_columns(path=file_frame["path"].gather(np.arange(files + files // 2) % files))
        .with_columns(
            key=pl.format("{}#call{}@1", "path", numbers), name=pl.format("call{}", numbers)
        )
    )
    commit_frame = (
        _rows(commits)
        .with_columns(key=pl.format("{}", numbers).str.zfill(40), is_fix=numbers < fixes)
        .with_columns(
            sha="key",
            subject=pl.format("Make change {} of a great many", numbers),
            time=pl.lit(day(0)) + pl.duration(minutes=numbers),
        )
    )
    people = _rows(max(commits // 100, 2)).with_columns(key=pl.format("person{}", numbers))
    return {
        "Repository": pl.DataFrame({"key": [""]}),
        "Directory": file_frame.select(key=pl.col("path").str.extract("^(.*)/")).unique(),
        "File": file_frame,
        "Function": function_frame,
        "Commit": commit_frame,
        "Person": people.with_columns(name="key", is_active=True),
    }


def _rows(count: int) -> pl.DataFrame:
    return pl.DataFrame({"number": np.arange(count)})


def _made_edges(
    sources: pl.Series, targets: pl.Series, count: int, drawn: np.random.Generator
) -> pl.DataFrame:
    """About *count* edges, of which few targets have many."""
    rows = (drawn.integers(sources.len(), size=count), targets.len() * drawn.random(count) ** 3)
    ends = {"source": sources.gather(rows[0]), "target": targets.gather(rows[1].astype(np.int64))}
    return pl.DataFrame(ends).unique(maintain_order=True)
