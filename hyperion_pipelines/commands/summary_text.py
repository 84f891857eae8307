"""A summary as text for a terminal."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from hyperion_pipelines.insights.summary import Summary

PIPE_WIDTH = 140

# Section -> its title and its columns (key, heading); a key is a column of the summary's rows.
SECTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "languages": (
        "Languages at HEAD",
        {"language": "language", "files": "files", "lines": "lines"},
    ),
    "complex_functions": (
        "Most complex functions",
        {
            "qualified_name": "function",
            "place": "where",
            "cyclomatic": "cyclomatic",
            "cognitive": "cognitive",
            "lines": "lines",
        },
    ),
    "changed_files": (
        "Most changed files",
        {"path": "file", "commits": "commits", "churn": "lines changed", "authors": "authors"},
    ),
    "hotspots": (
        "Where to look first: complex and changed in the last year",
        {
            "path": "file",
            "recent_commits": "commits",
            "cyclomatic_sum": "complexity",
            "authors": "authors",
        },
    ),
}


def print_summary(summary: Summary, run: Mapping[str, Any]) -> None:
    """Print *summary*, and how the *run* that made it went."""
    console = terminal_console()
    history: Any = summary["history"]
    console.print(f"\n[bold]{summary['repository']}[/]  {run['source']}")
    console.print(
        f"{_counted(history['commits'], 'commit')} by {_counted(history['authors'], 'author')}"
        f" and {_counted(history['bots'], 'bot')},"
        f" {history['first_commit']} to {history['last_commit']};"
        f" {_counted(history['merges'], 'merge')}, {_counted(history['fixes'], 'fix', 'es')},"
        f" {_counted(history['reverts'], 'revert')};"
        f" {_counted(history['branches'], 'branch', 'es')}, {_counted(history['tags'], 'tag')}"
    )
    for section, (title, columns) in SECTIONS.items():
        rows: Any = summary[section]
        if rows:
            console.print()
            console.print(_table(title, columns, rows))
    console.print(_timing(run))
    console.print(
        "\nNext: [bold]hyperion export commits -o commits.parquet[/] takes a table with you,"
        " [bold]hyperion up[/] opens the Dagster UI with lineage and checks,"
        " [bold]hyperion info[/] says how the tables stand."
    )


def terminal_console() -> Console:
    """Standard output; where it is no terminal, wide enough for the paths of most projects."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def _counted(count: int, unit: str, plural: str = "s") -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}{plural}"


def _table(title: str, columns: Mapping[str, str], rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, title_style="bold")
    for key, heading in columns.items():
        is_text = isinstance(_value(rows[0], key), str)
        table.add_column(
            heading,
            justify="left" if is_text else "right",
            overflow="fold",
            style="" if is_text else "cyan",
        )
    for row in rows:
        table.add_row(*(_shown(_value(row, key)) for key in columns))
    return table


def _value(row: Mapping[str, Any], key: str) -> object:
    return f"{row['path']}:{row['start_line']}" if key == "place" else row[key]


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _timing(run: Mapping[str, Any]) -> str:
    if not run["is_new"]:
        return f"\nNothing new since the last analysis ({run['seconds']:.1f} s)."
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in run["steps"].items())
    return f"\nAnalysed in {run['seconds']:.1f} s: {steps}."
