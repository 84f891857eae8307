"""Where the readers of each markup see headings, and places for a cut."""

import pytest

from hyperion_pipelines.documents.chunking.asciidoc import asciidoc_blocks
from hyperion_pipelines.documents.chunking.blocks import (
    ANNOUNCED,
    BLOCK,
    GLUED,
    INSIDE,
    TITLED,
    Blocks,
    Section,
    keep_together,
    sections,
)
from hyperion_pipelines.documents.chunking.indentation import indented_blocks
from hyperion_pipelines.documents.chunking.markdown import markdown_blocks
from hyperion_pipelines.documents.chunking.plain_text import text_blocks
from hyperion_pipelines.documents.chunking.restructuredtext import restructuredtext_blocks


def titles(blocks: Blocks) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in blocks.headings]


def units(text: str, blocks: Blocks, most: int = INSIDE - 1) -> list[str]:
    """The text cut at each place of a rank of at most *most*, blank lines left out."""
    found: list[list[str]] = [[]]
    for line, rank in zip(text.split("\n"), blocks.ranks, strict=True):
        if rank <= most and found[-1]:
            found.append([])
        if line.strip():
            found[-1].append(line.strip())
    return [" ".join(lines) for lines in found]


def markdown(text: str) -> Blocks:
    return markdown_blocks(text.split("\n"))


def restructuredtext(text: str) -> Blocks:
    return restructuredtext_blocks(text.split("\n"))


def asciidoc(text: str) -> Blocks:
    return asciidoc_blocks(text.split("\n"))


def plain(text: str) -> Blocks:
    return text_blocks(text.split("\n"))


def indented(text: str) -> Blocks:
    return indented_blocks(text.split("\n"), has_sections=True)


def test_headings_of_markdown_are_atx_and_setext() -> None:
    text = "# A `b` [c](d) ##\n\nTwo\nlines\n===\n\nText\n\n### E *f* {#anchor}\n\nG\n---"
    assert titles(markdown(text)) == [(1, "A b c"), (1, "Two lines"), (3, "E f"), (2, "G")]


def test_what_looks_like_a_heading_inside_of_a_block_of_markdown_is_none() -> None:
    text = "```\n# a\n```\n\n    # b\n\n<!--\n# c\n-->\n\n> # d\n\n- # e\n\n---\n\nText #f\n#g"
    assert titles(markdown(text)) == []


def test_front_matter_is_one_unit_without_headings() -> None:
    text = "---\ntitle: A\n# comment\n---\n# Title"
    assert titles(markdown(text)) == [(1, "Title")]
    assert units(text, markdown(text)) == ["--- title: A # comment ---", "# Title"]


def test_units_of_markdown_are_paragraphs_items_blocks_and_tables() -> None:
    text = (
        "A\nparagraph.\n- item\n  goes on\n  - nested\n- item\n\n```\na\n\nb\n```\n"
        "| a | b |\n|---|---|\n| c | d |\n\n<div>\n<p>\n</div>\n\n[link]: address"
    )
    assert units(text, markdown(text)) == [
        "A paragraph.",
        "- item goes on",
        "- nested",
        "- item",
        "``` a b ```",
        "| a | b | |---|---| | c | d |",
        "<div> <p> </div>",
        "[link]: address",
    ]


def test_items_of_a_list_are_cut_before_nested_ones() -> None:
    ranks = markdown("- a\n  - b\n- c").ranks
    assert ranks[2] < ranks[1] < INSIDE


def test_a_table_keeps_its_head_and_a_fence_its_first_and_last_line() -> None:
    assert markdown("| a |\n|---|\n| b |\n| c |").ranks[1:3] == [GLUED, GLUED]
    fence = markdown("```\na\n\nb\n```").ranks
    assert (fence[1], fence[4]) == (GLUED, GLUED)
    assert INSIDE <= fence[3] < GLUED


def test_levels_of_restructuredtext_are_the_order_of_their_underlines() -> None:
    text = (
        "=====\nTitle\n=====\n\nUsage\n~~~~~\n\nText.\n\nRetries\n-------\nText.\n\n"
        "Errors\n~~~~~~\n\n=======\nLicence\n======="
    )
    assert titles(restructuredtext(text)) == [
        (1, "Title"),
        (2, "Usage"),
        (3, "Retries"),
        (2, "Errors"),
        (1, "Licence"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Too long a title\n----",
        "    Indented\n    --------",
        "a paragraph\nthat goes on\n------------",
        "text\n\n----\n\ntext",
        "===  ===\nA    B\n===  ===\n1    2\n===  ===",
    ],
)
def test_lines_of_punctuation_that_underline_nothing_make_no_heading(text: str) -> None:
    assert titles(restructuredtext(text)) == []


