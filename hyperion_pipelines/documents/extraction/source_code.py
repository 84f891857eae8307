"""Documents out of source code, for every language with a grammar.

A line belongs to one document, but for signatures, which an `api` document shares with the `code`
of its function. Left out are imports and package clauses, licences, separators, short comments away
from code, code that was commented out, and braces that close what is above. Files without a
grammar, and what a path says (generated, vendored), are the business of `files`.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from tree_sitter import Node, QueryCursor

from hyperion_pipelines.code.docstrings import DocumentationIndex, docstring_lines
from hyperion_pipelines.code.grammar import load_outline_query
from hyperion_pipelines.code.imports.extraction import import_nodes
from hyperion_pipelines.code.languages import language_of_content
from hyperion_pipelines.code.syntax import parse_afresh, skip_reason
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.comments import (
    CommentBlock,
    comment_blocks,
    is_code,
    is_licence,
    is_read,
    is_worth_reading,
    says_something,
    stands_alone,
    without_licence,
)
from hyperion_pipelines.documents.extraction.decoding import decode, document_of
from hyperion_pipelines.documents.extraction.filler import closes_block, is_filler
from hyperion_pipelines.documents.extraction.symbols import (
    DECORATORS,
    Function,
    Symbols,
    first_row,
    is_type,
    outermost_wrapper,
    text_end,
)

_PACKAGE = frozenset({"package_clause", "package_declaration", "package_header", "php_tag"})
_NOTHING_MORE = re.compile(rb"[ \t]*;?[ \t\r]*(?:\n|\Z|//|#|/\*|--)")  # after an import
_HEADER_ROWS = 3
_INNER_DOCUMENTATION = ("//!", "/*!")
_OF_THE_FILE = re.compile(
    r"@(?:file|fileoverview|packagedocumentation|module|overview)\b", re.IGNORECASE
)

Rows = dict[int, str]


class _Use(Enum):
    """What a line is used for, other than code outside of functions."""

    FUNCTION = auto()
    DOCUMENTATION = auto()
    LEFT_OUT = auto()
    SHORT_COMMENT = auto()


def source_documents(language: str, content: bytes, *, is_test: bool = False) -> list[Document]:
    """The documents of *content*, in the order of lines; none where the code stage would not parse.

    A test offers nobody an interface: what is documented there is a `docstring`, nothing `api`.
    Bytes that are not UTF-8 are replaced. Code that cannot be parsed whole has documents all the
    same: what no symbol claims is code.
    """
    language = language_of_content(language, content)
    if skip_reason(language, content, is_generated=False):
        return []
    content = content.removeprefix(codecs.BOM_UTF8)
    text = decode(content, is_prose=False).text
    if text is None:
        return []
    found = _SourceDocuments(language, content, text.split("\n"), is_test=is_test).all()
    return sorted(found, key=lambda document: (document.start_line, document.kind))


class _Claimed(NamedTuple):
    function: Function
    rows: list[int]
    documentation: Rows


class _SourceDocuments:
    """Makes the documents of one file; each step claims lines that the next ones leave alone."""

    def __init__(self, language: str, content: bytes, lines: list[str], *, is_test: bool) -> None:
        self._language, self._content, self._lines = language, content, lines
        self._is_test = is_test
        self._root = parse_afresh(language, content).root_node
        captures = QueryCursor(load_outline_query(language)).captures(self._root)
        self._comments = sorted(captures.get("comment", []), key=lambda node: node.start_byte)
        self._documentation = DocumentationIndex(
            content, self._comments, captures.get("docstring", [])
        )
        self._symbols = Symbols(language, content, captures)
        self._imports = import_nodes(language, self._root)
        self._uses: dict[int, _Use] = {}
        self._has_overview = False

    def all(self) -> Iterator[Document]:
        """The documents, in no order; to be asked for once."""
        functions = [self._claim(function) for function in self._symbols.functions]
        self._leave_out_imports()
        for claimed in functions:
            yield from self._of_function(claimed)
        yield from self._of_scopes()
        yield from self._of_module()
        yield from self._of_comments()
        yield from self._stretches()

    def _claim(self, function: Function) -> _Claimed:
        first = self._documentation.annotated_row(function.first)
        rows = [row for row in range(first, function.last + 1) if row not in self._uses]
        self._use(rows, _Use.FUNCTION)
        body = function.node.child_by_field_name("body")
        return _Claimed(function, rows, self._documentation_of(body, function.first))

    def _documentation_of(self, body: Node | None, row: int) -> Rows:
        """The lines that document what has *body* and begins at *row*, claimed."""
        docstring = self._documentation.docstring(body)
        if docstring is not None and stands_alone(docstring, self._content):
            first, last = docstring.start_point.row, docstring.end_point.row
            lines = docstring_lines("\n".join(self._lines[first : last + 1]))
            return self._claimed_prose(first, lines)
        above = self._documentation.comments_above(row)
        for block in comment_blocks(self._free(above), self._content, self._lines):
            is_header = block.first < _HEADER_ROWS and is_licence(block.lines)
            if says_something(block.lines) and not is_header:
                return self._claimed_prose(block.first, block.lines)
        return {}

    def _claimed_prose(self, first: int, lines: Sequence[str]) -> Rows:
        """*lines* by row, less separators and directives at both ends, claimed as documentation."""
        rows = dict(enumerate(lines, first))
        self._use(rows, _Use.DOCUMENTATION)
        said = [row for row, line in rows.items() if is_read(line)]
        return {row: rows[row] for row in range(said[0], said[-1] + 1)} if said else {}

    def _of_function(self, claimed: _Claimed) -> Iterator[Document]:
        function, rows, documentation = claimed
        own = {row: self._lines[row] for row in rows if self._uses[row] is _Use.FUNCTION}
        head = {row: line for row, line in own.items() if row <= function.signature}
        has_more = any(line.strip() for row, line in own.items() if row not in head)
        symbol, is_api = function.name, function.is_public and not self._is_test
        if is_api and (documentation or has_more):
            yield from _document("api", symbol, documentation | head)
        elif documentation:
            yield from _document("docstring", symbol, documentation)
        is_only_documented = any(function.first <= row <= function.last for row in documentation)
        if has_more or not (is_api and is_only_documented):
            yield from _document("code", symbol, own)

    def _of_scopes(self) -> Iterator[Document]:
        for scope in self._symbols.scopes:
            if self._uses.get(scope.node.start_point.row) is not _Use.FUNCTION:
                body = scope.node.child_by_field_name("body")
                documentation = self._documentation_of(body, scope.first)
                yield from _document("docstring", scope.name or None, documentation)

    def _of_module(self) -> Iterator[Document]:
        docstring = self._documentation.docstring(self._root)
        if docstring is None or not stands_alone(docstring, self._content):
            return
        first, last = docstring.start_point.row, docstring.end_point.row
        lines = docstring_lines("\n".join(self._lines[first : last + 1]))
        yield from self._overview(CommentBlock(first, lines, docstring))

    def _overview(self, block: CommentBlock) -> list[Document]:
        """The documentation of the file, of which there is one, up to what it says of a licence."""
        self._has_overview = True
        self._use(range(block.first, block.last + 1), _Use.LEFT_OUT)
        rows = self._claimed_prose(block.first, without_licence(block.lines))
        symbol = self._symbols.scope_at(block.first) or None
        return _document("docstring", symbol, rows)

    def _of_comments(self) -> Iterator[Document]:
        first_code = self._first_code()
        free = self._free(self._comments)
        for block in comment_blocks(free, self._content, self._lines):
            if block.first in self._uses:
                continue  # inside of what an earlier comment documents
            follower = self._follower(block)
            if self._is_overview(block, follower, first_code):
                yield from self._overview(block)
            elif is_licence(block.lines):
                self._use(range(block.first, block.last + 1), _Use.LEFT_OUT)
            elif follower is not None and (documents := self._of_declaration(block, follower)):
                yield from documents
            else:
                yield from self._of_comment(block)

    def _is_overview(self, block: CommentBlock, follower: Node | None, first_code: int) -> bool:
        """Whether *block* documents the file, or the module that it stands in."""
        is_inner = self._lines[block.first].lstrip().startswith(_INNER_DOCUMENTATION)
        if is_inner and self._language == "Rust":
            return True
        if self._has_overview or block.first > first_code or not says_something(block.lines):
            return False
        if follower is not None and follower.type in _PACKAGE:
            return not is_licence(block.lines)
        said = without_licence(block.lines)
        return _names_file(said) or (follower is None and is_worth_reading(said))

    def _of_declaration(self, block: CommentBlock, follower: Node) -> list[Document]:
        """What documents a function without a body, a type, a constant or a field."""
        if not says_something(block.lines):
            return []
        if found := self._symbols.prototype(follower):
            symbol, is_public = found
            rows = self._claimed_prose(block.first, block.lines)
            if self._is_test or not is_public:
                return _document("docstring", symbol, rows)
            last = text_end(follower, self._content)
            head = self._free_rows(follower.start_point.row, last)
            self._use(head, _Use.DOCUMENTATION)
            return _document("api", symbol, rows | head)
        symbol = self._symbols.declared(follower)
        if symbol and (is_type(follower) or is_worth_reading(block.lines)):
            rows = self._claimed_prose(block.first, block.lines)
            return _document("docstring", symbol, rows)
        return []

    def _of_comment(self, block: CommentBlock) -> list[Document]:
        if is_worth_reading(block.lines):
            rows = self._claimed_prose(block.first, block.lines)
            return _document("comment", self._symbols.scope_at(block.first) or None, rows)
        is_prose = says_something(block.lines) and not is_code(block.lines)
        use = _Use.SHORT_COMMENT if is_prose else _Use.LEFT_OUT
        self._use(range(block.first, block.last + 1), use)
        return []

    def _follower(self, block: CommentBlock) -> Node | None:
        """What is declared right below *block*; None where that is a function, or nothing."""
        node = block.node.next_named_sibling
        while node is not None and node.type in DECORATORS:
            node = node.next_named_sibling
        if node is None:
            return None
        row = node.start_point.row
        above = {comment.id for comment in self._documentation.comments_above(first_row(node))}
        is_free = row not in self._uses or node.type in _PACKAGE
        return node if block.node.id in above and is_free else None

    def _first_code(self) -> int:
        """The row of the first statement that is neither comment nor import nor package clause."""
        rows = (
            node.start_point.row
            for node in self._root.named_children
            if not node.type.endswith("comment")
            and self._uses.get(node.start_point.row) is not _Use.LEFT_OUT
        )
        return next(rows, len(self._lines))

    def _leave_out_imports(self) -> None:
        packages = [node for node in self._root.named_children if node.type in _PACKAGE]
        for node in (*packages, *map(_statement, self._imports)):
            text = self._content[node.start_byte : node.end_byte].rstrip()
            first = node.start_point.row
            rows = range(first, first + text.count(b"\n") + 1)
            is_whole = _NOTHING_MORE.match(self._content, node.start_byte + len(text))
            if is_whole and not any(row in self._uses for row in rows):
                self._use(rows, _Use.LEFT_OUT)

    def _stretches(self) -> Iterator[Document]:
        """The code outside of functions, cut where a function, a scope or what is left out lies."""
        stretch: Rows = {}
        around = ""
        for row, line in enumerate(self._lines):
            use, scope = self._uses.get(row), self._symbols.scope_at(row)
            if not line.strip() or use is _Use.DOCUMENTATION:
                continue
            if use in {_Use.FUNCTION, _Use.LEFT_OUT} or scope != around:
                yield from self._of_stretch(stretch, around)
                stretch, around = {}, scope
            if use in {None, _Use.SHORT_COMMENT} and (stretch or not closes_block(line)):
                stretch[row] = line
        yield from self._of_stretch(stretch, around)

    def _of_stretch(self, rows: Rows, scope: str) -> list[Document]:
        has_code = any(row not in self._uses and not is_filler(line) for row, line in rows.items())
        return _document("code", scope or None, rows) if has_code else []

    def _use(self, rows: Iterable[int], use: _Use) -> None:
        self._uses.update(dict.fromkeys(rows, use))

    def _free(self, comments: Iterable[Node]) -> list[Node]:
        rows = ((comment, comment.start_point.row) for comment in comments)
        inline = self._symbols.inline_rows
        return [node for node, row in rows if row not in self._uses and row not in inline]

    def _free_rows(self, first: int, last: int) -> Rows:
        return {row: self._lines[row] for row in range(first, last + 1) if row not in self._uses}


def _statement(node: Node) -> Node:
    """The statement that an import is, or is one line of."""
    while (parent := node.parent) is not None and "import" in parent.type:
        node = parent
    return outermost_wrapper(node)


def _names_file(lines: Sequence[str]) -> bool:
    return any(map(_OF_THE_FILE.search, lines))


def _document(kind: str, symbol: str | None, rows: Rows) -> list[Document]:
    """The document of *rows*, the lines between them empty; none where all of them are blank."""
    if not rows:
        return []
    first, last = min(rows), max(rows)
    lines = [rows.get(row, "") for row in range(first, last + 1)]
    return document_of(kind, symbol, first + 1, lines)
