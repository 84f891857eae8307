"""Whoever asks is a known caller or is refused, whatever the headers are."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.serving.access import watched_file
from hyperion_pipelines.serving.access.access import Access, is_open_at
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKeys
from hyperion_pipelines.serving.access.callers import ANYBODY, Scope
from hyperion_pipelines.serving.access.credentials import UnauthenticatedError
from hyperion_pipelines.settings import Settings
from tests.unit.serving.access.issuer import SECRET, public_key, publish, signed_by_secret

IDENTIFY_SECONDS = 15e-6  # of a caller that was seen before


@pytest.fixture
def keys(tmp_path: Path) -> ApiKeys:
    return ApiKeys(tmp_path / FILE_NAME)


@pytest.fixture
def access(tmp_path: Path) -> Access:
    """Access that asks for keys and for tokens of both algorithms."""
    publish(tmp_path / "jwks.json", public_key("first"))
    set_up = Settings(jwt_secret=SecretStr(SECRET), jwks_file=tmp_path / "jwks.json")
    return Access(tmp_path, set_up, is_open=False)


@pytest.fixture
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at whenever they are asked for."""
    monkeypatch.setattr(watched_file, "LOOK_SECONDS", 0.0)


def refusal(access: Access, **headers: str) -> UnauthenticatedError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(UnauthenticatedError) as refused:
        access.identify(named)
    assert refused.value.headers == {"WWW-Authenticate": "Bearer"}
    return refused.value


@pytest.mark.usefixtures("always_looking")
@pytest.mark.parametrize(
    "form", [("authorization", "Bearer {}"), ("authorization", "bearer  {} "), ("x-api-key", "{}")]
)
def test_a_key_is_accepted_in_either_header(
    access: Access, keys: ApiKeys, form: tuple[str, str]
) -> None:
    words = keys.make("ci", [Scope.READ]).words
    assert access.identify({form[0]: form[1].format(words)}).name == "ci"


def test_a_key_beside_another_scheme_is_accepted(keys: ApiKeys, tmp_path: Path) -> None:
    words = keys.make("ci", [Scope.READ]).words
    access = Access(tmp_path, Settings(), is_open=False)
    assert access.identify({"authorization": "Basic YTpi", "x-api-key": words}).name == "ci"


def test_without_a_key_the_way_to_one_is_told(access: Access) -> None:
    for headers in ({}, {"authorization": ""}, {"authorization": "Bearer"}, {"x_api_key": " "}):
        refused = refusal(access, **headers)
        assert refused.kind == "no-key"
        assert "hyperion token create" in refused.detail


def test_another_scheme_is_refused_as_such(access: Access) -> None:
    refused = refusal(access, authorization="Basic YTpi")
    assert (refused.kind, "YTpi" in refused.detail) == ("wrong-key", False)


@pytest.mark.usefixtures("always_looking")
def test_a_revoked_key_is_refused_though_it_was_remembered(access: Access, keys: ApiKeys) -> None:
    words = keys.make("ci", [Scope.READ]).words
    headers = {"x-api-key": words}
    assert access.identify(headers) == access.recall(headers)
    keys.revoke("ci")
    assert access.recall(headers) is None
    assert refusal(access, x_api_key=words).kind == "wrong-key"


def test_a_change_of_keys_is_seen_within_a_second(access: Access, keys: ApiKeys) -> None:
    words = keys.make("ci", [Scope.READ]).words
    time.sleep(watched_file.LOOK_SECONDS + 0.05)
    assert access.identify({"x-api-key": words}).name == "ci"


def test_a_remembered_token_is_refused_once_it_expires(access: Access) -> None:
    """Its leeway ends within the test."""
    token = signed_by_secret(exp=int(time.time()) - 29)
    headers = {"authorization": f"Bearer {token}"}
    assert access.identify(headers) == access.recall(headers)
    deadline = time.monotonic() + 5
    while access.recall(headers) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert access.recall(headers) is None
    assert refusal(access, authorization=f"Bearer {token}").kind == "expired-key"


