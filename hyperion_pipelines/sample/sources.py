"""The sources of the sample project as a function of the steps its authors have taken.

The files in `shop/` hold every line the project ever had, marked with the steps between which it
existed, so that a tree is rendered from a set of steps and a merge is the union of two sets. Who
takes which step, and when, is the story's matter.

    %file PATH STEP           begins a file that exists from STEP on, at last under PATH
    %before STEP PATH         the path the file had until STEP
    %bug FIX PLANTED TEXT     step PLANTED brought a bug into the file, step FIX mended it
    %+ STEP                   the lines below exist from STEP on
    %- STEP                   the lines below exist until STEP
    %series NAME V1 V2 ...    `{}` in the line below is V1, from step NAME-1 on V2, and so on
    %grow NAME                the lines below arrive one by one with steps NAME-1, NAME-2, ...
    %.                        ends the innermost region; a `%+` after a `%-` of its step does, too
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Self

_LABEL = re.compile(r'"([^"]+)"|\*\*([^*]+)\*\*|(\w+)')
_OPPOSITE = {"%+": "%-", "%-": "%+"}


@dataclass(frozen=True)
class Line:
    """A line of a file, which exists once all of *since* and none of *until* were taken."""

    text: str
    since: frozenset[str]
    until: frozenset[str]

    def exists(self, taken: AbstractSet[str]) -> bool:
        """Whether the line is there once the steps *taken* were taken."""
        return self.since <= taken and not self.until & taken


@dataclass(frozen=True)
class Bug:
    """A bug: the steps that planted and mended it, and what went wrong."""

    fix: str
    planted: str
    description: str


@dataclass
class Source:
    """A file of the project through its whole life."""

    path: str
    earlier_paths: dict[str, str] = field(default_factory=dict[str, str])
    bugs: list[Bug] = field(default_factory=list[Bug])
    lines: list[Line] = field(default_factory=list[Line])

    def path_at(self, taken: AbstractSet[str]) -> str:
        """Return the path of the file after the steps *taken*."""
        return next(
            (old for step, old in self.earlier_paths.items() if step not in taken), self.path
        )

    def text_at(self, taken: AbstractSet[str]) -> str:
        """Return the content of the file after the steps *taken*; empty where it does not exist."""
        return "".join(f"{line.text}\n" for line in self.lines if line.exists(taken))

    def steps(self) -> set[str]:
        """Return the steps that change the file."""
        return set(self.earlier_paths).union(*(line.since | line.until for line in self.lines))


@dataclass
class Sources:
    """All files of the project.

    *series* holds the values that each series goes through; those of a growing list are empty at
    first, then what each line is about.
    """

    sources: list[Source] = field(default_factory=list[Source])
    series: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def load(cls) -> Self:
        """Read the files of `shop/`."""
        loaded = cls()
        folder = files("hyperion_pipelines.sample") / "shop"
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            _Reader(loaded).read(entry.read_text(encoding="utf-8").splitlines())
        return loaded

    def by_step(self) -> Mapping[str, Sequence[Source]]:
        """Return the files that each step changes."""
        found: defaultdict[str, list[Source]] = defaultdict(list)
        for source in self.sources:
            for step in source.steps():
                found[step].append(source)
        return found

    def bugs(self) -> Iterator[tuple[Source, Bug]]:
        """Yield every bug with the file it sits in."""
        return ((source, bug) for source in self.sources for bug in source.bugs)


def tree(sources: Iterable[Source], taken: AbstractSet[str]) -> dict[str, str]:
    """Return path -> content of those *sources* that exist after the steps *taken*."""
    texts = ((source.path_at(taken), source.text_at(taken)) for source in sources)
    return {path: text for path, text in texts if text}


class _Reader:
    """Reads one file of `shop/`; the regions are the open ones, that of the whole file first."""

    def __init__(self, into: Sources) -> None:
        self._into = into
        self._regions: list[tuple[str, str]] = []

    def read(self, lines: Iterable[str]) -> None:
        for line in lines:
            if line.startswith("%"):
                self._directive(line)
            else:
                self._text(line)
        self._begin_file()

    def _directive(self, line: str) -> None:
        match line.split(maxsplit=3):
            case ["%file", path, step]:
                self._begin_file(("%+", step))
                self._into.sources.append(Source(path))
            case ["%before", step, path]:
                self._source.earlier_paths[step] = path
            case ["%bug", fix, planted, description]:
                self._source.bugs.append(Bug(fix, planted, description))
            case ["%+" | "%-" as sign, step]:
                if self._regions and self._regions[-1] == (_OPPOSITE[sign], step):
                    self._regions.pop()
                self._regions.append((sign, step))
            case ["%series" | "%grow" as kind, name, *_]:
                self._regions.append((kind, name))
                self._into.series.setdefault(name, line.split()[2:] or [""])
            case ["%."] if len(self._regions) > 1:
                self._regions.pop()
            case _:
                raise ValueError(f"no directive of the sample's sources: {line}")

    def _begin_file(self, *whole: tuple[str, str]) -> None:
        if len(self._regions) > 1:
            raise ValueError(f"regions left open in the sample's sources: {self._regions[1:]}")
        self._regions = list(whole)

    @property
    def _source(self) -> Source:
        return self._into.sources[-1]

    def _text(self, text: str) -> None:
        since = frozenset(step for sign, step in self._regions if sign == "%+")
        until = frozenset(step for sign, step in self._regions if sign == "%-")
        kind, name = self._regions[-1]
        if kind == "%series":
            self._source.lines += _alternatives(text, name, self._into.series[name], since, until)
            return
        if kind == "%grow":
            labels = self._into.series[name]
            since |= {f"{name}-{len(labels)}"}
            labels.append(_label(text))
        self._source.lines.append(Line(text, since, until))


def _alternatives(
    text: str, name: str, values: Sequence[str], since: frozenset[str], until: frozenset[str]
) -> Iterator[Line]:
    for place, value in enumerate(values):
        begin = frozenset([f"{name}-{place}"] if place else [])
        end = frozenset([f"{name}-{place + 1}"] if place + 1 < len(values) else [])
        yield Line(text.replace("{}", value), since | begin, until | end)


def _label(text: str) -> str:
    """Return what a growing list's line is about: its first quoted, bold or plain word."""
    found = _LABEL.search(text)
    return next(group for group in found.groups() if group) if found else text.strip()
