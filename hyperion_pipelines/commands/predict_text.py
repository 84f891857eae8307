"""Predictions and suggestions as text for a terminal: what a reviewer wants to know, in order."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from hyperion_pipelines.annotations.finding import WARNING_PERCENTILE
from hyperion_pipelines.annotations.words import (
    commit_name,
    lowering,
    main_reason,
    raising,
    risk_in_words,
    standing,
)
from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.prediction.model import Prediction, Suggestion

MOST_LISTED = 30
MOST_DETAILED = 5
SHOWN_FILES = 3


def print_predictions(
    predictions: Sequence[Prediction], limit: float | None = None, console: Console | None = None
) -> None:
    """Print *predictions*, the riskiest first; the first MOST_LISTED as a table if there are more.

    In detail those are shown that are riskier than WARNING_PERCENTILE or *limit*, whichever is
    less, of 100 commits: MOST_DETAILED at most.
    """
    console = console or terminal_console()
    detailed = predictions
    if len(predictions) > 1:
        bound = WARNING_PERCENTILE if limit is None else min(WARNING_PERCENTILE, limit)
        risky = [each for each in predictions if each.percentile > bound]
        detailed = risky[:MOST_DETAILED]
        console.print(_table(predictions[:MOST_LISTED]))
        if len(predictions) > MOST_LISTED:
            console.print(f"[dim](and {len(predictions) - MOST_LISTED} less risky ones)[/]")
        console.print(f"\n{_which(predictions, risky, bound)}")
    shared = _shared_notes(predictions)
    for prediction in detailed:
        console.print()
        _print_detail(console, prediction, shared)
    console.print()
    for sentence in dict.fromkeys(each.served_by for each in predictions):
        console.print(f"[dim](judged {escape(sentence)})[/]")
    for note in shared:
        console.print(f"[dim]({escape(note)})[/]")


def print_suggestions(
    heading: str, suggestions: Sequence[Suggestion], console: Console | None = None
) -> None:
    """Print *heading* and *suggestions*, a line each."""
    console = console or terminal_console()
    console.print(f"[bold]{escape(heading)}[/]")
    if not suggestions:
        console.print("No file of HEAD is likely to: none changed with it, or lies near it.")
        return
    several = len({each.given for each in suggestions}) > 1
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("probability", justify="right", style="cyan", no_wrap=True)
    if several:
        table.add_column("with", overflow="fold")
    table.add_column("why", overflow="fold")
    for each in suggestions:
        given = [escape(each.given)] if several else []
        why = escape("; ".join(each.reasons))
        likely = "unknown" if each.probability is None else f"{100 * each.probability:.0f} %"
        table.add_row(escape(each.path), likely, *given, why)
    console.print(table)
    if any(each.probability is None for each in suggestions):
        console.print("[dim](no model is served yet: ranked by how often they changed together)[/]")


def _which(predictions: Sequence[Prediction], risky: Sequence[Prediction], bound: float) -> str:
    """Which of the commits are shown in detail."""
    peers = f"riskier than {bound:g} of 100 commits of {predictions[0].repository}"
    if not risky:
        return (
            f"None of the {len(predictions)} commits is {peers}; --commit REV shows one in detail."
        )
    shown = min(len(risky), MOST_DETAILED)
    are = "1 is" if len(risky) == 1 else f"{len(risky)} are"
    detail = "shown below" if shown == len(risky) else f"the first {shown} are shown below"
    return f"Of {len(predictions)} commits {are} {peers}: {detail}."


def _table(predictions: Sequence[Prediction]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("commit", overflow="fold")
    table.add_column("author")
    table.add_column("bug", justify="right", style="cyan", no_wrap=True)
    table.add_column("riskier than", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for each in predictions:
        table.add_row(
            escape(commit_name(each)),
            escape(each.author_name),
            "unknown" if each.probability is None else f"{100 * each.probability:.1f} %",
            f"{standing(each)} of 100",
            escape(main_reason(each)),
        )
    return table


def _print_detail(console: Console, prediction: Prediction, shared: Sequence[str]) -> None:
    console.print(f"[bold]{escape(commit_name(prediction))}[/]")
    risk = escape(risk_in_words(prediction))
    console.print(f"{risk[:1].upper()}{risk[1:]}.")
    console.print(f"[dim]{escape(_about(prediction))}[/]")
    for title, lines in _sections(prediction):
        if lines:
            console.print(f"[bold]{title}[/]")
            console.print(_bullets(lines))
    for note in prediction.notes:
        if note not in shared:
            console.print(f"[dim]({escape(note)})[/]")


def _about(prediction: Prediction) -> str:
    files, more = prediction.files[:SHOWN_FILES], len(prediction.files) - SHOWN_FILES
    named = ", ".join(files) if more <= 0 else f"{', '.join(files)} and {more} more"
    when = f"{prediction.commit_time:%Y-%m-%d}"
    return f"By {prediction.author_name} on {when}: {named or 'no file changed'}"


def _sections(prediction: Prediction) -> Iterator[tuple[str, list[str]]]:
    """Titles, and what stands under each; the reader drops those with nothing."""
    yield "What makes it riskier", [reason.text for reason in raising(prediction)]
    yield "What makes it less risky", [reason.text for reason in lowering(prediction)]
    yield "What is unusual", list(prediction.anomalies)
    yield "Fixes that it touches", [lines.sentence for lines in prediction.evidence]
    yield "Who should look", [f"{each.name}: {each.why}" for each in prediction.reviewers]
    yield "What may be missing", [f"{each.sentence}: not changed" for each in prediction.missing]


def _bullets(lines: Sequence[str]) -> Padding:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row("-", escape(line))
    return Padding(table, (0, 0, 0, 2))


def _shared_notes(predictions: Sequence[Prediction]) -> list[str]:
    """The notes that stand at every one of the commits, which are said once."""
    return [
        note for note in predictions[0].notes if all(note in each.notes for each in predictions)
    ]
