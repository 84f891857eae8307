"""The tables of the history: commits, changes, identities and refs, brought up to date.

What git recorded of a commit is read once and kept by its sha. What is derived from it (positions,
people, the meaning of messages) is cheap and derived anew each time, so an update leaves the very
tables that a run from nothing leaves.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.git.ancestry import Ancestry, ancestors, read_ancestry
from hyperion_pipelines.git.identities import NO_OVERRIDES, IdentityOverrides, merge_identities
from hyperion_pipelines.git.log_stream import (
    CHANGE_SCHEMA,
    COMMIT_SCHEMA,
    LogFrames,
    read_log,
)
from hyperion_pipelines.git.messages import describe_messages
from hyperion_pipelines.git.refs import describe_refs
from hyperion_pipelines.git.sources import RefList
from hyperion_pipelines.git.tree import open_texts
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.schemas import COMMITS

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class History:
    """The tables of a history, without the column `repository`; `read` counts the commits read."""

    commits: pl.DataFrame
    changes: pl.DataFrame
    identities: pl.DataFrame
    refs: pl.DataFrame
    read: int

    @property
    def undecodable(self) -> int:
        """Commits in which bytes that are not text were replaced."""
        texts = pl.col("author_name", "committer_name", "subject", "body")
        return self.commits.filter(
            pl.any_horizontal(texts.str.contains(REPLACEMENT, literal=True))
        ).height


def update_history(
    git_dir: Path,
    refs: RefList,
    known: LogFrames,
    *,
    overrides: IdentityOverrides = NO_OVERRIDES,
    workers: int = 1,
    progress: Progress | None = None,
) -> History:
    """The history that *refs* reach, reading only the commits that *known* lacks.

    *known* may hold more columns, and commits that no branch reaches any longer: both are dropped.
    Raises MissingObjectsError where the mirror lacks an object.
    """
    ancestry = read_ancestry(git_dir)
    order = _on_branches(ancestry, refs)
    there = set(known.commits["sha"])
    unread = [sha for sha in reversed(order) if sha not in there]
    new = read_log(git_dir, unread, workers=workers, progress=progress)
    on_head = ancestors(ancestry.parents, [refs.head_sha])
    positions = pl.DataFrame(
        {
            "sha": order,
            "position": range(len(order)),
            "is_on_head": [sha in on_head for sha in order],
        },
        schema={"sha": pl.String, "position": pl.UInt32, "is_on_head": pl.Boolean},
    )
    commits = pl.concat(
        [known.commits.select(list(COMMIT_SCHEMA)), new.commits], rechunk=True
    ).join(positions, on="sha")
    changes = pl.concat([known.changes.select(list(CHANGE_SCHEMA)), new.changes], rechunk=True)
    with open_texts(git_dir, refs.head_sha) as read_text:
        mailmap = read_text(".mailmap") or ""
    identities = merge_identities(signatures_of(commits), mailmap=mailmap, overrides=overrides)
    return History(
        commits=_derive(commits, identities).sort("position"),
        changes=changes.join(positions, on="sha")
        .sort("position", "path")
        .drop("position", "is_on_head"),
        identities=identities,
        refs=describe_refs(ancestry, refs),
        read=new.commits.height,
    )


def _on_branches(ancestry: Ancestry, refs: RefList) -> list[str]:
    """The commits that HEAD or a branch reaches, in the order of their positions."""
    reached = ancestors(ancestry.parents, refs.tips)
    return [sha for sha in ancestry.order if sha in reached]


def signatures_of(commits: pl.DataFrame) -> pl.DataFrame:
    """How often each recorded (name, e-mail) wrote or committed."""
    roles = [
        commits.select(name=f"{role}_name", email=f"{role}_email")
        for role in ("author", "committer")
    ]
    return pl.concat(roles).group_by("name", "email").agg(pl.len().cast(pl.UInt32).alias("commits"))


def _derive(commits: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Add who a commit's people are and what its message says."""
    person = identities.select("name", "email", "person_id", "is_bot")
    author, committer = (
        person.rename({"name": f"{role}_name", "email": f"{role}_email", "person_id": f"{role}_id"})
        for role in ("author", "committer")
    )
    described = commits.join(author, on=["author_name", "author_email"], how="left").join(
        committer.drop("is_bot"), on=["committer_name", "committer_email"], how="left"
    )
    with_merges = described.with_columns(is_merge=pl.col("parents").list.len() > 1)
    return with_merges.hstack(describe_messages(with_merges)).select(
        name for name in COMMITS if name != "repository"
    )
