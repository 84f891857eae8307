"""An answer as text for a terminal: the words, then the sources."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from hyperion_pipelines.answering.answer import Answer
from hyperion_pipelines.answering.extractive import about
from hyperion_pipelines.commands.search_text import CONTROLS
from hyperion_pipelines.commands.summary_text import terminal_console

# A line break is the text's own.
_CONTROLS = {code: sign for code, sign in CONTROLS.items() if code != ord("\n")}


def print_answer(answer: Answer, left_out: Sequence[str], console: Console | None = None) -> None:
    """Print the answer, its sources, and what could not be asked."""
    console = console or terminal_console()
    if answer.is_found:
        console.print(_plain(answer.text), soft_wrap=True)
        console.print()
        for source in answer.citations:
            console.print(Text(f"[{source.number}] ", style="bold cyan"), end="")
            console.print(_plain(source.citation), soft_wrap=True)
            if answer.answered_by.startswith("language model"):
                for sentence in about(source):
                    console.print(Text("    ") + _plain(sentence), style="dim", soft_wrap=True)
        console.print()
    for sentence in _notes(answer, left_out):
        console.print(Text(sentence, style="dim"), soft_wrap=True)


def _plain(text: str) -> Text:
    """*text* without what a terminal would obey."""
    return Text(text.translate(_CONTROLS))


def _notes(answer: Answer, left_out: Sequence[str]) -> Iterator[str]:
    if answer.is_found:
        yield f"Answered by: {answer.answered_by}."
    yield from answer.notes
    if left_out:
        yield f"Not asked, since it cannot be searched yet: {', '.join(left_out)}."
