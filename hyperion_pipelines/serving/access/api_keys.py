"""API keys: made and revoked at the command line, looked up by the sidecar.

A key is `hyp_ID_SECRET`: the id is public and finds the key, the secret has 256 random bits, of
which only the SHA-256 is kept. A slow hash would protect nothing: such a secret cannot be guessed
from its digest. They lie in one small file of the home, readable by its owner alone and replaced
atomically.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import inf
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.git.sources import check_slug
from hyperion_pipelines.locks import exclusive
from hyperion_pipelines.serving.access.callers import ANYBODY, NOBODY, Caller, Scope
from hyperion_pipelines.serving.access.credentials import Identity, UnauthenticatedError

FILE_NAME = "keys.json"  # in the home
PREFIX = "hyp_"
ID_BYTES, SECRET_BYTES = 4, 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class ApiKey:
    """A key as it is kept: what it may do, and the SHA-256 of its secret in hexadecimal digits.

    `repositories` is None for all of them, `expires_at` for a key that holds until it is revoked.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    repositories: tuple[str, ...] | None
    made_at: datetime
    expires_at: datetime | None
    secret_sha256: str = field(repr=False)

    @cached_property
    def identity(self) -> Identity:
        """Whom it stands for, and how long."""
        repositories = None if self.repositories is None else frozenset(self.repositories)
        caller = Caller(self.name, frozenset(self.scopes), repositories)
        return Identity(caller, self.expires_at.timestamp() if self.expires_at else inf)


class MadeKey(NamedTuple):
    """A key that was just made, and the words that its caller sends: they are kept nowhere."""

    key: ApiKey
    words: str


@dataclass(frozen=True)
class ApiKeys:
    """The keys in `file`, as they are made and revoked."""

    file: Path

    def all(self) -> list[ApiKey]:
        """All keys, by name. Raises ConfigurationError where the file is damaged."""
        return sorted(_read(self.file), key=lambda key: key.name)

    def make(
        self,
        name: str,
        scopes: Iterable[Scope],
        repositories: Iterable[str] | None = None,
        days: int | None = None,
    ) -> MadeKey:
        """Make a key named *name*, which holds for *days*, or until it is revoked.

        Raises UsageError for a name that is taken or cannot be one, and for what is no slug.
        """
        _check_name(name)
        slugs = None if repositories is None else tuple(check_slug(slug) for slug in repositories)
        now = datetime.now(UTC).replace(microsecond=0)
        secret = secrets.token_hex(SECRET_BYTES)
        with self._locked():
            keys = self.all()
            if name in {key.name for key in keys}:
                message = f"there is a key named {name!r} already: choose another name, or revoke"
                raise UsageError(f"{message} it first with `hyperion token revoke {name}`")
            made = ApiKey(
                id=_free_id(keys),
                name=name,
                scopes=tuple(dict.fromkeys(scopes)),
                repositories=slugs,
                made_at=now,
                expires_at=None if days is None else now + timedelta(days=days),
                secret_sha256=_digest(secret),
            )
            self._write([*keys, made])
        return MadeKey(made, f"{PREFIX}{made.id}_{secret}")

    def revoke(self, name: str) -> ApiKey:
        """Forget a key and return what it was. Raises UsageError, naming those there are."""
        with self._locked():
            known = {key.name: key for key in self.all()}
            if name not in known:
                there = ", ".join(known) or "none; make one with `hyperion token create`"
                raise UsageError(f"no key named {name!r}; there are: {there}")
            self._write([key for key in known.values() if key.name != name])
        return known[name]

    def _locked(self) -> AbstractContextManager[int]:
        return exclusive(self.file.with_suffix(".lock"), doing="editing the keys", wait=10)

    def _write(self, keys: Sequence[ApiKey]) -> None:
        new = self.file.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_bytes(_ROWS.dump_json(list(keys), indent=2) + b"\n")
        new.replace(self.file)


@dataclass(frozen=True)
class KnownKeys:
    """The keys as the sidecar looks them up; `were_made` once there is a file, even of none."""

    by_id: Mapping[str, ApiKey]
    were_made: bool

    def identify(self, words: str) -> Identity:
        """Whom the key *words* stands for. Raises UnauthenticatedError where it is none."""
        key_id, _, secret = words.removeprefix(PREFIX).partition("_")
        key = self.by_id.get(key_id)
        if key is None or not hmac.compare_digest(_digest(secret), key.secret_sha256):
            raise UnauthenticatedError(
                "wrong-key", "no such API key: it is misspelt, or it was revoked"
            )
        if key.identity.expires_at <= time.time():
            raise UnauthenticatedError(
                "expired-key",
                f"the key {key.name!r} has expired at {key.expires_at}: ask for another, which "
                "`hyperion token create` makes",
            )
        return key.identity


def read_known_keys(file: Path) -> KnownKeys:
    """The keys in *file*. Raises ConfigurationError where it is damaged."""
    return KnownKeys({key.id: key for key in _read(file)}, were_made=file.exists())


_ROWS = TypeAdapter(list[ApiKey])


def _read(file: Path) -> list[ApiKey]:
    try:
        return _ROWS.validate_json(file.read_bytes())
    except FileNotFoundError:
        return []
    except ValidationError as error:
        message = f"{file} is damaged: mend it as JSON, or delete it and make the keys again"
        raise ConfigurationError(message) from error


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name in {ANYBODY.name, NOBODY.name}:
        raise UsageError(
            f"{name!r} cannot name a key: use up to 64 letters, digits, '.', '_' and '-', a letter "
            f"or digit first, and neither {ANYBODY.name!r} nor {NOBODY.name!r}"
        )


def _free_id(keys: Iterable[ApiKey]) -> str:
    taken = {key.id for key in keys}
    while (made := secrets.token_hex(ID_BYTES)) in taken:
        pass
    return made


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
