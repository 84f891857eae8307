"""Configuration, schemas and scripts are read whole, unless they are data."""

import json
from typing import Any

from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.configuration import (
    LARGEST_CONFIGURATION,
    configuration_documents,
    script_documents,
    whole_file_documents,
)


def test_a_file_of_configuration_is_one_document() -> None:
    assert configuration_documents("TOML", b"\n[tool]\r\nname = 1\n").documents == [
        Document("config", None, 2, "[tool]\nname = 1")
    ]


def test_configuration_need_not_be_well_formed() -> None:
    assert configuration_documents("YAML", b"{{ if }}\n\tkey: [\n").documents == [
        Document("config", None, 1, "{{ if }}\n\tkey: [")
    ]


def test_large_json_is_data_unless_it_describes_an_interface() -> None:
    rows = [{"name": "a city", "people": place} for place in range(4_000)]
    large = json.dumps({"rows": rows}, indent=1).encode()
    assert len(large) > LARGEST_CONFIGURATION
    assert configuration_documents("JSON", large).skipped == "data"
    assert configuration_documents("XML", b"<a>\n" * 20_000).skipped == "data"
    assert configuration_documents("YAML", b"- a city\n" * 9_000).skipped is None

    described: dict[str, Any] = {"openapi": "3.0.0", "x": rows, "paths": {"/a": {"get": {}}}}
    found = configuration_documents("JSON", json.dumps(described, indent=1).encode())
    assert [one.symbol for one in found.documents] == [None, "GET /a"]


def test_a_schema_is_one_document_of_the_kind_that_it_is_read_as() -> None:
    assert whole_file_documents("api", b"message A {}\n").documents == [
        Document("api", None, 1, "message A {}")
    ]


def test_minified_styles_and_generated_schemas_are_passed_over() -> None:
    assert whole_file_documents("code", b"a{b:c}" * 2_000).skipped == "endless lines"
    assert whole_file_documents("api", b"// @generated\nmessage A {}\n").skipped == "generated"


def test_a_file_without_an_extension_is_a_script_if_it_names_an_interpreter() -> None:
    shell = script_documents(b"#!/usr/bin/env -S bash -e\necho hello\n")
    assert shell.language == "Shell"
    assert shell.documents == [Document("code", None, 1, "#!/usr/bin/env -S bash -e\necho hello")]
    assert script_documents(b"#!/usr/bin/python3.11\nprint()").language == "Python"
    assert script_documents(b"#! /opt/odd --flag\nx").language is None
    assert script_documents(b"SECRET=1\n").skipped == "unknown kind"
    assert script_documents(b"-----BEGIN PRIVATE KEY-----\n") == ((), "unknown kind", None)
