"""The folder that all workers of a run of the tests have in common."""

import os
from pathlib import Path

import pytest


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Where workers find what one of them made, and lock what they share."""
    folder = factory.getbasetemp()
    # Each worker has a folder within one.
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
