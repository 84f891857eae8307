"""`hyperion token`: a key is shown once, listed without its secret, and revoked by its name."""

import json
import stat
from pathlib import Path

import pytest

from hyperion_pipelines.serving.access.api_keys import FILE_NAME, read_known_keys
from tests.e2e.conftest import Hyperion


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_key_alone_is_on_standard_output_and_what_it_may_do_beside_it(
    hyperion: Hyperion, home: Path, source: Path
) -> None:
    hyperion("repo", "add", source, "--name", "shop", home=home)
    options = ("--scope", "read", "--scope", "analyse", "--repository", "shop", "--days", "30")
    made = hyperion("token", "create", "--name", "ci", *options, home=home)
    assert made.status == 0
    words = made.output.removesuffix("\n")
    caller, _ = read_known_keys(home / FILE_NAME).identify(words)
    assert (caller.name, set(caller.scopes), caller.repositories) == (
        "ci",
        {"read", "analyse"},
        {"shop"},
    )
    assert "'ci' has the scopes read, analyse, for shop, and expires at" in made.errors
    assert words.split("_")[2] not in made.errors
    assert stat.S_IMODE((home / FILE_NAME).stat().st_mode) == 0o600


def test_a_key_may_read_everything_until_it_is_revoked_by_default(
    hyperion: Hyperion, home: Path
) -> None:
    made = hyperion("token", "create", "--name", "ci", home=home)
    assert "has the scope read, for all repositories, and holds until it is revoked" in made.errors
    caller, expires_at = read_known_keys(home / FILE_NAME).identify(made.output.strip())
    assert (set(caller.scopes), caller.repositories, expires_at) == ({"read"}, None, float("inf"))


def test_the_list_says_what_each_key_may_and_no_secret(hyperion: Hyperion, home: Path) -> None:
    assert "No keys yet" in hyperion("token", "list", home=home).output
    assert hyperion("token", "list", "--json", home=home).output == "[]\n"
    words = [
        hyperion("token", "create", "--name", name, "--days", "1", home=home).output.strip()
        for name in ("zoe", "ann")
    ]
    listed = hyperion("token", "list", "--json", home=home)
    rows = json.loads(listed.output)
    assert [row["name"] for row in rows] == ["ann", "zoe"]
    assert rows[0].keys() == {
        *("name", "id", "scopes", "repositories", "made_at", "expires_at", "is_expired")
    }
    assert rows[1]["id"] == "…" + words[0].split("_")[1][-4:]
    text = hyperion("token", "list", home=home).output
    assert all(value in text for value in ("ann", "zoe", "read", "all repositories"))
    for word in words:
        assert word.split("_")[2] not in listed.output + text
        assert word.split("_")[1] not in listed.output + text


def test_a_revoked_key_is_gone(hyperion: Hyperion, home: Path) -> None:
    hyperion("token", "create", "--name", "ci", home=home)
    revoked = hyperion("token", "revoke", "ci", home=home)
    assert (revoked.status, revoked.output) == (0, "ci: revoked\n")
    again = hyperion("token", "revoke", "ci", home=home)
    assert (again.status, again.output) == (2, "")
    assert "no key named 'ci'; there are: none" in again.errors


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--name", "a b"), "'a b' cannot name a key"),
        (("--name", "ci", "--scope", "write"), "'write' is not one of"),
        (("--name", "ci", "--repository", "shop"), "no repository named 'shop'"),
        (("--name", "ci", "--days", "0"), "0 is not in the range"),
        ((), "Missing option '--name'"),
    ],
)
def test_a_wrong_call_makes_no_key_and_says_why(
    hyperion: Hyperion, home: Path, options: tuple[str, ...], said: str
) -> None:
    refused = hyperion("token", "create", *options, home=home)
    assert (refused.status, refused.output) == (2, "")
    assert said in refused.errors
    assert not (home / FILE_NAME).exists()


def test_a_name_that_is_taken_is_refused(hyperion: Hyperion, home: Path) -> None:
    hyperion("token", "create", "--name", "ci", home=home)
    refused = hyperion("token", "create", "--name", "ci", home=home)
    assert (refused.status, refused.output) == (2, "")
    assert "hyperion token revoke ci" in refused.errors
