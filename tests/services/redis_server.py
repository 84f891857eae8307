"""Redis, the server form of the cache, from Debian."""

from pathlib import Path

import redis
from typing_extensions import override

from tests.services.server import HOST, Server, packages_of_absent_programs


class RedisServer(Server):
    """A Redis that keeps nothing on disk."""

    name = "redis"

    @override
    def missing_packages(self) -> list[str]:
        return packages_of_absent_programs({"redis-server": "redis-server"})

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command that serves on `port` without snapshots or an append-only file."""
        listen = ["--bind", HOST, "--port", str(port)]
        return ["redis-server", *listen, "--dir", str(folder), "--save", "", "--appendonly", "no"]

    @override
    def url(self, port: int) -> str:
        """Return the address of database 0."""
        return f"redis://{HOST}:{port}/0"

    @override
    def answers(self, url: str) -> bool:
        """Tell whether it answers a PING."""
        try:
            with redis.Redis.from_url(url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
