"""A summary as text for a terminal."""

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hyperion_pipelines.insights.lines.ages import age_in_words
from hyperion_pipelines.insights.summary import Summary

PIPE_WIDTH = 140

# Section -> its title and its columns (key, heading); a key is a column of the summary's rows, or
# what `_value` makes of several.
SECTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "languages": (
        "Languages at HEAD",
        {"language": "language", "files": "files", "lines": "lines"},
    ),
    "line_authors": (
        "Who wrote the lines at HEAD",
        {"person": "author", "lines": "lines", "share": "share"},
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
            "commits": "commits",
            "cyclomatic": "complexity",
            "authors": "authors",
        },
    ),
    "risky_files": (
        "Files that most likely need a fix in the next 90 days",
        {"path": "file", "probability": "probability", "why": "why"},
    ),
    "risky_commits": (
        "Which of the newest 90 days' commits to review first",
        {"commit": "commit", "author_name": "author", "probability": "bug", "why": "why"},
    ),
}
# Section -> whose judgement it is, under `judged_by`.
JUDGED = {"risky_files": "files", "risky_commits": "commits"}


def print_summary(summary: Summary, run: Mapping[str, Any]) -> None:
    """Print *summary*, and how the *run* that made it went."""
    console = terminal_console()
    history: Any = summary["history"]
    console.print(f"\n[bold]{summary['repository']}[/]  {escape(run['source'])}")
    console.print(
        f"{_counted(history['commits'], 'commit')} by {_counted(history['authors'], 'author')}"
        f" and {_counted(history['bots'], 'bot')},"
        f" {history['first_commit']} to {history['last_commit']};"
        f" {_counted(history['merges'], 'merge')}, {_counted(history['fixes'], 'fix', 'es')},"
        f" {_counted(history['reverts'], 'revert')};"
        f" {_counted(history['branches'], 'branch', 'es')}, {_counted(history['tags'], 'tag')}"
    )
    code_age: Any = summary["code_age"]
    if code_age:
        console.print(_code_age(code_age))
    judged_by: Any = summary["judged_by"]
    for section, (title, columns) in SECTIONS.items():
        rows: Any = summary[section]
        if rows:
            console.print()
            console.print(_table(title, columns, rows))
            if section in JUDGED:
                console.print(f"[dim](judged {judged_by[JUDGED[section]]})[/]")
    console.print(_timing(run))
    if run["report"]:
        console.print(f"\nThe report, to be opened in a browser: {escape(run['report'])}")
    console.print(
        "\nNext: [bold]hyperion predict[/] says how risky a commit or your work tree is,"
        " [bold]hyperion search[/] finds passages of documents and code,"
        " [bold]hyperion export commits -o commits.parquet[/] takes a table with you,"
        " [bold]hyperion up[/] opens the Dagster UI with lineage and checks,"
        " [bold]hyperion info[/] says how the tables stand."
    )


def terminal_console() -> Console:
    """Standard output; where it is no terminal, wide enough for the paths of most projects."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def _counted(count: int, unit: str, plural: str = "s") -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}{plural}"


def _code_age(age: Mapping[str, Any]) -> str:
    half_life = age["half_life_days"]
    fate = (
        f"{_percent(age['surviving_share'])} of all lines ever written are still there"
        if half_life is None
        else f"half of all that is written is gone after {_age(half_life)}"
    )
    return (
        f"Half of the lines at HEAD are at least {_age(age['median_age_days'])} old,"
        f" a tenth at least {_age(age['oldest_tenth_age_days'])}; {fate}"
    )


def _age(days: float) -> str:
    return age_in_words(timedelta(days=days))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


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
        # Paths may hold brackets, which would pass for markup: pages/[id].tsx.
        table.add_row(*(escape(_shown(_value(row, key))) for key in columns))
    return table


def _value(row: Mapping[str, Any], key: str) -> object:
    match key:
        case "place":
            return f"{row['path']}:{row['start_line']}"
        case "commit":
            return f"{str(row['sha'])[:10]} {row['subject']}"
        case "person":
            name = str(row["person_name"])
            return f"{name.removesuffix('[bot]')} (bot)" if row["is_bot"] else name
        case _:
            return row[key]


def _shown(value: object) -> str:
    match value:
        case int():
            return f"{value:,}"
        case float():
            return _percent(value)
        case None:
            return "unknown"
        case _:
            return str(value)


def _timing(run: Mapping[str, Any]) -> str:
    if not run["is_new"]:
        return f"\nNothing new since the last analysis ({run['seconds']:.1f} s)."
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in run["steps"].items())
    return f"\nAnalysed in {run['seconds']:.1f} s: {steps}."
