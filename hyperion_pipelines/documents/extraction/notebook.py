"""Jupyter notebooks: a document for each cell of prose or code; what a cell printed is none.

The format is nbformat 4 (Jupyter, "The Notebook file format"): JSON whose cells hold their source
as strings, each line on a line of the file of its own.
"""

from collections.abc import Mapping
from typing import Any, cast

from hyperion_pipelines.code.languages import LANGUAGES
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.decoding import Extracted, decode, document_of
from hyperion_pipelines.documents.extraction.json_positions import (
    LineNumbers,
    Placed,
    placed_values,
)

# Most of a notebook is often what it printed, pictures above all.
MAXIMUM_BYTES = 16 << 20
BROKEN = "broken notebook"
_KINDS = {"markdown": "markdown", "code": "code"}  # of documents, by the type of a cell
_LANGUAGES = {language.name.lower(): language.name for language in LANGUAGES}


def notebook_documents(content: bytes) -> Extracted:
    """The documents of a notebook's cells, with the lines of the file where their source stands.

    Source that is written as one string stands on one line: its own lines are joined by spaces.
    A file that is no JSON, or has no cells, is a "broken notebook".
    """
    decoded = decode(content, is_prose=False)
    if decoded.text is None:
        return Extracted(skipped=decoded.skipped)
    try:
        return _of_text(decoded.text)
    except (ValueError, RecursionError):
        return Extracted(skipped=BROKEN)


def _of_text(text: str) -> Extracted:
    parts = {part.key: part for part in placed_values(text)}
    if "cells" not in parts:
        return Extracted(skipped=BROKEN)
    lines = LineNumbers(text)
    cells = placed_values(text, parts["cells"].start)
    documents = [document for cell in cells for document in _of_cell(text, cell, lines)]
    metadata = parts["metadata"].value if "metadata" in parts else None
    return Extracted(documents, language=_language(metadata))


def _of_cell(text: str, cell: Placed, lines: LineNumbers) -> list[Document]:
    parts = {part.key: part for part in placed_values(text, cell.start)}
    kind = _KINDS.get(str(parts["cell_type"].value)) if "cell_type" in parts else None
    if kind is None or "source" not in parts:
        return []
    source = parts["source"]
    strings = [source] if isinstance(source.value, str) else placed_values(text, source.start)
    written: dict[int, str] = {}
    for string in strings:
        line = lines.of(string.start)
        words = str(string.value).removesuffix("\n").replace("\n", " ")
        written[line] = f"{written[line]} {words}" if line in written else words
    if not written:
        return []
    first, last = min(written), max(written)
    return document_of(kind, None, first, [written.get(at, "") for at in range(first, last + 1)])


def _language(metadata: object) -> str | None:
    """The language of the code cells, as the table of languages names it; None if not told."""
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        told = _mapping(_mapping(metadata).get(part)).get(key)
        if language := _LANGUAGES.get(str(told).lower()):
            return language
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}
