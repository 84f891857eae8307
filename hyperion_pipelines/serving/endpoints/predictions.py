"""Predictions of commits, diffs and files, and the oddest commits: what the models say, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from fastapi import APIRouter

from hyperion_pipelines.prediction import Anomaly, Prediction, anomalies
from hyperion_pipelines.prediction import predict_files as files_predicted
from hyperion_pipelines.prediction.resolving import Commit
from hyperion_pipelines.serving.access.callers import Caller
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.observability.prediction_log import ServedPrediction
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.predictions.answers import (
    AnomaliesAnswer,
    AnomalyAnswer,
    CommitAnswer,
    CommitsAnswer,
    FeaturesUsed,
    FileAnswer,
    FilesAnswer,
    Merge,
    ModelUsed,
)
from hyperion_pipelines.serving.predictions.asking import (
    named_commits,
    predictions_by_sha,
    predictions_of_change,
    published,
    unknown,
)
from hyperion_pipelines.serving.predictions.questions import (
    AnomaliesQuestion,
    CommitsQuestion,
    DiffQuestion,
    FilesQuestion,
)
from hyperion_pipelines.serving.problems import documented
from hyperion_pipelines.serving.sidecar import Reader, Shared, Sidecar, known_repository

router = APIRouter(tags=["predictions"])

_PROBLEMS = documented(404, 422, 503)


@router.post(
    "/v1/predictions/commits",
    operation_id="predict_commits",
    summary="How risky commits are, why, and who should look",
    responses=_PROBLEMS,
)
async def predict_commits(
    question: CommitsQuestion, sidecar: Shared, caller: Reader
) -> CommitsAnswer:
    """Say of each commit how likely it is to induce a bug; merges are told apart."""
    return await sidecar.few_at_a_time(_predicted_commits, question, sidecar, caller)


def _predicted_commits(
    question: CommitsQuestion, sidecar: Sidecar, caller: Caller
) -> CommitsAnswer:
    slug, workspace = known_repository(sidecar, caller, question.repository), sidecar.workspace
    with published(workspace, "commit_scores", slug):
        named = named_commits(workspace, slug, question.shas)
        found = predictions_by_sha(workspace, slug, named.commits.values())
        features = FeaturesUsed.of(workspace, "commit_features", slug)
    sidecar.observability.predicted(_served("commit", found.values()))
    return CommitsAnswer(
        repository=slug,
        predictions=[
            CommitAnswer.of(found[commit.sha], features, asked)
            for asked, commit in named.commits.items()
        ],
        merges=_merges(named.merges),
    )


@router.post(
    "/v1/predictions/diff",
    operation_id="predict_diff",
    summary="How risky a diff is, or the commits between two",
    responses=_PROBLEMS,
)
async def predict_diff(question: DiffQuestion, sidecar: Shared, caller: Reader) -> CommitsAnswer:
    """Judge a unified diff as a commit that nobody made, or the commits of base..head, each."""
    return await sidecar.one_at_a_time(_predicted_change, question, sidecar, caller)


def _predicted_change(question: DiffQuestion, sidecar: Sidecar, caller: Caller) -> CommitsAnswer:
    slug, workspace = known_repository(sidecar, caller, question.repository), sidecar.workspace
    with published(workspace, "commit_scores", slug):
        found = predictions_of_change(workspace, slug, question.asked())
        features = FeaturesUsed.of(workspace, "commit_features", slug)
    kind = "commit" if question.diff is None else "diff"
    sidecar.observability.predicted(_served(kind, found))
    return CommitsAnswer(
        repository=slug, predictions=[CommitAnswer.of(each, features, each.sha) for each in found]
    )


@router.post(
    "/v1/predictions/files",
    operation_id="predict_files",
    summary="How likely files are to need a fix, why, and who knows them",
    responses=_PROBLEMS,
)
def predict_files(question: FilesQuestion, sidecar: Shared, caller: Reader) -> FilesAnswer:
    """Say of each file at HEAD how likely it will need a fix in the next 90 days."""
    slug, workspace = known_repository(sidecar, caller, question.repository), sidecar.workspace
    with published(workspace, "file_scores", slug), span("predict", files=len(question.paths)):
        found = files_predicted(workspace, slug, question.paths)
        features = FeaturesUsed.of(workspace, "file_features", slug)
    there = {each.path for each in found}
    if missing := [path for path in question.paths if path not in there]:
        raise unknown(f"HEAD of {slug} has no file", missing, "paths begin at the root")
    sidecar.observability.predicted(
        ServedPrediction(
            *(slug, "file", each.path, "bug", each.model_version, each.judge),
            *(each.probability, each.percentile),
        )
        for each in found
        if each.judge is not None
    )
    return FilesAnswer(
        repository=slug, predictions=[FileAnswer.of(each, features) for each in found]
    )


@router.post(
    "/v1/anomalies",
    operation_id="find_anomalies",
    summary="The oddest commits, and what is odd about them",
    responses=_PROBLEMS,
)
async def find_anomalies(
    question: AnomaliesQuestion, sidecar: Shared, caller: Reader
) -> AnomaliesAnswer:
    """List the oddest commits, or how odd those named are; the oddest first."""
    return await sidecar.few_at_a_time(_found_anomalies, question, sidecar, caller)


def _found_anomalies(
    question: AnomaliesQuestion, sidecar: Sidecar, caller: Caller
) -> AnomaliesAnswer:
    slug, workspace = known_repository(sidecar, caller, question.repository), sidecar.workspace
    with published(workspace, "commit_scores", slug):
        named = named_commits(workspace, slug, question.shas or [])
        asked = {commit.sha: name for name, commit in named.commits.items()}
        odd = anomalies(
            workspace,
            slug,
            among=list(asked) if question.shas else None,
            least_percentile=question.least_percentile,
            most=question.limit,
        )
        answers = _odd_commits(workspace, slug, odd, asked)
        judged = {each.sha for each in anomalies(workspace, slug, among=list(asked))}
    sidecar.observability.predicted(
        ServedPrediction(
            *(slug, "anomaly", each.sha, "anomaly", each.model.version, "own"),
            *(None, each.percentile),
        )
        for each in answers
    )
    return AnomaliesAnswer(
        repository=slug,
        anomalies=answers,
        not_judged=[name for sha, name in asked.items() if sha not in judged],
        merges=_merges(named.merges),
    )


def _odd_commits(
    workspace: PublishedWorkspace, slug: str, odd: Sequence[Anomaly], asked: Mapping[str, str]
) -> list[AnomalyAnswer]:
    mirror = workspace.mirror(slug).git_dir
    commits = [Commit(each.sha, mirror, is_stored=True) for each in odd]
    risks = predictions_by_sha(workspace, slug, commits)
    features = FeaturesUsed.of(workspace, "commit_features", slug)
    champion = workspace.champions.champion("anomaly")
    model = ModelUsed(
        name="anomaly",
        version=None if champion is None else str(champion.version),
        served_by="by a model of its own",
    )
    return [
        AnomalyAnswer(
            asked=asked.get(each.sha),
            sha=each.sha,
            score=each.score,
            percentile=each.percentile,
            reasons=each.reasons,
            model=model,
            prediction=CommitAnswer.of(risks[each.sha], features, asked.get(each.sha)),
        )
        for each in odd
    ]


def _merges(merges: Mapping[str, str]) -> list[Merge]:
    return [Merge(asked=asked, sha=sha) for asked, sha in merges.items()]


def _served(
    kind: Literal["commit", "diff"], predictions: Iterable[Prediction]
) -> Iterable[ServedPrediction]:
    return [
        ServedPrediction(
            *(each.repository, kind, each.sha or "", "risk", each.model_version),
            *(each.judge or "", each.probability, each.percentile),
        )
        for each in predictions
    ]
