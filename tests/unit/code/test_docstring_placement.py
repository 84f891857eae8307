"""Which comment above a function is its documentation."""

import pytest

from hyperion_pipelines.code.syntax import analyse


def documentation(language: str, source: str) -> str | None:
    """That of the only function of *source*."""
    (function,) = analyse(language, source.encode(), details=True).functions
    return function.docstring


def test_a_documentation_comment_may_stand_one_blank_line_apart() -> None:
    source = (
        "/**\n * Send a response.\n */\n\nres.send = function send(body) {\n  return body;\n};\n"
    )
    assert documentation("JavaScript", source) == "Send a response."


def test_so_may_documentation_of_three_slashes() -> None:
    assert documentation("Rust", "/// Sends it.\n\n#[inline]\nfn send() {}\n") == "Sends it."


@pytest.mark.parametrize("comment", ["// A section.", "/* A section. */", "//////// A section."])
def test_another_comment_that_stands_apart_documents_nothing(comment: str) -> None:
    assert documentation("JavaScript", f"{comment}\n\nfunction send() {{}}\n") is None


def test_two_blank_lines_part_a_documentation_comment_from_the_code() -> None:
    assert documentation("JavaScript", "/** The file. */\n\n\nfunction send() {}\n") is None


def test_a_block_keeps_what_looks_like_markers_of_other_languages() -> None:
    source = "/**\n * # Title\n ** more\n * // note\n * **Note** it\n */\nfunction send() {}\n"
    assert documentation("JavaScript", source) == "# Title\nmore\n// note\n**Note** it"
