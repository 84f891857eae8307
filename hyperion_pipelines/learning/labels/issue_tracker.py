"""Reads what an issue tracker exported: which issues there are, which are bugs, since when.

The export is a file of the user's, CSV or JSON; it is read whole or not at all, so that a wrong
row never changes labels unseen. What its issues say about commits is the business of `fixes`.
"""

import csv
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Annotated, cast

import polars as pl
from pydantic import BaseModel, BeforeValidator, StringConstraints, ValidationError

from hyperion_pipelines.errors import ConfigurationError

FILE_NAMES = ("issues.csv", "issues.json")

_TIME = pl.Datetime("us", "UTC")
_READ = {
    "issue": pl.String,
    "type": pl.String,
    "created": _TIME,
    "resolved": _TIME,
    "title": pl.String,
}
ISSUES = pl.Schema({**_READ, "is_bug": pl.Boolean})

# The types and labels that count as a bug: alone, or after a prefix as in `kind/bug`, `C-bug`.
_BUG_TYPES = (
    *("bugs?", "bug[- ]?reports?", "bug[- ]?fix(?:es)?", "defects?", "crash(?:es)?"),
    *("regressions?", "faults?", "errors?", "failures?", "vulnerabilit(?:y|ies)"),
)
_PREFIX = r"(?:(?:type|kind|category|issue|[a-z])\s*[-:/_ ]\s*)?"
_IS_BUG = rf"(?i)(?:^|[,;])\W*{_PREFIX}(?:{'|'.join(_BUG_TYPES)})\W*(?:$|[,;])"


def issues_file(folder: Path) -> Path | None:
    """The export in a repository's *folder* of configuration; None where there is none.

    Raises ConfigurationError where there are two: which of them is right, only their owner knows.
    """
    files = [folder / name for name in FILE_NAMES if (folder / name).exists()]
    if len(files) > 1:
        raise ConfigurationError(f"{folder}: has {' and '.join(FILE_NAMES)}; delete one of them")
    return files[0] if files else None


def read_issues(file: Path) -> pl.DataFrame:
    """The issues that *file* lists: `issue`, `type`, `created`, `resolved`, `title`, `is_bug`.

    `issue` is the key that `issue_key` makes of every notation. *file* is CSV with a header, or
    JSON (by its suffix): a list of objects. Both have `issue`, `type` (or labels, separated by
    commas), `created`, and perhaps `resolved` and `title`, which may be empty; other columns are
    passed over.
    Times are ISO 8601, and UTC where they name no zone.

    Raises ConfigurationError, naming file, line (of JSON: item) and remedy, when the file cannot
    be read, lacks a column, has a value that is none of its column's, or an issue twice.
    """
    rows = _json_rows(file) if file.suffix == ".json" else _csv_rows(file)
    checked = [
        {"place": place, **_checked(row, where=f"{file}: {place}").model_dump()}
        for place, row in rows
    ]
    issues = pl.DataFrame(checked, {"place": pl.String, **_READ}).with_columns(
        issue_key(pl.col("issue")), is_bug=pl.col("type").str.contains(_IS_BUG)
    )
    _refuse_duplicates(issues, file)
    return issues.drop("place")


def issue_key(reference: pl.Expr) -> pl.Expr:
    """One key for the notations of an issue: `#12`, `GH-12`, `bug 12` and `12` are all `12`.

    Letter case does not count: `shop-12` is `SHOP-12`. An issue of a repository that is named
    (`owner/name#12`) keeps that name.
    """
    number = r"^(?:#|GH-|(?:BUG|ISSUE)[ \t]*[#-]?[ \t]*)(\d+)$"
    return reference.str.strip_chars().str.to_uppercase().str.replace(number, "${1}")


def _to_time(value: object) -> object:
    """An ISO 8601 date or time; UTC where it names no zone; nothing is no time."""
    if value is None or value == "":
        return None
    try:
        time = datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        example = "2024-01-31T10:15:00Z"
        raise ValueError(f"{value!r} is no time of ISO 8601, such as {example}") from error
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def _to_text(value: object) -> object:
    """Labels in a list are one text, separated by commas; a number is as good as its digits."""
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value)))
    return str(value) if isinstance(value, int) else value


class _Issue(BaseModel):
    """A row of the export."""

    issue: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(_to_text)
    ]
    type: Annotated[str, BeforeValidator(_to_text)]
    created: Annotated[datetime, BeforeValidator(_to_time)]
    resolved: Annotated[datetime | None, BeforeValidator(_to_time)] = None
    title: Annotated[str | None, BeforeValidator(lambda text: text or None)] = None


Row = tuple[str, Mapping[str, object]]  # the place in its file, and what stands there


def _csv_rows(file: Path) -> Iterator[Row]:
    """The rows of a CSV file; a row may span several lines, and is named by its last."""
    reader = csv.reader(StringIO(_text(file), newline=""), strict=True)
    try:
        header = [name.strip().lower() for row in islice(reader, 1) for name in row]
        _refuse_missing(header, where=f"{file}: the header")
        for values in reader:
            if len(values) not in {0, len(header)}:
                raise ConfigurationError(
                    f"{file}: line {reader.line_num}: has {len(values)} values where the header "
                    f"has {len(header)}; quote a value that holds a comma"
                )
            if values:
                yield f"line {reader.line_num}", dict(zip(header, values, strict=True))
    except csv.Error as error:
        raise ConfigurationError(
            f"{file}: line {reader.line_num}: is not CSV ({error}); correct it there"
        ) from error


def _json_rows(file: Path) -> Iterator[Row]:
    try:
        content: object = json.loads(_text(file))
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{file}: is not JSON: {error}; correct it there") from error
    if not isinstance(content, list):
        raise ConfigurationError(f"{file}: is no list; write [{{...}}, ...], an object an issue")
    for number, item in enumerate(cast("list[object]", content), start=1):
        where = f"{file}: item {number}"
        if not isinstance(item, dict):
            raise ConfigurationError(f"{where}: is no object; write {{...}} for every issue")
        row = cast("dict[str, object]", item)
        _refuse_missing(row, where=where)
        yield f"item {number}", row


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file}: cannot be read ({error}); give a UTF-8 text file"
        ) from error


def _checked(row: Mapping[str, object], *, where: str) -> _Issue:
    try:
        return _Issue.model_validate(row)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
        )
        raise ConfigurationError(f"{where}: {problems}; correct it there") from error


def _refuse_missing(columns: Collection[str], *, where: str) -> None:
    missing = [name for name in ("issue", "type", "created") if name not in columns]
    if missing:
        raise ConfigurationError(
            f"{where}: lacks {', '.join(missing)}; it has {', '.join(columns) or 'nothing'}"
            "; rename or add what is missing"
        )


def _refuse_duplicates(issues: pl.DataFrame, file: Path) -> None:
    twice = (
        issues.group_by("issue", maintain_order=True)
        .agg("place")
        .filter(pl.col("place").list.len() > 1)
    )
    if not twice.is_empty():
        issue, places = twice.row(0)
        raise ConfigurationError(
            f"{file}: issue {issue} stands at {' and '.join(places)}; leave one of them"
        )
