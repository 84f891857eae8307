"""Commits that the lake does not know yet: what git says of them, and the features they will have.

They are put behind the history that the lake knows, so that their features are those which the
next analysis will give them. The history is looked at whole where that is cheap (order, identity of
files), and where it is not, in the rows alone that the features asked for are made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hyperion_pipelines.code.analysis import analyse_blobs
from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, defaulted
from hyperion_pipelines.features.groups.business import business
from hyperion_pipelines.features.groups.code_quality import code_quality
from hyperion_pipelines.features.groups.coverage_reports import read_coverage
from hyperion_pipelines.features.groups.file_history import file_history
from hyperion_pipelines.features.groups.team import team
from hyperion_pipelines.features.groups.temporal import temporal
from hyperion_pipelines.features.inputs import FeatureTables, History, read_history
from hyperion_pipelines.git.ancestry import Ancestry
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.git.history import signatures_of
from hyperion_pipelines.git.identities import merge_identities
from hyperion_pipelines.git.log_stream import LogFrames, read_log
from hyperion_pipelines.git.messages import describe_messages
from hyperion_pipelines.git.tree import open_texts
from hyperion_pipelines.schemas import COMMITS, TREE
from hyperion_pipelines.workspace import Workspace

if TYPE_CHECKING:
    from datetime import datetime

# What the features of a commit ask of earlier ones; messages weigh more than all of it.
_EARLIER = (
    *("sha", "parents", "author_name", "author_email", "commit_time", "is_merge", "is_fix"),
    "position",
)


# What decides on their order.
_GRAPH = ("sha", "parents", "commit_time")


@dataclass(frozen=True)
class PendingCommits:
    """Commits that are asked about, with all that lie between them and the known history.

    `commits` and `changes` have the columns of their tables, without `repository`; `features` has a
    row for each commit that is asked about, those of `commit_features`.
    """

    commits: pl.DataFrame
    changes: pl.DataFrame
    features: pl.DataFrame


def read_pending(
    workspace: Workspace, slug: str, git_dir: Path, shas: Sequence[str]
) -> PendingCommits:
    """The commits *shas*, which *git_dir* holds with all their ancestors, and their features.

    The features equal those of an analysis that knows these commits and their ancestors beside
    what the lake knows.
    """
    earlier = workspace.lake.read("commits", slug, columns=_EARLIER).filter(
        ~pl.col("sha").is_in(shas)
    )
    log = read_log(git_dir, _unknown(workspace, slug, git_dir, shas, earlier["sha"]))
    described = log.commits.with_columns(is_merge=pl.col("parents").list.len() > 1)
    described = described.hstack(describe_messages(described))
    commits = pl.concat([earlier.drop("position"), described], how="diagonal")
    commits = commits.join(_positions(earlier, log.commits), on="sha").join(
        _people(workspace, slug, git_dir, log), on=["author_name", "author_email"], how="left"
    )
    tables = _tables(workspace, slug, git_dir, commits, log)
    named = [name for name in COMMITS if name in commits.columns]
    return PendingCommits(
        commits.join(log.commits.select("sha"), on="sha", how="semi").select(named),
        log.changes,
        features_of(shas, tables, workspace.filters(slug)),
    )


def features_of(shas: Sequence[str], tables: FeatureTables, filters: PathFilters) -> pl.DataFrame:
    """The rows of `commit_features(tables, filters)` of the commits *shas* alone, in its order.

    Each group of features is given the rows that it looks at for these commits: their own changes,
    all to the same files, and all commits of the same authors.
    """
    history = read_history(tables, filters)
    commits, touches = history.commits, history.touches
    asked = commits.filter(pl.col("sha").is_in(shas))
    own = _touches(history, touches.join(asked, on="rank", how="semi"))
    authors = commits.join(asked, on="author", how="semi")
    by_authors = History(authors, touches.join(authors, on="rank", how="semi"), history.segments)
    same_files = _touches(history, touches.join(own.touches, on="file", how="semi"))
    rows = asked.select("rank", "sha", "commit_time")
    for group in (
        code_quality(own, tables),
        team(by_authors),
        business(own, tables.dependency_history),
        temporal(history),
        file_history(same_files),
    ):
        rows = rows.join(group, on="rank", how="left")
    return rows.sort("rank").select("sha", "commit_time", *defaulted(COMMIT_FEATURES))


def _touches(history: History, touches: pl.DataFrame) -> History:
    """The history with some of its touches alone; the ranks of commits stay what they are."""
    return History(history.commits, touches, history.segments)


def _unknown(
    workspace: Workspace, slug: str, git_dir: Path, shas: Sequence[str], known: pl.Series
) -> list[str]:
    """*shas* and their ancestors that the lake does not know, the newest first."""
    basis = workspace.publications.basis("git", slug)
    tips = [f"^{tip}" for tip in basis.tips] if basis else []
    command = ["rev-list", "--topo-order", "--ignore-missing", *shas, *tips]
    listed = run_git(command, git_dir=git_dir, what="listing new commits").output.decode("ascii")
    there = set(known)
    reached = dict.fromkeys([*listed.split(), *shas])
    return [sha for sha in reached if sha not in there]


def _positions(earlier: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """`sha` and `position` of the whole history, in the order in which the stage of git has it."""
    known = earlier.select("sha", "position")
    first: datetime | None = new.select(pl.min("commit_time")).item()
    last: datetime | None = earlier.select(pl.max("commit_time")).item()
    if first is None:
        return known
    if last is None or first <= last:
        return _numbered(pl.concat([earlier.select(_GRAPH), new.select(_GRAPH)]), 0)
    # No known commit waits for a new one, and each is earlier than all of these: they stay first.
    among_new = pl.col("parents").list.set_intersection(new["sha"].to_list())
    after: int = 1 + known.select(pl.max("position")).item()
    return pl.concat([known, _numbered(new.select(_GRAPH).with_columns(among_new), after)])


def _numbered(commits: pl.DataFrame, first: int) -> pl.DataFrame:
    """`sha` and `position` (from *first* on) of commits of which none has parents elsewhere."""
    seconds = commits["commit_time"].dt.epoch("s")
    edges = (tuple(dict.fromkeys(several)) for several in commits["parents"].to_list())
    ancestry = Ancestry(
        dict(zip(commits["sha"], edges, strict=True)),
        dict(zip(commits["sha"], seconds, strict=True)),
    )
    return (
        pl.DataFrame({"sha": ancestry.order})
        .with_row_index("position", first)
        .select("sha", "position")
    )


def _people(workspace: Workspace, slug: str, git_dir: Path, log: LogFrames) -> pl.DataFrame:
    """Who is who: `author_name`, `author_email`, `author_id`, `is_bot`.

    The known identities hold while nobody new signs and the mailmap stays what it is; else all
    signatures, old and new, are told apart once more.
    """
    known = workspace.lake.read("identities", slug).drop("repository")
    signatures = signatures_of(log.commits)
    is_new = not signatures.join(known, on=["name", "email"], how="anti").is_empty()
    if is_new or ".mailmap" in log.changes["path"]:
        with open_texts(git_dir, log.commits["sha"][0]) as read_text:
            mailmap = read_text(".mailmap") or ""
        all_signatures = pl.concat([known.select(signatures.columns), signatures])
        overrides = workspace.identity_overrides(slug)
        known = merge_identities(all_signatures, mailmap=mailmap, overrides=overrides)
    return known.select("is_bot", author_name="name", author_email="email", author_id="person_id")


def _tables(
    workspace: Workspace, slug: str, git_dir: Path, commits: pl.DataFrame, log: LogFrames
) -> FeatureTables:
    """What features are made from: the tables of the lake, and the new commits behind them."""
    lake = workspace.lake
    known = lake.read("changes", slug, columns=log.changes.columns)
    changes = pl.concat([known.join(log.commits, on="sha", how="anti"), log.changes])
    return FeatureTables(
        commits,
        changes,
        _blob_metrics(workspace, slug, git_dir, log.changes),
        lake.read("dependency_history", slug),
        read_coverage(git_dir, changes),
    )


def _blob_metrics(
    workspace: Workspace, slug: str, git_dir: Path, new: pl.DataFrame
) -> pl.DataFrame:
    """The metrics of the blobs of the *new* changes, measured now where the lake has none.

    Of all other blobs `lines` are all that features ask for.
    """
    touched = pl.concat([new["old_blob"], new["new_blob"]]).drop_nulls().unique()
    lake, nothing = workspace.lake, TREE.to_frame()
    known = lake.read("blob_metrics", slug, where=pl.col("blob").is_in(touched.implode()))
    sources = source_blobs(new, nothing, nothing, workspace.filters(slug))
    unknown = sources.join(known, on="blob", how="anti").select(
        "blob",
        "path",
        language="path_language",
        is_generated="path_generated",
        functions=pl.lit(value=False),
        imports=pl.lit(value=False),
    )
    measured = analyse_blobs(git_dir, unknown, workers=1, progress=_unfollowed).metrics
    others = lake.read("blob_metrics", slug, columns=["blob", "lines"]).join(
        known, on="blob", how="anti"
    )
    return pl.concat([known.drop("repository"), measured, others], how="diagonal")


def _unfollowed(_: int) -> None:
    """A handful of blobs is measured before anybody could follow it."""
