"""A sidecar of this process behind a real socket, for clients that open connections themselves."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from hyperion_pipelines.serving.app import create_app
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.sidecar import Sidecar
from hyperion_pipelines.settings import Settings

START_SECONDS = 30.0


@contextmanager
def listening_sidecar(home: Path, **settings: Any) -> Generator[str]:  # noqa: ANN401 - as the settings' fields are
    """The address of a sidecar over *home* that asks nobody for a key; it ends with the block."""
    workspace = PublishedWorkspace(Settings(home=home, **settings))
    app = create_app(Sidecar(workspace, is_open=True))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=5))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        until = time.monotonic() + START_SECONDS
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()
