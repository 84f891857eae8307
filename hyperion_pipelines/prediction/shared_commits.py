"""The commits behind a suggestion: those that changed both files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hyperion_pipelines.prediction.model import Suggestion
from hyperion_pipelines.stores.lake import Lake

MOST = 3


@dataclass(frozen=True)
class SharedCommit:
    """A commit that changed two files; `commit_time` is in UTC."""

    sha: str
    commit_time: datetime
    author_name: str
    subject: str


def shared_commits(
    lake: Lake, slug: str, suggestions: Sequence[Suggestion]
) -> list[list[SharedCommit]]:
    """For each of *suggestions* the newest commits that changed it and the given file.

    There are MOST at most. Both files count under their present paths: what was before a rename is
    left out.
    """
    pairs = pl.DataFrame(
        [(each.path, each.given) for each in suggestions],
        schema={"path": pl.String, "given": pl.String},
        orient="row",
    ).with_row_index("pair")
    named = pl.concat([pairs["path"], pairs["given"]]).unique()
    is_named = pl.col("path").is_in(named.implode())
    touched = lake.read("changes", slug, columns=["sha", "path"], where=is_named)
    columns = ("sha", "position", "commit_time", "author_name", "subject")
    both = (
        pairs.join(touched, on="path")
        .join(touched.rename({"path": "given"}), on=["sha", "given"], how="semi")
        .join(lake.read("commits", slug, columns=columns), on="sha")
        .sort("position", descending=True)
        .group_by("pair")
        .head(MOST)
    )
    found: list[list[SharedCommit]] = [[] for _ in suggestions]
    ordered = both.sort("position", descending=True)
    for pair, *commit in ordered.select("pair", "sha", *columns[2:]).iter_rows():
        found[pair].append(SharedCommit(*commit))
    return found
