"""Writes the sample repository and, beside it, the truth about its bugs, people and renames.

It plays the story over the sources through the writer of histories. The same call leaves the same
object ids on every machine; the demo analyses the result, and the tests measure against its truth.
"""

import json
import random
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from hyperion_pipelines.sample.ground_truth import Played, ground_truth
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from hyperion_pipelines.sample.messages import Messages
from hyperion_pipelines.sample.sources import Sources, tree
from hyperion_pipelines.sample.story import MAIN, Event, tell

_SEED = 20230102
_SECOND_IDENTITY_ODDS = 0.3


@dataclass(frozen=True)
class SampleRepository:
    """Where the sample lies: a bare git repository, and the JSON that says what is true of it."""

    git_dir: Path
    ground_truth: Path


def write_sample_repository(folder: Path) -> SampleRepository:
    """Write `sample-shop.git` and `ground-truth.json` into *folder* and return where they lie.

    About 600 commits of eight people over two years, in Python, JavaScript and Java. *folder* is
    made if need be; an earlier `sample-shop.git` there is an error (FileExistsError).
    """
    repository = SampleRepository(folder / "sample-shop.git", folder / "ground-truth.json")
    repository.git_dir.mkdir(parents=True)
    chance = random.Random(_SEED)  # noqa: S311 - it makes histories, not secrets
    sources = Sources.load()
    events = tell(sources.series, chance)
    with HistoryWriter(repository.git_dir) as writer:
        performance = _Performance(writer, sources, chance)
        for event in events:
            performance.play(event)
    truth = ground_truth(sources, performance.played, writer.shas)
    repository.ground_truth.write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n")
    return repository


@dataclass
class _Performance:
    """The history while it is written: the steps taken on each branch, and its tip."""

    writer: HistoryWriter
    sources: Sources
    chance: random.Random
    played: list[Played] = field(default_factory=list[Played])
    _taken: dict[str, frozenset[str]] = field(default_factory=lambda: {MAIN: frozenset[str]()})
    _tips: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self._by_step = self.sources.by_step()
        self._descriptions = {bug.fix: bug.description for _, bug in self.sources.bugs()}
        self._messages = Messages(self.chance)

    def play(self, event: Event) -> None:
        """Write the commit of one event."""
        match event.action:
            case "merge":
                self._merge(event)
            case "revert":
                self._revert(event)
            case _:
                description = self._descriptions.get(event.step, "")
                taken = self._taken_on(event.branch) | {event.step}
                self._commit(event, taken, self._messages.of_step(event, description))

    def _revert(self, event: Event) -> None:
        reverted = next(act for act in reversed(self.played) if act.event.step == event.step)
        sha = self.writer.sha(reverted.mark)
        message = self._messages.of_revert(event, reverted.subject, sha)
        self._commit(event, self._taken_on(event.branch) - {event.step}, message)

    def _merge(self, event: Event) -> None:
        """Merge the event's branch into main, both sides' steps united, and forget the branch."""
        united = self._taken[MAIN] | self._taken.pop(event.branch)
        parents = [self._tips[MAIN], self._tips.pop(event.branch)]
        self._write(event, MAIN, united, self._messages.of_merge(event), parents)
        self.writer.delete_branch(event.branch)

    def _commit(self, event: Event, taken: frozenset[str], message: str) -> None:
        tip = self._tips.get(event.branch, self._tips.get(MAIN))
        self._write(event, event.branch, taken, message, [tip] if tip else [])

    def _write(
        self, event: Event, branch: str, taken: frozenset[str], message: str, parents: list[int]
    ) -> None:
        commit = Commit(
            message=message,
            files=self._changes(self._taken_on(branch), taken),
            author=self._identity(event),
            time=event.when,
            branch=branch,
            parents=parents,
        )
        mark = self.writer.add(commit)
        self._taken[branch], self._tips[branch] = taken, mark
        self.played.append(Played(event, mark, message.partition("\n")[0], taken))
        if branch == MAIN and event.subject.startswith("Release "):
            self.writer.tag(self.played[-1].tag, mark)

    def _taken_on(self, branch: str) -> frozenset[str]:
        return self._taken.get(branch, self._taken[MAIN])

    def _changes(self, before: AbstractSet[str], after: AbstractSet[str]) -> dict[str, str | None]:
        """Return the changed files between two sets of steps: path -> content, None if deleted."""
        touched = [source for step in sorted(before ^ after) for source in self._by_step[step]]
        old, new = tree(touched, before), tree(touched, after)
        deleted: dict[str, str | None] = dict.fromkeys(path for path in old if path not in new)
        return deleted | {path: text for path, text in new.items() if old.get(path) != text}

    def _identity(self, event: Event) -> Person:
        first, *others = event.member.identities
        return others[0] if others and self.chance.random() < _SECOND_IDENTITY_ODDS else first
