"""The newest features of commits and files over HTTP: what the models are told of them.

They come from the online features, where percentiles come from the table's rows in memory. What a
feature is, is the business of `hyperion_pipelines.features`.
"""

import posixpath
from datetime import datetime
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from hyperion_pipelines.features.catalogue import EVENT_TIME
from hyperion_pipelines.features.described import DescribedFeature, described
from hyperion_pipelines.serving.dependencies import needing
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.predictions.answers import FeaturesUsed
from hyperion_pipelines.serving.problems import NotFoundError, NotPublishedError, documented
from hyperion_pipelines.serving.sidecar import Reader, Shared, known_repository
from hyperion_pipelines.workspace import Workspace

router = APIRouter(tags=["features"])

MOST_COMMITS = 20
SHA = r"^([0-9a-f]{40}|[0-9a-f]{64})$"
SHA_MEANING = "A commit, by its sha in full."


class Features(FeaturesUsed):
    """The features of a commit or file, as its repository was analysed last."""

    repository: str
    time: datetime = Field(description="When the commit was made; of a file, its window's end.")
    features: list[DescribedFeature] = Field(
        description="`percentile` says how many of a hundred commits (files) of the repository "
        "have a smaller value, equal ones counted half."
    )


class CommitFeatures(Features):
    """Those of a commit."""

    sha: str


class FileFeatures(Features):
    """Those of a file; one that is gone since is ranked among the files that are there now."""

    path: str
    is_current: bool = Field(description="False where it was deleted or renamed since.")


class CommitsFeatures(BaseModel):
    """Those of several commits, in the order asked, and the shas that have none."""

    commits: list[CommitFeatures]
    missing: list[str]


@router.get(
    "/v1/features/commits/{slug}",
    summary="The features of several commits",
    operation_id="features_of_commits",
    responses=documented(403, 404, 422, 503),
)
def features_of_commits(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    sha: Annotated[
        list[Annotated[str, Field(pattern=SHA)]],
        Query(min_length=1, max_length=MOST_COMMITS, description=SHA_MEANING),
    ],
) -> CommitsFeatures:
    """The newest ones, which may be given by several `sha`; merges have no features."""
    known_repository(sidecar, caller, slug)
    commits = _commits(sidecar.workspace, slug, sha)
    found = {each.sha for each in commits}
    return CommitsFeatures(commits=commits, missing=[each for each in sha if each not in found])


@router.get(
    "/v1/features/commits/{slug}/{sha}",
    summary="The features of a commit",
    operation_id="features_of_commit",
    responses=documented(403, 404, 422, 503),
)
def features_of_commit(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    sha: Annotated[str, Path(pattern=SHA, description=SHA_MEANING)],
) -> CommitFeatures:
    """The newest ones; merges have no features."""
    known_repository(sidecar, caller, slug)
    for found in _commits(sidecar.workspace, slug, [sha]):
        return found
    raise NotFoundError(
        f"{slug} has no features of {sha}: it is a merge, is on no branch, or was not analysed yet"
    )


@router.get(
    "/v1/features/files/{slug}",
    summary="The features of a file",
    operation_id="features_of_file",
    responses=documented(403, 404, 422, 503),
)
def features_of_file(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    path: Annotated[
        str, Query(min_length=1, max_length=4096, description="By its path in the repository.")
    ],
) -> FileFeatures:
    """The newest ones, of the last window that it was there at the end of."""
    known_repository(sidecar, caller, slug)
    path = posixpath.normpath(path)
    rows, peers = _rows(sidecar.workspace, "file_features", slug, [path])
    if rows.is_empty():
        raise NotFoundError(f"{slug} has no features of a file {path}: paths start at its root")
    newest = peers["window_end"].max()
    about = _about(sidecar.workspace, "file_features", slug, rows, peers.filter(window_end=newest))
    return FileFeatures.model_validate(
        {**about, "path": path, "is_current": rows["window_end"].item() == newest}
    )


def _commits(workspace: Workspace, slug: str, shas: list[str]) -> list[CommitFeatures]:
    """The features of those of *shas* that have some, in their order."""
    table = "commit_features"
    rows, peers = _rows(workspace, table, slug, shas)
    return [
        CommitFeatures.model_validate(
            {**_about(workspace, table, slug, row, peers), "sha": row["sha"].item()}
        )
        for row in rows.iter_slices(1)
    ]


def _rows(
    workspace: Workspace, table: str, slug: str, entities: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The newest rows of *entities*, and the whole table. Raises NotPublishedError without one."""
    with needing("lake"), span("features"):
        peers = workspace.lake.read(table, slug)
        if peers.is_empty():
            raise NotPublishedError(
                f"{slug} has no {table.replace('_', ' ')} yet: run `hyperion analyze {slug}` first"
            )
        return workspace.online_features.read(table, slug, entities), peers


def _about(
    workspace: Workspace, table: str, slug: str, row: pl.DataFrame, peers: pl.DataFrame
) -> dict[str, object]:
    """What the document of a commit and of a file have in common."""
    return {
        "repository": slug,
        "time": row[EVENT_TIME[table]].item(),
        **FeaturesUsed.of(workspace, table, slug).model_dump(),
        "features": described(table, row, peers),
    }
