"""Judges the recipe of the risk model on an outside table, beside the one column it has to beat.

The recipe is that of `models.risk`: the thorough trees, a vote of its own for every project with
enough labelled rows, the pooled vote for the others. Ranking is judged, so nothing is calibrated.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.learning.classifier.inputs import InputColumns
from hyperion_pipelines.learning.classifier.shared import fit_shared
from hyperion_pipelines.learning.classifier.vote import THOROUGH, VoteParameters
from hyperion_pipelines.learning.evaluation import Evaluation, evaluate
from hyperion_pipelines.learning.models.minima import OWN
from hyperion_pipelines.learning.outside.tables import OutsideTable, Round

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OutsideEvaluation:
    """What the recipe was worth on a table.

    `judged` has an evaluation for each project (and release), `left_out` why others have none.
    """

    judged: Mapping[str, Evaluation]
    left_out: Mapping[str, str]
    baseline: str
    recipe: VoteParameters

    def mean(self, measure: str) -> float:
        """The mean of an attribute of the evaluations, each counted once."""
        return float(np.mean([getattr(found, measure) for found in self.judged.values()]))

    def document(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        return {
            "mean_auc": self.mean("auc"),
            "mean_average_precision": self.mean("average_precision"),
            "mean_auc_lines_added": self.mean("auc_baseline"),
            "baseline": self.baseline,
            "projects": {
                name: {
                    "auc": found.auc,
                    "auc_interval": list(found.intervals["auc"]),
                    "average_precision": found.average_precision,
                    "auc_lines_added": found.auc_baseline,
                    "n": found.n,
                    "positives": found.positives,
                }
                for name, found in self.judged.items()
            },
            "left_out": dict(self.left_out),
            "recipe": asdict(self.recipe),
        }


def evaluate_table(table: OutsideTable, parameters: VoteParameters = THOROUGH) -> OutsideEvaluation:
    """Fit the recipe to what each round of *table* knows, and judge it by what came later.

    Raises UsageError where no project can be judged.
    """
    judged: dict[str, Evaluation] = {}
    left_out: dict[str, str] = {}
    for number in table.rounds():
        unfit = _why_not(number.fit)
        names = number.judge["judged"].unique(maintain_order=True)
        if unfit:
            left_out |= dict.fromkeys(names, f"the rows to learn from {unfit}")
            continue
        for name, found in _judge(number, table, parameters).items():
            if isinstance(found, str):
                left_out[name] = f"the rows to judge by {found}"
            else:
                judged[name] = found
    if not judged:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise UsageError(f"nothing can be judged: {reasons or 'there are no later rows'}")
    return OutsideEvaluation(judged, left_out, table.columns.baseline, parameters)


def _judge(
    rows: Round, table: OutsideTable, parameters: VoteParameters
) -> dict[str, Evaluation | str]:
    """An evaluation for each name of the rows to judge, or why it has none."""
    columns = InputColumns(table.columns.read_by_the_model, table.columns.kamei)
    projects = rows.fit.partition_by("repository", as_dict=True, maintain_order=True)
    own = [str(project) for (project,), known in projects.items() if OWN.is_met_by(known)]
    logger.info("fitting %d rows of %d projects", rows.fit.height, len(projects))
    vote = fit_shared(rows.fit, columns, own=own, parameters=parameters)
    scored = rows.judge.with_columns(score=pl.Series(vote.log_odds(rows.judge)))
    found: dict[str, Evaluation | str] = {}
    for (name,), part in scored.partition_by("judged", as_dict=True, maintain_order=True).items():
        found[str(name)] = _why_not(part) or evaluate(
            part["label"].to_numpy(),
            part["score"].to_numpy(),
            baseline=part[table.columns.baseline].cast(pl.Float64).to_numpy(),
        )
    return found


def _why_not(rows: pl.DataFrame) -> str | None:
    """Why *rows* can neither teach nor judge; None where they can."""
    positives = int(rows["label"].sum())
    if 0 < positives < rows.height:
        return None
    return f"are of one class only: {positives} of {rows.height} are positive"
