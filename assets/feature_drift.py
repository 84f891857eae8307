"""How drift is shown: the check `drift` of each feature table, and numbers to plot.

The engine judges (`hyperion_pipelines.features.monitoring.drift`); a drift stops nothing that is
downstream.
"""

from collections.abc import Mapping, Sequence

import dagster as dg
import polars as pl

from hyperion_pipelines.features.monitoring.drift import ERROR, WARN, DriftReport

CHECK = "drift"
SHOWN = 10  # features, and events
NAMED = 3  # features, in a sentence
_COLUMNS = ("feature", "verdict", "psi", "noise", "ks", "p_value")
_MEANS = ("reference_mean", "current_mean")


def drift_check_specs(tables: Sequence[str]) -> list[dg.AssetCheckSpec]:
    """The check `drift` of each of *tables*; it blocks nothing."""
    return [
        dg.AssetCheckSpec(
            CHECK,
            asset=table,
            description="The features of now are distributed as those that models are trained on: "
            f"no population stability index over {WARN} (over {ERROR}: an error) and its noise.",
            blocking=False,
        )
        for table in tables
    ]


def drift_check_result(report: DriftReport, slug: str) -> dg.AssetCheckResult:
    """What the check `drift` found: passed, or failed with the severity of the worst feature.

    With too few rows for a verdict it passes, and says that it could not judge.
    """
    verdicts = set(report.drifted["verdict"])
    severity = dg.AssetCheckSeverity.ERROR if "error" in verdicts else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=report.table,
        check_name=CHECK,
        passed=not verdicts,
        severity=severity,
        description=_sentence(report),
        metadata={
            "repository": slug,
            **drift_numbers(report),
            **{name: dg.MetadataValue.timestamp(time) for name, time in report.bounds.items()},
            "worst_features": dg.MetadataValue.md(_features_table(report.judged)),
            "growing_features": dg.MetadataValue.md(_features_table(report.growing)),
            "events": dg.MetadataValue.md(_events_list(report)),
        },
    )


def drift_numbers(report: DriftReport) -> Mapping[str, float | int]:
    """Numbers of a drift that are worth plotting over time; none without a verdict."""
    if report.shortage:
        return {}
    return {
        "worst_psi": report.judged.select(pl.max("psi").fill_null(0.0)).item(),
        "features_judged": report.judged.height,
        "features_drifted": report.drifted.height,
        "drift_events": report.events.height,
    }


def _sentence(report: DriftReport) -> str:
    if report.shortage:
        return f"No verdict: {report.shortage}."
    worst = report.drifted["feature"].head(NAMED).to_list()
    counts = f"{report.drifted.height} of {report.judged.height} features have drifted"
    return f"{counts}; the worst: {', '.join(worst)}." if worst else f"{counts}."


def _features_table(features: pl.DataFrame) -> str:
    """The first of *features*, which are the worst, as a Markdown table."""
    shown = features.head(SHOWN).select(*_COLUMNS, *_MEANS)
    with pl.Config(
        tbl_formatting="MARKDOWN",
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_rows=SHOWN,
        tbl_cols=-1,
        tbl_width_chars=-1,
        float_precision=3,
    ):
        return str(shown)


def _events_list(report: DriftReport) -> str:
    """What may have moved the features: the events of the most drifted features first."""
    drifted = pl.lit(report.drifted["feature"].implode())
    shown = (
        report.events.with_columns(moved=pl.col("moves").list.set_intersection(drifted))
        .sort(pl.col("moved").list.len(), "time", descending=True)
        .head(SHOWN)
    )
    lines = [
        f"- {sentence}" + (f" (may have moved {', '.join(moved)})" if moved else "")
        for sentence, moved in shown.select("sentence", "moved").rows()
    ]
    more = report.events.height - len(lines)
    return "\n".join(lines + [f"- and {more} more"] * (more > 0)) or "None."
