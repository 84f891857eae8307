"""What answers depend on beside the sidecar itself, and what is said when one of it is away.

Endpoints put what they ask a store into `with needing("lake"):`. Whether all of it is there now is
the business of `readiness`.
"""

from collections.abc import Generator
from contextlib import contextmanager

import httpx
import polars as pl
from deltalake.exceptions import DeltaError

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.serving.problems import MissingDependencyError
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.graph import GraphStoreError
from hyperion_pipelines.stores.vectors import VectorStoreError
from hyperion_pipelines.workspace import Workspace

# What stores, files and connections raise when they fail, not when they are asked nonsense.
FAILURES = (
    *(OSError, VectorStoreError, GraphStoreError, httpx.TransportError),
    *(DeltaError, pl.exceptions.ComputeError),
)


def vectors_name(settings: Settings) -> str:
    """What holds the vectors, as `/readyz` calls it: files in the home, or a server."""
    return "qdrant" if settings.qdrant_url else "vectors"


def graph_name(settings: Settings) -> str:
    """What holds the code graphs, as `/readyz` calls it: files in the home, or a server."""
    return "neo4j" if settings.neo4j_url else "graph"


def cache_name(settings: Settings) -> str:
    """What holds the features looked up last, as `/readyz` calls it: memory, or a server."""
    return "redis" if settings.redis_url else "cache"


def check_mirror(workspace: Workspace, slug: str) -> None:
    """Raises MissingDependencyError where a repository's mirror is away, which git would read."""
    if not workspace.mirror(slug).is_there:
        remedy = f"run `hyperion analyze {slug}`, which fetches it again"
        raise MissingDependencyError("mirrors", f"there is none of {slug}: {remedy}")


@contextmanager
def needing(name: str) -> Generator[None]:
    """Within the block, what fails of the dependency *name* is a MissingDependencyError."""
    try:
        yield
    except FAILURES as error:
        raise MissingDependencyError(name, said(error)) from error


def said(error: Exception) -> str:
    """What a caller is told of a failure: not where files lie, no password of an address."""
    if isinstance(error, HyperionError):
        return redact(str(error))
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__
