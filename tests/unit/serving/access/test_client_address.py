"""Callers that nobody knows are told apart by their address, of IPv6 by their network."""

import pytest

from hyperion_pipelines.serving.access.client_address import client_address


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_of_one_network_are_one(host: str, address: str) -> None:
    assert client_address({"type": "http", "client": (host, 1234)}) == address


def test_a_client_on_a_socket_has_no_address() -> None:
    assert client_address({"type": "http", "client": None}) == "local"
