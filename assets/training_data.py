"""What models learn from, in windows that slide over the history, and whether it is fit."""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.learning.training.examples import commit_examples
from hyperion_pipelines.learning.training.quality import QualityFinding, training_quality
from hyperion_pipelines.learning.training.windows import training_windows
from resources.workspace import WorkspaceResource

TABLE = "training_windows"
SOURCES = ("commit_features", "bug_labels")
# Check -> what holds when it passes.
QUALITY = {
    "class_balance": "Neither hardly any example is positive, nor nearly every one.",
    "duplicates": "Few examples repeat the features of another.",
    "constant_columns": "Most features tell examples apart.",
    "missing_values": "Few values are missing.",
    "label_delay": "Three in four bugs come to light within the time that is waited for them.",
    "unknown_at_cut": "Most bugs before the training cut had come to light by then.",
    "leakage": "No single feature tells the label by itself.",
}


@dg.multi_asset(
    name="training_data",
    specs=[table_spec(TABLE, deps=SOURCES)],
    check_specs=[
        *check_specs((TABLE,)),
        *(
            dg.AssetCheckSpec(name, asset=TABLE, description=description, blocking=False)
            for name, description in QUALITY.items()
        ),
    ],
)
def training_data(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Labels every commit as it was known at each window's end, and looks at what there is."""
    slug, state = context.partition_key, workspace.open()
    with state.running("labels", slug) as inputs:
        examples = commit_examples(*(state.lake.read(table, slug) for table in SOURCES))
        windows = training_windows(examples).drop("repository")
        checks = _check_results(training_quality(examples), slug)
        yield table_result(TABLE, windows, inputs, checks=checks)


def _check_results(findings: Sequence[QualityFinding], slug: str) -> list[dg.AssetCheckResult]:
    """A result for each check; one that could not be judged passes, and says so."""
    found = {finding.name: finding for finding in findings}
    return [_check_result(name, found.get(name), slug) for name in QUALITY]


def _check_result(name: str, finding: QualityFinding | None, slug: str) -> dg.AssetCheckResult:
    passed = finding is None or finding.passed
    metadata: dict[str, str | float] = {"repository": slug}
    said = "There is too little to judge."
    if finding is not None:
        limits = {"lowest": finding.lowest, "highest": finding.highest}
        metadata |= {"observed": finding.observed, **limits}
        said = finding.message + ("." if passed else f". {finding.advice}")
    return dg.AssetCheckResult(
        asset_key=TABLE,
        check_name=name,
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=said[0].upper() + said[1:],
        metadata=metadata,
    )
