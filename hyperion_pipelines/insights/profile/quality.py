"""How far the models that serve a repository are to be believed: figures, and doubts in sentences.

A champion's evaluations lie among the files that MLflow keeps in the home, and are read there
without MLflow. Where a server keeps them, the figure by which the champion was chosen is all that
is known here.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from hyperion_pipelines.insights.profile.model import Measure, ModelQuality
from hyperion_pipelines.insights.profile.words import counted, joined
from hyperion_pipelines.learning.registry.published import Champion, PublishedModels

Figures = Mapping[str, float | None]
ALL = "all repositories"
FEW_POSITIVES = 50  # below, the interval of an area under the curve spans a tenth and more


class _Trial(NamedTuple):
    """What a model answers; the table of MLflow that says how it did, and on what.

    `measures` are shown, the first compares: `rival` is that of something simple, to be beaten.
    """

    answers: str
    table: str
    rows: tuple[str, str]
    positive: str
    measures: tuple[str, ...]
    rival: str
    rival_name: str

    @property
    def measure(self) -> str:
        """The measure that the model is compared by."""
        return self.measures[0]


_COMMITS = ("commit", "commits")
_RANKING = ("auc", "average_precision", "recall_at_20")
_TRIALS = {
    "risk": _Trial(
        answers="how likely a commit is to have brought in a bug",
        table="evaluations",
        rows=_COMMITS,
        positive="brought in a bug",
        measures=_RANKING,
        rival="auc_baseline",
        rival_name="ranking by the number of lines added",
    ),
    "bug": _Trial(
        answers="how likely a file is to need a fix within 90 days",
        table="evaluations",
        rows=("state of a file", "states of files"),
        positive="were followed by a fix",
        measures=_RANKING,
        rival="auc_baseline",
        rival_name="ranking by the better of lines and fixes of the last year",
    ),
    "anomaly": _Trial(
        answers="how unlike the other commits of the repository a commit is",
        table="",
        rows=_COMMITS,
        positive="",
        measures=("average_precision",),
        rival="average_precision_baseline",
        rival_name="ranking by the number of lines added",
    ),
    "impact": _Trial(
        answers="which other files a change will touch",
        table="back_tests",
        rows=("question", "questions"),
        positive="",
        measures=("mean_reciprocal_rank", "recall_at_5"),
        rival="confidence_mean_reciprocal_rank",
        rival_name="counting what changed together before",
    ),
    "ensemble": _Trial(
        answers="which commits to review first",
        table="evaluations",
        rows=_COMMITS,
        positive="brought in a bug",
        measures=_RANKING,
        rival="auc_baseline",
        rival_name="ranking by the number of lines added",
    ),
}
_MEASURES = {
    "auc": "area under the ROC curve (0.5 guesses, 1 ranks all rightly)",
    "average_precision": "average precision (1 ranks all rightly)",
    "recall_at_20": "share of the bad ones among the riskiest 20 %",
    "recall_at_5": "share of the right files among the first 5 suggested",
    "mean_reciprocal_rank": "mean of 1 / rank of the first right file (1 is best)",
}


def model_quality(published: PublishedModels, repository: str) -> list[ModelQuality]:
    """The quality of each champion on *repository*, or on all where it was not judged there.

    Every figure is of commits that the model had not seen when it was judged.
    """
    champions = {name: published.champion(name) for name in _TRIALS}
    return [
        _quality(champion, _TRIALS[name], published.home, repository)
        for name, champion in champions.items()
        if champion is not None
    ]


def _quality(champion: Champion, trial: _Trial, home: Path, repository: str) -> ModelQuality:
    by_repository = _evaluations(champion, trial.table, home)
    is_own = repository in by_repository
    figures = by_repository.get(repository) or by_repository.get(ALL) or _contest(champion)
    doubts = _doubts(figures, trial)
    if not is_own:
        doubts.insert(0, _not_judged_here(champion, repository))
    return ModelQuality(
        name=champion.name,
        version=str(champion.version),
        answers=trial.answers,
        measures=[
            Measure(
                name=_MEASURES[name],
                value=value,
                low=figures.get(f"{name}_low"),
                high=figures.get(f"{name}_high"),
            )
            for name in trial.measures
            if (value := figures.get(name)) is not None
        ],
        doubts=doubts,
    )


def _evaluations(champion: Champion, table: str, home: Path) -> dict[str, Figures]:
    """A table of a champion's run by repository; empty where it is not kept in the home.

    It is where the registry has MLflow keep it: a folder per model, one in it per run.
    """
    run = home / "mlflow" / "artifacts" / f"hyperion-{champion.name}" / champion.run_id
    try:
        said = json.loads((run / "artifacts" / "tables" / f"{table}.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    rows = (dict(zip(said["columns"], row, strict=True)) for row in said["data"])
    return {row.pop("repository"): row for row in rows}


def _contest(champion: Champion) -> Figures:
    """The figure that decided that it serves, and the simple rival's."""
    said = json.loads(champion.tags.get("contest", "null"))
    if said is None:
        return {}
    metric = str(said["metric"])
    return {metric: said["challenger"], f"{metric}_baseline": said["baseline"]}


def _not_judged_here(champion: Champion, repository: str) -> str:
    sources: Any = json.loads(champion.tags.get("sources", "[]"))
    known = cast("list[str]", sources) if isinstance(sources, list) else []
    if not known:
        return f"What it was trained and judged on is not recorded; it may not be {repository}."
    if repository not in known:
        return f"It knows nothing of {repository}: it was trained and judged on {joined(known)}."
    return f"Its figures are those of {joined(known)} together, not of {repository} alone."


def _doubts(figures: Figures, trial: _Trial) -> list[str]:
    return [*_doubts_about_size(figures, trial), *_doubts_about_use(figures, trial)]


def _doubts_about_size(figures: Figures, trial: _Trial) -> Iterator[str]:
    positives, n = figures.get("positives"), figures.get("n") or figures.get("queries")
    if not trial.table:
        yield "It was judged on odd commits that were made up for the trial, not on real ones."
        return
    if not n:
        yield "On how much it was judged is not kept in this home."
        return
    on = f"It was judged on {counted(n, *trial.rows)}"
    if positives is not None:
        on += f", of which {positives:,.0f} {trial.positive}"
    low, high = figures.get(f"{trial.measure}_low"), figures.get(f"{trial.measure}_high")
    if low is not None and high is not None:
        on += f": its true {_named(trial)} may lie between {low:.2f} and {high:.2f}"
    yield f"{on}."
    if positives is not None and positives < FEW_POSITIVES:
        yield "That is few: its figures are rough."


def _doubts_about_use(figures: Figures, trial: _Trial) -> Iterator[str]:
    value, rival = figures.get(trial.measure), figures.get(trial.rival)
    if value is None or rival is None:
        return
    measure = _named(trial)
    low = figures.get(f"{trial.measure}_low")
    if value <= rival:
        yield f"It does no better than {trial.rival_name}, whose {measure} is {rival:.2f}."
    elif low is not None and low <= rival:
        yield (
            f"It may do no better than {trial.rival_name}, whose {measure} is {rival:.2f}: that "
            "is within the bounds of its own."
        )


def _named(trial: _Trial) -> str:
    """The measure that the model is compared by, without its scale."""
    return _MEASURES[trial.measure].partition(" (")[0]
