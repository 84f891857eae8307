"""The tables that features are made from, of a real git repository, as the pipeline makes them."""

from pathlib import Path

from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.dependency_history import DependencyHistory, update_dependency_history
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.snapshots import read_snapshots
from hyperion_pipelines.code.update import update_syntax
from hyperion_pipelines.features.groups.coverage_reports import read_coverage
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.schemas import TABLES

FILTERS = read_filters()


def feature_tables(git_dir: Path) -> FeatureTables:
    """What the stages git and code leave of the repository, and its coverage reports."""
    refs = Mirror(git_dir, "").refs()
    assert refs is not None
    unread = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, unread)
    tree = read_tree(git_dir, refs.head_sha, FILTERS)
    snapshots = read_snapshots(git_dir, history.commits, refs.head_sha)
    syntax = update_syntax(
        git_dir,
        source_blobs(history.changes, tree, snapshots.versions, FILTERS),
        tree,
        SyntaxFrames(
            *(TABLES[name].to_frame() for name in ("blob_metrics", "functions", "imports"))
        ),
    ).tables
    unresolved = DependencyHistory(
        *(TABLES[name].to_frame() for name in ("snapshots", "dependency_history"))
    )
    past = update_dependency_history(git_dir, snapshots, syntax.imports, unresolved)
    return FeatureTables(
        commits=history.commits,
        changes=history.changes,
        blob_metrics=syntax.metrics,
        dependency_history=past.edges,
        coverage=read_coverage(git_dir, history.changes),
    )
