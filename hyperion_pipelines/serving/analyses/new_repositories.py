"""Adds a repository that somebody names over HTTP to the catalogue, as `hyperion repo add` does.

Only what lies elsewhere can be added: a path would let a caller read this machine's own files.
"""

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.git.sources import local_path, read_refs, resolve_source
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.serving.analyses.clone_urls import is_remote
from hyperion_pipelines.workspace import Workspace

# The source is asked within a request, which ends after 30 seconds.
LONGEST_LOOK_SECONDS = 15.0


def add_repository(workspace: Workspace, source: str, slug: str | None) -> Repository:
    """The entry of *source* in the catalogue, added unless it is there.

    Raises UsageError for a source that is no address on another machine, or carries credentials,
    and SourceError where no repository can be read there.
    """
    resolved = resolve_source(source) if is_remote(source.strip()) else None
    if resolved is None or local_path(resolved) is not None:
        message = (
            "over HTTP only a URL can be added that starts with https://, http://, ssh:// or "
            "git://, or USER@HOST:PATH; `hyperion repo add` takes a folder of this machine"
        )
        raise UsageError(message)
    read_refs(resolved, timeout=min(workspace.settings.git_timeout, LONGEST_LOOK_SECONDS))
    return workspace.catalogue.add(resolved, slug)
