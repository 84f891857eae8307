"""A document: text of a file that is read for its own sake, with its place.

How documents are found in a file is the business of `extraction`; how they are cut into chunks that
of `chunking`.
"""

from typing import NamedTuple

KINDS = {
    "readme": "what a folder says of itself",
    "markdown": "prose in Markdown, notebooks included",
    "restructuredtext": "prose in reStructuredText",
    "asciidoc": "prose in AsciiDoc",
    "text": "prose without markup",
    "api": "the signature of a public function with its documentation, or an operation of OpenAPI",
    "docstring": "the documentation of any other symbol: functions, classes, modules",
    "comment": "a comment of some length that documents no symbol",
    "config": "a file of configuration",
    "code": "source without what is a document of its own",
}


# The kind of what is written in a language of prose.
KIND_OF_MARKUP = {
    "Markdown": "markdown",
    "MDX": "markdown",
    "reStructuredText": "restructuredtext",
    "AsciiDoc": "asciidoc",
    "Text": "text",
}
PROSE = ("readme", *dict.fromkeys(KIND_OF_MARKUP.values()))  # kinds


class Document(NamedTuple):
    """A stretch of a file.

    Line i of `text`, cut at each newline, is line `start_line` + i of the file without markers of
    comments; it is empty where that line belongs to another document. Neither the first nor the
    last line is blank. `symbol` is the dotted name of what the document is of or in (`Session.get`;
    `GET /pets` of an operation), None for whole files and code outside of symbols.
    """

    kind: str
    symbol: str | None
    start_line: int
    text: str

    @property
    def end_line(self) -> int:
        """The last line, from 1."""
        return self.start_line + self.text.count("\n")
