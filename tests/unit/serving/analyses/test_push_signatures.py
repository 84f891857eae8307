"""Signatures of push events, against the examples that the services and the standard publish."""

import base64
import hashlib
import hmac

import pytest

from hyperion_pipelines.serving.analyses.push_signatures import Service, is_signed, sender

NOW = 1_674_087_231.0
BODY = b'{"ref": "refs/heads/main"}'
SHARED = "It's a Secret to Everybody"


def _hex(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_githubs_documented_example_is_signed() -> None:
    """The test values of "Validating webhook deliveries" in GitHub's documentation."""
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"x-hub-signature-256": f"sha256={digest}"}
    assert is_signed(Service.GITHUB, headers, b"Hello, World!", SHARED, now=NOW)


def test_the_standards_documented_example_is_signed() -> None:
    """The test values of the Standard Webhooks libraries, which GitLab's signing tokens follow."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    signing_key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert is_signed(Service.GITLAB, headers, body, signing_key, now=1_614_265_330)
    assert not is_signed(Service.GITLAB, headers, body, signing_key, now=1_614_265_330 + 301)
    assert not is_signed(Service.GITLAB, headers, body + b" ", signing_key, now=1_614_265_330)


def test_one_right_signature_of_several_is_enough() -> None:
    """While a signing token is replaced, both sign."""
    key = b"0123456789abcdef0123456789abcdef"
    signed = f"one.{int(NOW)}.".encode() + BODY
    right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    headers = {
        "webhook-id": "one",
        "webhook-timestamp": str(int(NOW)),
        "webhook-signature": f"v1,AAAA v1,{right}",
    }
    secret = "whsec_" + base64.b64encode(key).decode()
    assert is_signed(Service.GITLAB, headers, BODY, secret, now=NOW)


def test_gitlabs_token_is_the_secret_itself() -> None:
    assert is_signed(Service.GITLAB, {"x-gitlab-token": SHARED}, BODY, SHARED, now=NOW)
    assert not is_signed(Service.GITLAB, {"x-gitlab-token": SHARED[:-1]}, BODY, SHARED, now=NOW)


def test_giteas_signature_is_plain_hexadecimal() -> None:
    headers = {"x-gitea-signature": _hex(SHARED, BODY)}
    assert is_signed(Service.GITEA, headers, BODY, SHARED, now=NOW)
    assert not is_signed(Service.GITEA, headers, BODY + b"\n", SHARED, now=NOW)


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("secret", [SHARED, "whsec_not base64", "whsec_"])
def test_what_has_no_signature_is_not_signed(service: Service, secret: str) -> None:
    assert not is_signed(service, {}, BODY, secret, now=NOW)


@pytest.mark.parametrize("given", ["", "sha256=", "sha1=abc", "sha256=ä", "\x00"])
def test_nonsense_for_a_signature_is_refused(given: str) -> None:
    headers = {"x-hub-signature-256": given, "x-gitea-signature": given, "x-gitlab-token": given}
    for service in Service:
        assert not is_signed(service, headers, BODY, SHARED, now=NOW)


@pytest.mark.parametrize("sent_at", ["", "soon", "-1", "1e9", "99999999999999999999"])
def test_a_time_that_is_none_of_now_is_refused(sent_at: str) -> None:
    headers = {
        "webhook-id": "one",
        "webhook-timestamp": sent_at,
        "webhook-signature": "v1,AAAA",
    }
    assert not is_signed(Service.GITLAB, headers, BODY, "whsec_QUJD", now=NOW)


def test_gitea_is_told_from_github_whose_headers_it_sends_too() -> None:
    assert sender({"x-github-event": "push", "x-gitea-event": "push"}) is Service.GITEA
    assert sender({"x-github-event": "push"}) is Service.GITHUB
    assert sender({"content-type": "application/json"}) is None
