"""What holds the hottest files together, as the page shows it: a ring of files, and its figures.

It puts `graph.neighbourhood` into an exhibit like those of the insights, whose picture is drawn by
`connections.js`; the rows of the picture are its table.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from hyperion_pipelines.graph.neighbourhood import SURPRISING_LIFT, FilesGraph
from hyperion_pipelines.insights.code.change_coupling import (
    UNEXPECTED_COMMITS,
    UNEXPECTED_CONFIDENCE,
)
from hyperion_pipelines.insights.profile.model import Headline
from hyperion_pipelines.insights.profile.words import counted, percent, sentence
from hyperion_pipelines.report.page.columns import columns
from hyperion_pipelines.report.page.layout import Column, Exhibit, ExhibitView, SectionView
from hyperion_pipelines.report.page.sections import COUPLING

CONNECTIONS = "connections"
_EXHIBIT = Exhibit(
    CONNECTIONS,
    [
        *columns("path"),
        Column("connection", "How", "text"),
        *columns(other="Which file", support="Commits together"),
        *columns(confidence="Of the commits to one of them"),
        Column("is_surprising", "Surprising", "flag"),
    ],
    "A file that imports another shows that it depends on it. Files that change in the same "
    "commits though neither imports the other depend on each other where no compiler sees it. That "
    f"is surprising where they did so in {UNEXPECTED_COMMITS} commits or more, which are at least "
    f"{percent(UNEXPECTED_CONFIDENCE)} of the commits to one of them and at least "
    f"{SURPRISING_LIFT} times as many as by chance.",
    "No file of its own code was changed in the newest year: there are no hotspots to connect.",
    chart=CONNECTIONS,
    drawn="Drawn as a ring, area by area: the larger a circle, the higher the file's hotspot "
    "score. An arrow leads from a file to one that it imports; a dashed line joins files that "
    "change together without an import, a thick one where that is surprising.",
)


def with_connections(sections: Sequence[SectionView], graph: FilesGraph) -> list[SectionView]:
    """*sections* with the connections of the hottest files as the first exhibit on coupling."""
    view = connections_view(graph)
    return [
        replace(one, exhibits=[view, *one.exhibits]) if one.section is COUPLING else one
        for one in sections
    ]


def connections_view(graph: FilesGraph) -> ExhibitView:
    """The exhibit of *graph*: without rows, and so without a picture, where nothing is joined."""
    rows = graph.edges.select(
        "is_surprising",
        "is_import",
        "support",
        "confidence",
        path="source",
        other="target",
        connection=pl.when("is_import").then(pl.lit("imports")).otherwise(pl.lit("changes with")),
    )
    headline = Headline(
        insight=CONNECTIONS,
        value=float(graph.edges["is_surprising"].sum()),
        unit="pairs",
        sentence=_finding(graph),
    )
    return ExhibitView(
        exhibit=replace(_EXHIBIT, empty=_nothing_joined(graph)),
        question="What holds the hottest files together?",
        headlines=[headline] if rows.height else [],
        rows=rows.to_dicts(),
        total=graph.connections,
    )


def ring(graph: FilesGraph) -> pl.DataFrame:
    """The files of *graph* in their order around the ring, the area of most files first."""
    of_area = pl.len().over("area")
    return graph.nodes.sort(of_area, "area", "path", descending=[True, False, False])


def _nothing_joined(graph: FilesGraph) -> str:
    """What it means that there are no edges."""
    files = graph.nodes["path"]
    if files.is_empty():
        return _EXHIBIT.empty
    if len(files) == 1:
        return f"{files[0]} is the only hotspot: there is no other to connect it with."
    return (
        f"The {len(files)} hottest files neither import each other nor change together more often "
        "than chance explains."
    )


def _finding(graph: FilesGraph) -> str:
    """What the picture shows, in numbers; the edges that are left out are counted."""
    edges = graph.edges
    imports = edges.filter("is_import").height
    files = (
        f"the {graph.nodes.height} hottest of {graph.hotspots:,} hotspots"
        if graph.nodes.height < graph.hotspots
        else f"all {graph.hotspots} hotspots"
    )
    drawn = (
        f"{edges.height} of {graph.connections:,} connections"
        if edges.height < graph.connections
        else counted(edges.height, "connection")
    )
    pairs = counted(edges.height - imports, "pair that changes", "pairs that change")
    return (
        f"{sentence(files)} and {drawn} between them are drawn: {counted(imports, 'import')} and "
        f"{pairs} together without one. "
        f"{_surprises(edges.filter('is_surprising'))}"
    )


def _surprises(pairs: pl.DataFrame) -> str:
    if pairs.is_empty():
        return "None of these pairs is a surprise."
    first = pairs.row(0, named=True)
    found = "One pair is a surprise"
    if pairs.height > 1:
        found = f"{pairs.height} pairs are surprises, the strongest one"
    times = counted(first["support"], "commit")
    return f"{found}: `{first['source']}` and `{first['target']}` changed together in {times}."