def test_what_was_never_shown_is_not_recalled(access: Access) -> None:
    assert access.recall({"authorization": f"Bearer {signed_by_secret()}"}) is None
    assert access.recall({}) is None


@pytest.mark.usefixtures("always_looking")
def test_a_token_is_checked_again_when_the_public_keys_change(
    access: Access, tmp_path: Path
) -> None:
    headers = {"authorization": f"Bearer {signed_by_secret()}"}
    access.identify(headers)
    publish(tmp_path / "jwks.json", public_key("second"))
    assert access.recall(headers) is None


@pytest.mark.usefixtures("always_looking")
def test_damaged_public_keys_stop_tokens_and_nobody_else(
    access: Access, keys: ApiKeys, tmp_path: Path
) -> None:
    by_key = {"x-api-key": keys.make("ci", [Scope.READ]).words}
    by_token = {"authorization": f"Bearer {signed_by_secret()}"}
    access.identify(by_token)
    (tmp_path / "jwks.json").write_text("half a")
    assert [access.identify(by_key).name for _ in range(2)] == ["ci", "ci"]
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="HYPERION_JWKS_FILE"):
            access.identify(by_token)


@pytest.mark.usefixtures("always_looking")
def test_an_open_sidecar_asks_nobody_until_the_first_key_is_made(
    keys: ApiKeys, tmp_path: Path
) -> None:
    access = Access(tmp_path, Settings(), is_open=True)
    assert access.identify({"authorization": "Bearer whatever"}) is ANYBODY
    assert not access.asks_for_keys
    words = keys.make("first", [Scope.READ]).words
    assert refusal(access).kind == "no-key"
    assert access.identify({"x-api-key": words}).name == "first"
    keys.revoke("first")
    assert refusal(access).kind == "no-key"


def test_only_this_machine_without_keys_or_tokens_is_open(keys: ApiKeys, tmp_path: Path) -> None:
    own, others = ("127.0.0.1", "127.8.9.1", "::1", "localhost"), ("0.0.0.0", "::", "10.1.2.3", "")  # noqa: S104 - named to be refused
    assert all(is_open_at(host, tmp_path, Settings()) for host in own)
    assert not any(is_open_at(host, tmp_path, Settings()) for host in others)
    assert not is_open_at("127.0.0.1", tmp_path, Settings(jwt_secret=SecretStr(SECRET)))
    keys.make("ci", [Scope.READ])
    keys.revoke("ci")
    assert not is_open_at("127.0.0.1", tmp_path, Settings())


def test_a_caller_seen_before_is_identified_within_microseconds(
    keys: ApiKeys, tmp_path: Path
) -> None:
    headers = {"authorization": f"Bearer {keys.make('ci', [Scope.READ]).words}"}
    access = Access(tmp_path, Settings(), is_open=False)

    def seconds() -> float:
        started = time.perf_counter()
        for _ in range(200):
            access.identify(headers)
        return (time.perf_counter() - started) / 200

    assert min(seconds() for _ in range(10)) < IDENTIFY_SECONDS


segments = st.text("abcXYZ019-_=", max_size=30)
credentials = st.one_of(
    st.text(max_size=60),
    st.builds("hyp_{}_{}".format, segments, segments),
    st.builds("{}.{}.{}".format, segments, segments, segments),
    st.binary(max_size=60).map(lambda data: data.decode("latin-1")),
)
schemes = st.sampled_from(["Bearer ", "bearer ", "Bearer", "Basic ", "Digest ", "", "\t"])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("Bearer ", "..")
@example("Bearer ", "hyp_\ud800_\ud800")
@example("Bearer ", "eyJhbGciOiJSUzI1NiIsImtpZCI6IlxkODAwIn0.e30.AA")
@given(schemes, credentials)
def test_no_header_of_any_shape_does_more_than_to_be_refused(
    access: Access, scheme: str, credential: str
) -> None:
    """Nobody has made any of these: one that was accepted would fail here too."""
    for name in ("authorization", "x-api-key"):
        with pytest.raises(UnauthenticatedError):
            access.identify({name: scheme + credential})
