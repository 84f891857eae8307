"""The errors that Hyperion raises itself: each message says what went wrong and what to do.

They are caught once, at the edge (command line, sidecar, asset); nothing else belongs here.
"""

from collections.abc import Iterator


class HyperionError(Exception):
    """Something failed for a reason a user can act on; exit status 1 at the command line."""


class UsageError(HyperionError):
    """The call itself was wrong (a bad name, an unknown table); exit status 2."""


class SourceError(HyperionError):
    """A source is not a repository that can be analysed; the message says why and what to do."""


class UnreachableError(SourceError):
    """A source does not answer; the same call may succeed a moment later."""


class GitError(HyperionError):
    """A git command failed; the message carries its own words, credentials removed."""


class MissingObjectsError(SourceError):
    """Objects that a reachable commit needs are not in the repository."""


class FailedCheckError(HyperionError):
    """A table does not hold what must hold of it."""


class LockedError(HyperionError):
    """Another process is writing to the same repository."""


class ConfigurationError(HyperionError):
    """A setting or a configuration file is wrong; the message names file, key and remedy."""


def causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and all that led to it, the latest first, each of them once: chains may be rings."""
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen:
        yield current
        seen.add(id(current))
        current = current.__cause__ or current.__context__


def is_disk_full(error: BaseException) -> bool:
    """Whether *error* or what led to it says so, in the words of the system or of SQLite."""
    said = [str(cause) for cause in causes(error)]
    return any("No space left on device" in text or "disk is full" in text for text in said)
