"""The files at HEAD, indexed once for the look-ups that resolving imports needs.

Directory, name and path-suffix look-ups, and which of several files is nearest. It knows no
language; each resolver asks it whether a path that a language's rules lead to exists.
"""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping


class SourceTree:
    """The paths of a repository at HEAD, with *read_text* for the few files that configure it."""

    def __init__(
        self, languages: Mapping[str, str | None], read_text: Callable[[str], str | None]
    ) -> None:
        """Index *languages*, which maps every path to its language (None for no language)."""
        self.languages = languages
        self.read_text = read_text
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        self._by_directory: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(languages):
            directory, name = posixpath.split(path)
            self._by_name[name].append(path)
            self._by_directory[directory].append(path)

    def __contains__(self, path: str) -> bool:
        return path in self.languages

    def written_in(self, *languages: str) -> list[str]:
        """Return the paths in any of *languages*, sorted."""
        return sorted(path for path, language in self.languages.items() if language in languages)

    def named(self, name: str) -> list[str]:
        """Return the paths whose last component is *name*, sorted."""
        return self._by_name.get(name, [])

    def files_in(self, directory: str) -> list[str]:
        """Return the paths directly in *directory* ("" is the root), sorted."""
        return self._by_directory.get(directory, [])

    def directories(self) -> Iterable[str]:
        """Return every directory that holds a file directly."""
        return self._by_directory.keys()

    def ending_with(self, suffix: str) -> list[str]:
        """Return the paths that are *suffix* or end with "/" + *suffix*, sorted."""
        tail = f"/{suffix}"
        named = self.named(posixpath.basename(suffix))
        return [path for path in named if path == suffix or path.endswith(tail)]

    def first(self, candidates: Iterable[str | None]) -> str | None:
        """Return the first of *candidates* that exists."""
        return next((path for path in candidates if path is not None and path in self), None)


def join(directory: str, relative: str) -> str | None:
    """Return *relative* seen from *directory*, normalised; None where it leaves the tree."""
    path = posixpath.normpath(posixpath.join(directory, relative))
    if path == ".." or path.startswith(("../", "/")):
        return None
    return "" if path == "." else path


def ancestors(directory: str) -> list[str]:
    """Return *directory* and its parents up to the root (""), innermost first."""
    found = [directory]
    while directory:
        directory = posixpath.dirname(directory)
        found.append(directory)
    return found


def nearest(directory: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that shares most leading directories with *directory*.

    Ties go to the path with fewest components, then to the alphabet; None for no candidate.
    """
    origin = directory.split("/") if directory else []

    def rank(path: str) -> tuple[int, int, str]:
        parts = path.split("/")
        shared = 0
        for here, there in zip(origin, parts, strict=False):
            if here != there:
                break
            shared += 1
        return -shared, len(parts), path

    return min(candidates, key=rank, default=None)
