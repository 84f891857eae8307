"""Prose is one document, as far as it is read."""

from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.prose import CUT, MAXIMUM_BYTES, prose_documents


def test_a_file_of_prose_is_one_document_with_its_front_matter() -> None:
    content = b"\n---\ntitle: Usage\n---\n\n# Usage\r\n\nRead it.\n\n"
    assert prose_documents("markdown", content).documents == [
        Document("markdown", None, 2, "---\ntitle: Usage\n---\n\n# Usage\n\nRead it.")
    ]


def test_of_long_prose_the_whole_lines_of_its_first_mebibyte_are_read() -> None:
    line = b"a line of a long log\n"
    found = prose_documents("text", line * (MAXIMUM_BYTES // len(line) + 10))
    assert found.skipped == CUT
    (document,) = found.documents
    assert document.end_line == MAXIMUM_BYTES // len(line)
    assert set(document.text.split("\n")) == {line.decode().strip()}


def test_prose_on_one_endless_line_is_cut_within_it() -> None:
    found = prose_documents("text", b"word " * MAXIMUM_BYTES)
    assert found.skipped == CUT
    assert found.documents[0].end_line == 1


def test_prose_that_is_no_text_says_why() -> None:
    assert prose_documents("text", b"\0\1\2").skipped == "binary"
    assert prose_documents("text", b" \n\t\n") == ([], None, None)
