"""The tables that the graph is made from: of a real git repository, or made empty.

What the stages find is their own tests' business; here they run in their order, on histories that
the tests of the graph have written.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.calls import resolve_calls
from hyperion_pipelines.code.dependency_history import (
    DependencyHistory,
    update_dependency_history,
)
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.snapshots import read_snapshots
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.graph.teams.teams_file import NO_TEAMS
from hyperion_pipelines.insights.make import make_insights
from hyperion_pipelines.insights.security.suppressions import NO_SUPPRESSIONS
from hyperion_pipelines.learning.labels.bug_labels import bug_labels
from hyperion_pipelines.lines.update import HistoryTables, update_line_history
from hyperion_pipelines.schemas import (
    BLOB_METRICS,
    DEPENDENCY_HISTORY,
    FUNCTIONS,
    IMPORTS,
    SNAPSHOTS,
    TABLES,
)

Tables = Mapping[str, pl.DataFrame]

FILTERS = read_filters()
GIVEN: Mapping[str, Any] = {
    "filters": FILTERS,
    "teams": NO_TEAMS,
    "codeowners": None,
    "issues": None,
}


def empty(table: str) -> pl.DataFrame:
    """The table without rows."""
    return TABLES[table].to_frame()


def history_tables(git_dir: Path) -> dict[str, pl.DataFrame]:
    """What the stage git makes of a repository: commits, changes, identities, refs, tree."""
    refs = Mirror(git_dir, "").refs()
    assert refs is not None
    no_log = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, no_log)
    return {
        "commits": history.commits,
        "changes": history.changes,
        "identities": history.identities,
        "refs": history.refs,
        "tree": read_tree(git_dir, refs.head_sha, FILTERS),
    }


def all_tables(git_dir: Path) -> dict[str, pl.DataFrame]:
    """What all stages before the graph make of a repository, but for what models predict."""
    tables = history_tables(git_dir)
    tables |= _code(git_dir, tables)
    tables |= _lines(git_dir, tables)
    tables["bug_labels"] = bug_labels(
        tables["commits"], tables["changes"], tables["line_removals"], FILTERS
    )
    given = {"filters": FILTERS, "suppressions": NO_SUPPRESSIONS}
    tables |= dict(make_insights(lambda table: read_from(tables, table), given))
    return tables


def read_from(tables: Tables, table: str) -> pl.DataFrame:
    """One of *tables*, or none of its rows."""
    return tables[table] if table in tables else empty(table)


def _code(git_dir: Path, tables: Tables) -> dict[str, pl.DataFrame]:
    commits, changes, tree = (tables[name] for name in ("commits", "changes", "tree"))
    head = tables["refs"].filter("is_head")["sha"].item()
    snapshots = read_snapshots(git_dir, commits, head)
    sources = source_blobs(changes, tree, snapshots.versions, FILTERS)
    nothing = SyntaxFrames(BLOB_METRICS.to_frame(), FUNCTIONS.to_frame(), IMPORTS.to_frame())
    syntax = update_syntax(git_dir, sources, tree, nothing).tables
    dependencies = read_dependencies(git_dir, head, syntax.imports, tree)
    never = DependencyHistory(SNAPSHOTS.to_frame(), DEPENDENCY_HISTORY.to_frame())
    past = update_dependency_history(git_dir, snapshots, syntax.imports, never)
    return {
        "blob_metrics": syntax.metrics,
        "functions": syntax.functions,
        "imports": syntax.imports,
        "dependencies": dependencies,
        "dependency_history": past.edges,
        "calls": resolve_calls(
            syntax.call_sites, syntax.functions, dependencies, syntax.imports, tree
        ),
    }


def _lines(git_dir: Path, tables: Tables) -> dict[str, pl.DataFrame]:
    history = HistoryTables(*(tables[name] for name in HistoryTables._fields))
    head = tables["refs"].filter("is_head")["sha"].item()
    lines = update_line_history(git_dir, history, head)
    return {"line_origins": lines.origins, "line_removals": lines.removals}