def test_a_label_belongs_to_the_heading_below_it() -> None:
    [heading] = restructuredtext("Text.\n\n.. _label:\n\nTitle\n=====\n\nText.").headings
    assert (heading.line, heading.end) == (2, 6)


def test_directives_and_literal_blocks_are_units() -> None:
    text = "Text::\n\n    a\n\n    b\n\n.. note::\n\n   Note.\n\n   More.\n\n- item\n- item\n\nEnd."
    blocks = restructuredtext(text)
    assert units(text, blocks) == [
        "Text:: a b",
        ".. note:: Note. More.",
        "- item",
        "- item",
        "End.",
    ]
    assert blocks.ranks[2] == GLUED


def test_headings_of_asciidoc_stand_outside_of_delimited_blocks() -> None:
    text = "= Title\n\n----\n== code\n----\n\n== Usage ==\n\n....\n=== a\n....\n\n=== Retries"
    assert titles(asciidoc(text)) == [
        (1, "Title"),
        (2, "Usage"),
        (3, "Retries"),
    ]


def test_a_delimited_block_of_asciidoc_stays_with_its_title_and_attributes() -> None:
    text = "Text.\n\n.Title\n[source]\n----\na\n\nb\n----\n* item\n* item\n\nEnd."
    assert units(text, asciidoc(text)) == [
        "Text.",
        ".Title [source] ---- a b ----",
        "* item",
        "* item",
        "End.",
    ]


def test_headings_of_text_are_underlined_to_their_end() -> None:
    text = "Title\n=====\n\nUsage\n-----\n\nNot quite\n-----------------"
    assert titles(plain(text)) == [(1, "Title"), (2, "Usage")]


def test_numbered_lines_of_text_are_headings_where_some_have_two_numbers() -> None:
    text = "1. Usage\n\nText.\n\n1.1 Retries\n\nText.\n\n2. It is easy, really.\n\n1.2 in\ntext"
    assert titles(plain(text)) == [(1, "1. Usage"), (2, "1.1 Retries")]


def test_numbered_lines_of_text_may_be_a_list() -> None:
    assert titles(text_blocks(["1. Clone it", "", "2. Run it", "", "3. Done"])) == []


def test_code_is_cut_between_its_outermost_statements() -> None:
    text = (
        "import a\n\n# says what\n@cached\ndef f(\n    x,\n) -> int:\n    return 1\n\n"
        "if a:\n    b\nelse:\n    c\nd = 1"
    )
    assert units(text, indented(text)) == [
        "import a",
        "# says what @cached def f( x, ) -> int: return 1",
        "if a: b else: c",
        "d = 1",
    ]


def test_inside_of_a_function_a_blank_line_is_the_better_place_and_depth_the_worse() -> None:
    ranks = indented("def f():\n    a\n    b\n\n    for c in d:\n        e\n        g\n    h").ranks
    first_body, plain, after_blank, deep = ranks[1], ranks[2], ranks[4], ranks[6]
    assert INSIDE <= after_blank < plain < deep < first_body


def test_a_statement_that_must_be_cut_is_cut_before_its_branches() -> None:
    ranks = indented("if (a) {\n    b;\n} else if (c) {\n    d;\n}").ranks
    assert INSIDE <= ranks[2] < min(ranks[1], ranks[3], ranks[4])


def test_braces_are_no_statements_of_their_own() -> None:
    text = '{\n  "a": {\n    "b": 1\n  },\n  "c": 2\n}'
    assert units(text, indented(text)) == ['{ "a": { "b": 1 },', '"c": 2 }']


def test_configuration_is_cut_at_sections_first() -> None:
    ranks = indented("[a]\nb = 1\nc = 1\n\nd = 1\n[e]\nf = 1").ranks
    assert ranks[5] == BLOCK
    assert BLOCK < ranks[4] < ranks[2] < INSIDE <= ranks[1]


def test_a_document_by_its_headings_has_sections_with_the_titles_above_them() -> None:
    lines = ["Before", "", "# A", "", "## B", "", "text", "", "# C", "", "text", "", "## D"]
    assert sections(lines, markdown_blocks(lines).headings) == [
        Section(0, 2, ()),
        Section(2, 8, ("A", "B")),
        Section(8, 12, ("C",)),
        Section(12, 13, ("C", "D")),
    ]


def test_what_follows_a_heading_or_is_announced_stays_with_it() -> None:
    lines = ["Title", "---", "", "As follows:", "", "- item"]
    blocks = markdown_blocks(lines)
    keep_together(lines, blocks)
    assert (blocks.ranks[1], blocks.ranks[3], blocks.ranks[5]) == (TITLED, TITLED, ANNOUNCED)
