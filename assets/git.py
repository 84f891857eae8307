"""The stage git: from a source to its mirror, its history and the files at HEAD."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from assets.partitions import REPOSITORIES
from assets.tables import OWNERS, check_specs, table_result, table_spec
from hyperion_pipelines.errors import UnreachableError
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import LogFrames
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.stores.preview import preview
from resources.workspace import WorkspaceResource

READ = ("commits", "changes")  # what git is read for; the rest is derived
HISTORY = ("commits", "changes", "identities", "refs")
REVIEW_CONFIDENCE = 0.95  # merges that are less sure are shown to a person
RETRIES = 2
RETRY_SECONDS = 5


@dg.asset(
    partitions_def=REPOSITORIES,
    group_name="git",
    kinds={"git"},
    owners=OWNERS,
    code_version="1",
)
def mirror(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> dg.MaterializeResult[Any]:
    """A bare copy of the source's branches and tags, which everything else reads."""
    try:
        refs = workspace.open().mirror(context.partition_key).update()
    except UnreachableError as error:
        # Of all that may go wrong, only this may mend itself while we wait.
        wait = RETRY_SECONDS * 2**context.retry_number
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=wait) from error
    return dg.MaterializeResult(
        data_version=dg.DataVersion(refs.digest[:16]),
        metadata={
            "head_sha": refs.head_sha,
            "head_branch": refs.head_branch or "detached",
            "refs": len(refs.refs),
        },
    )


@dg.multi_asset(
    name="history",
    specs=[table_spec(table, deps=["mirror"]) for table in HISTORY],
    check_specs=check_specs(HISTORY),
)
def history(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """One streaming pass of git over the commits not seen before makes all four tables."""
    slug, state = context.partition_key, workspace.open()
    with state.running("git", slug) as inputs:
        updated = update_history(
            inputs.git_dir,
            inputs.refs,
            LogFrames(*state.known_rows(READ, slug, made_by=inputs.code_version)),
            overrides=state.identity_overrides(slug),
            workers=state.settings.workers,
            progress=progress,
        )
        notes = {"commits_read": updated.read, "undecodable_commits": updated.undecodable}
        yield table_result("changes", updated.changes, inputs)
        yield table_result("commits", updated.commits, inputs, notes)
        doubtful = updated.identities.filter(pl.col("confidence") < REVIEW_CONFIDENCE)
        shown = preview(doubtful.sort("confidence", descending=True))
        review = {"to_review": dg.MetadataValue.md(shown)}
        yield table_result("identities", updated.identities, inputs, review)
        yield table_result("refs", updated.refs, inputs)


@dg.multi_asset(specs=[table_spec("tree", deps=["mirror"])], check_specs=check_specs(["tree"]))
def tree(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """The files at HEAD."""
    slug, state = context.partition_key, workspace.open()
    with state.running("git", slug) as inputs:
        files = read_tree(inputs.git_dir, inputs.refs.head_sha, state.filters(slug))
        yield table_result("tree", files, inputs)
