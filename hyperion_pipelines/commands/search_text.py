"""Passages that were found, as text for a terminal: where they stand, and the lines that match."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.documents.search.marking import Mark
from hyperion_pipelines.documents.search.passages import Passage

MOST_LINES = 8
LONGEST_LINE = 200  # characters
BEFORE_MATCH = 60  # characters of a longer line that are shown before its first match
MATCH = "bold yellow"
INDENT = "   "
# What a file may hold and a terminal would obey: all control characters but the tab.
CONTROLS = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0)} - {ord("\t")}, "\N{REPLACEMENT CHARACTER}"
)


class Answer(NamedTuple):
    """What was searched (repository -> its passages), what could not be, and what was found.

    `marks` are where words of the query stand in the text of each passage.
    """

    query: str
    counts: Mapping[str, int]
    left_out: Sequence[str]
    passages: Sequence[Passage]
    marks: Sequence[Sequence[Mark]]
    seconds: float


class Line(NamedTuple):
    """A line of a passage: its number in the file, and its text with the matches styled."""

    number: int
    text: Text
    matches: int


def print_answer(answer: Answer, console: Console | None = None) -> None:
    """Print the passages, best first, and what was searched."""
    console = console or terminal_console()
    for place, (passage, marks) in enumerate(
        zip(answer.passages, answer.marks, strict=True), start=1
    ):
        console.print(
            _title(place, passage, names_repository=len(answer.counts) > 1), soft_wrap=True
        )
        for line in _numbered(excerpt(passage, marks)):
            console.print(line, soft_wrap=True)
        console.print()
    for sentence in _about(answer):
        console.print(Text(sentence, style="dim"))


def excerpt(passage: Passage, marks: Sequence[Mark]) -> list[Line]:
    """The lines that match most words and those beside them, MOST_LINES at most, in their order.

    Where none matches these are the first lines.
    """
    lines = list(_lines(passage, marks))
    shown: set[int] = set()
    for at in sorted(range(len(lines)), key=lambda at: -lines[at].matches):
        around = {each for each in (at - 1, at, at + 1) if 0 <= each < len(lines)} - shown
        if not lines[at].matches or len(shown) + len(around) > MOST_LINES:
            break
        shown |= around
    return [lines[at] for at in sorted(shown)] if shown else lines[:MOST_LINES]


def _lines(passage: Passage, marks: Sequence[Mark]) -> Iterator[Line]:
    """The lines of a passage that are not blank."""
    start = 0
    for number, line in enumerate(passage.text.split("\n"), start=passage.start_line):
        end = start + len(line)
        inside = [
            Mark(mark.start - start, mark.end - start)
            for mark in marks
            if start <= mark.start < end
        ]
        if line.strip():
            matches = len({line[mark.start : mark.end].lower() for mark in inside})
            yield Line(number, _styled(line, inside), matches)
        start = end + 1


def _styled(line: str, marks: Sequence[Mark]) -> Text:
    text = Text(line.translate(CONTROLS))
    for mark in marks:
        text.stylize(MATCH, mark.start, mark.end)
    if len(line) <= LONGEST_LINE:
        return text
    start = max(marks[0].start - BEFORE_MATCH, 0) if marks else 0
    start = min(start, len(line) - LONGEST_LINE)
    end = start + LONGEST_LINE
    return Text("…" if start else "") + text[start:end] + Text("…" if end < len(line) else "")


def _title(place: int, passage: Passage, *, names_repository: bool) -> Text:
    repository = f"{passage.repository}  " if names_repository else ""
    about = passage.symbol or passage.heading
    return Text.assemble(
        f"{place}. {repository}",
        (
            f"{passage.path}:{passage.start_line}-{passage.end_line}".translate(CONTROLS),
            "bold cyan",
        ),
        f"  {passage.kind}",
        f", {about}".translate(CONTROLS) if about else "",
        (f"  ({_ranks(passage)})", "dim"),
    )


def _ranks(passage: Passage) -> str:
    ranks = {"words": passage.bm25_rank, "meaning": passage.dense_rank}
    return ", ".join(f"number {rank} by {way}" for way, rank in ranks.items() if rank)


def _numbered(lines: Sequence[Line]) -> Iterator[Text]:
    """Lines with their numbers; a sign stands for what is left out between two of them."""
    width = len(str(max((line.number for line in lines), default=0))) + len(INDENT)
    before: int | None = None
    for line in lines:
        if before is not None and line.number > before + 1:
            yield Text("⋮".rjust(width), style="dim")
        yield Text.assemble((f"{line.number:>{width}}  ", "dim"), line.text)
        before = line.number


def _about(answer: Answer) -> Iterator[str]:
    """What was searched, in sentences."""
    total = sum(answer.counts.values())
    passages = "1 passage" if total == 1 else f"{total:,} passages"
    searched = f"{passages} of {_listed(list(answer.counts))}"
    if answer.passages:
        found = len(answer.passages)
        best = "this one is the best" if found == 1 else f"these {found} are the best"
        yield f"Searched {searched} by words and by meaning in {answer.seconds:.2f} s: {best}."
    else:
        yield (
            f"Nothing was found in {searched}, less those that --kind, --path and --language leave "
            "out."
        )
    if answer.left_out:
        yield (
            f"{_listed(answer.left_out)} could not be searched yet: run `hyperion analyze` on "
            f"{'it' if len(answer.left_out) == 1 else 'them'} first."
        )


def _listed(slugs: Sequence[str]) -> str:
    return slugs[0] if len(slugs) == 1 else f"{', '.join(slugs[:-1])} and {slugs[-1]}"
