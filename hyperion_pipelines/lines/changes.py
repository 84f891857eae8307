"""Rows of the table `changes`, as the replay takes them: a commit at a time."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.git.modes import is_file


class Change(NamedTuple):
    """What a commit did to a file: `number` is the row's, `language` that of the path before."""

    number: int
    sha: str
    path: str
    old_path: str | None
    status: str
    added: int | None
    is_binary: bool
    mode: str
    new_blob: str | None
    language: str | None

    @property
    def before(self) -> str:
        """The path before the commit."""
        return self.old_path or self.path

    @property
    def blob(self) -> str | None:
        """The blob of the regular file that the commit leaves; None where it leaves none."""
        return self.new_blob if is_file(self.mode) else None


def by_commit(changes: pl.DataFrame) -> Iterator[tuple[str, list[Change]]]:
    """The changes of each commit that has some; *changes* has a column `number`, too."""
    described = changes.with_columns(language=language_of(pl.coalesce("old_path", "path")))
    rows = described.select(Change._fields).iter_rows()
    for sha, group in groupby(map(Change._make, rows), lambda change: change.sha):
        yield sha, list(group)
