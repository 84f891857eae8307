"""The sidecar over an analysed sample, in this process, and ways to ask it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.serving.app import create_app
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.sidecar import Sidecar
from hyperion_pipelines.settings import Settings
from tests.e2e.conftest import SLUG, Analysed
from tests.homes import open_home

StartSidecar = Callable[..., TestClient]


@pytest.fixture(scope="session")
def served_home(analysed: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the analysed home, which sidecars may write logs and predictions into."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(analysed.home, home)
    return home


@pytest.fixture
def start_sidecar(served_home: Path) -> Iterator[StartSidecar]:
    """Starts a sidecar over a home, the sample's unless another is named, with settings."""
    with ExitStack() as running:

        def start(home: Path = served_home, *, is_open: bool = True, **settings: Any) -> TestClient:  # noqa: ANN401 - as the settings' fields are
            workspace = PublishedWorkspace(Settings(home=home, **settings))
            app = create_app(Sidecar(workspace, is_open=is_open))
            client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
            return running.enter_context(client)

        yield start


@pytest.fixture
def client(start_sidecar: StartSidecar) -> TestClient:
    """A sidecar over the sample that asks nobody for a key."""
    return start_sidecar()


@pytest.fixture
def own(home: Path, start_sidecar: StartSidecar) -> TestClient:
    """A sidecar over a home of the test's own."""
    return start_sidecar(home)


def a_path(home: Path) -> str:
    """A file at HEAD of the sample."""
    return open_home(home).lake.read("file_scores", SLUG)["path"][0]
