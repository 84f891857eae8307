"""A chunk: a stretch of a document that the embedding model reads whole."""

import hashlib
from typing import NamedTuple


class Chunk(NamedTuple):
    """Lines `start_line` to `end_line` of a file, in `text`.

    A line too long for a chunk is cut: its pieces carry its number. `heading` says where the chunk
    stands: the path of headings, or the enclosing symbols; it is empty where there is none.
    `tokens` counts what the model reads, special tokens and heading included.
    """

    start_line: int
    end_line: int
    heading: str
    text: str
    tokens: int

    @property
    def content_hash(self) -> str:
        """SHA-256 of what the model reads, hexadecimal: the key of the embedding."""
        return hashlib.sha256(embedded_text(self.heading, self.text).encode()).hexdigest()


def embedded_text(heading: str, text: str) -> str:
    """What the model reads of a chunk: the context line, if any, above its text."""
    return f"{heading}\n{text}" if heading else text
