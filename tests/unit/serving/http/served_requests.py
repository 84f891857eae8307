"""A sidecar as far as middleware needs one, and applications behind that middleware."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from hyperion_pipelines.serving import problems
from hyperion_pipelines.serving.http.envelope import Envelope
from hyperion_pipelines.serving.http.hosts import Hosts
from hyperion_pipelines.serving.http.limits import Limits
from hyperion_pipelines.serving.http.routes import Routes
from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.serving.observability.request_log import logged_requests
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace


class MiddlewareSidecar:
    """What `http.served.Served` asks for, over a home of its own."""

    def __init__(self, settings: Settings, *, is_open: bool = True) -> None:
        self.settings, self.is_open = settings, is_open
        self.observability = Observability(Workspace(settings))


@contextmanager
def running_client(
    home: Path,
    add_endpoints: Callable[[FastAPI], None],
    *,
    is_open: bool = True,
    **settings: Any,  # noqa: ANN401 - as the settings' fields are
) -> Generator[TestClient]:
    """Asks an application with all of the middleware; at the end its log is whole."""
    sidecar = MiddlewareSidecar(Settings(home=home, **settings), is_open=is_open)
    app = FastAPI()
    problems.install(app)
    add_endpoints(app)
    within = Limits(Hosts(app, sidecar), sidecar)
    around = Envelope(within, sidecar, Routes(app.routes))
    client = TestClient(around, "http://127.0.0.1", raise_server_exceptions=False)
    with sidecar.observability.running(), client:
        yield client


def logged(home: Path) -> list[dict[str, Any]]:
    """The records of the log, in the order of their ends."""
    return [json.loads(line) for line in logged_requests(home)]
