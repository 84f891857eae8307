"""The words for every feature: a table per entity, a row per feature, no more than data.

Features that models derive have a table of their own, `relative`. Features without a row, those of
outside tables for one, are said by their names. How a row becomes a sentence is the
business of `sentences`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from hyperion_pipelines.learning.scoring.words.commit import COMMIT_WORDS
from hyperion_pipelines.learning.scoring.words.file import FILE_WORDS
from hyperion_pipelines.learning.scoring.words.relative import RELATIVE_WORDS
from hyperion_pipelines.learning.scoring.words.wording import Words, words_by_name

__all__ = ["SAID_AS", "WORDS", "Vocabulary", "Words", "vocabulary_of"]

# Columns that make sense only together: their contributions are added to one reason.
SAID_AS = {"hour_sin": "hour", "hour_cos": "hour"}


class Vocabulary(NamedTuple):
    """The words for the features of a table, and for what its rows are."""

    rows: str
    words: Mapping[str, Words]

    def of(self, feature: str, *, is_flag: bool = False) -> Words:
        """The words for *feature*; made from its name where the table has none."""
        return self.words.get(feature) or words_by_name(feature, is_flag=is_flag)


def _vocabulary(rows: str, *words: Words) -> Vocabulary:
    return Vocabulary(rows, {word.feature: word for word in words})


WORDS = {
    "commit_features": _vocabulary("commits", *COMMIT_WORDS, *RELATIVE_WORDS),
    "file_features": _vocabulary("files", *FILE_WORDS),
}


def vocabulary_of(table: str) -> Vocabulary:
    """The words for the features of *table*; without any where it is not one of the lake's."""
    return WORDS.get(table, Vocabulary("rows", {}))
