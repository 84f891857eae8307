"""The terms that words and code are found by, where the words matter and not the meaning.

`max_retries`, `maxRetries` and `--max-retries` are to be found by one another, and by "max" and
"retries" alone; `Session::request` by `Session.request`. Upper case, stop words and the forms of
words are the business of `bm25`, which turns terms into numbers; which terms answer a question,
that of `marking`.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import polars as pl

_CHARACTER = r"[\p{L}\p{M}\p{N}]"
_JOINT = r"(?:_+|-)"
_NAME = rf"{_CHARACTER}+(?:{_JOINT}{_CHARACTER}+)*"
_QUALIFIER = r"_*(?:\.|::|->|#)_*"
_IS_QUALIFIER = re.compile(_QUALIFIER).fullmatch
_QUALIFIED_NAME = rf"{_NAME}(?:{_QUALIFIER}{_NAME})+"
_PART = r"\p{Lu}?[\p{Ll}\p{Lm}\p{Lo}\p{Lt}\p{M}]+|\p{Lu}+|\p{N}+"
_ACRONYM_AND_WORD = r"(\p{Lu})(\p{Lu}\p{Ll})"
_BETWEEN_PARTS = "|".join(
    (
        r"[\p{Ll}\p{N}]\p{Lu}",
        r"\p{Lu}\p{Lu}\p{Ll}",
        r"\p{L}\p{N}",
        r"\p{N}\p{L}",
        rf"{_CHARACTER}{_JOINT}{_CHARACTER}",
    )
)
_COMPOUND_NAME = rf"{_CHARACTER}*(?:{_BETWEEN_PARTS})(?:{_CHARACTER}|{_JOINT}{_CHARACTER})*"


class Word(NamedTuple):
    """The characters of a text from `start` up to `end`, and the term that they are."""

    start: int
    end: int
    term: str


def terms(texts: pl.Series) -> pl.Series:
    """The terms of each text, with blanks between them; a term as often as it stands there.

    These are the parts of names (HTTP, Server and 2 of `HTTPServer2`), the names of several parts
    without what joins these (maxretries of `max_retries`), and each name with what qualifies it
    (self.session and session.get of `self.session.get`).
    """
    text = pl.col("text")
    parts = _parts(text).list.join(" ")
    compound_names = _joined(text.str.extract_all(_COMPOUND_NAME).list.join(" "))
    pairs = (
        text.str.extract_all(_QUALIFIED_NAME)
        .list.join(" ")
        .str.replace_all(rf"{_QUALIFIER}({_NAME})", ".$1 $1")
        .pipe(_joined)
        .str.extract_all(r"\S+\.\S+")
        .list.join(" ")
    )
    every = pl.concat_str(parts, compound_names, pairs, separator=" ")
    return pl.DataFrame({"text": texts}).select(every).to_series()


def located_terms(texts: pl.Series) -> list[list[Word]]:
    """The terms of each text that `terms` has, with the place of each."""
    text = pl.col("text")
    found = pl.DataFrame({"text": texts}).select(
        "text",
        _parts(text).alias("parts"),
        text.str.extract_all(_COMPOUND_NAME).alias("compound_names"),
        text.str.extract_all(_NAME).alias("names"),
    )
    return [
        [
            *_located(text, parts),
            *(_named(word) for word in _located(text, compound_names)),
            *_qualified(text, _located(text, names)),
        ]
        for text, parts, compound_names, names in found.iter_rows()
    ]


def _parts(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_ACRONYM_AND_WORD, "$1 $2").str.extract_all(_PART)


def _joined(names: pl.Expr) -> pl.Expr:
    return names.str.replace_all("[_-]", "")


def _located(text: str, words: Iterable[str]) -> Iterator[Word]:
    """*words* in their places: nothing that a word could begin with stands between them."""
    end = 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        yield Word(start, end, word)


def _named(word: Word) -> Word:
    return Word(word.start, word.end, word.term.replace("_", "").replace("-", ""))


def _qualified(text: str, names: Iterable[Word]) -> Iterator[Word]:
    for before, after in pairwise(names):
        between = text[before.end : after.start]
        if not between.isspace() and _IS_QUALIFIER(between):
            qualifier, name = _named(before), _named(after)
            yield Word(qualifier.start, name.end, f"{qualifier.term}.{name.term}")
