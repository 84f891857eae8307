"""An issuer of JSON web tokens: it signs by its own RSA keys, and publishes them in a JWKS file."""

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

SECRET = "a secret of the tests alone, long enough for the longest hash: " * 2


def rsa_key(kid: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of its own for every *kid*."""
    return _generated(kid, bits)


@cache
def _generated(_: str, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_key(kid: str, bits: int = 2048) -> dict[str, Any]:
    """The public half of that key, as a JWKS file has it."""
    row = RSAAlgorithm.to_jwk(rsa_key(kid, bits).public_key(), as_dict=True)
    return row | {"kid": kid, "alg": "RS256", "use": "sig"}


def publish(file: Path, *rows: dict[str, Any]) -> None:
    """Replace the JWKS file by one of *rows*."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps({"keys": rows}))
    new.replace(file)


def claims(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - claims are of any type
    """Sound claims, some of them *changed*; None takes one away."""
    sound = {
        "sub": "ann",
        "aud": "hyperion",
        "exp": int(time.time()) + 600,
        "scope": "openid read",
        "repositories": ["shop"],
    }
    return {name: value for name, value in (sound | changed).items() if value is not None}


def signed_by_secret(secret: str = SECRET, **changed: Any) -> str:  # noqa: ANN401 - as above
    """A token signed by a shared secret (HS256)."""
    return jwt.encode(claims(**changed), secret, "HS256")


def signed_by_key(kid: str, headers: dict[str, Any] | None = None, **changed: Any) -> str:  # noqa: ANN401 - as above
    """A token signed by the RSA key of *kid* (RS256), which its header names."""
    return jwt.encode(
        claims(**changed), rsa_key(kid), "RS256", {"kid": kid} if headers is None else headers
    )
