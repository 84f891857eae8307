"""Markers of sources, [2] or [1, 3], in what a language model writes, word by word.

Sources are numbered anew, in the order in which they are first cited: whoever shows them as a list
finds [2] at its second place. Numbers that no source has are taken out. What stands in code is an
index, and stays.
"""

import re
from collections.abc import Iterable

_PARTS = re.compile(r"`+|[ ]?\[\d{1,4}(?:\s*,\s*\d{1,4}){0,20}\]")
# What may become a marker, or a longer run of backticks, with the next words.
_UNFINISHED = re.compile(r"(?:`+|[ ]|[ ]?\[[\d,\s]{0,120})$")


class Markers:
    """Resolves markers in a text that comes in pieces; a marker may be split over several.

    `cited` are the numbers that the model cited, in their order: the first of them is shown as [1].
    `unknown` are those taken out.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = frozenset(numbers)
        self._held = ""
        self._in_code = False
        self.cited: list[int] = []
        self.unknown: list[int] = []

    def feed(self, piece: str) -> str:
        """What is certain of the text after one more *piece*."""
        text = self._held + piece
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        self._held = text[end:]
        return self._resolved(text[:end])

    def end(self) -> str:
        """What was held back, when nothing more comes."""
        text, self._held = self._held, ""
        return self._resolved(text)

    def _resolved(self, text: str) -> str:
        return _PARTS.sub(self._part, text)

    def _part(self, part: re.Match[str]) -> str:
        if part[0].startswith("`"):
            self._in_code = not self._in_code
            return part[0]
        return part[0] if self._in_code else self._marker(part[0])

    def _marker(self, marker: str) -> str:
        numbers = [int(number) for number in re.findall(r"\d+", marker)]
        known = [number for number in dict.fromkeys(numbers) if number in self._numbers]
        self.unknown += [number for number in numbers if number not in self._numbers]
        self.cited += [number for number in known if number not in self.cited]
        if not known:
            return ""
        blank = " " if marker.startswith(" ") else ""
        return blank + "".join(f"[{self.cited.index(number) + 1}]" for number in known)
