"""What was found in the graph, as text for a terminal and as JSON: tables, nodes, edges, paths."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import cast

import click
import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hyperion_pipelines.commands.search_text import CONTROLS
from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.graph.questions.replies import Reply
from hyperion_pipelines.stores.graph import Answer

ROWS_SHOWN = 20
ITEMS_SHOWN = 5
SHA_DIGITS = 10
DIGITS = 2  # significant ones of a number that is no share
# Columns that are shown in per cent -> what makes them so.
SHARES = {
    **dict.fromkeys(("share", "line_share", "confidence", "reverse_confidence"), 100),
    "risk_percentile": 1,
}
# The property by which a person knows a node of each label; the key names all others.
KNOWN_BY = {
    "Directory": "path",
    "File": "path",
    "Commit": "sha",
    "Person": "name",
    "Team": "name",
    "Module": "name",
    "Issue": "reference",
}
# Columns of answers to questions -> their headings, where the name alone says too little.
HEADINGS = {
    "share": "of its commits",
    "line_share": "of its lines",
    "is_active": "active",
    "last_commit": "last commit",
    "is_fix": "fix",
    "faults": "faults brought",
    "reverse_confidence": "the other way",
    "p_value": "by chance",
    "last_together": "last together",
    "risk_percentile": "riskier than",
    "named_by": "named by",
    "smallest": "smallest circle",
    "inside": "of them there",
}


def print_reply(
    reply: Reply, count: int | None, *, as_json: bool, console: Console | None = None
) -> None:
    """Print *reply*: of each frame *count* rows; without one ROWS_SHOWN, and all as JSON."""
    if as_json:
        frames = {name: frame.head(count or frame.height) for name, frame in reply.frames.items()}
        rows = {name: frame.to_dicts() for name, frame in frames.items()}
        click.echo(as_document({**reply.asked, **rows}))
        return
    console = console or terminal_console()
    for sentence in reply.sentences:
        console.print(Text(sentence.translate(CONTROLS)))
    for frame in reply.frames.values():
        shown = frame.head(count or ROWS_SHOWN)
        if shown.height:
            console.print()
            console.print(_frame_table(shown))
        if shown.height < frame.height:
            left = f"(and {frame.height - shown.height:,} more: -k says how many to list)"
            console.print(Text(left, style="dim"))


def print_rows(answer: Answer, *, as_json: bool, console: Console | None = None) -> None:
    """Print what a query found: a table as wide as the terminal, or one JSON document."""
    if as_json:
        click.echo(as_document({"columns": answer.columns, "rows": answer.rows}))
        return
    console = console or terminal_console()
    table = _table(answer.columns)
    for row in answer.rows:
        table.add_row(*(Text(in_words(value).translate(CONTROLS)) for value in row))
    console.print(table)
    rows = "1 row" if len(answer.rows) == 1 else f"{len(answer.rows):,} rows"
    console.print(Text(rows, style="dim"))


def as_document(content: Mapping[str, object]) -> str:
    """JSON; times in ISO's notation, what JSON has no form for as the store writes it."""

    def other(value: object) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    return json.dumps(content, indent=2, default=other)


def in_words(value: object) -> str:
    """A value as Cypher writes it, nodes and edges by what a person knows them by."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return _cypher(value)


def _cypher(value: object) -> str:
    if isinstance(value, Mapping):
        return _mapping(cast("Mapping[str, object]", value))
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        return f"[{', '.join(_cypher(each) for each in items)}]"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").removesuffix("+00:00")
    return json.dumps(value, ensure_ascii=False, default=str)


def _mapping(value: Mapping[str, object]) -> str:
    if "label" in value:
        name = KNOWN_BY.get(str(value["label"]), "key")
        return f"(:{value['label']} {{{name}: {_cypher(value.get(name))}}})"
    if "type" in value:
        known = {name: each for name, each in value.items() if name != "type" and each is not None}
        return f"[:{value['type']}{f' {_braced(known)}' if known else ''}]"
    if set(value) == {"nodes", "edges"}:
        nodes, edges = (cast("Sequence[object]", value[name]) for name in ("nodes", "edges"))
        steps = zip_longest((_cypher(each) for each in nodes), (_cypher(each) for each in edges))
        return "".join(node + (f"-{edge}-" if edge else "") for node, edge in steps)
    return _braced(value)


def _braced(properties: Mapping[str, object]) -> str:
    return f"{{{', '.join(f'{name}: {_cypher(each)}' for name, each in properties.items())}}}"


def _table(headings: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    return table


def _frame_table(frame: pl.DataFrame) -> Table:
    table = Table(box=None, pad_edge=False)
    for name, kind in frame.schema.items():
        is_short = kind.is_numeric() or kind in {pl.Boolean(), pl.Datetime("us", "UTC")}
        table.add_column(
            HEADINGS.get(name, name),
            justify="right" if kind.is_numeric() else "left",
            overflow="fold",
            no_wrap=is_short,
        )
    for row in frame.select(_cell(name, kind) for name, kind in frame.schema.items()).rows():
        table.add_row(*(Text(str(cell).translate(CONTROLS)) for cell in row))
    return table


def _cell(name: str, kind: pl.DataType) -> pl.Expr:
    """The text of a column's values: nothing for null, lists up to ITEMS_SHOWN."""
    value = pl.col(name)
    if name in SHARES:
        text = pl.format("{} %", (value * SHARES[name]).round().cast(pl.Int64))
    elif name == "sha":
        text = value.str.head(SHA_DIGITS)
    elif name == "smallest":
        text = value.list.concat(value.list.head(1)).list.join(" -> ")
    elif isinstance(kind, pl.List):
        first = value.list.head(ITEMS_SHOWN).list.join(", ")
        more = value.list.len().cast(pl.Int64) - ITEMS_SHOWN
        text = pl.when(more > 0).then(pl.format("{} and {} more", first, more)).otherwise(first)
    elif isinstance(kind, pl.Datetime):
        text = value.dt.strftime("%Y-%m-%d")
    elif kind.is_float():
        whole = value.round().cast(pl.Int64).cast(pl.String)
        short = value.round_sig_figs(DIGITS).cast(pl.String)
        text = pl.when(value.abs() >= 10**DIGITS).then(whole).otherwise(short)
    elif kind == pl.Boolean():
        text = pl.when(value).then(pl.lit("yes")).otherwise(pl.lit("no"))
    else:
        text = value.cast(pl.String)
    return pl.when(value.is_not_null()).then(text).otherwise(pl.lit("")).alias(name)
