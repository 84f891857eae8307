"""The commit messages of the sample project: subjects of the story with issues and trailers.

They vary as people do: references to issues in two notations, reviewers, co-authors. The story
says what a commit does; here is only how its author words it.
"""

import random
from dataclasses import dataclass

from hyperion_pipelines.sample.people import MEMBERS
from hyperion_pipelines.sample.story import Event

_TICKETS_SINCE = 2024  # the year in which the project moved to a tracker with keys like SHOP-45


@dataclass
class Messages:
    """Words messages one after the other; issue numbers grow with time."""

    chance: random.Random
    _issue: int = 10

    def of_step(self, event: Event, description: str = "") -> str:
        """Return the message of a step; *description* says what was wrong when it mends a bug."""
        if event.member.is_bot:
            return f"{event.subject}\n\nSigned-off-by: {event.member.name} <support@github.com>\n"
        subject, reference = self._referring(event, is_fix=bool(description))
        trailers = "\n".join([*reference, *self._trailers(event)])
        return "\n\n".join(part for part in (subject, description, trailers) if part) + "\n"

    def of_revert(self, event: Event, reverted_subject: str, reverted_sha: str) -> str:
        """Return the message that `git revert` proposes, with the reason added."""
        body = f"This reverts commit {reverted_sha}."
        return f'Revert "{reverted_subject}"\n\n{body}\n\n{event.subject}\n'

    def of_merge(self, event: Event) -> str:
        """Return the message of a merge: git's own or that of a pull request."""
        if event.subject:
            self._issue += 1
            name = event.branch
            return f"Merge pull request #{self._issue} from sample-shop/{name}\n\n{event.subject}\n"
        return f"Merge branch '{event.branch}'\n"

    def _referring(self, event: Event, *, is_fix: bool) -> tuple[str, list[str]]:
        """Return the subject and the closing line, one of which may refer to an issue."""
        if self.chance.random() > (0.6 if is_fix else 0.25):
            return event.subject, []
        self._issue += self.chance.randint(1, 3)
        if event.when.year >= _TICKETS_SINCE:
            return f"{event.subject} (SHOP-{self._issue})", []
        if is_fix:
            return event.subject, [f"Fixes #{self._issue}"]
        return f"{event.subject} (#{self._issue})", []

    def _trailers(self, event: Event) -> list[str]:
        others = [
            member.identities[0]
            for who, member in MEMBERS.items()
            if who != event.who and not member.is_bot
        ]
        trailers: list[str] = []
        for key, odds in (("Co-authored-by", 0.06), ("Reviewed-by", 0.2)):
            if self.chance.random() < odds:
                person = self.chance.choice(others)
                trailers.append(f"{key}: {person.name} <{person.email}>")
        return trailers
