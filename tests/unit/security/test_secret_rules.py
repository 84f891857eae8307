"""What counts as a secret: a made-up one for every rule, and what only looks like one."""

import polars as pl
import pytest

from hyperion_pipelines.security.matching import (
    DOT,
    LONGEST_LINE,
    find_secrets,
    fingerprint,
    redacted,
    shannon_entropy,
)
from hyperion_pipelines.security.rules import read_secret_rules

RULES = read_secret_rules()
LETTERS = "aK3dP9sLq2Zx7Vb4NmR8tYw1Ue6HgJc5FoTiSvQnXpWzDyBkEhGrMuLaCjOf0lIE"
HEX = "3f9a1c7e5b2d8046ae91c3d75f20b6e84d17a0c9"
BASE64 = (LETTERS + LETTERS[::-1]).replace("0", "9")

# A made-up secret of each kind, put together here so that no scanner takes this file for a leak.
SECRETS = {
    "aws-access-key-id": "key = " + "AKIA" + "QYLPMN5HFIQR7XYA",
    "aws-secret-access-key": f'aws_secret_access_key = "{LETTERS[:40]}"',
    "gcp-api-key": "AIza" + LETTERS[:35],
    "gcp-service-account": '"private_key": "-----BEGIN PRIVATE KEY-----' + rf'\n{BASE64[:64]}"',
    "azure-storage-key": f"AccountKey={BASE64[:86]}==;EndpointSuffix=core.windows.net",
    "azure-client-secret": f'secret: "aB3{8}Q~{LETTERS[:34]}"',
    "digitalocean-token": "dop_v1_" + (HEX + HEX)[:64],
    "github-token": "ghp_" + LETTERS[:36],
    "github-fine-grained-token": "github_pat_" + BASE64[:82],
    "gitlab-token": "glpat-" + LETTERS[:20],
    "npm-token": "npm_" + LETTERS[:36],
    "npm-auth-token": f"//registry.org/:_authToken={LETTERS[:36]}",
    "pypi-token": "pypi-AgEIcHlwaS5vcmc" + LETTERS[:60],
    "rubygems-token": "rubygems_" + (HEX + HEX)[:48],
    "docker-token": "dckr_pat_" + LETTERS[:27],
    "slack-token": "xoxb-" + "219384756102-219384756103-" + LETTERS[:24],
    "slack-webhook": "https://hooks.slack.com/services/" + "T" + LETTERS[:43],
    "stripe-key": "sk_live_" + LETTERS[:24],
    "stripe-test-key": "sk_test_" + LETTERS[:24],
    "sendgrid-key": f"SG.{LETTERS[:22]}.{LETTERS[:43]}",
    "twilio-key": f'twilio_auth = "{HEX[:32]}"',
    "mailgun-key": "key-" + HEX[:32],
    "openai-key": "sk-proj-" + LETTERS[:48],
    "anthropic-key": "sk-ant-api03-" + BASE64[:93],
    "hugging-face-token": "hf_" + "aKbdPqsLzZxrVbcNmRhtYwgUefHgJcsFoTiSv"[:34],
    "telegram-bot-token": "4839271650:AA" + LETTERS[:33],
    "private-key": "MIIEpAIBAAKCAQEA" + LETTERS[:48],
    "json-web-token": f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI5ODcifQx.{LETTERS[:43]}",
    "url-with-password": "postgres://shop:" + "wv93kd8x2" + "@db.shop.org/shop",
    "secret-in-assignment": f"client_secret: '{LETTERS[:24]}'",
    "secret-in-environment": f"SHOP_API_KEY={LETTERS[:24]}",
    "password-in-assignment": "password = 'jU7$kk91pq'",
}

NO_SECRETS = [
    "AKIAIOSFODNN7" + "EXAMPLE",
    'password = "changeme123"',
    "password = 'correct-horse'",
    "password = os.environ['SHOP_PASSWORD']",
    'password: "${DB_PASSWORD_2}"',
    "token = '<your token here 123>'",
    'secret_key = "xxxxxxxxxxxxxxxxxxxx"',
    "api_key = '{{ lookup_api_key_1 }}'",
    "secret: 'keyboard cat 1234567'",
    "https://user:password@example.org/",
    "https://user:pass12@host.org/",
    "redis://:%s@host.org:6379",
    'access_token: "2YotnFZFEjr1zCsicMWpAA"',
    "self.tokens = self.tokenizer.encode_plus('some text 1')",
    "-----BEGIN PRIVATE KEY-----",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + LETTERS[:32],  # a public key
    "sk_live_" + "x" * 24,
    "key-" + "0" * 32,
]


def found(*lines: str) -> list[tuple[int, str]]:
    frame = pl.DataFrame({"text": lines}).with_row_index("place")
    return find_secrets(frame, RULES).select("place", "rule").rows()


def test_every_rule_has_a_secret_here() -> None:
    assert list(SECRETS) == [rule.id for rule in RULES.rules]


@pytest.mark.parametrize("rule", SECRETS)
def test_a_secret_is_found_by_its_rule_alone(rule: str) -> None:
    assert found(SECRETS[rule]) == [(0, rule)]


@pytest.mark.parametrize("line", NO_SECRETS)
def test_what_only_looks_like_a_secret_is_none(line: str) -> None:
    assert found(line) == []


def test_two_secrets_of_a_line_are_two() -> None:
    line = f"{SECRETS['github-token']} {SECRETS['npm-token']}"
    assert found("nothing", line) == [(1, "github-token"), (1, "npm-token")]


def test_two_guesses_of_a_line_are_two() -> None:
    frame = pl.DataFrame({"place": [0], "text": ["password='jU7$kk91pq', password='vB3#mm42rx'"]})
    assert find_secrets(frame, RULES)["fingerprint"].n_unique() == 2


def test_a_rule_that_guesses_is_silent_where_a_sure_one_speaks() -> None:
    assert found(f"token = '{SECRETS['github-token']}'") == [(0, "github-token")]


def test_a_line_longer_than_anybody_writes_is_passed_over() -> None:
    assert found(SECRETS["github-token"] + " " * LONGEST_LINE) == []


def test_nothing_of_the_secret_leaves_but_its_first_characters() -> None:
    secret = SECRETS["github-token"]
    frame = pl.DataFrame({"place": [0], "text": [f"token={secret}"]})
    ((_, rule, print_, shown),) = find_secrets(frame, RULES).rows()
    assert (rule, print_) == ("github-token", fingerprint("github-token", secret))
    assert shown == "ghp_" + DOT * 8


def test_of_a_short_secret_less_is_shown() -> None:
    assert [redacted("a" * length).count("a") for length in (3, 8, 15, 16, 400)] == [0, 2, 3, 4, 4]


def test_the_fingerprint_is_that_of_rule_and_secret_alone() -> None:
    r"""What `printf 'rule\0secret' | sha256sum | cut -c1-16` prints."""
    assert fingerprint("rule", "secret") == "661601094e6086fa"
    assert fingerprint("other", "secret") != fingerprint("rule", "secret")


def test_the_entropy_is_shannons() -> None:
    """Four letters alike: 0; two of two kinds: 1 bit; 1/2, 1/4, 1/4: 0.5 + 0.5 + 0.5 bits."""
    assert [shannon_entropy(text) for text in ("aaaa", "abab", "aabc")] == [0.0, 1.0, 1.5]
