"""The smallest model there can be, and candidates with it, for tests of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import polars as pl

from hyperion_pipelines.learning.registry.candidate import Candidate, Contest
from hyperion_pipelines.learning.registry.pyfunc import Scorer
from hyperion_pipelines.learning.registry.registry import ModelRegistry

TINY = Scorer(f"{__name__}:TinyModel", "predict")
WINS = Contest("average_precision", challenger=0.5, baseline=0.3)
LOSES = Contest("average_precision", challenger=0.2, baseline=0.3)
COMMITS = pl.DataFrame(
    {
        "time": [datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)],
        "is_fix": [True, False],
        "lines": [1.0, 3.0],
    },
    schema={"time": pl.Datetime("us", "UTC"), "is_fix": pl.Boolean, "lines": pl.Float32},
)


@dataclass(frozen=True)
class TinyModel:
    """Multiplies lines by a weight; the hour and the reasons show that types are kept."""

    weight: float

    def save(self, folder: Path) -> None:
        """Write the one file."""
        (folder / "weight.txt").write_text(str(self.weight))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read it."""
        return cls(float((folder / "weight.txt").read_text()))

    def predict(self, commits: pl.DataFrame) -> pl.DataFrame:
        """A row for each commit: score, hour, reasons."""
        return commits.select(
            score=pl.col("lines") * self.weight,
            hour=pl.col("time").dt.convert_time_zone("UTC").dt.hour().cast(pl.Int64),
            reasons=pl.concat_list(pl.struct(feature=pl.lit("lines"), value="lines")),
        )


def beats(champion: float, challenger: float = 0.5) -> Contest:
    """A contest that is won against the champion too."""
    difference = challenger - champion
    interval = (difference, difference - 0.01, difference + 0.01)
    return Contest("average_precision", challenger, 0.3, champion, interval)


def candidate(
    name: str,
    contest: Contest = WINS,
    *,
    weight: float = 2.0,
    tags: Mapping[str, str] | None = None,
) -> Candidate:
    """A tiny model that was trained."""
    model = TinyModel(weight)
    return Candidate(
        name=name,
        save=model.save,
        parameters={"weight": weight, "kind": "tiny"},
        metrics={"average_precision": 0.5, "average_precision_low": 0.4},
        figures={"roc.png": b"\x89PNG"},
        tables={"windows": pl.DataFrame({"window": [1, 2], "auc": [0.6, None]})},
        input_example=COMMITS,
        output_example=model.predict(COMMITS),
        tags=tags or {"training_cut": "2026-01-01", "features": '["lines"]'},
        contest=contest,
    )


def champion_number(registry: ModelRegistry, name: str) -> int | None:
    """The version that is champion."""
    champion = registry.champion(name)
    return None if champion is None else champion.version
