"""The story of the sample project: who takes which step on which branch, in which order and when.

`story-2023.txt` and `story-2024.txt` tell what people decided, month by month; `routine.txt` names
the series that move on regularly (dependency bumps, translations, tuning). The texts hold what the
project is; here they become dated events. What a step changes is the sources' matter.

    # YYYY-MM                                     (story) the month of the lines below
    WHO BRANCH STEP SUBJECT                       (story) takes a step; branch - is main
    WHO BRANCH merge [SUBJECT]                    (story) merges the branch into main
    WHO BRANCH revert STEP REASON                 (story) takes a step back
    WHO BRANCH again STEP SUBJECT                 (story) takes a reverted step once more
    WHO SERIES FIRST-MONTH LAST-MONTH SUBJECT     (routine) moves every series of that pattern on
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from fnmatch import fnmatch
from importlib.resources import files
from itertools import pairwise

from hyperion_pipelines.sample.people import MEMBERS, Member

MAIN = "main"
_FIRST_DAY = datetime(2023, 1, 2, tzinfo=UTC)
_LAST_DAY = datetime(2024, 12, 20, tzinfo=UTC)
_BRANCHED_BUMP_EVERY = 3


@dataclass(frozen=True)
class Event:
    """One commit of the story.

    *action* is "step" (take *step*), "again" (take a reverted one once more), "revert" or "merge"
    (of *branch* into main; *step* is the branch then). *when* is in the member's own time zone.
    """

    when: datetime
    who: str
    branch: str
    action: str
    step: str
    subject: str

    @property
    def member(self) -> Member:
        """Who made the commit."""
        return MEMBERS[self.who]


def tell(series: Mapping[str, Sequence[str]], chance: random.Random) -> list[Event]:
    """Return all events in the order of their times.

    *series* are the values of the sources' series and growing lists; *chance* spreads the events
    over the months and the hours of a day.
    """
    events = [*_decided(chance), *_routine(series, chance)]
    return list(_at_work(sorted(events, key=lambda event: event.when), chance))


def _decided(chance: random.Random) -> Iterator[Event]:
    months: dict[str, list[list[str]]] = {}
    for line in (*_lines("story-2023.txt"), *_lines("story-2024.txt")):
        if line.startswith("#"):
            months[line[1:].strip()] = []
        else:
            months[list(months)[-1]].append(line.split(maxsplit=3))
    for month, told in months.items():
        begin, end = _month(month)
        for place, (who, branch, word, *rest) in enumerate(told):
            when = begin + (place + chance.random()) / len(told) * (end - begin)
            action, step, subject = _action(branch, word, " ".join(rest))
            yield Event(when, who, MAIN if branch == "-" else branch, action, step, subject)


def _action(branch: str, word: str, rest: str) -> tuple[str, str, str]:
    """Return action, step and subject of a line of the story."""
    if word == "merge":
        return "merge", branch, rest
    if word in {"revert", "again"}:
        step, _, subject = rest.partition(" ")
        return word, step, subject
    return "step", word, rest


def _routine(series: Mapping[str, Sequence[str]], chance: random.Random) -> Iterator[Event]:
    for line in _lines("routine.txt"):
        who, pattern, first, last, subject = line.split(maxsplit=4)
        begin, end = _month(first)[0], _month(last)[1]
        for name in (name for name in series if fnmatch(name, pattern)):
            steps = list(_moves(name, series[name], subject))
            for place, (step, words) in enumerate(steps):
                when = begin + (place + chance.random()) / len(steps) * (end - begin)
                event = Event(when, who, MAIN, "step", step, words)
                yield from _from_branch(event, name) if who == "bot" else [event]


def _moves(name: str, values: Sequence[str], subject: str) -> Iterator[tuple[str, str]]:
    """Yield step and subject of every move of a series or a growing list."""
    item = name.partition("-")[2]
    for place, (old, new) in enumerate(pairwise(values), start=1):
        yield f"{name}-{place}", subject.format(item=item, old=old, new=new)


def _from_branch(event: Event, name: str) -> Iterator[Event]:
    """Yield a bump, some of them on a branch of their own that is merged a little later."""
    if int(event.step.rpartition("-")[2]) % _BRANCHED_BUMP_EVERY:
        yield event
        return
    branch = f"dependabot/{name.partition('-')[2]}"
    yield replace(event, branch=branch)
    merged = event.when + timedelta(hours=20)
    yield Event(merged, "ada", branch, "merge", branch, "")


def _at_work(events: Iterable[Event], chance: random.Random) -> Iterator[Event]:
    """Move every event into working hours of its member, each later than the one before."""
    before = _FIRST_DAY
    for event in events:
        before = _working_time(event.member, max(event.when, before), before, chance)
        yield replace(event, when=before)


def _working_time(
    member: Member, wanted: datetime, after: datetime, chance: random.Random
) -> datetime:
    day = wanted.astimezone(member.zone).date()
    while True:
        opening = datetime.combine(day, time(member.first_hour), member.zone)
        closing = opening + timedelta(hours=member.last_hour - member.first_hour)
        earliest = max(opening, after.astimezone(member.zone) + timedelta(minutes=3))
        if earliest < closing and (member.works_weekends or day.weekday() < 5):
            seconds = chance.random() * (closing - earliest).total_seconds()
            return earliest + timedelta(seconds=int(seconds))
        day += timedelta(days=1)


def _month(month: str) -> tuple[datetime, datetime]:
    """Return begin and end of a month `YYYY-MM`, cut to the life of the project."""
    begin = datetime.strptime(f"{month}-01 +0000", "%Y-%m-%d %z")
    end = (begin + timedelta(days=31)).replace(day=1)
    return max(begin, _FIRST_DAY), min(end, _LAST_DAY)


def _lines(name: str) -> list[str]:
    text = files("hyperion_pipelines.sample").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip()]
