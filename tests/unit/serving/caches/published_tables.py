"""A home with published tables, written as an analysis writes them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from pydantic import ByteSize

from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.publications import Publication
from hyperion_pipelines.workspace import Workspace

SLUG = "shop"


class Analysis:
    """Publishes tables of `shop` in a home; each publication is a second later."""

    def __init__(self, home: Path) -> None:
        self.workspace = Workspace(Settings(home=home))
        self.workspace.catalogue.add("https://example.org/shop.git")
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def withdraw(self, table: str) -> None:
        """Say that a table is about to be replaced."""
        self.workspace.publications.withdraw(table, SLUG)

    def publish(self, table: str, *paths: str) -> None:
        """Replace a table by one row for each path."""
        self.withdraw(table)
        rows = tree_rows(*paths) if table == "tree" else TABLES[table].to_frame()
        self.workspace.lake.write(table, SLUG, rows.drop("repository"))
        self.record(table, rows.height)

    def record(self, table: str, rows: int) -> None:
        """Say that a table was published."""
        self._now += timedelta(seconds=1)
        made = Publication("data", "code", "a" * 40, rows, self._now.isoformat())
        self.workspace.publications.record(table, SLUG, made)


def tree_rows(*paths: str) -> pl.DataFrame:
    """Rows of the table `tree`, with nothing in them but their paths."""
    return pl.DataFrame([{"repository": SLUG, "path": path} for path in paths], TABLES["tree"])


def open_served(home: Path, *, table_cache_bytes: int = 100 * 1024**2) -> PublishedWorkspace:
    """The home as a sidecar sees it that looks at it with every request."""
    settings = Settings(home=home, table_cache_bytes=ByteSize(table_cache_bytes))
    return PublishedWorkspace(settings, look_seconds=0.0)
