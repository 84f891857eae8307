"""Who asks: a name, what it may do, and of which repositories it may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a caller may do: read answers, start analyses, or everything."""

    READ = "read"
    ANALYSE = "analyse"
    ADMIN = "admin"


@dataclass(frozen=True)
class Caller:
    """Somebody who asks; `name` tells callers apart in logs and limits, and holds no secret.

    `repositories` are the slugs that it may know of; None stands for all, those to come included.
    """

    name: str
    scopes: frozenset[Scope]
    repositories: frozenset[str] | None = None

    def may(self, scope: Scope) -> bool:
        """Whether it has the scope; an admin has all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def may_know(self, slug: str) -> bool:
        """Whether it may know of a repository."""
        return self.repositories is None or slug in self.repositories

    def known(self, slugs: Iterable[str]) -> list[str]:
        """Those of *slugs* that it may know of."""
        return [slug for slug in slugs if self.may_know(slug)]


# Whoever asks a sidecar that listens to its own machine alone, and has no keys.
ANYBODY = Caller("anybody", frozenset({Scope.ADMIN}))
# Whoever asks without a key where none is needed: for its health, or with a signature of its own.
NOBODY = Caller("nobody", frozenset(), frozenset())
