"""A registry of either form, shared by the tests, and a model's name for each of them."""

import uuid

import pytest
from mlflow import MlflowClient

from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.registry.registry import ModelRegistry
from tests.unit.learning.registry.tiny_model import TINY

FORMS = ["embedded", pytest.param("server", marks=pytest.mark.service("mlflow"))]


@pytest.fixture(scope="session", params=FORMS)
def registry(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ModelRegistry:
    """A registry of either form that all tests share, each with a model of its own."""
    uri = "" if request.param == "embedded" else str(request.getfixturevalue("mlflow_url"))
    made = ModelRegistry(tmp_path_factory.mktemp("registry"), uri)
    made.prepare([])
    return made


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """A model that no other test trains."""
    unique = f"tiny-{uuid.uuid4()}"
    monkeypatch.setitem(MODELS, unique, TINY)
    return unique


@pytest.fixture
def client(registry: ModelRegistry) -> MlflowClient:
    """MLflow as another client sees it."""
    return MlflowClient(registry.uri, registry_uri=registry.uri)
