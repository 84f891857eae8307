"""The people of the sample project: who they are, where they live and when they work.

What they do is the story's matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone

from hyperion_pipelines.sample.history_writer import Person


@dataclass(frozen=True)
class Member:
    """A person of the project: the identities they commit under and their working hours."""

    identities: tuple[Person, ...]
    utc_offset: timedelta
    first_hour: int
    last_hour: int
    works_weekends: bool = False
    is_bot: bool = False

    @property
    def name(self) -> str:
        """The name the person is known by."""
        return self.identities[0].name

    @property
    def zone(self) -> timezone:
        """The person's time zone; daylight saving is left out, so that no database decides."""
        return timezone(self.utc_offset)


def _member(
    name: str, offset_hours: float, hours: tuple[int, int], *, works_weekends: bool = False
) -> Member:
    email = f"{name.lower().replace(' ', '.')}@sample-shop.example"
    offset = timedelta(hours=offset_hours)
    return Member((Person(name, email),), offset, *hours, works_weekends)


# José also commits from his own machine, where his name is spelled without the accent.
_JOSE = (
    Person("José Ortega", "jose.ortega@sample-shop.example"),
    Person("Jose Ortega", "jose.ortega@mailbox.example"),
)
_BOT = Person("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")

MEMBERS: Mapping[str, Member] = {
    "ada": _member("Ada Lindqvist", 1, (8, 17)),
    "jose": Member(_JOSE, timedelta(hours=1), 10, 20),
    "mei": _member("Mei Chen", 8, (9, 19)),
    "priya": _member("Priya Raman", 5.5, (9, 18)),
    "tom": _member("Tom Becker", 1, (7, 16)),
    "liam": _member("Liam Novak", -8, (19, 24), works_weekends=True),
    "grace": _member("Grace Okafor", -5, (9, 17)),
    "bot": Member((_BOT,), timedelta(0), 4, 6, works_weekends=True, is_bot=True),
}
