"""How the sidecar sees that something was published: a number that grows then, told by files.

Whatever is made of the home is true within a generation. Writers replace their files or move
pointers (publications, champions, the pointers of vectors and graph), and git replaces HEAD with
every fetch: the time of a file or folder tells. What is made of the home is the others' business.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

LOOK_SECONDS = 0.5
# Two changes within one tick of the file system's clock leave the same time; some count seconds.
# What changed as recently as this counts as changed at the next look, too.
UNSETTLED_SECONDS = 1.0

Key = TypeVar("Key")
Value = TypeVar("Value")
# When each file or folder was changed last, in nanoseconds, its size and its inode.
Marks = tuple[tuple[str, int, int, int], ...]


class _Seen(NamedTuple):
    marks: Marks
    is_settled: bool
    changed_in: int


class Generations:
    """The state of a home, looked at every *look_seconds* at most; for any number of threads."""

    def __init__(self, home: Path, look_seconds: float = LOOK_SECONDS) -> None:
        self._home, self._look_seconds = home, look_seconds
        self._lock = threading.Lock()
        self._look_at = float("-inf")
        self._seen: dict[str, _Seen] = {}
        self._number = 0

    def current(self) -> int:
        """The generation of the whole home."""
        if time.monotonic() >= self._look_at:
            with self._lock:
                self._look()
        return self._number

    def of(self, slugs: Iterable[str]) -> int:
        """The generation of what answers about some repositories are made from."""
        self.current()
        parts = (self._seen.get(part) for part in ("", *slugs))
        return max((seen.changed_in for seen in parts if seen), default=0)

    def _look(self) -> None:
        if time.monotonic() < self._look_at:  # another thread looked meanwhile
            return
        now = time.time_ns()
        slugs = [folder.name for folder in _entries(self._home / "published")]
        parts = {"": _shared(self._home)} | {slug: _own(self._home, slug) for slug in slugs}
        number = self._number + 1
        seen = {
            part: self._judged(part, _marks(files), now, number) for part, files in parts.items()
        }
        if seen.keys() != self._seen.keys() or any(
            one.changed_in == number for one in seen.values()
        ):
            self._number = number
        self._seen = seen
        self._look_at = time.monotonic() + self._look_seconds

    def _judged(self, part: str, marks: Marks, now: int, number: int) -> _Seen:
        before = self._seen.get(part)
        is_settled = all(abs(now - changed) > UNSETTLED_SECONDS * 1e9 for _, changed, _, _ in marks)
        if before is not None and before.is_settled and before.marks == marks:
            return before._replace(is_settled=is_settled)
        return _Seen(marks, is_settled, number)


class PerGeneration(Generic[Key, Value]):
    """Values by key, each made anew in every generation in which it is asked for."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._known: dict[Key, tuple[int, Value]] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of *key*, by *make* where this generation has none; its errors are not kept."""
        # Asked before it is made: what changes meanwhile belongs to the next generation.
        generation = self._generations.current()
        known = self._known.get(key)
        if known is not None and known[0] == generation:
            return known[1]
        value = make()
        self._known[key] = generation, value
        return value


def _shared(home: Path) -> Iterator[Path]:
    """What answers about all repositories are made from."""
    yield home / "repositories.json"
    for model in _entries(home / "models"):
        yield model / "champion.json"


def _own(home: Path, slug: str) -> Iterator[Path]:
    """What answers about one repository are made from."""
    yield home / "published" / slug  # every publication is replaced in this folder
    yield home / "profiles" / slug
    yield home / "mirrors" / f"{slug}.git"
    yield home / "vectors" / slug / "published.json"
    yield home / "graph" / slug / "published.json"
    yield from _entries(home / "config" / slug)  # a person edits these files in their place


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, in order; nothing where there is none."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _marks(files: Iterable[Path]) -> Marks:
    """What tells states of *files* apart; those that are not there have none."""
    found: list[tuple[str, int, int, int]] = []
    for file in files:
        try:
            said = file.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        found.append((str(file), said.st_mtime_ns, said.st_size, said.st_ino))
    return tuple(found)
