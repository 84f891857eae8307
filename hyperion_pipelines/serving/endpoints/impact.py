"""Impact: which other files will likely have to change with some, with commits, or with a diff."""

from collections.abc import Sequence

from fastapi import APIRouter

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction import (
    Selection,
    Suggestion,
    impact,
    owners,
    resolve,
    reviewers,
    shared_commits,
    touched_paths,
)
from hyperion_pipelines.prediction.reading import INSIGHTS
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.dependencies import check_mirror, needing
from hyperion_pipelines.serving.observability.prediction_log import ServedPrediction
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.predictions.answers import (
    FeaturesUsed,
    ImpactAnswer,
    ModelUsed,
    SuggestionAnswer,
)
from hyperion_pipelines.serving.predictions.asking import named_commits, published, unknown
from hyperion_pipelines.serving.predictions.questions import ImpactQuestion
from hyperion_pipelines.serving.problems import documented
from hyperion_pipelines.serving.sidecar import Reader, Shared, known_repository

router = APIRouter(tags=["predictions"])

MERGES = "merges change nothing by themselves, so ask about the commits that they brought"

_OWNERS = "file_owners"


@router.post(
    "/v1/impact",
    operation_id="find_impact",
    summary="Which other files will likely have to change too",
    responses=documented(404, 422, 503),
)
def find_impact(question: ImpactQuestion, sidecar: Shared, caller: Reader) -> ImpactAnswer:
    """Suggest the files that mostly change with those asked about, the likeliest first."""
    slug, workspace = known_repository(sidecar, caller, question.repository), sidecar.workspace
    with needing("models"):
        served = workspace.models.load("impact")
    with published(workspace, "tree", slug):
        paths = _paths(workspace, slug, question)
        with span("suggest"):
            suggestions = impact(workspace, slug, paths, question.k)
        answer = ImpactAnswer(
            repository=slug,
            paths=paths,
            suggestions=_with_evidence(workspace, slug, paths, suggestions),
            reviewers=reviewers(workspace.lake.read(_OWNERS, slug), paths, ""),
            model=ModelUsed(
                name="impact",
                version=str(served.champion.version) if served else None,
                served_by="by a model of all repositories"
                if served
                else "by no model: ranked by how often files changed together",
            ),
            features=FeaturesUsed.of(workspace, "changes", slug),
            notes=[] if workspace.publications.get(_OWNERS, slug) else [INSIGHTS[_OWNERS]],
        )
    sidecar.observability.predicted(_served(answer))
    return answer


def _paths(workspace: PublishedWorkspace, slug: str, question: ImpactQuestion) -> list[str]:
    """The files at HEAD that are asked about."""
    if question.paths is not None:
        there = set(workspace.lake.read("tree", slug, columns=["path"])["path"])
        if missing := [path for path in question.paths if path not in there]:
            raise unknown(f"HEAD of {slug} has no file", missing, "paths begin at the root")
        return list(dict.fromkeys(question.paths))
    if (patch := question.patch()) is not None:
        check_mirror(workspace, slug)
        with resolve(workspace, slug, Selection.diff(patch), mirror_only=True) as commits:
            return touched_paths(workspace, slug, commits, "the diff")
    named = named_commits(workspace, slug, question.shas or [])
    if not named.commits:
        raise UsageError(f"nothing to say: {MERGES}")
    return touched_paths(workspace, slug, list(named.commits.values()), "the commits")


def _with_evidence(
    workspace: PublishedWorkspace, slug: str, paths: Sequence[str], found: Sequence[Suggestion]
) -> list[SuggestionAnswer]:
    lake = workspace.lake
    others = lake.read("tree", slug, columns=["path"]).height - len(paths)
    behind = shared_commits(lake, slug, found)
    known_by = {
        each.path: each
        for each in owners(lake.read(_OWNERS, slug), [each.path for each in found], len(found))
    }
    return [
        SuggestionAnswer(
            path=each.path,
            given=each.given,
            probability=each.probability,
            percentile=100 * (others - rank) / others,
            support=each.support,
            confidence=each.confidence,
            reasons=each.reasons,
            evidence=commits,
            owners=[known_by[each.path]] if each.path in known_by else [],
        )
        for rank, (each, commits) in enumerate(zip(found, behind, strict=True), start=1)
    ]


def _served(answer: ImpactAnswer) -> list[ServedPrediction]:
    version = answer.model.version
    return [
        ServedPrediction(
            *(answer.repository, "impact", each.path, "impact", version),
            *("pooled" if version else "fallback", each.probability, each.percentile),
        )
        for each in answer.suggestions
    ]
