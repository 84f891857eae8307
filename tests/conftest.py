"""What every test may use: the addresses of real servers; and no registry of the tester's own."""

import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.services.fixtures"]


@pytest.fixture(scope="session", autouse=True)
def no_mlflow_of_the_testers() -> Iterator[None]:
    """Models that tests train stay out of a registry that the environment names."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith("MLFLOW_")]:
            patch.delenv(variable)
        yield
