"""Where a request comes from, as far as callers that nobody knows are told apart by it."""

import ipaddress

from starlette.types import Scope

# One customer of a provider has that many of the bits of IPv6 to choose from (RFC 6177).
IPV6_PREFIX = 64


def client_address(scope: Scope) -> str:
    """The client's address, of IPv6 its network; "local" for a client without one, on a socket."""
    client: tuple[str, int] | None = scope.get("client")
    if client is None:
        return "local"
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return client[0]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), IPV6_PREFIX), strict=False))
