"""The coverage reports that a history itself carries, as a table: sha, path, coverage.

Cobertura, JaCoCo and Clover XML, LCOV, Go's cover profiles, and the JSON of coverage.py and
Istanbul. They are read as any stranger's files are: what is too large or cannot be read is left
out, counted and logged. What is made of them is the business of `code_quality`.

XML cannot be blown up: the declaration of an entity ends the reading, so that there is none to
expand, and expat opens nothing that a document refers to.
"""

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

import polars as pl
from pydantic import BaseModel, Field, NonNegativeInt, TypeAdapter

from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.git.modes import IS_FILE
from hyperion_pipelines.git.tree import list_tree

MAXIMUM_BYTES = 8 << 20
SCHEMA = pl.Schema({"sha": pl.String, "path": pl.String, "coverage": pl.Float32})
# A line of a report in XML: its attributes for the number and for how often it ran
_LINE_ATTRIBUTES = {"number": "hits", "nr": "ci", "num": "count"}  # Cobertura, JaCoCo, Clover
_LCOV_LINE = re.compile(rb"^(?:SF:([^\r\n]+)|DA:(\d+),(\d+))", re.MULTILINE)
_GO_BLOCK = re.compile(rb"^(.+):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)\r?$", re.MULTILINE)

logger = logging.getLogger(__name__)


class ReportError(ValueError):
    """A report that is of no use; the message is the reason that is counted."""


class Part(NamedTuple):
    """A part of a file that a report tells of: mostly a line, of size 1."""

    file: str
    place: int | str
    size: int
    is_covered: bool


class _Lines(BaseModel):
    """A file of coverage.py's."""

    executed_lines: list[int]
    missing_lines: list[int]


class _PythonReport(BaseModel):
    files: dict[str, _Lines]


class _Place(BaseModel):
    line: int


class _Statement(BaseModel):
    start: _Place


class _Statements(BaseModel):
    """A file of Istanbul's: where its statements are, and how often each ran."""

    places: dict[str, _Statement] = Field(alias="statementMap")
    runs: dict[str, int] = Field(alias="s")


class _Totals(BaseModel):
    total: NonNegativeInt
    covered: NonNegativeInt


class _Summary(BaseModel):
    """A file of Istanbul's summary."""

    lines: _Totals


_JSON: TypeAdapter[_PythonReport | dict[str, _Statements | _Summary]] = TypeAdapter(
    _PythonReport | dict[str, _Statements | _Summary]
)


def read_coverage(git_dir: Path, changes: pl.DataFrame) -> pl.DataFrame:
    """One row per commit that wrote a report and file that it names: sha, path, coverage.

    *changes* has `sha`, `path`, `mode` and `new_blob`; reports are known by their paths. `coverage`
    is the share of the file's lines (Go: statements) that tests ran, 0 to 1; the greatest, where
    several reports of a commit name the file. The files that a report names are matched with those
    of its commit's tree; others are left out. Raises MissingObjectsError if the repository lacks an
    object.
    """
    named = pl.any_horizontal(pl.col("path").str.contains(pattern) for pattern in _READERS)
    reports = changes.filter(named, pl.col("new_blob").is_not_null(), IS_FILE)
    if reports.is_empty():
        return SCHEMA.to_frame()
    rows: list[tuple[str, str, float]] = []
    skipped: Counter[str] = Counter()
    contents = read_blobs(git_dir, reports["new_blob"], maximum_bytes=MAXIMUM_BYTES)
    for sha, path, (_, _, content) in zip(reports["sha"], reports["path"], contents, strict=True):
        try:
            parts = _parse(path, content)
            rows += [(sha, *row) for row in _covered(parts, list_tree(git_dir, sha)["path"])]
        except ReportError as error:
            skipped[str(error)] += 1
    if skipped:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(skipped.items()))
        about = {"skipped": dict(skipped)}
        logger.warning("coverage reports left out: %s", reasons, extra=about)
    return (
        pl.DataFrame(rows, SCHEMA, orient="row").group_by("sha", "path").max().sort("sha", "path")
    )


def _parse(path: str, content: bytes | None) -> list[Part]:
    """What a report says. Raises ReportError for one that is too large or cannot be read."""
    if content is None:
        raise ReportError("too large")
    read = next(read for pattern, read in _READERS.items() if re.search(pattern, path))
    try:
        parts = list(read(content))
    except (ValueError, LookupError, expat.ExpatError) as error:
        raise ReportError("not readable") from error
    if not parts or any(part.size < 0 for part in parts):
        raise ReportError("not readable")
    return parts


def _xml_parts(content: bytes) -> list[Part]:
    """The lines of a report of Cobertura, JaCoCo or Clover, all of which say `line` in a file."""
    parts: list[Part] = []
    package = file = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal package, file
        match tag:
            case "package":
                package = attributes.get("name", "")
            case "class" if "filename" in attributes:  # Cobertura
                file = attributes["filename"]
            case "sourcefile":  # JaCoCo
                file = f"{package}/{attributes['name']}"
            case "file":  # Clover
                file = attributes.get("path") or attributes["name"]
            case "line" if file:
                parts.extend(_xml_line(file, attributes))
            case _:
                pass

    def refuse(*_: object) -> None:
        raise ReportError("not readable")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    parser.Parse(content, True)
    return parts


