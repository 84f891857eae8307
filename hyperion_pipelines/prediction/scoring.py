"""What the risk model says of commits that the lake does not know.

The answer is the one that the next analysis will store. Stored ones are the business of `reading`.
"""

from typing import TYPE_CHECKING, cast

import polars as pl

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.registry.served import ServedModel
from hyperion_pipelines.learning.scoring.fallback import COMMIT_FALLBACK
from hyperion_pipelines.learning.scoring.model_scores import with_derived
from hyperion_pipelines.learning.scoring.reasons import explain
from hyperion_pipelines.learning.scoring.standing import shares_beside
from hyperion_pipelines.workspace import Workspace

if TYPE_CHECKING:
    from hyperion_pipelines.learning.models.risk import RiskPredictor

_TABLE = "commit_features"


def score(workspace: Workspace, slug: str, features: pl.DataFrame) -> pl.DataFrame:
    """How the champion judges *features*, rows of `commit_features` that the lake does not have.

    Columns: `sha`, `model_version`, `served_by`, `probability`, `log_odds`, `percentile` and
    `reasons`, as in `commit_scores`. `percentile` is the place of a commit's log-odds among those
    of the repository's stored commits; where no model is served, that of its lines added, of which
    there is no probability.
    """
    rows = features.with_columns(repository=pl.lit(slug))
    served = workspace.models.load("risk")
    model = _answering(served)
    known = workspace.lake.read(_TABLE, slug)
    if served is None or model is None:
        judged = COMMIT_FALLBACK.scores(rows)
        places = _percentiles(rows["lines_added"], known["lines_added"])
    else:
        judged = _judged(model, str(served.champion.version), rows, known)
        stored = workspace.lake.read("commit_scores", slug, columns=["log_odds"])
        places = _percentiles(judged["log_odds"], stored["log_odds"])
    return judged.select(
        features["sha"],
        *("model_version", "served_by", "probability", "log_odds"),
        places.alias("percentile"),
        "reasons",
    )


def _answering(served: ServedModel | None) -> "RiskPredictor | None":
    """The model; None where none is served, or what is reads features that there are no longer."""
    if served is None:
        return None
    model = cast("RiskPredictor", served.model)
    return model if set(input_order(_TABLE)).issuperset(model.features) else None


def _judged(
    model: "RiskPredictor", version: str, rows: pl.DataFrame, known: pl.DataFrame
) -> pl.DataFrame:
    """The model's answers for *rows*; how their values compare is told beside the *known* ones."""
    everything = pl.concat([known, rows.select(known.columns)])
    # What the model never learned from, it reads by where it stands in its own repository.
    is_known = rows["repository"].is_in(model.served.vote.standing.repositories).all()
    asked = (rows if is_known else everything).with_columns(key="sha")
    names, contributions = model.contributions(asked)
    peers = with_derived(everything, _TABLE)
    own = contributions[-rows.height :]
    why = explain(with_derived(rows, _TABLE), own, names, _TABLE, peers=peers)
    answers = model.predict(asked).tail(rows.height)
    number = pl.Float32()
    return answers.select(
        model_version=pl.lit(version),
        served_by="served_by",
        probability=pl.col("probability").cast(number),
        log_odds=pl.col("log_odds").cast(number),
        reasons=why["reasons"],
    )


def _percentiles(values: pl.Series, known: pl.Series) -> pl.Series:
    """The percentage of *known* values that are smaller than each, equal ones counted half; f32.

    A value that is null counts as none at all: 0.
    """
    asked, peers = (series.fill_null(0.0).cast(pl.Float64).to_numpy() for series in (values, known))
    smaller, greater = shares_beside(asked, peers)
    return pl.Series(100 * (smaller + (1 - smaller - greater) / 2), dtype=pl.Float32)
