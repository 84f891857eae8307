"""Moto's S3, the object store of the lake's server form, from this environment."""

import sys
from pathlib import Path

import httpx
from typing_extensions import override

from tests.services.server import HOST, Server


class S3Server(Server):
    """An S3 in memory that takes any credentials."""

    name = "s3"

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        program = Path(sys.executable).with_name("moto_server")
        return [str(program), "--host", HOST, "--port", str(port)]

    @override
    def url(self, port: int) -> str:
        """Return the endpoint that clients are given in place of the public one."""
        return f"http://{HOST}:{port}"

    @override
    def answers(self, url: str) -> bool:
        """Tell whether it lists its buckets."""
        try:
            return httpx.get(url, timeout=2).is_success
        except httpx.TransportError:
            return False
