"""The catalogue of repositories: which are analysed, from where, and under which slug.

One small JSON file in the home, replaced atomically; the orchestrator's partitions follow it.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from hyperion_pipelines.errors import ConfigurationError, UsageError
from hyperion_pipelines.git.sources import check_slug, suggest_slug
from hyperion_pipelines.locks import exclusive


@dataclass(frozen=True)
class Repository:
    """A repository of the catalogue; `added_at` is an ISO time in UTC."""

    slug: str
    source: str
    added_at: str


_ROWS = TypeAdapter(list[Repository])


@dataclass(frozen=True)
class Catalogue:
    """The repositories listed in `file`."""

    file: Path

    def list(self) -> list[Repository]:
        """All repositories, by slug. Raises ConfigurationError where the file is damaged."""
        if not self.file.exists():
            return []
        try:
            rows = _ROWS.validate_json(self.file.read_bytes())
        except ValidationError as error:
            message = f"{self.file} is damaged: mend it as JSON, or delete it and add them again"
            raise ConfigurationError(message) from error
        return sorted(rows, key=lambda row: row.slug)

    def get(self, slug: str) -> Repository:
        """The repository named *slug*. Raises UsageError, naming those there are, if none is."""
        known = {repository.slug: repository for repository in self.list()}
        if slug not in known:
            there = ", ".join(known) or "none yet; add one with `hyperion repo add SOURCE`"
            raise UsageError(f"no repository named {slug!r}; there are: {there}")
        return known[slug]

    def add(self, source: str, slug: str | None = None) -> Repository:
        """Add a resolved *source* and return its entry; one that is listed already is returned.

        Without a *slug* one is made of the source's name, numbered where another source has it.
        Raises UsageError when *slug* names another source.
        """
        if slug is not None:
            check_slug(slug)
        with self._locked():
            rows = self.list()
            same = [row for row in rows if row.source == source and slug in {None, row.slug}]
            if same:
                return same[0]
            taken = {row.slug: row for row in rows}
            if slug in taken:
                message = f"{slug!r} is {taken[slug].source} already: choose another --name"
                raise UsageError(message)
            added = Repository(
                slug or _free_slug(suggest_slug(source), taken),
                source,
                datetime.now(UTC).isoformat(timespec="seconds"),
            )
            self._write([*rows, added])
        return added

    def remove(self, slug: str) -> Repository:
        """Take *slug* off the catalogue and return what it was. Raises UsageError if it is none."""
        with self._locked():
            removed = self.get(slug)
            self._write([row for row in self.list() if row.slug != slug])
        return removed

    def _locked(self) -> AbstractContextManager[int]:
        return exclusive(self.file.with_suffix(".lock"), doing="editing the catalogue", wait=10)

    def _write(self, rows: "list[Repository]") -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", "utf-8")
        new.replace(self.file)


def _free_slug(slug: str, taken: dict[str, Repository]) -> str:
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
