"""Models as text for a terminal: the list, a version, a move of an alias."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.learning.registry.events import Event

# The ends of a metric's 95 % interval are metrics of their own, named after it.
LOW, HIGH = "_low", "_high"
ABBREVIATIONS = {"average_precision": "AP", "mean_reciprocal_rank": "MRR"}
TAGS_SHOWN = {
    "training_cut": "labels known until",
    "data_version": "data version",
    "code_version": "code version",
    "python": "python",
    "packages": "packages",
}


def print_list(rows: Sequence[Mapping[str, Any]], console: Console | None = None) -> None:
    """Print a line for each model; the metric is average precision, or mean reciprocal rank."""
    headings = ("model", "champion", "challenger", "versions", "metric", "baseline", "trained")
    table = _table(*headings)
    table.add_column("on")
    for row in rows:
        table.add_row(
            row["name"],
            _or_none(row["champion"]),
            _or_none(row["challenger"]),
            str(row["versions"]),
            f"{ABBREVIATIONS.get(row['metric'], row['metric'] or '')} {_number(row['value'])}",
            _number(row["baseline"]),
            str(row["trained_at"])[:10],
            ", ".join(row["sources"]),
        )
    (console or terminal_console()).print(table)


def print_version(document: Mapping[str, Any], console: Console | None = None) -> None:
    """Print what is known of a version, and the history of the model's aliases."""
    console = console or terminal_console()
    tags: Mapping[str, str] = document["tags"]
    aliases = f"  ({', '.join(document['aliases'])})" if document["aliases"] else ""
    console.print(f"{document['name']}  version {document['version']}{aliases}", markup=False)
    console.print(f"trained {document['registered_at']}  run {document['run_id']}", markup=False)
    if document["sources"]:
        console.print(f"on {', '.join(document['sources'])}", markup=False)
    said = f"{tags.get('decision', 'undecided')}: {tags.get('decision_reason', '')}"
    console.print(f"gate: {said}", markup=False)
    facts = {words: tags[tag] for tag, words in TAGS_SHOWN.items() if tag in tags}
    for title, table in (
        ("Metrics", _metrics(document["metrics"])),
        ("Parameters", _pairs(document["parameters"])),
        ("Made with", _pairs(facts)),
        ("History", _history(document["history"])),
    ):
        console.print(f"\n[bold]{title}[/]")
        console.print(table)


def print_event(name: str, event: Event, console: Console | None = None) -> None:
    """Print what a move of the champion's alias did."""
    before = f" (before: {event.before})" if event.before else ""
    said = f"{name}: version {event.version} is champion now{before}; {event.why}"
    (console or terminal_console()).print(said, markup=False)


def _metrics(metrics: Mapping[str, float]) -> Table:
    table = _table("metric", "value", "95 % interval")
    for name, value in metrics.items():
        if name.endswith((LOW, HIGH)) and name.rpartition("_")[0] in metrics:
            continue
        low, high = metrics.get(name + LOW), metrics.get(name + HIGH)
        between = "" if low is None or high is None else f"{_number(low)} to {_number(high)}"
        table.add_row(name, _number(value), between)
    return table


def _pairs(values: Mapping[str, Any]) -> Table:
    table = _table("name")
    table.show_header = False
    table.add_column("value", overflow="fold")
    for name, value in values.items():
        table.add_row(name, str(value))
    return table


def _history(events: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("when", "alias", "version", "by")
    table.add_column("why")
    for event in events:
        moved = f"{_or_none(event['before'])} -> {_or_none(event['version'])}"
        when = str(event["when"])[:16].replace("T", " ")
        table.add_row(when, event["alias"], moved, event["by"], f"{event['kind']}: {event['why']}")
    return table


def _table(*headings: str) -> Table:
    """A table whose columns of those *headings* are never wrapped."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    return table


def _or_none(version: int | None) -> str:
    return "none" if version is None else str(version)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) > 1 else f"{value:.3f}"
