"""Tiny histories made by hand, for the tests of who knows what."""

from collections.abc import Mapping, Sequence

import polars as pl

from hyperion_pipelines.insights.people.file_owners import file_owners
from hyperion_pipelines.insights.shared.people import people
from hyperion_pipelines.insights.shared.touches import touches
from hyperion_pipelines.schemas import CHANGES, COMMITS, IDENTITIES, LINE_ORIGINS, TREE
from tests.unit.insights.lifetimes import days_before_head, rows_of

Tables = dict[str, pl.DataFrame]
Touch = tuple[str, float, Sequence[str]]  # author, days before HEAD, paths

BOT = "renovate"
# Histories in which nobody knows anything: without commits, of bots alone, without code.
NOBODY: tuple[list[Touch], ...] = ([], [(BOT, 1, ["a.py"])], [("alma", 1, [])])
HOTSPOTS = {"path": pl.String, "score": pl.Float64}


def tables_of(
    touched: Sequence[Touch],
    written: Mapping[tuple[str, int], int] | None = None,
    *,
    languages: Mapping[str, str] | None = None,
    confidences: Mapping[str, float] | None = None,
) -> Tables:
    """The tables of a history of commits (author, days before HEAD, paths), the oldest first.

    The first commit to a path adds it; *written* says how many lines at HEAD the commit of that
    index wrote of a path. An author `alma/old` is Alma under another signature, of the confidence
    that *confidences* says, 1 if none. All files are Python unless *languages* says otherwise; the
    area is the part of the path before the slash.
    """
    commits = rows_of(COMMITS, [_commit(i, *made) for i, made in enumerate(touched)])
    changes = rows_of(
        CHANGES,
        [
            {"sha": f"c{index}", "path": path, "status": "M", "added": 1, "deleted": 0}
            for index, (_, _, paths) in enumerate(touched)
            for path in paths
        ],
    )
    paths = sorted(set(changes["path"]) | {path for path, _ in written or {}})
    tree = rows_of(TREE, [{"path": path} for path in paths])
    origins = [
        {"path": path, "start_line": 1, "lines": lines, "origin_sha": f"c{index}"}
        for (path, index), lines in (written or {}).items()
    ]
    identities = _identities(sorted({author for author, _, _ in touched}), confidences or {})
    tables = {
        "commits": commits,
        "line_origins": rows_of(LINE_ORIGINS, origins),
        "identities": identities,
        "files": _files(paths, languages or {}),
        "touches": touches(commits, changes, tree),
        "people": people(commits, identities),
    }
    return tables | {"file_owners": owners_of(tables)}


def owners_of(tables: Tables) -> pl.DataFrame:
    """Who owns the files of *tables*."""
    needed = ("files", "touches", "line_origins", "commits", "people")
    return file_owners(**{name: tables[name] for name in needed})


def hotspots_of(scores: Mapping[str, float]) -> pl.DataFrame:
    """The hotspots of these scores, the highest first."""
    rows = sorted(scores.items(), key=lambda row: -row[1])
    return pl.DataFrame(rows, schema=HOTSPOTS, orient="row")


def _commit(index: int, author: str, days: float, _paths: Sequence[str]) -> dict[str, object]:
    person = author.split("/", maxsplit=1)[0]
    return {
        "sha": f"c{index}",
        "position": index,
        "author_id": person,
        "author_name": author,
        "author_email": f"{author}@shop.org",
        "author_time": days_before_head(days),
        "commit_time": days_before_head(days),
        "is_bot": person == BOT,
        "is_fix": False,
        "is_on_head": True,
    }


def _identities(authors: Sequence[str], confidences: Mapping[str, float]) -> pl.DataFrame:
    return rows_of(
        IDENTITIES,
        [
            {
                "name": author,
                "email": f"{author}@shop.org",
                "person_id": author.split("/", maxsplit=1)[0],
                "person_name": author.split("/", maxsplit=1)[0].capitalize(),
                "is_bot": author == BOT,
                "confidence": confidences.get(author, 1.0),
            }
            for author in authors
        ],
    )


def _files(paths: Sequence[str], languages: Mapping[str, str]) -> pl.DataFrame:
    rows = [
        {
            "path": path,
            "language": languages.get(path, "Python"),
            "area": path.split("/")[0] if "/" in path else ".",
        }
        for path in paths
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("path", "language", "area"), pl.String))
