"""A home that tests publish tables in."""

from pathlib import Path

import pytest

from tests.unit.serving.caches.published_tables import Analysis


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own."""
    return tmp_path / "home"


@pytest.fixture
def analysis(home: Path) -> Analysis:
    """What publishes tables there."""
    return Analysis(home)
