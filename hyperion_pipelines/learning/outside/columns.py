"""Which column of an outside table is what: read from a small TOML file, checked against the table.

Without a file the names are those of the data set of Zeng et al. (Deep just-in-time defect
prediction: how far are we?, ISSTA 2021), which has Kamei's change metrics under his names.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES

# The catalogue's names of Kamei's metrics, and his.
METRICS: Mapping[str, str] = {
    feature.name: feature.kamei for feature in COMMIT_FEATURES if feature.kamei
}
ROLES = ("project", "label", "time", "split", "release", "lines")


@dataclass(frozen=True)
class ColumnMap:
    """The names of a table's columns.

    A table of commits has a `time`, or a `split` (`train` and `test`), or both; one of files has a
    `release`. `lines` (lines of code) is the baseline of files as lines added is of commits.
    `metrics` maps the catalogue's names of change metrics to columns. `features` are read by the
    model; without any, the metrics are.
    """

    project: str = "project"
    label: str = "bug"
    time: str | None = None
    split: str | None = None
    release: str | None = None
    lines: str | None = None
    metrics: Mapping[str, str] = field(default_factory=dict[str, str])
    features: tuple[str, ...] = ()

    @classmethod
    def read(cls, file: Path) -> Self:
        """The map that a TOML *file* holds. Raises ConfigurationError, naming what is wrong."""
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8"))
            features = TypeAdapter(tuple[str, ...]).validate_python(entries.pop("features", ()))
            texts = TypeAdapter(dict[str, str]).validate_python(entries)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(f"{file} cannot be read as TOML: {error}") from error
        except ValidationError as error:
            raise ConfigurationError(
                f"{file}: features is a list of column names, all else a column's name"
            ) from error
        unknown = [name for name in texts if name not in ROLES and name not in METRICS]
        if unknown:
            raise ConfigurationError(
                f"{file}: {', '.join(unknown)} says nothing; it may name features, "
                f"{', '.join((*ROLES, *METRICS))}"
            )
        roles = {name: column for name, column in texts.items() if name in ROLES}
        metrics = {name: column for name, column in texts.items() if name in METRICS}
        if not features and not metrics:
            raise ConfigurationError(f"{file}: name the columns to learn from, as features = [...]")
        return cls(**roles, metrics=metrics, features=features)

    @property
    def read_by_the_model(self) -> tuple[str, ...]:
        """The columns that a model reads: the features, and metrics that are not among them."""
        metrics = [name for name in self.metrics.values() if name not in self.features]
        return (*self.features, *metrics)

    @property
    def kamei(self) -> dict[str, str]:
        """Kamei's names of the metrics to columns."""
        return {METRICS[name]: column for name, column in self.metrics.items()}

    @property
    def baseline(self) -> str:
        """The one column that a model has to beat. Raises ConfigurationError without one."""
        column = self.lines or self.metrics.get("lines_added")
        if column is None:
            raise ConfigurationError(
                "no baseline: name the column of lines_added (commits) or of lines (files)"
            )
        return column

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that the table must have."""
        roles = (self.project, self.label, self.time, self.split, self.release, self.lines)
        return tuple(dict.fromkeys((*filter(None, roles), *self.read_by_the_model)))


ISSTA = ColumnMap(time="date_unix", split="paper_split", metrics=METRICS)
