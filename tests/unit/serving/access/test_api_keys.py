"""API keys are made once, kept as digests, and stand for their caller until they end."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.serving.access.api_keys import ApiKeys, MadeKey, read_known_keys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.serving.access.credentials import UnauthenticatedError


@pytest.fixture
def keys(tmp_path: Path) -> ApiKeys:
    return ApiKeys(tmp_path / "keys.json")


def make(keys: ApiKeys, name: str = "ci", days: int | None = None) -> MadeKey:
    return keys.make(name, [Scope.READ, Scope.ANALYSE], ["shop"], days)


def expire(keys: ApiKeys) -> None:
    """Move the end of every key into the past."""
    rows = json.loads(keys.file.read_text())
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    keys.file.write_text(json.dumps([row | {"expires_at": past} for row in rows]))


def refusal(keys: ApiKeys, words: str) -> UnauthenticatedError:
    with pytest.raises(UnauthenticatedError) as refused:
        read_known_keys(keys.file).identify(words)
    return refused.value


def test_a_key_stands_for_its_name_scopes_and_repositories(keys: ApiKeys) -> None:
    make(keys)
    words = make(keys, "two").words
    caller, _ = read_known_keys(keys.file).identify(words)
    assert (caller.name, caller.repositories) == ("two", {"shop"})
    assert caller.scopes == {Scope.READ, Scope.ANALYSE}


def test_a_key_without_repositories_may_know_of_all(keys: ApiKeys) -> None:
    made = keys.make("all", [Scope.READ])
    caller, _ = read_known_keys(keys.file).identify(made.words)
    assert caller.may_know("whatever-comes")


def test_a_secret_has_256_bits_and_is_kept_nowhere(keys: ApiKeys) -> None:
    made = make(keys)
    prefix, key_id, secret = made.words.split("_")
    assert (prefix, key_id, len(bytes.fromhex(secret))) == ("hyp", made.key.id, 32)
    assert secret not in keys.file.read_text()
    assert made.key.secret_sha256 not in repr(made.key)


def test_the_file_is_its_owners_alone_even_after_a_crashed_writer(keys: ApiKeys) -> None:
    keys.file.with_suffix(".new").write_text("half a")
    keys.file.with_suffix(".new").chmod(0o666)
    make(keys)
    assert stat.S_IMODE(keys.file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "wrong", ["hyp_", "hyp_x_y", "hyp__", "hyp_{id}_", "hyp_{id}_0", "hyp_é_é"]
)
def test_what_is_no_key_is_refused(keys: ApiKeys, wrong: str) -> None:
    made = make(keys)
    refused = refusal(keys, wrong.format(id=made.key.id))
    assert (refused.status, refused.kind) == (401, "wrong-key")


def test_one_changed_digit_is_enough_to_refuse_and_no_secret_is_said(keys: ApiKeys) -> None:
    words = make(keys).words
    changed = words[:-1] + ("0" if words[-1] != "0" else "1")
    refused = refusal(keys, changed)
    assert refused.kind == "wrong-key"
    assert changed.split("_")[2] not in repr(refused) + refused.detail


def test_an_expired_key_is_refused_in_words_that_say_so(keys: ApiKeys) -> None:
    words = make(keys, days=1).words
    caller, expires_at = read_known_keys(keys.file).identify(words)
    assert caller.name == "ci"
    assert expires_at == pytest.approx(datetime.now(UTC).timestamp() + 86_400, abs=5)
    expire(keys)
    refused = refusal(keys, words)
    assert refused.kind == "expired-key"
    assert "'ci' has expired" in refused.detail


def test_a_revoked_key_is_refused_and_the_others_stay(keys: ApiKeys) -> None:
    gone, kept = make(keys), make(keys, "kept")
    assert keys.revoke("ci") == gone.key
    assert refusal(keys, gone.words).kind == "wrong-key"
    assert read_known_keys(keys.file).identify(kept.words).caller.name == "kept"
    assert keys.all() == [kept.key]


def test_a_name_is_unique_until_it_is_revoked(keys: ApiKeys) -> None:
    make(keys)
    with pytest.raises(UsageError, match="a key named 'ci' already"):
        make(keys)
    keys.revoke("ci")
    make(keys)


@pytest.mark.parametrize("name", ["", "anybody", "nobody", "jwt:ci", "a b", "é", "-x", "x" * 65])
def test_a_name_that_could_be_taken_for_another_is_refused(keys: ApiKeys, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a key"):
        make(keys, name)
    assert not keys.file.exists()


def test_revoking_what_is_not_there_names_what_is(keys: ApiKeys) -> None:
    make(keys)
    with pytest.raises(UsageError, match="no key named 'who'; there are: ci"):
        keys.revoke("who")


def test_a_damaged_file_is_said_to_be(keys: ApiKeys) -> None:
    keys.file.write_text('[{"id": 1}]')
    with pytest.raises(ConfigurationError, match=r"keys\.json is damaged"):
        keys.all()
