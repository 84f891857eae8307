"""What will likely have to change too, when files do: the impact model over the whole history."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.git.log_stream import read_log
from hyperion_pipelines.prediction.companions import companions
from hyperion_pipelines.prediction.model import Selection, Suggestion
from hyperion_pipelines.prediction.resolving import Commit, resolve
from hyperion_pipelines.workspace import Workspace

if TYPE_CHECKING:
    from hyperion_pipelines.learning.models.impact import ImpactAnalyzer


def impact(workspace: Workspace, slug: str, paths: Sequence[str], k: int = 10) -> list[Suggestion]:
    """The *k* files at HEAD that most likely have to change when *paths* do, the likeliest first.

    Where no model is served they are ranked by how often they changed together. Raises UsageError
    for a path that HEAD does not have, HyperionError where there is neither model nor that insight.
    """
    served = workspace.models.load("impact")
    if served is None:
        return _by_coupling(workspace, slug, paths, k)
    model = cast("ImpactAnalyzer", served.model)
    found = model.suggest(workspace.tables(slug).change_history, paths, k)
    return [Suggestion(**row) for row in found.iter_rows(named=True)]


def _by_coupling(workspace: Workspace, slug: str, paths: Sequence[str], k: int) -> list[Suggestion]:
    """What changed with *paths* most often, of the pairs that the insight knows."""
    if workspace.publications.get("change_coupling", slug) is None:
        raise HyperionError(
            f"no impact model is served yet, and which files of {slug} change together was not "
            f"looked at: run `hyperion analyze {slug}`, then ask again"
        )
    from hyperion_pipelines.learning.models.impact.queries import require_paths

    require_paths(workspace.lake.read("tree", slug, columns=["path"])["path"], paths)
    found = (
        companions(workspace.lake.read("change_coupling", slug), paths)
        .sort(["confidence", "support", "path", "given"], descending=[True, True, False, False])
        .unique("path", keep="first", maintain_order=True)
        .head(k)
        .select(
            *("path", "given", "support", "confidence"),
            reasons=pl.concat_list(
                pl.format("changed together {} of {} times", "support", "commits")
            ),
        )
    )
    return [Suggestion(probability=None, **row) for row in found.iter_rows(named=True)]


def impact_of(
    workspace: Workspace, slug: str, selection: Selection, clone: Path | None = None, k: int = 10
) -> list[Suggestion]:
    """The same of all files that the commits of *selection* change, as far as HEAD has them.

    Files that they change are no suggestions. Raises UsageError as `resolve` and `touched_paths`
    do.
    """
    with resolve(workspace, slug, selection, clone) as commits:
        paths = touched_paths(workspace, slug, commits, selection.text)
    return impact(workspace, slug, paths, k)


def touched_paths(
    workspace: Workspace, slug: str, commits: Sequence[Commit], named: str
) -> list[str]:
    """The files at HEAD that *commits* change, by the paths before them.

    Raises UsageError where HEAD has none of them; *named* is what the commits are called there.
    """
    changes = _changes(workspace, slug, commits)
    touched = changes.select(path=pl.coalesce("old_path", "path")).unique()
    head = workspace.lake.read("tree", slug, columns=["path"])
    paths = head.join(touched, on="path", how="semi")["path"].to_list()
    if not paths:
        raise UsageError(
            f"nothing to say: none of the files that {named} changes was there when {slug} was "
            "analysed last"
        )
    return paths


def _changes(workspace: Workspace, slug: str, commits: Sequence[Commit]) -> pl.DataFrame:
    """`path` and `old_path` of what *commits* change."""
    is_stored = pl.col("sha").is_in([commit.sha for commit in commits if commit.is_stored])
    columns = ["path", "old_path"]
    stored = workspace.lake.read("changes", slug, columns=columns, where=is_stored)
    pending = [commit for commit in commits if not commit.is_stored]
    if not pending:
        return stored
    read = read_log(pending[0].git_dir, [commit.sha for commit in pending]).changes
    return pl.concat([stored, read.select(columns)])
