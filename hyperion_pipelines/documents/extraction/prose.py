"""Prose: the whole file is one document, its front matter too.

What its headings and lists are is the business of `chunking`.
"""

from hyperion_pipelines.documents.extraction.decoding import Extracted, decode, document_of

MAXIMUM_BYTES = 1 << 20
CUT = "cut to its first MiB"


def prose_documents(kind: str, content: bytes) -> Extracted:
    """The document of a file of prose, of *kind*.

    Of more than MAXIMUM_BYTES only the whole lines among the first of them are read; bytes beyond
    that need not be given.
    """
    is_cut = len(content) > MAXIMUM_BYTES
    decoded = decode(_first_lines(content) if is_cut else content, is_prose=True)
    if decoded.text is None:
        return Extracted(skipped=decoded.skipped)
    return Extracted(document_of(kind, None, 1, decoded.text.split("\n")), CUT if is_cut else None)


def _first_lines(content: bytes) -> bytes:
    """The whole lines among the first MAXIMUM_BYTES; all of these if they hold no newline."""
    beginning = content[:MAXIMUM_BYTES]
    return beginning[: beginning.rfind(b"\n") + 1] or beginning
