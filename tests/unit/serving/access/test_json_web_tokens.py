"""Tokens are accepted by signature, audience and time, and by no trick of their header."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.serving.access import watched_file
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.serving.access.credentials import UnauthenticatedError
from hyperion_pipelines.serving.access.json_web_tokens import LEEWAY_SECONDS, JsonWebTokens
from hyperion_pipelines.settings import Settings
from tests.unit.serving.access.issuer import (
    SECRET,
    claims,
    public_key,
    publish,
    rsa_key,
    signed_by_key,
    signed_by_secret,
)


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    """A JWKS file with one key, `first`."""
    file = tmp_path / "jwks.json"
    publish(file, public_key("first"))
    return file


@pytest.fixture
def tokens(jwks: Path) -> JsonWebTokens:
    """Tokens of both algorithms are accepted."""
    return JsonWebTokens(Settings(jwt_secret=SecretStr(SECRET), jwks_file=jwks))


def refusal(tokens: JsonWebTokens, token: str) -> UnauthenticatedError:
    with pytest.raises(UnauthenticatedError) as refused:
        tokens.identify(token)
    assert refused.value.status == 401
    return refused.value


def forged(header: dict[str, Any]) -> str:
    """Sound claims under a header of one's choice."""
    parts = (json.dumps(header).encode(), json.dumps(claims()).encode(), b"")
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize("signed", [signed_by_secret, partial(signed_by_key, "first")])
def test_a_signed_token_stands_for_its_subject(
    tokens: JsonWebTokens, signed: Callable[[], str]
) -> None:
    caller, expires_at = tokens.identify(signed())
    assert (caller.name, caller.repositories) == ("jwt:ann", {"shop"})
    assert caller.scopes == {Scope.READ}
    assert expires_at == pytest.approx(time.time() + 600 + LEEWAY_SECONDS, abs=5)


def test_a_token_that_names_neither_scope_nor_repositories_may_do_nothing(
    tokens: JsonWebTokens,
) -> None:
    caller, _ = tokens.identify(signed_by_secret(scope=None, repositories=None))
    assert (caller.scopes, caller.repositories) == (frozenset(), frozenset())


def test_a_star_is_all_repositories_and_a_list_with_one_is_not(tokens: JsonWebTokens) -> None:
    assert tokens.identify(signed_by_secret(repositories="*")).caller.may_know("shop")
    assert not tokens.identify(signed_by_secret(repositories=["*"])).caller.may_know("shop")


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"aud": None},
        {"exp": None},
        {"sub": None},
        {"sub": "a b"},
        {"sub": ""},
        {"nbf": 4_000_000_000},
        {"exp": "soon"},
        {"repositories": "shop"},
        {"scope": ["read"]},
    ],
)
def test_a_token_with_other_claims_is_refused(
    tokens: JsonWebTokens, changed: dict[str, Any]
) -> None:
    token = jwt.encode(claims(**changed), SECRET, "HS256")
    assert refusal(tokens, token).kind == "wrong-key"


def test_clocks_may_differ_by_the_leeway_and_no_more(tokens: JsonWebTokens) -> None:
    now = int(time.time())
    assert tokens.identify(signed_by_secret(exp=now - LEEWAY_SECONDS + 5))
    expired = refusal(tokens, signed_by_secret(exp=now - LEEWAY_SECONDS - 1))
    assert expired.kind == "expired-key"


def test_an_issuer_that_is_set_must_be_named() -> None:
    tokens = JsonWebTokens(Settings(jwt_secret=SecretStr(SECRET), jwt_issuer="https://id"))
    assert tokens.identify(signed_by_secret(iss="https://id"))
    assert refusal(tokens, signed_by_secret(iss="https://other")).kind == "wrong-key"
    assert refusal(tokens, signed_by_secret()).kind == "wrong-key"


def test_an_unsigned_token_is_refused(tokens: JsonWebTokens) -> None:
    for algorithm in ("none", "None", "", None):
        assert refusal(tokens, forged({"alg": algorithm, "typ": "JWT"})).kind == "wrong-key"


def test_a_public_key_is_never_taken_for_a_secret(jwks: Path) -> None:
    """The classic confusion: HS256 over the public key's own text."""
    tokens = JsonWebTokens(Settings(jwks_file=jwks))
    text = rsa_key("first").public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    for secret in (text, jwks.read_bytes()):
        head, body, _ = forged({"alg": "HS256", "kid": "first"}).split(".")
        signature = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
        token = f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
        assert refusal(tokens, token).kind == "wrong-key"


def test_a_stranger_s_signature_is_refused(tokens: JsonWebTokens) -> None:
    for token in (
        signed_by_secret("another secret of more than thirty-two bytes"),
        signed_by_key("second", {"kid": "first"}),
        signed_by_key("second"),
        signed_by_key("first", {}),
        jwt.encode(claims(), SECRET, "HS512"),
    ):
        assert refusal(tokens, token).kind == "wrong-key"


def test_a_key_without_an_id_checks_tokens_that_name_none(tmp_path: Path) -> None:
    row = public_key("only")
    del row["kid"]
    publish(tmp_path / "jwks.json", row)
    tokens = JsonWebTokens(Settings(jwks_file=tmp_path / "jwks.json"))
    assert tokens.identify(signed_by_key("only", {}))


@pytest.mark.parametrize("header", [{}, {"alg": []}, {"alg": "RS256", "kid": []}, {"alg": 1}])
def test_a_header_of_another_shape_is_refused(
    tokens: JsonWebTokens, header: dict[str, Any]
) -> None:
    assert refusal(tokens, forged(header)).kind == "wrong-key"


def test_a_header_that_is_nested_a_thousand_deep_is_refused(tokens: JsonWebTokens) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 100_000).rstrip(b"=").decode()
    assert refusal(tokens, f"{deep}.e30.").kind == "wrong-key"


def test_keys_rotate_with_the_file(
    jwks: Path, tokens: JsonWebTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_file, "LOOK_SECONDS", 0.0)
    before = tokens.version
    assert refusal(tokens, signed_by_key("second")).kind == "wrong-key"
    publish(jwks, public_key("first"), public_key("second"))
    assert tokens.identify(signed_by_key("first"))
    assert tokens.identify(signed_by_key("second"))
    assert tokens.version != before
    publish(jwks, public_key("second"))
    assert refusal(tokens, signed_by_key("first")).kind == "wrong-key"


def test_nothing_of_a_token_is_said_where_it_is_refused(tokens: JsonWebTokens) -> None:
    token = signed_by_secret("another secret of more than thirty-two bytes", sub="confidential")
    said = refusal(tokens, token).detail
    assert "confidential" not in said
    assert not any(part in said for part in token.split("."))


def test_a_short_secret_is_refused_at_the_start_and_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match="HYPERION_JWT_SECRET is too short") as refused:
        JsonWebTokens(Settings(jwt_secret=SecretStr("hunter2")))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"keys": 1}',
        '{"keys": []}',
        '{"keys": [1]}',
        '{"keys": [{"kty": "oct", "k": "AAAA"}]}',
        '{"keys": [{"kty": "RSA", "n": "AQAB"}]}',
        json.dumps({"keys": [public_key("small", 1024)]}),
    ],
)
def test_a_file_without_a_usable_key_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="HYPERION_JWKS_FILE"):
        JsonWebTokens(Settings(jwks_file=file))


def test_a_file_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        JsonWebTokens(Settings(jwks_file=tmp_path / "none.json"))
