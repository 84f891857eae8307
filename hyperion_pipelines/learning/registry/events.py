"""The history of aliases: what moved to which version, when, why and by whom.

MLflow knows where an alias is, not where it was. Each move is a tag of the registered model, so
that the history lives with the registry and every client can read it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

_PREFIX = "hyperion.event."


class Kind(StrEnum):
    """How an alias came to move."""

    REGISTERED = "registered"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled back"
    MOVED_ELSEWHERE = "moved elsewhere"


@dataclass(frozen=True)
class Event:
    """One move of an alias; `before` is where it was, `when` an ISO time in UTC.

    `version` is None where somebody removed the alias.
    """

    kind: Kind
    alias: str
    version: int | None
    before: int | None
    when: str
    why: str
    by: str

    @classmethod
    def now(
        cls, kind: Kind, alias: str, version: int | None, *, before: int | None, why: str, by: str
    ) -> Self:
        """An event of this moment."""
        when = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"  # a tag's key takes no plus sign
        return cls(kind, alias, version, before, when, why, by)

    def tag(self) -> tuple[str, str]:
        """The event as a tag's key and value; keys sort by time."""
        return f"{_PREFIX}{self.when}.{self.alias}", json.dumps(asdict(self))


def read_events(tags: Mapping[str, str]) -> list[Event]:
    """The events among the tags of a registered model, the oldest first."""
    said: list[dict[str, Any]] = [
        json.loads(tags[key]) for key in sorted(tags) if key.startswith(_PREFIX)
    ]
    return [Event(kind=Kind(fields.pop("kind")), **fields) for fields in said]


def champions(events: Iterable[Event]) -> list[int]:
    """The champions that a rollback can go through, the present one last.

    A rollback takes the last off, any other move of the alias puts one on.
    """
    line: list[int] = []
    for event in events:
        if event.alias != "champion":
            continue
        if event.kind is Kind.ROLLED_BACK:
            while line and line[-1] != event.version:
                line.pop()
        elif event.version is not None:
            line.append(event.version)
    return line
