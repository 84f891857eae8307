"""The sentences that say a truck factor to people; it computes nothing."""

from collections.abc import Sequence
from typing import NamedTuple

_SHOWN_NAMES = 3
_LACKING = {
    "degree of authorship": "no author who knows them",
    "surviving lines": "nobody left who wrote much of them",
    "commits": "nobody left who changed them often",
}
MEASURES = tuple(_LACKING)


class Loss(NamedTuple):
    """What the removal of people, by name, leaves of the files, by one of MEASURES.

    `quiet` are those of `people` who have gone quiet. `active_people` are who would have to leave
    more than half of the files without anyone, if all who have gone quiet are lost already; the
    share of files that they alone know is `orphaned_today`.
    """

    measure: str
    files: int
    people: Sequence[str]
    quiet: Sequence[str]
    orphaned_share: float
    active_people: Sequence[str]
    orphaned_today: float


def loss_sentence(loss: Loss) -> str:
    """*loss* in one to three sentences: what would happen, who is gone already, how it is today."""
    return " ".join(filter(None, (_without_them(loss), _quiet(loss), _today(loss))))


def _without_them(loss: Loss) -> str:
    share, files = _per_cent(loss.orphaned_share), _files(loss.files)
    lacking = _LACKING[loss.measure]
    if not loss.people:
        return f"{share} of the {files} have {lacking}."
    if loss.quiet:
        return f"Without {_names(loss.people)}, {share} of the {files} have {lacking}."
    return f"If {_names(loss.people)} left, {share} of the {files} would have {lacking}."


def _quiet(loss: Loss) -> str:
    if not loss.quiet:
        return ""
    if len(loss.quiet) == len(loss.people) > 1:
        return "None of them has committed for 180 days."
    verb = "has" if len(loss.quiet) == 1 else "have"
    return f"{_names(loss.quiet)} {verb} not committed for 180 days."


def _today(loss: Loss) -> str:
    if list(loss.active_people) == list(loss.people):
        return ""
    share = _per_cent(loss.orphaned_today)
    today = f"{share} of the files are known to nobody who is active now"
    if not loss.active_people:
        return f"{today}."
    return f"{today}; it would be more than half if {_names(loss.active_people)} left."


def _names(people: Sequence[str]) -> str:
    """*people* as a list in words; the first few of many."""
    rest = len(people) - _SHOWN_NAMES
    if rest > 1:
        return f"{', '.join(people[:_SHOWN_NAMES])} and {rest} others"
    return " and ".join(filter(None, (", ".join(people[:-1]), people[-1])))


def _files(files: int) -> str:
    return "files" if files == 1 else f"{files:,} files"


def _per_cent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
