"""What the code graph consists of: every label of nodes and type of edges, with its properties.

The stores make their tables and constraints from this, the documentation its list. How nodes and
edges are made from the tables is the business of `build` and what it calls.

Every node has a `key`, unique among those of its label, and its `repository`; every edge goes from
a `source` to a `target`, which are keys. Names and types are a contract, as those of tables are:
users write queries against them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.column_types import TIME


class Property(NamedTuple):
    """What a node or an edge says of itself; null where it is not known or makes no sense."""

    dtype: pl.DataType
    meaning: str


class NodeLabel(NamedTuple):
    """The nodes of a label. `identity` says what tells them apart within a repository."""

    meaning: str
    identity: str
    properties: Mapping[str, Property]


class EdgeType(NamedTuple):
    """The edges of a type, and between nodes of which labels they run."""

    meaning: str
    ends: tuple[tuple[str, str], ...]
    properties: Mapping[str, Property]


class EdgeKind(NamedTuple):
    """Edges of one type between nodes of two labels: what is loaded together."""

    type: str
    source: str
    target: str


def _text(meaning: str) -> Property:
    return Property(pl.String(), meaning)


def _texts(meaning: str) -> Property:
    return Property(pl.List(pl.String()), meaning)


def _number(meaning: str) -> Property:
    return Property(pl.Float64(), meaning)


def _count(meaning: str) -> Property:
    return Property(pl.Int64(), meaning)


def _flag(meaning: str) -> Property:
    return Property(pl.Boolean(), meaning)


def _time(meaning: str) -> Property:
    return Property(TIME, meaning)


_STRETCH = {
    "since": _time("When it began; null where it is older than what is known, or not known."),
    "until": _time("When it ended; null while it lasts."),
}

NODES: Mapping[str, NodeLabel] = {
    "Repository": NodeLabel(
        "A repository.",
        "the slug",
        {
            "head_sha": _text("The commit at HEAD."),
            "head_time": _time("The time of the newest commit of HEAD's history."),
        },
    ),
    "Directory": NodeLabel(
        "A folder that holds, or once held, files.",
        "its path",
        {"path": _text("Its path, without a slash at the end.")},
    ),
    "File": NodeLabel(
        "A path that is, or once was, a file; RENAMED_TO tells where its content went.",
        "its path",
        {
            "path": _text("Its path."),
            "name": _text("The last part of the path."),
            "language": _text("Its language; null for none, and for files of the past."),
            "lines": _count("Its lines at HEAD."),
            "at_head": _flag("It is there at HEAD."),
            "is_test": _flag("It is a test."),
            "is_generated": _flag("A program wrote it."),
            "is_vendored": _flag("It was taken over from elsewhere."),
            "commits": _count("Commits of HEAD's history to this path."),
            "first_commit": _time("The first of them."),
            "last_commit": _time("The last of them."),
            "risk": _number("Probability of a fix in the next 90 days (`file_scores`)."),
            "risk_percentile": _number("Where that lies among the files, 0 to 100."),
            "hotspot": _number("Its score as a hotspot (`hotspots`)."),
            "centrality": _number("Its PageRank among the files that import each other."),
        },
    ),
    "Function": NodeLabel(
        "A function or method of a file at HEAD.",
        "path#qualified_name@start_line",
        {
            "path": _text("The file's path."),
            "name": _text("Its name."),
            "qualified_name": _text("Its name with those of the classes around it."),
            "start_line": _count("The first line."),
            "end_line": _count("The last line."),
            "cyclomatic": _count("Its cyclomatic complexity."),
            "cognitive": _count("Its cognitive complexity."),
            "is_public": _flag("Others may call it."),
        },
    ),
    "Commit": NodeLabel(
        "A commit.",
        "the sha",
        {
            "sha": _text("Its 40 hexadecimal digits."),
            "time": _time("Its commit time."),
            "subject": _text("The first line of its message."),
            "is_fix": _flag("Its message says that it mends a fault."),
            "is_merge": _flag("It has several parents."),
            "is_revert": _flag("It takes another commit back."),
            "is_on_head": _flag("It belongs to HEAD's history."),
            "risk": _number("Probability that it induced a fault (`commit_scores`)."),
            "risk_percentile": _number("Where that lies among the commits, 0 to 100."),
            "anomaly": _number("How odd it is, 0 to 1."),
            "priority": _number("How early it should be reviewed, 0 to 1."),
        },
    ),
    "Person": NodeLabel(
        "Whoever wrote, committed or reviewed, under all their names.",
        "person_id of the table identities",
        {
            "person_id": _text("The identity in the tables."),
            "name": _text("The name that stands for the person."),
            "email": _text("The e-mail address that stands for the person."),
            "is_bot": _flag("It is a program."),
            "is_active": _flag("They committed in the newest 180 days."),
            "commits": _count("Commits of HEAD's history."),
            "first_commit": _time("The first of them."),
            "last_commit": _time("The last of them."),
        },
    ),
    "Team": NodeLabel(
        "People who belong together.",
        "its name",
        {
            "name": _text("Its name; of an inferred one, the folder that it works on most."),
            "is_inferred": _flag("Nobody named it: its people work on the same files."),
            "named_by": _text("`CODEOWNERS`, `teams.yaml` or `collaboration`."),
            "members": _count("People known to be in it."),
        },
    ),
    "Module": NodeLabel(
        "What is imported from outside the repository.",
        "its name, as imports write it, without what follows its package",
        {"name": _text("Its name.")},
    ),
    "Issue": NodeLabel(
        "What a commit's message refers to.",
        "the reference, as the table commits has it",
        {
            "reference": _text("The reference: `#12`, `SHOP-7`."),
            "title": _text("Its title, where the tracker's export is there."),
            "created": _time("When it was reported, where that is known."),
            "closed": _time("When it was closed, where that is known."),
        },
    ),
}

EDGES: Mapping[str, EdgeType] = {
    "CONTAINS": EdgeType(
        "A folder holds a folder or a file; the repository what lies at its top.",
        (
            *(("Repository", "Directory"), ("Repository", "File")),
            *(("Directory", "Directory"), ("Directory", "File")),
        ),
        _STRETCH,
    ),
    "DEFINES": EdgeType("A file defines a function.", (("File", "Function"),), {}),
    "IMPORTS": EdgeType(
        "A file imports another one, or something from outside.",
        (("File", "File"), ("File", "Module")),
        {**_STRETCH, "line": _count("The line of the import at HEAD; null in the past.")},
    ),
    "CALLS": EdgeType(
        "A function, or what stands outside all functions of a file, calls a function.",
        (("Function", "Function"), ("File", "Function")),
        {
            "calls": _count("How many calls there are."),
            "line": _count("The line of the first one."),
            "confidence": _number("How sure it is that this function is meant, 0 to 1."),
        },
    ),
    "MODIFIES": EdgeType(
        "A commit changes a file (merges have none).",
        (("Commit", "File"),),
        {
            "status": _text("A added, M modified, D deleted, R renamed, C copied, T other type."),
            "added": _count("Lines added; null for binary files."),
            "deleted": _count("Lines deleted; null for binary files."),
        },
    ),
    "RENAMED_TO": EdgeType(
        "The content of a path went on under another one.",
        (("File", "File"),),
        {
            "since": _STRETCH["since"],
            "sha": _text("The commit that renamed it."),
            "similarity": _count("How much of it stayed the same, in per cent."),
        },
    ),
    "AUTHORED": EdgeType(
        "A person wrote a commit.",
        (("Person", "Commit"),),
        {"role": _text("`author`, or `co-author` by the message.")},
    ),
    "REVIEWED": EdgeType(
        "A person reviewed a commit, by its message.", (("Person", "Commit"),), {}
    ),
    "OWNS": EdgeType(
        "As of HEAD, a person made commits to a file, or a team is named as its owner.",
        (("Person", "File"), ("Team", "File")),
        {
            "since": _time("From when on the share is this one; null of teams."),
            "share": _number("Share of all people's commits to the file, 0 to 1; null of teams."),
            "line_share": _number("Share of its lines; null of teams, and where not counted."),
        },
    ),
    "OWNED": EdgeType(
        "A person's share of a file in the past, between turns of quarters: an edge per stretch.",
        (("Person", "File"),),
        {
            "since": _time("From when on the share was this one."),
            "until": _time("When it became another one, or the file went; never null."),
            "share": _number("Share of all people's commits to the file until then, 0 to 1."),
        },
    ),
    "MEMBER_OF": EdgeType(
        "A person belongs to a team.",
        (("Person", "Team"),),
        {"share": _number("Of an inferred team: share of their commits to its files, 0 to 1.")},
    ),
    "CO_CHANGES": EdgeType(
        "Two files change together more often than by chance; from the path that comes first.",
        (("File", "File"),),
        {
            "since": _time("When they had changed together often enough to be counted."),
            "last_together": _time("When they last changed together."),
            "support": _count("Commits that changed both."),
            "confidence": _number("Share of the source's commits that changed the target."),
            "reverse_confidence": _number("Share of the target's commits that changed the source."),
            "p_value": _number("Fisher's exact test, one-sided: the chance of so many by chance."),
        },
    ),
    "FIXES": EdgeType(
        "A commit says that it mends an issue.",
        (("Commit", "Issue"),),
        {},
    ),
    "INDUCED": EdgeType(
        "A commit brought the fault that another one mended.",
        (("Commit", "Commit"),),
        {
            "since": _time("When the fix revealed it."),
            "paths": _texts("The files, before the fix, in which it removed lines of the source."),
            "lines": _count("How many lines these were, of all these files."),
            "confidence": _number("How sure it is of the surest file, 0 to 1 (`bug_labels`, R)."),
        },
    ),
}

EDGE_KINDS: tuple[EdgeKind, ...] = tuple(
    EdgeKind(name, *ends) for name, edge in EDGES.items() for ends in edge.ends
)


class Graph(NamedTuple):
    """The graph of one repository: a frame for every label and every kind, empty ones too.

    Their columns are those of `node_schema` and `edge_schema`, keys without nulls, sorted by what
    tells their rows apart. Keys begin with the slug, so that those of two repositories differ.
    """

    nodes: Mapping[str, pl.DataFrame]
    edges: Mapping[EdgeKind, pl.DataFrame]


def node_schema(label: str) -> pl.Schema:
    """The columns of the nodes of *label*: `key`, `repository`, and its properties."""
    properties = {name: of.dtype for name, of in NODES[label].properties.items()}
    return pl.Schema({"key": pl.String(), "repository": pl.String(), **properties})


def edge_schema(edge_type: str) -> pl.Schema:
    """The columns of the edges of *edge_type*: `source`, `target`, and its properties."""
    properties = {name: of.dtype for name, of in EDGES[edge_type].properties.items()}
    return pl.Schema({"source": pl.String(), "target": pl.String(), **properties})
