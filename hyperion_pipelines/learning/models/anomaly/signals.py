"""What a commit does that its author, or its repository, seldom did before: signals of an anomaly.

The catalogue measures size, people and time, but neither files deleted, binary files, branches, nor
what an author is used to; these columns stand beside its features. All but the branch look back
alone: cutting off the history after a commit leaves its signals as they are. Which branch holds a
commit is a fact of the present refs, as `commits.is_on_head` is.

How unusual an event is for an author is its surprise (Shannon's, in bits): -log2 of the share of
the author's earlier commits that it happened in, to which the repository's share is added as if
it were one more commit of the author, and to that in turn an even chance as if it were one more of
the repository. A newcomer is thus judged by the repository alone.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.groups.business import subsystem

HOURS_AROUND = 2
DAY_HOURS = 24
SIGNALS = (
    "binary_files",
    "deleted_files",
    "kind_surprise",
    "directory_surprise",
    "hour_surprise",
    "branch_surprise",
)


def commit_signals(
    commits: pl.DataFrame, changes: pl.DataFrame, refs: pl.DataFrame, filters: PathFilters
) -> pl.DataFrame:
    """The signals of every non-merge commit of one repository, from tables of the lake.

    `sha` and `SIGNALS` (f32): files and lines counted, surprises in bits. Beside them stand what
    reasons are worded with: `author_id`, `hour` (0 to 24, local), `kind` and `directory` (the most
    surprising ones touched; null where nothing was), `branch` (one that holds the commit; null
    where HEAD does), `kind_before`, `directory_before` and `branch_before` (earlier commits of the
    author that touched these, or lay on the same side of HEAD's history). `is_root`: the commit has
    no parents, so that it adds whatever there is.
    """
    ranked = _ranked(commits)
    touches = _touches(ranked, changes, filters)
    keys = (("directory", subsystem(pl.col("path"))), ("kind", pl.col("kind")))
    side = ranked.select("rank", key="is_on_head")
    parts = [
        _counts(touches),
        *(_most_surprising(ranked, touches.select("rank", key=key), name) for name, key in keys),
        _surprises(ranked, side).select("rank", branch_surprise="surprise", branch_before="before"),
        _hour_surprise(ranked),
    ]
    rows = ranked.join(branches(commits, refs), on="sha", how="left")
    for part in parts:
        rows = rows.join(part, on="rank", how="left")
    return rows.sort("rank").select(
        "sha",
        "author_id",
        "is_root",
        "hour",
        "kind",
        "directory",
        "branch",
        "kind_before",
        "directory_before",
        "branch_before",
        *(pl.col(name).fill_null(0).cast(pl.Float32) for name in SIGNALS),
    )


def branches(commits: pl.DataFrame, refs: pl.DataFrame) -> pl.DataFrame:
    """`sha` and `branch` of the commits that only branches beside HEAD's hold, each once.

    Where several hold a commit, it is the first by name.
    """
    beside = commits.filter(~pl.col("is_on_head"))
    parents = dict(zip(beside["sha"], beside["parents"].to_list(), strict=True))
    tips = refs.filter(pl.col("kind") == "branch", ~pl.col("is_merged")).sort("name")
    branch: dict[str, str] = {}
    for name, tip in zip(tips["name"].to_list(), tips["sha"].to_list(), strict=True):
        for sha in _reached(tip, parents, branch):
            branch[sha] = name
    return pl.DataFrame(
        {"sha": list(branch), "branch": list(branch.values())},
        schema={"sha": pl.String, "branch": pl.String},
    )


def _reached(tip: str, parents: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> set[str]:
    """The commits of *parents* that *tip* descends from, itself included, but those *known*."""
    reached: set[str] = set()
    waiting = [tip]
    while waiting:
        sha = waiting.pop()
        if sha in parents and sha not in reached and sha not in known:
            reached.add(sha)
            waiting += parents[sha]
    return reached


def _ranked(commits: pl.DataFrame) -> pl.DataFrame:
    """Non-merge commits in the order of time, numbered; `earlier` counts those of the author."""
    local = pl.col("author_time") + pl.duration(minutes="author_tz_minutes")
    return (
        commits.filter(~pl.col("is_merge"))
        .sort("commit_time", "position")
        .with_row_index("rank")
        .select(
            pl.col("rank").cast(pl.Int64),
            "sha",
            "author_id",
            "is_on_head",
            is_root=pl.col("parents").list.len() == 0,
            hour=(local.dt.hour() + local.dt.minute() / 60).cast(pl.Float32),
            earlier=pl.int_range(pl.len()).over("author_id"),
        )
    )


def _touches(ranked: pl.DataFrame, changes: pl.DataFrame, filters: PathFilters) -> pl.DataFrame:
    """The changes with their commit's `rank` and their file's `kind`, in words."""
    kinds = {
        "binary files": pl.col("is_binary"),
        "other people's code": pl.col("is_vendored"),
        "generated files": pl.col("is_generated"),
        "documentation": pl.col("is_documentation"),
        "tests": pl.col("is_test"),
    }
    first = pl.coalesce(pl.when(holds).then(pl.lit(kind)) for kind, holds in kinds.items())
    described = changes.select(pl.col("path").unique()).with_columns(
        filters.columns(pl.col("path"))
    )
    return (
        changes.join(ranked.select("sha", "rank"), on="sha")
        .join(described, on="path")
        .with_columns(kind=first.fill_null("code"))
    )


def _counts(touches: pl.DataFrame) -> pl.DataFrame:
    is_new_binary = pl.col("is_binary") & (pl.col("status") != "D")
    return touches.group_by("rank").agg(
        binary_files=is_new_binary.sum(),
        deleted_files=(pl.col("status") == "D").sum(),
    )


def _most_surprising(ranked: pl.DataFrame, keys: pl.DataFrame, name: str) -> pl.DataFrame:
    """`rank`, `NAME`, its `NAME_surprise` and `NAME_before`: the key that surprises most."""
    ordered = _surprises(ranked, keys).sort("surprise", "key", descending=[True, False])
    return ordered.unique("rank", keep="first", maintain_order=True).select(
        "rank",
        pl.col("key").alias(name),
        pl.col("surprise").alias(f"{name}_surprise"),
        pl.col("before").alias(f"{name}_before"),
    )


def _surprises(ranked: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Of each of the *keys* of a commit `rank`, `key`, `surprise` (bits) and `before`.

    `before` counts the author's earlier commits with the same key.
    """
    return (
        keys.unique()
        .join(ranked.select("rank", "author_id", "earlier"), on="rank")
        .sort("rank", "key")
        .select(
            "rank",
            "key",
            surprise=_surprise(even_chance=1 / 2),
            before=pl.int_range(pl.len()).over("author_id", "key"),
        )
    )


def _hour_surprise(ranked: pl.DataFrame) -> pl.DataFrame:
    """`rank` and `hour_surprise`: of commits at most HOURS_AROUND from this one on the clock."""
    around = pl.int_ranges(-HOURS_AROUND, HOURS_AROUND + 1).alias("offset")
    hour = pl.col("hour").floor().cast(pl.Int64)
    return (
        ranked.select("rank", "author_id", "earlier", hour=hour)
        .with_columns(around)
        .explode("offset")
        .with_columns(key=(pl.col("hour") + pl.col("offset")) % DAY_HOURS)
        .sort("rank")
        .with_columns(surprise=_surprise(even_chance=(2 * HOURS_AROUND + 1) / DAY_HOURS))
        .filter(pl.col("offset") == 0)
        .select("rank", hour_surprise="surprise")
    )


def _surprise(*, even_chance: float) -> pl.Expr:
    """In bits; rows hold `rank`, `author_id`, `earlier` and `key`, in the order of ranks."""
    before = pl.int_range(pl.len())
    in_repository = (before.over("key") + even_chance) / (pl.col("rank") + 1)
    by_author = (before.over("author_id", "key") + in_repository) / (pl.col("earlier") + 1)
    return -by_author.log(2)
