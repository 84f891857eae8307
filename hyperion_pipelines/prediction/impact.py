"""What will likely have to change too, when files do: the impact model over the whole history."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.git.log_stream import read_log
from hyperion_pipelines.learning.registry.pyfunc import load_model
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
    champion = workspace.champions.champion("impact")
    if champion is None:
        return _by_coupling(workspace, slug, paths, k)
    model = cast("ImpactAnalyzer", load_model("impact", workspace.champions.folder(champion)))
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

    Files that they change are no suggestions. Raises UsageError where HEAD has none of them, and as
    `resolve` does.
    """
    with resolve(workspace, slug, selection, clone) as commits:
        changes = _changes(workspace, slug, commits)
    touched = changes.select(path=pl.coalesce("old_path", "path")).unique()
    head = workspace.lake.read("tree", slug, columns=["path"])
    paths = head.join(touched, on="path", how="semi")["path"].to_list()
    if not paths:
        raise UsageError(
            f"nothing to say: none of the files that {selection.text or 'the work tree'} changes "
            f"was there when {slug} was analysed last"
        )
    return impact(workspace, slug, paths, k)


def _changes(workspace: Workspace, slug: str, commits: Sequence[Commit]) -> pl.DataFrame:
    """`path` and `old_path` of what *commits* change."""
    is_stored = pl.col("sha").is_in([commit.sha for commit in commits if commit.is_stored])
    columns = ["path", "old_path"]
    stored = workspace.lake.read("changes", slug, columns=columns, where=is_stored)
    pending = [commit.sha for commit in commits if not commit.is_stored]
    read = read_log(commits[0].git_dir, pending).changes.select(columns)
    return pl.concat([stored, read])
