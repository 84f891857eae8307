"""Reads a `.mailmap` and applies it as git does.

A project's own statement of who is who comes before any rule of ours, so it is followed to the
letter: the semantics are those of git's mailmap.c (see gitmailmap(5)). Guessing at identities is
not done here but in `identities`, which calls this first.
"""

from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple, Self

_WHITESPACE = " \t\n\r"  # what git's isspace() knows
_TO_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


class Signature(NamedTuple):
    """A name and an e-mail as a commit records them."""

    name: str
    email: str


class _Contact(NamedTuple):
    name: str | None
    email: str


@dataclass(frozen=True)
class _Replacement:
    name: str | None = None
    email: str | None = None

    def updated(self, name: str | None, email: str | None) -> "_Replacement":
        return _Replacement(name or self.name, email or self.email)


@dataclass(frozen=True)
class Mailmap:
    """The replacements of a `.mailmap`: by e-mail alone, and by e-mail and name."""

    by_email: dict[str, _Replacement]
    by_signature: dict[Signature, _Replacement]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a `.mailmap`; lines that git ignores are ignored."""
        mailmap = cls({}, {})
        for line in text.split("\n"):
            if not line.startswith("#"):
                mailmap._add(line)
        return mailmap

    def resolve(self, recorded: Signature) -> Signature:
        """Return the canonical name and e-mail, as `git check-mailmap` prints them."""
        key = _key(recorded.name, recorded.email)
        found = self.by_signature.get(key) or self.by_email.get(key.email) or _Replacement()
        return Signature(found.name or recorded.name, found.email or recorded.email)

    def _add(self, line: str) -> None:
        proper, rest = _contact(line)
        if proper is None or not proper.email:
            return
        commit, _ = _contact(rest)
        new_email = proper.email if commit else None
        old_name, old_email = commit or (None, proper.email)
        key = _key(old_name or "", old_email)
        if old_name is None:
            known = self.by_email.get(key.email, _Replacement())
            self.by_email[key.email] = known.updated(proper.name, new_email)
        else:
            self.by_signature[key] = _Replacement(proper.name, new_email)


def _contact(text: str) -> tuple[_Contact | None, str]:
    """Split the first `name <email>` from the rest of a line."""
    name, opening, after = text.partition("<")
    email, closing, rest = after.partition(">")
    if not (opening and closing):
        return None, ""
    return _Contact(name.strip(_WHITESPACE) or None, email), rest


def _key(name: str, email: str) -> Signature:
    """Git compares byte by byte with strcasecmp: only ASCII letters have a case."""
    return Signature(name.translate(_TO_LOWER), email.translate(_TO_LOWER))
