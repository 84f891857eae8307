"""Each cell of a notebook is a document that stands where the file has its source."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from hyperion_pipelines.documents.extraction.notebook import BROKEN, notebook_documents

NOTEBOOK: Mapping[str, Any] = {
    "cells": [
        {
            "cell_type": "markdown",
            "metadata": {"source": ["import numpy\n"]},
            "source": ["# Größe 🎉\n", "\n", "How large is it?"],
        },
        {
            "cell_type": "code",
            "outputs": [{"output_type": "stream", "text": ['"source": ["import numpy\n', "3\n"]}],
            "source": ["import numpy\n", 'numpy.size("[1, 2]")\n'],
        },
        {"cell_type": "raw", "source": ["passed over"]},
        {"cell_type": "code", "source": []},
    ],
    "metadata": {"kernelspec": {"language": "python"}},
    "nbformat": 4,
}


@pytest.mark.parametrize("ascii_only", [True, False])
def test_cells_are_documents_whose_lines_are_those_of_the_file(ascii_only: bool) -> None:
    text = json.dumps(NOTEBOOK, indent=1, ensure_ascii=ascii_only)
    found = notebook_documents(text.encode())
    assert [(document.kind, document.text) for document in found.documents] == [
        ("markdown", "# Größe 🎉\n\nHow large is it?"),
        ("code", 'import numpy\nnumpy.size("[1, 2]")'),
    ]
    lines = text.split("\n")
    for document in found.documents:
        for number, line in enumerate(document.text.split("\n"), start=document.start_line):
            assert json.loads(lines[number - 1].strip().removesuffix(",")).strip("\n") == line
    assert (found.skipped, found.language) == (None, "Python")


def test_a_cell_written_as_one_string_has_the_one_line_where_it_stands() -> None:
    text = '{"cells": [\n{"cell_type": "code",\n"source": "a = 1\\nb = 2"}], "metadata": {}}'
    (document,) = notebook_documents(text.encode()).documents
    assert (document.start_line, document.text) == (3, "a = 1 b = 2")


@pytest.mark.parametrize(
    "content",
    [
        b"not JSON",
        b"[]",
        b"{}",
        b'{"cells": [{"cell_type": "code", "source": ["a',
        b'{"cells": [] "metadata": {}}',
        b'{"cells": ' + b"[" * 200_000,
        b'{"worksheets": [{"cells": []}]}',
    ],
)
def test_a_notebook_that_cannot_be_read_is_named_broken(content: bytes) -> None:
    assert notebook_documents(content) == ((), BROKEN, None)


@pytest.mark.parametrize(
    "cell", ["1", "null", "[]", "{}", '{"cell_type": 3}', '{"cell_type": "code", "source": 7}']
)
def test_a_cell_of_another_shape_is_no_document(cell: str) -> None:
    assert notebook_documents(f'{{"cells": [{cell}]}}'.encode()).documents == []
