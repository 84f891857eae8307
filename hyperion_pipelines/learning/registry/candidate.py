"""What a training hands to the registry: a model, what was found of it, and its contest.

Plain values: neither how they came about nor where they are kept is known here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Contest:
    """A challenger against the baseline and the present champion, on the same test part.

    `metric` names the measure (higher is better); `champion` and `difference` (challenger less
    champion, and the ends of its 95 % interval) are None where there is no champion, and where it
    is outdated: it reads columns that there are no longer, or does not know a repository, so that
    it cannot answer where the challenger does.
    """

    metric: str
    challenger: float
    baseline: float
    champion: float | None = None
    difference: tuple[float, float, float] | None = None
    is_champion_outdated: bool = False


@dataclass(frozen=True)
class Candidate:
    """A trained model that asks for a version of its own.

    `save` writes the model's files into an existing folder. `figures` are PNG by file name,
    `tables` frames by file name without extension. The model's signature is told from
    `input_example` and `output_example`, a few rows each. `tags` say what it was made from
    (training_cut, data_version, code_version, features, sources, ...). `summary` says in a line how
    good it is, `report` the same at length, in Markdown.
    """

    name: str
    save: Callable[[Path], None]
    parameters: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    figures: Mapping[str, bytes]
    tables: Mapping[str, pl.DataFrame]
    input_example: pl.DataFrame
    output_example: pl.DataFrame
    tags: Mapping[str, str]
    contest: Contest
    summary: str = ""
    report: str = ""
