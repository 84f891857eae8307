"""What models are trained on and asked about, of one repository: tables of the lake, made ready.

Each is read when it is first asked for, and kept. What is made of them is the models' business.
"""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.learning.models.anomaly import commit_signals
from hyperion_pipelines.learning.models.impact import ChangeHistory, ImpactTables, read_changes
from hyperion_pipelines.learning.training.examples import commit_examples, file_examples
from hyperion_pipelines.learning.training.splits import with_parts
from hyperion_pipelines.stores.lake import Lake


@dataclass(frozen=True)
class RepositoryTables:
    """The tables of the repository *slug*; *filters* say what kind of file a path is."""

    lake: Lake
    slug: str
    filters: PathFilters

    @cached_property
    def commits(self) -> pl.DataFrame:
        """The table `commits`."""
        return self._read("commits")

    @cached_property
    def changes(self) -> pl.DataFrame:
        """The table `changes`."""
        return self._read("changes")

    @cached_property
    def tree(self) -> pl.DataFrame:
        """The table `tree`."""
        return self._read("tree")

    @cached_property
    def commit_features(self) -> pl.DataFrame:
        """The table `commit_features`."""
        return self._read("commit_features")

    @cached_property
    def file_features(self) -> pl.DataFrame:
        """The table `file_features`."""
        return self._read("file_features")

    @cached_property
    def commit_examples(self) -> pl.DataFrame:
        """`commit_examples` with their parts."""
        return with_parts(commit_examples(self.commit_features, self._read("bug_labels")))

    @cached_property
    def file_examples(self) -> pl.DataFrame:
        """`file_examples` with their parts."""
        return with_parts(file_examples(self.file_features))

    @cached_property
    def described_commits(self) -> pl.DataFrame:
        """`commit_features` and what tells odd commits beside them, as the anomaly model reads."""
        signals = commit_signals(self.commits, self.changes, self._read("refs"), self.filters)
        return self.commit_features.join(signals, on="sha", maintain_order="left")

    @cached_property
    def change_history(self) -> ChangeHistory:
        """Which files changed together, as the impact model asks for it."""
        return read_changes(
            ImpactTables(
                self.commits,
                self.changes,
                self._read("dependency_history"),
                self._read("dependencies"),
                self.tree,
            ),
            self.filters,
        )

    def _read(self, table: str) -> pl.DataFrame:
        return self.lake.read(table, self.slug)
