"""By which merge each commit came onto HEAD's history.

It reads the graph of commits alone; what a merge says about review is the business of
`delivery_weeks`.
"""

from collections.abc import Container, Mapping, Sequence

import polars as pl

Parents = Mapping[str, Sequence[str]]


def landed_by(commits: pl.DataFrame) -> pl.DataFrame:
    """`sha` and `merge_sha` of each commit that a merge brought onto HEAD's history.

    *commits* has `sha`, `parents`, `position` and `is_on_head`. The line of first parents from HEAD
    is what others are merged into: its own commits have no row. A merge on it brings what its other
    parents lead to and no older merge has brought. Inside of that the same holds again, so that a
    commit belongs to the innermost merge: the one that took its branch, not a later one that took
    that of others.
    """
    on_head = commits.filter("is_on_head").sort("position")
    parents: Parents = dict(on_head.select("sha", "parents").iter_rows())
    landed: dict[str, str | None] = {}
    pending: list[tuple[str, str | None]] = [(tip, None) for tip in on_head["sha"].tail(1)]
    while pending:
        tip, merge = pending.pop()
        line = _first_parents(parents, tip, landed)
        landed |= dict.fromkeys(line, merge)
        # The oldest merge is pushed last, so that it is the first to be looked into.
        pending += [(side, sha) for sha in line for side in parents[sha][1:]]
    schema = {"sha": pl.String, "merge_sha": pl.String}
    return pl.DataFrame(list(landed.items()), schema=schema, orient="row").drop_nulls()


def _first_parents(parents: Parents, tip: str, known: Container[str]) -> list[str]:
    """*tip*, its first parent, and so on, up to what is *known*."""
    line: list[str] = []
    following = [tip]
    while following and following[0] in parents and following[0] not in known:
        line.append(following[0])
        following = list(parents[following[0]][:1])
    return line
