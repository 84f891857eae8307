"""What is known of files that answer: their risk, who knows them, what changed last.

All of it is read from published tables; what was not made yet is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.insights.people.file_owners import familiarity
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.workspace import Workspace

MOST_REASONS = 3
MOST_OWNERS = 3
MOST_CHANGES = 3


@dataclass(frozen=True)
class Risk:
    """How likely a file is to be repaired next, 0 to 1, against the others (0 to 100), and why."""

    probability: float | None
    percentile: float | None
    reasons: Sequence[str]


@dataclass(frozen=True)
class Owner:
    """Who knows a file; `share` is the mean of their shares of its lines and commits, 0 to 1."""

    name: str
    share: float
    is_active: bool


@dataclass(frozen=True)
class Change:
    """A commit that touched a file; `date` is an ISO time in UTC."""

    sha: str
    date: str
    author: str
    subject: str


@dataclass(frozen=True)
class FileContext:
    """What is known of a file; `risk` is None where no model judged it."""

    risk: Risk | None
    owners: Sequence[Owner]
    recent_changes: Sequence[Change]


def file_contexts(
    workspace: Workspace, slug: str, paths: Sequence[str]
) -> Mapping[str, FileContext]:
    """What is known of each of *paths*. Raises what the lake does."""
    risks, owners = _risks(workspace, slug, paths), _owners(workspace, slug, paths)
    changes = _changes(workspace, slug, paths)
    return {
        path: FileContext(risks.get(path), owners.get(path, ()), changes.get(path, ()))
        for path in paths
    }


def _risks(workspace: Workspace, slug: str, paths: Sequence[str]) -> dict[str, Risk]:
    columns = ("path", "probability", "percentile", "reasons")
    rows = _published(workspace, "file_scores", slug, columns, pl.col("path").is_in(paths))
    newest = rows.select(
        "path",
        pl.col("probability", "percentile").fill_nan(None),
        pl.col("reasons").list.eval(pl.element().struct.field("text")).list.head(MOST_REASONS),
    )
    return {
        path: Risk(probability, percentile, reasons or [])
        for path, probability, percentile, reasons in newest.iter_rows()
    }


def _owners(workspace: Workspace, slug: str, paths: Sequence[str]) -> dict[str, list[Owner]]:
    columns = ("path", "person_name", "is_active", "line_share", "commit_share")
    rows = _published(workspace, "file_owners", slug, columns, pl.col("path").is_in(paths))
    knowing = (
        rows.with_columns(share=familiarity())
        .sort("share", "person_name", descending=[True, False])
        .select("path", "person_name", "share", "is_active")
    )
    return {
        str(path): [Owner(*row) for row in of_file.drop("path").head(MOST_OWNERS).iter_rows()]
        for (path,), of_file in knowing.group_by("path", maintain_order=True)
    }


def _changes(workspace: Workspace, slug: str, paths: Sequence[str]) -> dict[str, list[Change]]:
    touched = _published(
        workspace, "changes", slug, ("sha", "path"), pl.col("path").is_in(paths)
    ).unique()
    wanted = pl.col("sha").is_in(touched["sha"].unique().implode())
    columns = ("sha", "commit_time", "author_name", "subject", "position")
    rows = (
        touched.join(_published(workspace, "commits", slug, columns, wanted), on="sha")
        .sort("position", descending=True)
        .select(
            "path",
            "sha",
            pl.col("commit_time").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "author_name",
            "subject",
        )
    )
    return {
        str(path): [Change(*row) for row in of_file.drop("path").head(MOST_CHANGES).iter_rows()]
        for (path,), of_file in rows.group_by("path", maintain_order=True)
    }


def _published(
    workspace: Workspace, table: str, slug: str, columns: Sequence[str], where: pl.Expr
) -> pl.DataFrame:
    """Rows of a table; none where it was not made yet."""
    if workspace.publications.get(table, slug) is None:
        return TABLES[table].to_frame().select(columns)
    return workspace.lake.read(table, slug, columns=columns, where=where)
