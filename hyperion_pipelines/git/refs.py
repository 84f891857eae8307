"""Branches and tags: how far each lies from HEAD, how old it is, whether HEAD holds it already."""

import polars as pl

from hyperion_pipelines.git.ancestry import Ancestry
from hyperion_pipelines.git.sources import RefList

HEAD = "HEAD"
SECONDS_PER_DAY = 86_400
KINDS = {"refs/heads/": "branch", "refs/tags/": "tag"}


def describe_refs(ancestry: Ancestry, refs: RefList) -> pl.DataFrame:
    """One row per branch and tag, by name: the table `refs` without `repository`.

    `ahead` and `behind` count the commits that only the ref, or only HEAD, reaches. `age_days` is
    the time between the ref's commit and the newest commit of all, so that it depends on the
    history alone. A tag's `sha` is the commit it names; tags of other objects are left out.
    """
    commits = {name: ancestry.commit(sha) for name, sha in refs.refs.items()}
    tips = {name: sha for name, sha in commits.items() if sha is not None}
    newest = max(ancestry.times.values())
    rows = pl.DataFrame(
        {
            "ref": list(tips),
            "sha": list(tips.values()),
            "seconds": [ancestry.times[sha] for sha in tips.values()],
        },
        schema={"ref": pl.String, "sha": pl.String, "seconds": pl.Int64},
    )
    prefix, short = "^(refs/heads/|refs/tags/)", pl.col("ref")
    return (
        rows.join(_distances(ancestry, tips, refs.head_sha), on="ref", how="left")
        .select(
            name=short.str.replace(prefix, ""),
            kind=short.str.extract(prefix).replace_strict(KINDS),
            sha=pl.col("sha"),
            ahead=pl.col("ahead"),
            behind=pl.col("behind"),
            commit_time=pl.from_epoch("seconds", "s")
            .dt.cast_time_unit("us")
            .dt.replace_time_zone("UTC"),
            age_days=(newest - pl.col("seconds")) / SECONDS_PER_DAY,
            is_merged=pl.col("ahead") == 0,
            is_head=pl.col("ref") == (refs.head_branch or ""),
        )
        .sort("kind", "name")
    )


def _distances(ancestry: Ancestry, tips: dict[str, str], head: str) -> pl.DataFrame:
    """`ref`, `ahead`, `behind`, from the counts of commits that each set of tips reaches."""
    reached = ancestry.reached_by(tips | {HEAD: head})
    with_head = reached.with_columns(in_head=pl.col("tips").list.contains(HEAD))
    total = with_head.filter("in_head")["commits"].sum()
    by_ref = with_head.explode("tips").group_by(ref="tips")
    counted = by_ref.agg(
        ahead=pl.col("commits").filter(~pl.col("in_head")).sum(),
        shared=pl.col("commits").filter("in_head").sum(),
    )
    return counted.with_columns(behind=(total - pl.col("shared")).cast(pl.UInt32)).drop("shared")
