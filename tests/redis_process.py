"""A Redis of a test's own, which may be killed and started again at the same address."""

import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP

from tests.services.redis_server import RedisServer
from tests.services.server import ServiceError, free_port

START_TIMEOUT_SECONDS = 20


class RedisProcess:
    """A server at `url`, which keeps nothing when it is killed."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = RedisServer().url(port)
        self._folder = folder
        self._command = RedisServer().command(folder, port)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServiceError when it does not."""
        with (self._folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not RedisServer().answers(self.url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(f"Redis does not start: see {self._folder / 'server.log'}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def hung(self) -> Generator[None]:
        """Let it accept connections and answer nothing meanwhile."""
        assert self._process is not None, "it must run to hang"
        self._process.send_signal(SIGSTOP)
        yield
        self._process.send_signal(SIGCONT)


@contextmanager
def running_redis(folder: Path) -> Generator[RedisProcess]:
    """A server of one's own, with its log in *folder*, until the block ends."""
    server = RedisProcess(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
