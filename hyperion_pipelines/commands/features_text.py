"""The features of a commit or file as text for a terminal: a table for each group."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.features.catalogue import GROUPS, Feature

VALUE_WIDTH = 9  # of a number in the hundred thousands


def print_features(
    heading: Sequence[str],
    features: Sequence[Feature],
    document: Mapping[str, Any],
    console: Console | None = None,
) -> None:
    """Print *heading*, then the features of *document*; those at their default are dim."""
    console = console or terminal_console()
    for line in heading:
        console.print(line, markup=False)
    said = {feature["name"]: feature for feature in document["features"]}
    name_width = max(len(feature.name) for feature in features)
    for group, title in GROUPS.items():
        members = [feature for feature in features if feature.group == group]
        if members:
            console.print()
            console.print(_table(title, members, said, name_width))


def _table(
    title: str, members: Sequence[Feature], said: Mapping[str, Mapping[str, Any]], name_width: int
) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("feature", min_width=name_width, no_wrap=True)
    table.add_column("value", justify="right", min_width=VALUE_WIDTH, no_wrap=True)
    table.add_column("percentile", justify="right", no_wrap=True)
    table.add_column("meaning")
    for feature in members:
        value, rank = said[feature.name]["value"], said[feature.name]["percentile"]
        table.add_row(
            feature.name,
            in_words(value, feature.unit),
            "" if rank is None else f"{rank:.0f}",
            feature.meaning,
            style="dim" if value == feature.default else None,
        )
    return table


def in_words(value: float | bool | None, unit: str) -> str:
    """A value as a person reads it: yes or no, a percentage, a whole number as such."""
    if value is None:
        return "unknown"
    if unit == "yes or no":
        return "yes" if value else "no"
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