def _xml_line(file: str, attributes: Mapping[str, str]) -> Iterator[Part]:
    for number, runs in _LINE_ATTRIBUTES.items():
        if number in attributes and runs in attributes:
            yield Part(file, int(attributes[number]), 1, int(attributes[runs]) > 0)


def _json_parts(content: bytes) -> Iterator[Part]:
    report = _JSON.validate_json(content)
    if isinstance(report, _PythonReport):
        for file, lines in report.files.items():
            yield from (Part(file, line, 1, is_covered=True) for line in lines.executed_lines)
            yield from (Part(file, line, 1, is_covered=False) for line in lines.missing_lines)
        return
    for file, said in report.items():
        if isinstance(said, _Summary):
            totals = said.lines
            yield Part(file, "covered", totals.covered, is_covered=True)
            yield Part(file, "missed", totals.total - totals.covered, is_covered=False)
        else:
            for name, statement in said.places.items():
                yield Part(file, statement.start.line, 1, said.runs[name] > 0)


def _lcov_parts(content: bytes) -> Iterator[Part]:
    file = ""
    for name, line, runs in _LCOV_LINE.findall(content):
        if name:
            file = name.decode("utf-8", "replace")
        else:
            yield Part(file, int(line), 1, int(runs) > 0)


def _go_parts(content: bytes) -> Iterator[Part]:
    if not content.startswith(b"mode:"):
        return
    for file, place, statements, runs in _GO_BLOCK.findall(content):
        yield Part(file.decode("utf-8", "replace"), place.decode(), int(statements), int(runs) > 0)


# How a report's file is called, and what reads it
_READERS: dict[str, Callable[[bytes], Iterable[Part]]] = {
    r"(?i)(?:^|/)(?:coverage|cobertura|cobertura-coverage|clover|jacoco[^/]*)\.xml$": _xml_parts,
    r"(?i)(?:^|/)(?:coverage|coverage-final|coverage-summary)\.json$": _json_parts,
    r"(?i)(?:^|/)(?:lcov\.info|coverage\.info|[^/]*\.lcov)$": _lcov_parts,
    r"(?i)(?:^|/)(?:coverage\.out|cover\.out|coverage\.txt)$": _go_parts,
}


def _covered(parts: Iterable[Part], paths: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Each file of the repository that *parts* speak of, and the share of it that is covered.

    What is named twice counts once, and is covered if one of them says so. Raises ReportError where
    the report speaks of no file of the repository.
    """
    parts = list(parts)
    matched = match_names({part.file for part in parts}, paths)
    if not matched:
        raise ReportError("of other files")
    sizes: dict[str, dict[int | str, int]] = defaultdict(dict)
    covered: dict[str, dict[int | str, int]] = defaultdict(dict)
    for name, place, size, is_covered in parts:
        if name in matched:
            sizes[matched[name]][place] = size
            if is_covered:
                covered[matched[name]][place] = size
    for path, places in sizes.items():
        if total := sum(places.values()):
            yield path, sum(covered[path].values()) / total


def match_names(names: Collection[str], paths: Iterable[str]) -> dict[str, str]:
    """The path of the repository that each of *names* means; those that mean none are left out.

    A name means the path that it is, else the only one that it is the end of (a report may start
    inside the repository: at a source root). Else its own beginning may lie outside (the folder of
    a build, the module of Go): it is left off, up to the first rest that is a path or the end of
    only one; but this only with the beginning that most names share.
    """
    endings = _by_ending(paths, {_parts(name)[-1] for name in names})
    found = {name: hit for name in sorted(names) if (hit := _longest_ending(name, endings))}
    outside = Counter(beginning for beginning, _ in found.values() if beginning)
    shared = max(outside, key=lambda beginning: (outside[beginning], beginning), default="")
    return {name: path for name, (start, path) in found.items() if start in {"", shared}}


def _by_ending(paths: Iterable[str], last: Collection[str]) -> dict[str, str | None]:
    """The path that each ending of a path belongs to; None where it is that of several.

    What is a path itself belongs to it alone. Only paths whose last part is in *last* count.
    """
    wanted = [path for path in paths if path.rpartition("/")[2] in last]
    endings: dict[str, str | None] = {}
    for path in wanted:
        rest = path
        while rest := rest.partition("/")[2]:
            endings[rest] = None if rest in endings else path
    return endings | {path: path for path in wanted}


def _longest_ending(name: str, endings: Mapping[str, str | None]) -> tuple[str, str] | None:
    """What is left off the beginning of *name*, and the path that the rest means."""
    parts = _parts(name)
    for start in range(len(parts)):
        rest = "/".join(parts[start:])
        if rest in endings:
            path = endings[rest]
            return None if path is None else ("/".join(parts[:start]), path)
    return None


def _parts(name: str) -> list[str]:
    """The parts of a name in a report, whatever its separators; a leading slash is a part."""
    parts = name.replace("\\", "/").split("/")
    return [part for place, part in enumerate(parts) if part != "." or place == len(parts) - 1]
