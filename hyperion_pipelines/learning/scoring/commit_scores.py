"""The table `commit_scores`: what every model says of each commit of a repository."""

import polars as pl

from hyperion_pipelines.learning.scoring.fallback import COMMIT_FALLBACK
from hyperion_pipelines.learning.scoring.model_scores import ServedModel
from hyperion_pipelines.schemas import COMMIT_SCORES

_ANOMALY, _PRIORITY = (
    pl.Schema({name: COMMIT_SCORES[name] for name in names})
    for names in (("anomaly", "anomaly_percentile", "anomaly_reasons"), ("priority",))
)


def commit_scores(
    features: pl.DataFrame,
    risk: ServedModel | None,
    *,
    anomalies: pl.DataFrame | None = None,
    priorities: pl.DataFrame | None = None,
    priority_version: str | None = None,
) -> pl.DataFrame:
    """A row for each of *features*, in their order: rows of `commit_features` of one repository.

    Columns: `sha`, `commit_time`; the risk with its reasons, by the model *risk* or, without one,
    by the fallback; `anomaly`, `anomaly_percentile`, `anomaly_reasons` of *anomalies*; `priority`
    of *priorities*, and its *priority_version*. Both frames are keyed by `sha`; what they do not
    have is null.
    """
    if risk is None or features.is_empty():  # LightGBM refuses to answer for no rows
        scores = COMMIT_FALLBACK.scores(features)
    else:
        scores = risk.scores(features, "commit_features")
    return (
        pl.concat([features.select("sha", "commit_time"), scores], how="horizontal")
        .join(_columns(anomalies, _ANOMALY), on="sha", how="left", maintain_order="left")
        .join(_columns(priorities, _PRIORITY), on="sha", how="left", maintain_order="left")
        .with_columns(
            priority_version=pl.when(pl.col("priority").is_not_null()).then(
                pl.lit(priority_version, pl.String)
            )
        )
    )


def _columns(answers: pl.DataFrame | None, schema: pl.Schema) -> pl.DataFrame:
    """The columns of *schema* by `sha`; without *answers*, of nothing."""
    if answers is None:
        return pl.DataFrame(schema={"sha": pl.String, **schema})
    return answers.select("sha", *(pl.col(name).cast(kind) for name, kind in schema.items()))
