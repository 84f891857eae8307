"""The process that listens: one event loop, a pool of threads for what computes.

It listens to this machine alone unless it is told otherwise, and to others only where callers need
keys. What is answered is the application's business (`app`).
"""

import gc
import socket
import sys

import uvicorn

from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.serving.access.access import is_open_at
from hyperion_pipelines.serving.app import create_app
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.sidecar import Sidecar

CONNECTIONS_WAITING = 2_048
SHUTDOWN_SECONDS = 10
# A thread that computes lets the event loop go on after this long; Python's own value is 5 ms.
SWITCH_SECONDS = 0.0005
# Objects more than there were; Python's own value is 700, some ten requests.
GARBAGE_LOOKED_FOR_AFTER = 10_000


class Server:
    """A sidecar over *workspace* that has the address already, and answers once it `run`s.

    Raises UsageError where the address cannot be had, ConfigurationError where callers need a
    key and nobody has one.
    """

    def __init__(self, workspace: PublishedWorkspace, host: str, port: int) -> None:
        self.is_open = is_open_at(host, workspace.home, workspace.settings)
        sidecar = Sidecar(workspace, is_open=self.is_open)
        if not self.is_open and not sidecar.access.asks_for_keys:
            raise ConfigurationError(
                f"whoever asks at {host} needs a key, and nobody has one: make one with `hyperion "
                "token create`; anybody may ask only on 127.0.0.1, and where none was ever made"
            )
        self._socket = _listen(host, port)
        self._server = uvicorn.Server(
            uvicorn.Config(
                create_app(sidecar, warms_up=True),
                http="httptools",
                loop="uvloop",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def run(self) -> None:
        """Answer until the process is told to end; requests in progress are answered before."""
        sys.setswitchinterval(SWITCH_SECONDS)
        # What was imported stays for good: nobody need look through it for garbage.
        gc.freeze()
        gc.set_threshold(GARBAGE_LOOKED_FOR_AFTER)
        try:
            self._server.run(sockets=[self._socket])
        except KeyboardInterrupt:  # uvicorn's own end: it has shut down in order
            return


def _listen(host: str, port: int) -> socket.socket:
    """A socket that others can connect to. Raises UsageError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=CONNECTIONS_WAITING)
    except OSError as error:
        raise UsageError(
            f"{host} port {port} cannot be listened on ({error.strerror}): choose another with "
            "--port or HYPERION_SERVE_PORT"
        ) from error
