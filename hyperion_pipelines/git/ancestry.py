"""The graph of commits: who descends from whom, in which order, and how far refs lie apart.

It holds shas, parents and times only; what the commits say and change is `log_stream`'s business.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from hyperion_pipelines.git.commands import run_git, stream_git


@dataclass(frozen=True)
class Ancestry:
    """Every commit that a ref reaches: `parents` and `times` (seconds, committer's) by sha.

    `tags` maps annotated tags to the commits that they name.
    """

    parents: Mapping[str, tuple[str, ...]]
    times: Mapping[str, int]
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def commit(self, sha: str) -> str | None:
        """The commit that *sha* is or, being an annotated tag, names; None for another object."""
        named = self.tags.get(sha, sha)
        return named if named in self.parents else None

    @cached_property
    def order(self) -> list[str]:
        """Shas, parents before children; among those free to go, the earliest, then the least sha.

        Kahn's algorithm with a heap. The order depends on the commits alone, not on refs or packs,
        so a run after new commits gives the order of a run from nothing.
        """
        children: dict[str, list[str]] = defaultdict(list)
        waiting: dict[str, int] = {}
        for sha, parents in self.parents.items():
            waiting[sha] = len(parents)
            for parent in parents:
                children[parent].append(sha)
        ready = [(self.times[sha], sha) for sha, count in waiting.items() if not count]
        heapq.heapify(ready)
        order: list[str] = []
        while ready:
            _, sha = heapq.heappop(ready)
            order.append(sha)
            for child in children[sha]:
                waiting[child] -= 1
                if not waiting[child]:
                    heapq.heappush(ready, (self.times[child], child))
        return order

    def reached_by(self, tips: Mapping[str, str]) -> pl.DataFrame:
        """How many commits each set of tips alone reaches: `tips` (list of names) and `commits`.

        *tips* maps names to shas. One pass from children to parents carries a bit for each tip, so
        that all distances between any two of them follow from this one small frame.
        """
        names = list(tips)
        masks: dict[str, int] = defaultdict(int)
        for bit, name in enumerate(names):
            masks[tips[name]] |= 1 << bit
        counts: dict[int, int] = defaultdict(int)
        for sha in reversed(self.order):
            mask = masks.pop(sha, 0)
            counts[mask] += 1
            for parent in self.parents[sha]:
                masks[parent] |= mask
        sets = [[names[bit] for bit in _bits(mask)] for mask in counts]
        schema = {"tips": pl.List(pl.String), "commits": pl.UInt32}
        return pl.DataFrame({"tips": sets, "commits": list(counts.values())}, schema=schema)


def ancestors(parents: Mapping[str, Sequence[str]], tips: Iterable[str]) -> set[str]:
    """The commits that any of *tips* reaches over *parents*, themselves included."""
    found: set[str] = set()
    pending = list(tips)
    while pending:
        sha = pending.pop()
        if sha not in found:
            found.add(sha)
            pending.extend(parents[sha])
    return found


def read_ancestry(git_dir: Path) -> Ancestry:
    """The ancestry of every branch, tag and HEAD of a mirror.

    Raises MissingObjectsError where a commit is not there.
    """
    parents: dict[str, tuple[str, ...]] = {}
    times: dict[str, int] = {}
    command = ["rev-list", "--all", "HEAD", "--timestamp", "--parents"]
    with stream_git(command, git_dir=git_dir, what="reading the commit graph") as stream:
        for line in stream:
            time, sha, *others = line.decode("ascii").split()
            # A commit may name one parent twice; it is one edge.
            parents[sha], times[sha] = tuple(dict.fromkeys(others)), int(time)
    return Ancestry(parents, times, _annotated_tags(git_dir))


def _annotated_tags(git_dir: Path) -> dict[str, str]:
    """Tag objects and what they name in the end."""
    listing = run_git(
        ["for-each-ref", "--format=%(objectname)", "refs/tags"], git_dir=git_dir
    ).output.decode("ascii")
    tags = listing.split()
    with stream_git(
        ["cat-file", "--batch-check=%(objectname)"],
        git_dir=git_dir,
        lines=[f"{tag}^{{}}" for tag in tags],
        what="reading the tags",
    ) as stream:
        named = [line.decode("ascii").split()[0] for line in stream]
    return dict(zip(tags, named, strict=True))


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
