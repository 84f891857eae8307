"""JSON web tokens (RFC 7519) of an identity provider: signed by a shared secret or by its keys.

HS256 is checked with `HYPERION_JWT_SECRET`, RS256 with the public keys of `HYPERION_JWKS_FILE`
(RFC 7517), which is read again when it changes. Each algorithm has keys of its own, so that a
public key is never taken for a secret; every other algorithm is refused, `none` first of all.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import jwt
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.serving.access.callers import Caller, Scope
from hyperion_pipelines.serving.access.credentials import Identity, UnauthenticatedError
from hyperion_pipelines.serving.access.watched_file import WatchedFile
from hyperion_pipelines.settings import Settings

LEEWAY_SECONDS = 30  # that clocks may differ by
SECRET_BYTES = 32  # RFC 7518, 3.2: no shorter than the hash
REQUIRED_CLAIMS = ["sub", "aud", "exp"]

# A public key by its `kid`; None for one without.
PublicKeys = Mapping[str | None, jwt.PyJWK]


class _Claims(BaseModel):
    """What a token says of its caller; an identity provider's own claims are left alone."""

    model_config = ConfigDict(hide_input_in_errors=True)

    sub: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    exp: int | float
    scope: str = ""
    repositories: Literal["*"] | frozenset[str] = frozenset()

    @property
    def caller(self) -> Caller:
        """Whom it stands for; scopes that are none of ours mean nothing here."""
        named = set(self.scope.split())
        scopes = frozenset(scope for scope in Scope if scope in named)
        repositories = None if self.repositories == "*" else self.repositories
        return Caller(f"jwt:{self.sub}", scopes, repositories)


class JsonWebTokens:
    """The tokens that the settings say how to check.

    Raises ConfigurationError for a secret that is too short and for a file without a usable key.
    """

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.jwt_secret.get_secret_value()
        if self._secret and len(self._secret.encode()) < SECRET_BYTES:
            raise ConfigurationError(
                f"HYPERION_JWT_SECRET is too short: make one of {SECRET_BYTES} bytes or more, for "
                "example with `openssl rand -hex 32`"
            )
        file = settings.jwks_file
        self._public_keys = WatchedFile(file, _read_public_keys) if file else None
        self._audience = settings.jwt_audience
        self._issuer = settings.jwt_issuer or None

    @property
    def are_set_up(self) -> bool:
        """Whether there is anything to check a token by."""
        return bool(self._secret) or self._public_keys is not None

    @property
    def version(self) -> int:
        """Another number after every change of the public keys."""
        return self._public_keys.version if self._public_keys else 0

    def identify(self, token: str) -> Identity:
        """Whom *token* stands for, until it expires. Raises UnauthenticatedError."""
        try:
            claims = _Claims.model_validate(self._verified(token))
        except jwt.ExpiredSignatureError as error:
            raise UnauthenticatedError(
                "expired-key", "the token has expired: ask its issuer for another"
            ) from error
        except (jwt.PyJWTError, ValidationError, RecursionError) as error:
            # RecursionError: a header of a thousand brackets, which nobody has signed yet.
            raise UnauthenticatedError(
                "wrong-key",
                f"the token is refused ({_reason(error)}): it needs a signature by RS256 or HS256 "
                f"as the sidecar is set up, and the claims {', '.join(REQUIRED_CLAIMS)}",
            ) from error
        return Identity(claims.caller, claims.exp + LEEWAY_SECONDS)

    def _verified(self, token: str) -> dict[str, Any]:
        """What *token* claims, once its signature and its claims have been checked."""
        key, algorithm = self._key_for(jwt.get_unverified_header(token))
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED_CLAIMS},
        )

    def _key_for(self, header: Mapping[str, Any]) -> tuple[str | jwt.PyJWK, str]:
        """The key and algorithm that a token of *header* must be signed by.

        The header is anybody's: it may choose among our keys, never how one of them is used.
        """
        algorithm = header.get("alg")
        if algorithm == "HS256" and self._secret:
            return self._secret, "HS256"
        if algorithm == "RS256" and self._public_keys:
            keys = self._public_keys.content
            key = keys.get(header.get("kid"))
            if key is None:
                raise jwt.InvalidKeyError("its `kid` is that of no key in the JWKS file")
            return key, "RS256"
        raise jwt.InvalidAlgorithmError("its algorithm is not accepted")


def _reason(error: Exception) -> str:
    """*error* in words that hold nothing of the token but the names of claims."""
    if isinstance(error, ValidationError):
        named = {str(item["loc"][0]) for item in error.errors(include_input=False)}
        return f"wrong claims: {', '.join(sorted(named))}"
    if isinstance(error, jwt.InvalidSignatureError):
        return "its signature is wrong"
    if isinstance(error, jwt.DecodeError | RecursionError):
        return "it is not a JSON web token"
    return str(error).rstrip(".")


def _read_public_keys(file: Path) -> PublicKeys:
    """The RSA keys of a JWKS file. Raises ConfigurationError where there is none to be used.

    One without a `kid` checks tokens that name none.
    """
    try:
        document = json.loads(file.read_bytes())
        rows = [row for row in document["keys"] if _is_for_rs256(row)]
        keys = [jwt.PyJWK(row, "RS256") for row in rows]
    except OSError as error:
        message = f"HYPERION_JWKS_FILE {file} cannot be read ({error.strerror}): name another"
        raise ConfigurationError(message) from error
    except (ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise ConfigurationError(
            f"HYPERION_JWKS_FILE {file} is not a JWKS document: it must be as RFC 7517 has it"
        ) from error
    usable = {key.key_id: key for key in keys if not key.Algorithm.check_key_length(key.key)}
    if not usable:
        raise ConfigurationError(
            f"HYPERION_JWKS_FILE {file} has no RSA key of 2,048 bits or more for RS256: add one"
        )
    return usable


def _is_for_rs256(row: Mapping[str, Any]) -> bool:
    return (
        row.get("kty") == "RSA"
        and row.get("alg", "RS256") == "RS256"
        and row.get("use", "sig") == "sig"
    )
