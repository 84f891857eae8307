"""The truth about the sample repository, as the story knows it.

Whatever Hyperion finds out about bugs, people, renames and reverts can be measured against it; it
is taken from the story and the sources, never from git. The tests check it against git.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hyperion_pipelines.sample.people import MEMBERS
from hyperion_pipelines.sample.sources import Bug, Source, Sources
from hyperion_pipelines.sample.story import MAIN, Event


@dataclass(frozen=True)
class Played:
    """An event as it was committed: its mark, subject and the steps taken after it."""

    event: Event
    mark: int
    subject: str
    taken: frozenset[str]

    @property
    def tag(self) -> str:
        """The tag of a release."""
        return "v" + self.event.subject.removeprefix("Release ")


def ground_truth(
    sources: Sources, played: Sequence[Played], shas: Mapping[int, str]
) -> dict[str, Any]:
    """Return the truth as a JSON document; *shas* gives the object id of every mark.

    Keys: `bugs` (id, description, path when planted, fixed_path before the fix, induced_by,
    fixed_by, found_by_line_origin), `people`, `renames` (outside merges), `reverts`, `merges`,
    `releases` and `refactorings`.
    """
    return {
        "bugs": _bugs(sources, played, shas),
        "people": [
            {
                "name": member.name,
                "emails": [person.email for person in member.identities],
                "is_bot": member.is_bot,
            }
            for member in MEMBERS.values()
        ],
        "renames": list(_renames(sources, played, shas)),
        "reverts": list(_reverts(played, shas)),
        "merges": [shas[act.mark] for act in played if act.event.action == "merge"],
        "releases": [
            {"tag": act.tag, "sha": shas[act.mark]}
            for act in played
            if act.event.subject.startswith("Release ")
        ],
        "refactorings": [
            {"sha": shas[act.mark], "kind": kind, "subject": act.subject}
            for act in played
            if (kind := act.event.step.partition("-")[0]) in {"extract", "move", "rename"}
            and act.event.action == "step"
        ],
    }


def _bugs(
    sources: Sources, played: Sequence[Played], shas: Mapping[int, str]
) -> list[dict[str, Any]]:
    acts = {act.event.step: act for act in played if act.event.action == "step"}
    by_step = sources.by_step()
    bugs: list[dict[str, Any]] = []
    for source, bug in sources.bugs():
        planted, fix = acts[bug.planted], acts[bug.fix]
        # Code that moved since is mended where it lies now.
        mended = source if source in by_step[bug.fix] else by_step[bug.fix][0]
        bugs.append(
            {
                "id": bug.fix.removeprefix("fix-"),
                "description": bug.description,
                "path": source.path_at(planted.taken),
                "fixed_path": mended.path_at(fix.taken),
                "induced_by": shas[planted.mark],
                "fixed_by": shas[fix.mark],
                "found_by_line_origin": _removes_planted_lines(mended, bug, acts),
            }
        )
    return sorted(bugs, key=lambda bug: bug["id"])


def _removes_planted_lines(source: Source, bug: Bug, acts: Mapping[str, Played]) -> bool:
    """Whether the fix removes lines of which the planting step is the origin.

    A line's origin is the latest of the steps it needs; a line that is only indented anew stays.
    """
    kept = {line.text.strip() for line in source.lines if bug.fix in line.since}
    return any(
        max(line.since, key=lambda step: acts[step].mark) == bug.planted
        for line in source.lines
        if bug.fix in line.until and line.text.strip() not in kept
    )


def _renames(
    sources: Sources, played: Sequence[Played], shas: Mapping[int, str]
) -> Iterator[dict[str, str]]:
    for act in played:
        for source in sources.sources:
            if act.event.action == "step" and act.event.step in source.earlier_paths:
                before = source.path_at(act.taken - {act.event.step})
                after = source.path_at(act.taken)
                yield {"sha": shas[act.mark], "from": before, "to": after}


def _reverts(played: Sequence[Played], shas: Mapping[int, str]) -> Iterator[dict[str, str]]:
    latest: dict[str, Played] = {}
    for act in played:
        if act.event.action == "revert":
            reverted = latest[act.event.step]
            yield {"sha": shas[act.mark], "reverted": shas[reverted.mark]}
        elif act.event.branch == MAIN or act.event.action != "merge":
            latest[act.event.step] = act
