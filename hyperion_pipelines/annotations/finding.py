"""What all formats annotate: a finding at a place in the code, and the rule that it is of.

Where findings come from is the business of `predicted`, how they look that of the formats.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["error", "warning", "note"]

ERROR_PERCENTILE = 95.0
WARNING_PERCENTILE = 80.0


@dataclass(frozen=True)
class Rule:
    """A kind of finding: its id, a title, and what it means and asks for, in plain sentences."""

    id: str
    title: str
    help: str


_RULES = (
    Rule(
        "risky-commit",
        "Risk of a commit",
        "A model that learned from the repository's history compares the commit with all earlier "
        "ones. The riskier it is, the likelier a later fix has to mend its lines: review it with "
        "more care, split it, or add tests.",
    ),
    Rule(
        "mended-lines",
        "Lines that a fix wrote",
        "The commit replaces lines that a fix wrote in the last two years, or adds lines beside "
        "them. What needed a fix before is likelier to need one again: check that the fix still "
        "holds. The lines are those before the commit.",
    ),
    Rule(
        "missing-companion",
        "A file that mostly changes too, and does not",
        "In most commits that changed the one file the other changed as well. Check that nothing "
        "was forgotten there.",
    ),
    Rule(
        "likely-affected",
        "A file that likely has to change too",
        "By the history of changes, imports and names, who changes the one file often has to "
        "change the other: look whether that holds here.",
    ),
)
RULES: Mapping[str, Rule] = {rule.id: rule for rule in _RULES}


@dataclass(frozen=True)
class Place:
    """A file, or lines of it (from 1, both included), and what it has to do with the finding."""

    path: str
    start_line: int | None = None
    end_line: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Finding:
    """Something to be said about the code: `rule` is the id of one of RULES.

    `place` is None where it is about no file, as of an empty commit. `identity` tells it from every
    other finding, and stays the same while what it is about does. `figures` are its numbers.
    """

    rule: str
    level: Level
    message: str
    place: Place | None
    identity: tuple[str, ...]
    related: tuple[Place, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def title(self) -> str:
        """The title of its rule."""
        return RULES[self.rule].title

    @property
    def fingerprint(self) -> str:
        """The same for the same finding in every run: 64 hexadecimal digits."""
        return hashlib.sha256("\0".join((self.rule, *self.identity)).encode()).hexdigest()


def level_of(percentile: float) -> Level:
    """How loudly to speak of a commit that is riskier than *percentile* of a hundred."""
    if percentile >= ERROR_PERCENTILE:
        return "error"
    return "warning" if percentile >= WARNING_PERCENTILE else "note"
