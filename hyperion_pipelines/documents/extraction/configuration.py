"""Configuration, schemas, scripts, code without a grammar: files read whole, though no prose.

Where the operations of an OpenAPI description begin and end is the business of `openapi`.
"""

import re

from hyperion_pipelines.documents.extraction.decoding import Extracted, decode_source, document_of
from hyperion_pipelines.documents.extraction.openapi import operation_documents

# People write more than this of YAML, but hardly of these.
LARGEST_CONFIGURATION = 64 << 10  # bytes
_INTERPRETER = re.compile(rb"#![^\n]*?/(?:env[ \t]+(?:-\S+[ \t]+)*)?([a-z]+)[\d.]*\s")
_LANGUAGE_OF_INTERPRETER = {
    **dict.fromkeys(["sh", "ash", "bash", "dash", "ksh", "zsh"], "Shell"),
    **dict.fromkeys(["tclsh", "wish", "expect"], "Tcl"),
    "lua": "Lua",
    "node": "JavaScript",
    "perl": "Perl",
    "php": "PHP",
    "python": "Python",
    "ruby": "Ruby",
}
_DATA_LANGUAGES = frozenset(["JSON", "XML"])


def configuration_documents(language: str | None, content: bytes) -> Extracted:
    """The document of a file of configuration, or those of a description of an interface.

    JSON and XML of more than LARGEST_CONFIGURATION are passed over as "data".
    """
    text, skipped = decode_source(content)
    if text is None:
        return Extracted(skipped=skipped)
    operations = operation_documents(text) if language in {"JSON", "YAML"} else None
    if operations is not None:
        return Extracted(operations)
    if language in _DATA_LANGUAGES and len(content) > LARGEST_CONFIGURATION:
        return Extracted(skipped="data")
    return Extracted(document_of("config", None, 1, text.split("\n")))


def whole_file_documents(kind: str, content: bytes) -> Extracted:
    """The one document, of *kind*, of a schema or of code without a grammar."""
    text, skipped = decode_source(content)
    if text is None:
        return Extracted(skipped=skipped)
    return Extracted(document_of(kind, None, 1, text.split("\n")))


def script_documents(content: bytes) -> Extracted:
    """The document of a file whose name says nothing, if its first line names an interpreter.

    It is an "unknown kind" of file otherwise.
    """
    if not content.startswith(b"#!"):
        return Extracted(skipped="unknown kind")
    interpreter = _INTERPRETER.match(content + b"\n")
    language = _LANGUAGE_OF_INTERPRETER.get(interpreter[1].decode()) if interpreter else None
    return whole_file_documents("code", content)._replace(language=language)
