"""The registry's table of models names classes that there are."""

import pkgutil
from typing import Any

import pytest

from hyperion_pipelines.learning.registry.pyfunc import MODELS


@pytest.mark.parametrize("name", MODELS)
def test_each_model_can_be_saved_loaded_and_asked(name: str) -> None:
    scorer = MODELS[name]
    model: Any = pkgutil.resolve_name(scorer.path)
    assert all(callable(getattr(model, method)) for method in ("save", "load", scorer.method))
