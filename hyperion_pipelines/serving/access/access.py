"""Who asks: by an API key, by a JSON web token, or anybody where the sidecar is open.

Verified credentials are remembered by their digest, so that only a caller's first request costs a
signature's check. All of it happens in the event loop, and none of it waits: files are looked at
every half second at most.
"""

import hashlib
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from cachetools import LRUCache

from hyperion_pipelines.serving.access.allowances import Allowances
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, PREFIX, read_known_keys
from hyperion_pipelines.serving.access.callers import ANYBODY, Caller
from hyperion_pipelines.serving.access.credentials import (
    HOW_TO,
    Identity,
    UnauthenticatedError,
    credential_of,
)
from hyperion_pipelines.serving.access.json_web_tokens import JsonWebTokens
from hyperion_pipelines.serving.access.watched_file import WatchedFile
from hyperion_pipelines.serving.http.hosts import is_loopback
from hyperion_pipelines.settings import Settings

REMEMBERED_CALLERS = 4096


class Access:
    """Who may ask the sidecar of *home*, and how often; *is_open* lets anybody do everything.

    It stays open until the first key is made. Raises ConfigurationError for settings that cannot
    be followed.
    """

    def __init__(self, home: Path, settings: Settings, is_open: bool) -> None:
        self.allowances = Allowances(settings)
        self._is_open = is_open
        self._keys = WatchedFile(home / FILE_NAME, read_known_keys)
        self._tokens = JsonWebTokens(settings)
        self._remembered = LRUCache[bytes, _Remembered](REMEMBERED_CALLERS)

    @contextmanager
    def running(self) -> Generator[None]:
        """Within the block callers are identified and counted; its end closes connections."""
        with self.allowances.running():
            yield

    @property
    def is_open(self) -> bool:
        """Whether anybody may do everything: until the first key is made, and never again."""
        if self._is_open and self._keys.content.were_made:
            self._is_open = False
        return self._is_open

    @property
    def asks_for_keys(self) -> bool:
        """Whether anybody can have a key that is accepted: one was made, or tokens are set up."""
        return bool(self._keys.content.by_id) or self._tokens.are_set_up

    def identify(self, headers: Mapping[str, str]) -> Caller:
        """Who sent *headers*, whose names are in lower case. Raises UnauthenticatedError."""
        known = self.recall(headers)
        if known is not None:
            return known
        credential = credential_of(headers)
        if credential is None:
            raise UnauthenticatedError("no-key", f"this sidecar asks for a key: {HOW_TO}")
        version = self._version_for(credential)
        identity = self._verify(credential)
        self._remembered[_digest(credential)] = _Remembered(identity, version)
        return identity.caller

    def _verify(self, credential: str) -> Identity:
        if credential.startswith(PREFIX):
            return self._keys.content.identify(credential)
        if credential.count(".") == 2:  # header.payload.signature
            return self._tokens.identify(credential)
        raise UnauthenticatedError("wrong-key", f"this is neither a key nor a token: {HOW_TO}")

    def recall(self, headers: Mapping[str, str]) -> Caller | None:
        """Who sent *headers*, where that was found out before and still holds; None otherwise.

        It says nothing of a credential that nobody has shown yet, so it cannot be used to guess.
        """
        if self.is_open:
            return ANYBODY
        credential = credential_of(headers)
        remembered = self._remembered.get(_digest(credential)) if credential else None
        if credential is None or remembered is None:
            return None
        (caller, expires_at), version = remembered
        holds = version == self._version_for(credential) and time.time() < expires_at
        return caller if holds else None

    def _version_for(self, credential: str) -> int:
        """Another number whenever what *credential* is checked by has changed."""
        return (self._keys if credential.startswith(PREFIX) else self._tokens).version


class _Remembered(NamedTuple):
    identity: Identity
    version: int


class Guarded(Protocol):
    """What the parts of `access` need of the sidecar."""

    @property
    def access(self) -> Access:
        """Who may ask, and how often."""
        ...


def is_open_at(host: str, home: Path, settings: Settings) -> bool:
    """Whether a sidecar of *home* that listens at *host* may ask nobody for a key.

    It may where only this machine reaches it, and neither a key was ever made nor tokens are set
    up. To revoke the last key does not open it: that takes to delete the file of the keys.
    """
    has_tokens = JsonWebTokens(settings).are_set_up
    return is_loopback(host) and not has_tokens and not (home / FILE_NAME).exists()


def _digest(credential: str) -> bytes:
    return hashlib.sha256(credential.encode("utf-8", "surrogatepass")).digest()
