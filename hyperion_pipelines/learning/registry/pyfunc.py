"""How MLflow loads a model of ours: its own text files by its own class, no pickle anywhere.

MLflow imports this module by name (`loader_module`) and calls `_load_pyfunc`. A model is a class
with `save(folder)`, `load(folder)` and a method from frame to frame; MLflow speaks pandas.
"""

import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MODELS", "MODEL_KEY", "FrameModel", "Scorer", "_load_pyfunc", "load_model", "to_pandas"]

_MODELS = "hyperion_pipelines.learning.models"


# MLflow hands it to the loader, and logs it as a parameter of the run.
MODEL_KEY = "hyperion_model"


class Scorer(NamedTuple):
    """Where a model's class is (`module:Class`), and its method from frame to frame."""

    path: str
    method: str


# Name -> class. Each is imported when one of its models is loaded, not before.
MODELS = {
    "risk": Scorer(f"{_MODELS}.risk:RiskPredictor", "predict"),
    "anomaly": Scorer(f"{_MODELS}.anomaly:AnomalyDetector", "score"),
    "bug": Scorer(f"{_MODELS}.bug:BugPredictor", "predict"),
    "impact": Scorer(f"{_MODELS}.impact:ImpactAnalyzer", "predict"),
    "ensemble": Scorer(f"{_MODELS}.ensemble:Ensemble", "priority"),
}


class FrameModel:
    """A loaded model as MLflow calls it: pandas in, pandas out."""

    def __init__(self, model: object, method: str) -> None:
        self._score = getattr(model, method)

    def predict(self, model_input: "pd.DataFrame") -> "pd.DataFrame":
        """The model's answer for each row."""
        times = cs.datetime().cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        answer: pl.DataFrame = self._score(pl.from_pandas(model_input).with_columns(times))
        return to_pandas(answer)


def load_model(name: str, folder: Path) -> object:
    """The model *name* from the files that it saved. Raises KeyError for a name that is none."""
    return pkgutil.resolve_name(MODELS[name].path).load(folder)


def to_pandas(frame: pl.DataFrame) -> "pd.DataFrame":
    """*frame* as MLflow's signatures know it: times in UTC without a zone, plain lists."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    times = cs.datetime(time_zone="*").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return (
        frame.with_columns(times)
        .to_pandas()
        .assign(**{name: frame[name].to_list() for name in nested})
    )


def _load_pyfunc(data_path: str, model_config: dict[str, str]) -> FrameModel:
    name = model_config[MODEL_KEY]
    return FrameModel(load_model(name, Path(data_path)), MODELS[name].method)
