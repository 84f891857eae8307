"""What every test may use: the addresses of real servers; and no registry of the tester's own."""

import os
from collections.abc import Iterator

import pytest

from tests.shared_folder import shared_folder

pytest_plugins = ["tests.services.fixtures"]


@pytest.fixture(scope="session", autouse=True)
def no_mlflow_of_the_testers() -> Iterator[None]:
    """Models that tests train stay out of a registry that the environment names."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith("MLFLOW_")]:
            patch.delenv(variable)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_cache_of_embeddings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Homes of all tests of a run share it, so that no text is embedded twice."""
    with pytest.MonkeyPatch.context() as patch:
        file = shared_folder(tmp_path_factory) / "embeddings.sqlite"
        patch.setenv("HYPERION_EMBEDDING_CACHE", str(file))
        yield
