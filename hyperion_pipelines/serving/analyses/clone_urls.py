"""The many addresses of one repository, made one name: how a push event finds its repository."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from hyperion_pipelines.repositories import Repository

_REMOTE = re.compile(r"^(?:https?|ssh|git)://", re.IGNORECASE)
# user@host:path, as ssh takes it; what starts with a dash would be an option.
_SCP = re.compile(r"^(?:\w[\w.-]*@)?(?P<host>\w[\w.-]*):(?!//)(?P<path>.+)$")


def is_remote(source: str) -> bool:
    """Whether a source is a URL over the network, or `USER@HOST:PATH`, and no local path."""
    return bool(_REMOTE.match(source) or (_SCP.match(source) and "@" in source.partition(":")[0]))


def repository_name(url: str) -> str | None:
    """`host/path` of a clone URL, whichever way it is written; None for what is no such URL.

    Scheme, user, port, `.git` and upper case fall away: GitHub, GitLab and Gitea serve one
    repository by several of each, and tell no two repositories apart by case.
    """
    if _REMOTE.match(url):
        try:
            parts = urlsplit(url)
        except ValueError:  # brackets that hold no IPv6 address
            return None
        host, path = parts.hostname or "", unquote(parts.path)
    elif scp := _SCP.match(url):
        host, path = scp["host"], scp["path"]
    else:
        return None
    path = path.strip("/").casefold().removesuffix(".git").rstrip("/")
    return f"{host.casefold()}/{path}" if host and path else None


def with_url(repositories: Iterable[Repository], urls: Iterable[str]) -> list[str]:
    """The slugs of those repositories that one of *urls* leads to."""
    names = {repository_name(url) for url in urls} - {None}
    return [each.slug for each in repositories if repository_name(each.source) in names]
