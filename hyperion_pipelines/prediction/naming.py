"""Which commits many shas mean at once: those of the lake, then those of the mirror.

A single selection is the business of `resolving`; here nothing that is unknown stops the others.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.git.commands import run_git, stream_git
from hyperion_pipelines.prediction.resolving import Commit
from hyperion_pipelines.workspace import Workspace

_FOUND = re.compile(rb"([0-9a-f]{40}) commit \d+")


@dataclass(frozen=True)
class NamedCommits:
    """What shas mean, each by how it was asked for: commits, the shas of merges, or nothing."""

    commits: Mapping[str, Commit]
    merges: Mapping[str, str]
    unknown: Sequence[str]


def name_commits(workspace: Workspace, slug: str, shas: Sequence[str]) -> NamedCommits:
    """What *shas* (4 to 40 hex digits each) mean in a repository: the lake is asked first.

    Raises UsageError where several commits begin with one of them.
    """
    mirror = workspace.mirror(slug).git_dir
    known = workspace.lake.read("commits", slug, columns=["sha", "is_merge"])
    scored = workspace.lake.read("commit_scores", slug, columns=["sha"])["sha"]
    rows = known.filter(_begins_with(shas)).with_columns(
        is_stored=pl.col("sha").is_in(scored.implode())
    )
    found = {asked: _one_of(rows, asked, slug) for asked in dict.fromkeys(shas)}
    elsewhere = _in_mirror(workspace, slug, [asked for asked, row in found.items() if row is None])
    named = {asked: row or elsewhere.get(asked) for asked, row in found.items()}
    return NamedCommits(
        commits={
            asked: Commit(sha, mirror, is_stored=is_stored)
            for asked, row in named.items()
            if row is not None
            for sha, is_merge, is_stored in [row]
            if not is_merge
        },
        merges={asked: row[0] for asked, row in named.items() if row is not None and row[1]},
        unknown=[asked for asked, row in named.items() if row is None],
    )


def _begins_with(shas: Sequence[str]) -> pl.Expr:
    whole = [sha for sha in shas if len(sha) == 40]
    parts = [sha for sha in shas if len(sha) < 40]
    sha = pl.col("sha")
    return pl.any_horizontal(sha.is_in(whole), *(sha.str.starts_with(part) for part in parts))


def _one_of(rows: pl.DataFrame, asked: str, slug: str) -> tuple[str, bool, bool] | None:
    """The one of *rows* that begins with *asked*: its sha, whether it is a merge, or stored."""
    fitting = rows.filter(pl.col("sha").str.starts_with(asked)).rows()
    if len(fitting) > 1:
        raise _ambiguous(slug, asked)
    return fitting[0] if fitting else None


def _in_mirror(
    workspace: Workspace, slug: str, shas: Sequence[str]
) -> dict[str, tuple[str, bool, bool]]:
    """The same of commits that were fetched and not analysed yet, as far as there are any."""
    mirror = workspace.mirror(slug).git_dir
    if not shas or not mirror.exists():
        return {}
    lines = (f"{sha}^{{commit}}" for sha in shas)
    with stream_git(["cat-file", "--batch-check"], git_dir=mirror, lines=lines) as answers:
        said = dict(zip(shas, answers.read().splitlines(), strict=True))
    for asked, answer in said.items():
        if answer.endswith(b" ambiguous"):
            raise _ambiguous(slug, asked)
    there = {
        asked: found[1].decode("ascii")
        for asked, answer in said.items()
        if (found := _FOUND.fullmatch(answer))
    }
    if not there:
        return {}
    listing = ["rev-list", "--no-walk=unsorted", "--parents", *dict.fromkeys(there.values())]
    listed = run_git(listing, git_dir=mirror).output.decode("ascii").splitlines()
    parents = {line.split()[0]: len(line.split()) - 1 for line in listed}
    return {asked: (sha, parents[sha] > 1, False) for asked, sha in there.items()}


def _ambiguous(slug: str, asked: str) -> UsageError:
    return UsageError(f"several commits of {slug} begin with {asked}: write it in full")
