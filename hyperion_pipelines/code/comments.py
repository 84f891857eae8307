"""Which lines of old versions are comments, by their syntax trees.

The stage of lines asks for those of which the text of a patch does not tell (`removed_comments`
there): parsing every old version would take longer than all else of that stage. What a comment is,
is the definition of `lines`: a docstring counts as comment, a line shared with code does not.
"""

from pathlib import Path

import polars as pl
from tree_sitter import QueryCursor

from hyperion_pipelines.code.grammar import load_comment_query
from hyperion_pipelines.code.languages import language_of_content
from hyperion_pipelines.code.lines import comment_line_numbers
from hyperion_pipelines.code.syntax import parse_afresh, skip_reason
from hyperion_pipelines.git.blobs import read_blobs


def comment_lines(git_dir: Path, wanted: pl.DataFrame) -> pl.DataFrame:
    """The comment lines of the blobs of *wanted* (blob, language): blob, line (u32, from 1).

    A blob that the code stage would not parse (too large, binary, marked as generated, minified, of
    a language without grammar) has none; what paths say of it is the caller's business. One named
    twice is read once, by its first language. Raises MissingObjectsError if the repository lacks a
    blob.
    """
    once = wanted.select("blob", "language").unique("blob", keep="first", maintain_order=True)
    numbers = [
        [] if content is None else _comment_line_numbers(language, content)
        for language, (_, _, content) in zip(
            once["language"], read_blobs(git_dir, once["blob"]), strict=True
        )
    ]
    lines = pl.Series("line", numbers, pl.List(pl.UInt32))
    return once.select("blob", lines).explode("line").drop_nulls()


def _comment_line_numbers(language: str, content: bytes) -> list[int]:
    language = language_of_content(language, content)
    if skip_reason(language, content, is_generated=False):
        return []
    root = parse_afresh(language, content).root_node
    captures = QueryCursor(load_comment_query(language)).captures(root)
    comments = [(node.start_byte, node.end_byte) for nodes in captures.values() for node in nodes]
    return comment_line_numbers(content, sorted(comments))
