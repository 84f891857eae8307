"""Descriptions of HTTP interfaces fall into their operations, and what is around them."""

import json
from typing import Any

import pytest

from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.openapi import operation_documents

PETS = """\
openapi: 3.0.0
paths:
  /pets:
    summary: All pets
    get:
      summary: List them
      description: |
        Newest first.

    # Needs a token
    post: {summary: Add one}
  /pets/{id}:
    parameters: [{name: id}]
    get: &one
      summary: "Show
        one"
    head: *one
components:
  get:
    summary: no operation
"""


def _operations(text: str) -> dict[str | None, tuple[int, int]]:
    documents = operation_documents(text)
    assert documents is not None
    return {one.symbol: (one.start_line, one.end_line) for one in documents if one.kind == "api"}


def test_each_operation_is_a_document_of_its_own_lines() -> None:
    assert _operations(PETS) == {
        "GET /pets": (5, 8),
        "POST /pets": (11, 11),
        "GET /pets/{id}": (14, 16),
        "HEAD /pets/{id}": (17, 17),
    }


def test_every_line_belongs_to_one_document() -> None:
    lines = PETS.split("\n")
    seen = dict.fromkeys(range(1, len(lines) + 1), "")
    for document in operation_documents(PETS) or []:
        for number, line in enumerate(document.text.split("\n"), start=document.start_line):
            assert not (line and seen[number])
            seen[number] = seen[number] or line
    assert list(seen.values()) == lines


def test_operations_in_json_are_found_with_their_lines() -> None:
    description: dict[str, Any] = {
        "swagger": "2.0",
        "info": {"openapi": "no", "title": 'a "paths": {'},
        "paths": {"/a": {"get": {"summary": "A 🎉"}, "x-note": 1}, "/b": {"put": {}}},
    }
    text = json.dumps(description, indent=2)
    assert _operations(text) == {"GET /a": (9, 11), "PUT /b": (15, 15)}


def test_of_operations_on_one_line_the_first_takes_it() -> None:
    assert _operations('{"openapi": "3.1", "paths": {"/a": {"get": {}, "put": {}}}}') == {
        "GET /a": (1, 1)
    }


@pytest.mark.parametrize(
    "text",
    [
        "name: build\non: push\n",
        "info: {openapi: 3}\npaths: {/a: {get: {}}}\n",
        '{"dependencies": {"swagger": "1.0"}, "paths": {"/a": {"get": {}}}}',
        '{"openapi": "3.0", "paths": {"/a": {"get": {}',
        "openapi: 3.0.0\npaths:\n  /a:\n    get: {}\n\t- broken",
        "openapi: 3.0.0\npaths: [/a, get]\n",
        "openapi: 3.0.0\npaths: *nowhere\n",
        "openapi: 3.0.0\n",
        "{{ template }}\nopenapi: 3\n",
    ],
)
def test_what_describes_no_operations_or_is_broken_is_none(text: str) -> None:
    assert operation_documents(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3\na: &a0 [x]\n"
        + "".join(f"k{at}: &a{at} [{f'*a{at - 1},' * 9}]\n" for at in range(1, 9_000)),
        "openapi: 3\na: " + "[" * 1_000_000,
        "openapi: 3\na: " + "{" * 1_000_000,
        "openapi: 3\na:\n  " + "- " * 500_000,
        "openapi: 3\n" + "? " * 500_000,
        "openapi: 3\npaths: {" + "a: b, " * 150_000 + "}",
        '{"openapi": "3", "paths": ' + "[" * 1_000_000,
        '{"openapi": "3", "paths": ' + '{"a":' * 200_000,
    ],
    ids=["aliases", "lists", "maps", "dashes", "keys", "wide", "json lists", "json maps"],
)
@pytest.mark.timeout(60)
def test_a_mebibyte_that_is_written_to_hurt_takes_seconds_at_most(text: str) -> None:
    assert operation_documents(text) is None


def test_an_alias_is_one_line_however_much_it_stands_for() -> None:
    text = "openapi: 3\nx: &big\n  get: {summary: Once}\npaths:\n  /a: *big\n  /b:\n    put: *big\n"
    documents = operation_documents(text)
    assert documents is not None
    assert documents[1:] == [Document("api", "PUT /b", 7, "    put: *big")]
