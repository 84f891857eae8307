"""A sidecar answers under its own names alone, where it matters."""

from pathlib import Path

import pytest
from fastapi import FastAPI

from hyperion_pipelines.serving.http.hosts import host_name, is_local_name
from tests.unit.serving.http.served_requests import running_client


def add_endpoints(app: FastAPI) -> None:
    @app.get("/v1/things")
    def things() -> list[str]:  # pyright: ignore[reportUnusedFunction]
        return []


def status(home: Path, host: str, *, is_open: bool, trusted_hosts: list[str]) -> int:
    with running_client(
        home, add_endpoints, is_open=is_open, trusted_hosts=trusted_hosts
    ) as client:
        return client.get("/v1/things", headers={"Host": host}).status_code


@pytest.mark.parametrize(
    ("host", "is_open", "trusted", "answered"),
    [
        ("localhost:8700", True, [], 200),
        ("evil.example", True, [], 421),
        ("evil.example", False, [], 200),
        ("hyperion.example:443", False, ["Hyperion.example"], 200),
        ("evil.example", False, ["hyperion.example"], 421),
        ("127.0.0.1:8700", False, ["hyperion.example"], 200),
    ],
)
def test_which_names_are_answered_under(
    host: str, is_open: bool, trusted: list[str], answered: int, tmp_path: Path
) -> None:
    assert status(tmp_path, host, is_open=is_open, trusted_hosts=trusted) == answered


@pytest.mark.parametrize(
    "host", [b"localhost", b"LOCALHOST:1", b"a.localhost", b"127.8.0.1:80", b"[::1]:8700"]
)
def test_names_that_can_only_be_this_machine(host: bytes) -> None:
    assert is_local_name(host_name(host))


@pytest.mark.parametrize(
    "host", [b"", b"localhost.evil.example", b"10.0.0.1", b"[fe80::1]:80", b"127.0.0.1.nip.io"]
)
def test_names_that_may_be_anybodys(host: bytes) -> None:
    assert not is_local_name(host_name(host))
