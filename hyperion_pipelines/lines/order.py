"""The commits of a history in topological order: each has a place, by which origins name it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import polars as pl

from hyperion_pipelines.git.ancestry import ancestors


@dataclass(frozen=True)
class CommitOrder:
    """Shas, parents before children, and the parents of each."""

    shas: Sequence[str]
    parents: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, commits: pl.DataFrame) -> Self:
        """The order of the table `commits`."""
        ordered = commits.sort("position")
        shas = ordered["sha"].to_list()
        return cls(shas, dict(zip(shas, ordered["parents"].to_list(), strict=True)))

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each commit, from 0."""
        return {sha: place for place, sha in enumerate(self.shas)}

    @cached_property
    def frame(self) -> pl.DataFrame:
        """`origin_sha` and `place` of each commit."""
        return pl.DataFrame(
            {"origin_sha": self.shas, "place": range(len(self.shas))},
            schema={"origin_sha": pl.String, "place": pl.Int32},
        )

    def reached_by(self, tips: Iterable[str]) -> set[str]:
        """The commits that *tips* reach, themselves included; tips that are gone reach none."""
        return ancestors(self.parents, [tip for tip in tips if tip in self.parents])
