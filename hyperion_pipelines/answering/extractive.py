"""Answers without a language model: the lines that answer best, quoted with their sources.

Nothing is worded anew, and the answer says so.
"""

from collections.abc import Iterator, Sequence

from hyperion_pipelines.answering.citations import Evidence, Excerpt, Source
from hyperion_pipelines.documents.document import PROSE
from hyperion_pipelines.documents.search.marking import Mark, mark_words
from hyperion_pipelines.documents.search.passages import Passage

MOST_QUOTED = 3  # passages
MOST_LINES = 8
FEWEST_LINES = 4  # of code, where they follow each other
# Kinds that are sentences, not statements of a language.
_WORDED = (*PROSE, "docstring", "comment")
_SENTENCE_END = (".", "!", "?", ":", ";", "```")


def quoted(question: str, evidence: Sequence[Evidence]) -> list[Source]:
    """The excerpts that answer, of the MOST_QUOTED best passages."""
    best = evidence[:MOST_QUOTED]
    marks = mark_words(question, [one.passage.text for one in best])
    return [
        one.source(excerpt(one.passage, of_text)) for one, of_text in zip(best, marks, strict=True)
    ]


def excerpt(passage: Passage, marks: Sequence[Mark]) -> Excerpt:
    """The fewest lines in a row with as many different words of the question as MOST_LINES hold.

    *marks* are where these words stand. Sentences of prose are whole where they fit, and code goes
    on for FEWEST_LINES. Where no word of the question is there the passage was found by its
    meaning, and its first lines are quoted.
    """
    lines = passage.text.split("\n")
    words = list(_words(lines, marks))
    start, end = _tightest(words) if marks else _first(lines)
    if passage.kind in _WORDED:
        start, end = _whole_sentences(lines, start, end)
    else:
        end = _with_next(lines, start, end)
    text = "\n".join(lines[start:end])
    return Excerpt(passage.start_line + start, passage.start_line + end - 1, text)


def quotation(source: Source) -> str:
    """A source as Markdown: its marker, its place, its lines, and what is known of its file."""
    fence = "`" * max(3, _longest_run(source.quote) + 1)
    place = f"**[{source.number}]** {source.repository}, `{source.path}`"
    is_one = source.start_line == source.end_line
    lines = f"line{'' if is_one else 's'} {source.start_line}"
    lines += "" if is_one else f" to {source.end_line}"
    known = " ".join(about(source))
    return "\n".join(
        [f"{place}, {lines}:", "", fence, source.quote, fence, *(["", known] if known else [])]
    )


def about(source: Source) -> Iterator[str]:
    """What is known of a source's file, in sentences."""
    if source.risk and source.risk.percentile is not None:
        yield f"The file is riskier than {int(source.risk.percentile)} % of the files."
    if source.owners:
        best = source.owners[0]
        yield f"{best.name} knows it best ({100 * best.share:.0f} % of its lines and commits)."
    if source.recent_changes:
        last = source.recent_changes[0]
        yield f"Last changed {last.date[:10]} by {last.author}: {last.subject}"


def _words(lines: Sequence[str], marks: Sequence[Mark]) -> Iterator[set[str]]:
    """The words of the question on each line."""
    start = 0
    for line in lines:
        end = start + len(line)
        yield {
            line[mark.start - start : mark.end - start].lower()
            for mark in marks
            if start <= mark.start < end
        }
        start = end + 1


def _tightest(words: Sequence[set[str]]) -> tuple[int, int]:
    """From which line up to which the most different words stand, in the fewest lines."""
    windows = (
        (start, end)
        for start in range(len(words))
        for end in range(start + 1, min(start + MOST_LINES, len(words)) + 1)
        if words[start] and words[end - 1]
    )
    return max(
        windows,
        key=lambda window: (
            len(set[str]().union(*words[window[0] : window[1]])),
            window[0] - window[1],
            -window[0],
        ),
    )


def _first(lines: Sequence[str]) -> tuple[int, int]:
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    end = min(start + MOST_LINES, len(lines))
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return start, end


def _whole_sentences(lines: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """The lines widened to where a sentence begins and ends, up to MOST_LINES."""
    while start > 0 and end - start < MOST_LINES and not _ends(lines[start - 1]):
        start -= 1
    while (
        end < len(lines)
        and end - start < MOST_LINES
        and not _ends(lines[end - 1])
        and lines[end].strip()
    ):
        end += 1
    return start, end


def _with_next(lines: Sequence[str], start: int, end: int) -> int:
    """The end moved on to FEWEST_LINES of code: what a name stands for follows its definition."""
    while end < len(lines) and end - start < FEWEST_LINES and lines[end].strip():
        end += 1
    return end


def _ends(line: str) -> bool:
    """Whether a sentence ends with a line, or none is there."""
    said = line.strip()
    return not said or said.startswith("#") or said.endswith(_SENTENCE_END)


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest
