"""Tells prose from code: lines with words side by side, none of them a keyword.

Used by `removed_comments` and `removed_docstrings` for lines inside of a comment that begins and
ends outside the patch.
"""

from collections.abc import Iterable

from hyperion_pipelines.code.grammar import load_grammar


def words_side_by_side(count: int, keywords: Iterable[str]) -> str:
    """A regular expression of what begins with *count* words, or with others and then so many."""
    not_keyword = rf"(?!(?:{'|'.join(keywords)})\b)"
    words = rf"{not_keyword}[\w'*-]*[A-Za-z*]\.? " * (count - 1)
    return rf"(?:[A-Za-z]+ )*?{words}{not_keyword}[A-Za-z]"


def keywords_of(language: str) -> list[str]:
    """The keywords of *language*, as its grammar has them: nodes without a name that are words."""
    grammar = load_grammar(language).language
    kinds = range(grammar.node_kind_count)
    words = {
        grammar.node_kind_for_id(kind) for kind in kinds if not grammar.node_kind_is_named(kind)
    }
    return sorted(word for word in words if word and word.isalpha())
