"""Puts questions to the engine, and what it said before in front of it.

What is missing is said here: a repository without scores, commits and files that nobody knows.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction import (
    Commit,
    NamedCommits,
    Prediction,
    Selection,
    as_one_change,
    name_commits,
    predictions_of,
    resolve,
)
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.dependencies import check_mirror, needing
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.predictions.questions import MOST_COMMITS
from hyperion_pipelines.serving.predictions.remembered import RememberedPredictions, basis_of
from hyperion_pipelines.serving.problems import NotPublishedError, ProblemError

MOST_NAMED = 5

_REMEMBERED = RememberedPredictions()


@contextmanager
def published(workspace: PublishedWorkspace, table: str, slug: str) -> Generator[None]:
    """Within the block a repository is asked about, of which there must be rows of *table*.

    Raises NotPublishedError where there are none, MissingDependencyError where the lake is away.
    """
    with needing("lake"):
        if workspace.lake.read(table, slug, columns=["repository"]).is_empty():
            raise NotPublishedError(
                f"{slug} was not analysed to its end yet: run `hyperion analyze {slug}`, then ask "
                "again"
            )
        yield


def named_commits(workspace: PublishedWorkspace, slug: str, shas: Sequence[str]) -> NamedCommits:
    """What *shas* mean; a problem (404) lists those that nobody knows."""
    with span("name commits"):
        named = name_commits(workspace, slug, shas)
    if named.unknown:
        remedy = "fetch and analyse it again, or ask about its diff"
        raise unknown(f"{slug} has no commit", named.unknown, remedy)
    return named


def unknown(what: str, names: Sequence[str], remedy: str) -> ProblemError:
    """The problem that *what* (`redis has no file`) is said of *names*; they are its `unknown`."""
    listed = ", ".join(names[:MOST_NAMED])
    others = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ProblemError(
        HTTPStatus.NOT_FOUND,
        "not-found",
        f"{what} {listed}{others}: {remedy}",
        members={"unknown": list(names)},
    )


def predictions_by_sha(
    workspace: PublishedWorkspace, slug: str, commits: Iterable[Commit]
) -> Mapping[str, Prediction]:
    """The prediction of each of *commits*, by its sha; those made before are not made again."""
    wanted = {commit.sha: commit for commit in commits}
    basis = basis_of(workspace.publications, workspace.home, slug)
    stored = [sha for sha, commit in wanted.items() if commit.is_stored]
    known = {} if basis is None else _REMEMBERED.get(basis, stored)
    asked = [commit for sha, commit in wanted.items() if sha not in known]
    if not asked:
        return known
    check_mirror(workspace, slug)  # evidence is read there
    if any(not commit.is_stored for commit in asked):
        with needing("models"):
            workspace.models.load("risk")
    with span("predict", commits=len(asked)):
        made = predictions_of(workspace, slug, asked)
    if basis is not None:
        _REMEMBERED.add(basis, (each for each in made if each.is_stored))
    return {**known, **{commit.sha: one for commit, one in zip(asked, made, strict=True)}}


def predictions_of_change(
    workspace: PublishedWorkspace, slug: str, selection: Selection
) -> list[Prediction]:
    """The predictions of a diff or of a range's commits, parents first, as of one change.

    Raises UsageError as `resolve` does, and for more than MOST_COMMITS commits.
    """
    check_mirror(workspace, slug)
    with resolve(workspace, slug, selection, mirror_only=True) as commits:
        if len(commits) > MOST_COMMITS:
            raise UsageError(
                f"{selection.text} has {len(commits):,} commits: ask about {MOST_COMMITS} at most"
            )
        by_sha = predictions_by_sha(workspace, slug, commits)
    return as_one_change([by_sha[commit.sha] for commit in commits])
