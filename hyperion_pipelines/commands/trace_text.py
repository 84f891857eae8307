"""A logged request as text for a terminal: how it ended, and a tree of where its time went."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hyperion_pipelines.commands.search_text import CONTROLS
from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.serving.observability.request_log import Record

BAR_WIDTH = 40

Span = Mapping[str, Any]


def print_trace(record: Record, console: Console | None = None) -> None:
    """Print *record*: what was asked by whom, the notes, and a line with a bar for each span."""
    console = console or terminal_console()
    answered = f"{record['status']} after {record['ms']:,.1f} ms"
    console.print(_text(f"{record['method']} {record['path']}: {answered}"))
    facts = {
        "request": record["request_id"],
        "trace": record["trace_id"],
        "route": record["route"] or "none: no endpoint has this path",
        "caller": record["caller"] or "not known",
        "from": record["client"],
        "began": record["time"],
        **record["notes"],
    }
    about = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        about.add_row(_text(str(name)), _text(str(value)))
    console.print(about)
    console.print()
    if record["spans"]:
        console.print(_spans(record["spans"], record["ms"]))
    else:
        console.print("No part of this request was measured by itself.")


def _spans(spans: Sequence[Span], total_ms: float) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("part")
    table.add_column("began, ms", justify="right")
    table.add_column("took, ms", justify="right")
    table.add_column("when", no_wrap=True)
    for depth, span in _tree(spans, None, 0):
        said = " ".join(f"{name}={value}" for name, value in span["attributes"].items())
        table.add_row(
            _text(f"{'  ' * depth}{span['name']} {said}".rstrip()),
            f"{span['start_ms']:,.1f}",
            f"{span['ms']:,.1f}",
            bar(span["start_ms"], span["ms"], total_ms),
        )
    return table


def bar(start_ms: float, ms: float, total_ms: float) -> str:
    """A span's place within the request, BAR_WIDTH characters wide; at least one is filled."""
    per_character = max(total_ms, 1e-3) / BAR_WIDTH
    first = min(int(start_ms / per_character), BAR_WIDTH - 1)
    filled = max(1, min(round(ms / per_character), BAR_WIDTH - first))
    return ("·" * first + "█" * filled).ljust(BAR_WIDTH, "·")


def _tree(spans: Sequence[Span], parent: int | None, depth: int) -> Iterator[tuple[int, Span]]:
    """Each span after the one that it is part of, with how deep it lies."""
    for place, span in enumerate(spans):
        if span["parent"] == parent:
            yield depth, span
            yield from _tree(spans, place, depth + 1)


def _text(said: str) -> Text:
    return Text(said.translate(CONTROLS))
