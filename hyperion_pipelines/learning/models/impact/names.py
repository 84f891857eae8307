"""What paths say by themselves: their directory, the name they share with others, their words.

A test is named after what it tests: `cart.py`, `test_cart.py`, `CartTest.java` and `cart.css` have
the stem `cart`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.learning.models.impact.occurrences import NOWHERE, Integers

DEEPEST = 12  # directories of a path that are compared
# In this order; Rust's syntax has no look-around, so what follows a mark is put back.
_TEST_MARKS = (
    (r"^(?:[Tt]ests?|[Ss]pec)[_.-](.)", "$1"),
    (r"^Test([A-Z])", "$1"),
    (r"(.)[_.-](?:[Tt]ests?|[Ss]pecs?)$", "$1"),
    (r"([a-z0-9])(?:Tests?|TestCase|Spec|IT)$", "$1"),
)


@dataclass(frozen=True)
class PathNames:
    """Paths, numbered in ascending order, and what they say.

    `table` has `path`, `number`, `directory` (a number), `stem`, `extension`, `words` and
    `is_test`. `ancestors` (paths, DEEPEST) has the number of each directory on the way, the
    outermost first, then NOWHERE; `depths` how many there are.
    """

    table: pl.DataFrame
    ancestors: Integers
    depths: Integers

    @classmethod
    def of(cls, paths: pl.Series, filters: PathFilters) -> "PathNames":
        """The names of *paths*, each once."""
        parts = pl.col("path").str.split("/")
        table = (
            paths.unique()
            .sort()
            .to_frame("path")
            .with_row_index("number")
            .with_columns(filters.columns(pl.col("path")))
            .with_columns(name=parts.list.last(), folders=parts.list.slice(0, parts.list.len() - 1))
            .with_columns(
                bare=pl.col("name").str.extract(r"^(\.*[^.]*)", 1),
                extension=pl.col("name").str.extract(r"\.([^.]*)$", 1).fill_null(""),
                directory=pl.col("folders").list.join("/").rank("dense").cast(pl.Int64),
            )
            .with_columns(bare=_without_test_marks(pl.col("bare")))
            .with_columns(
                pl.col("number").cast(pl.Int64),
                stem=pl.col("bare").str.to_lowercase(),
                words=_words(pl.col("bare")),
            )
        )
        ancestors = _ancestors(table)
        kept = ("path", "number", "directory", "stem", "extension", "words", "is_test")
        return cls(table.select(kept), ancestors, (ancestors != NOWHERE).sum(axis=1))

    def numbers(self, paths: pl.Series) -> Integers:
        """The number of each of *paths*; NOWHERE for one that is not there."""
        found = paths.to_frame("path").join(
            self.table.select("path", "number"), on="path", how="left", maintain_order="left"
        )
        return found["number"].fill_null(NOWHERE).to_numpy()

    def is_test(self) -> NDArray[np.bool_]:
        """Whether each path is a test's."""
        return self.table["is_test"].to_numpy()

    def directories(self) -> Integers:
        """The number of each path's directory."""
        return self.table["directory"].to_numpy()

    def relations(self, given: Integers, candidate: Integers) -> pl.DataFrame:
        """How each pair of paths resembles, in the order of the pairs.

        `same_directory`, `same_stem`, `same_extension`, `common_path` (the share of the deeper
        one's directories that both lie in) and `name_likeness` (the Jaccard index of the words of
        both names).
        """
        pairs = pl.DataFrame({"given": given, "candidate": candidate})
        distinct = pairs.unique(maintain_order=True)
        one, other = distinct["given"].to_numpy(), distinct["candidate"].to_numpy()
        left, right = self.table[one], self.table[other]
        same = (self.ancestors[one] == self.ancestors[other]) & (self.ancestors[one] != NOWHERE)
        deepest = np.maximum(self.depths[one], self.depths[other])
        both = pl.struct(a=left["words"], b=right["words"], eager=True).struct.unnest()
        common = both.select(
            both=pl.col("a").list.set_intersection("b").list.len(),
            either=pl.col("a").list.set_union("b").list.len(),
        )
        related = distinct.with_columns(
            same_directory=left["directory"] == right["directory"],
            same_stem=left["stem"] == right["stem"],
            same_extension=left["extension"] == right["extension"],
            common_path=pl.Series(np.where(deepest > 0, same.sum(axis=1) / deepest.clip(1), 1.0)),
            name_likeness=common["both"] / common["either"].clip(1),
        )
        return pairs.join(
            related, on=["given", "candidate"], how="left", maintain_order="left"
        ).drop("given", "candidate")


def _without_test_marks(bare: pl.Expr) -> pl.Expr:
    for pattern, kept in _TEST_MARKS:
        bare = bare.str.replace(pattern, kept)
    return bare


def _words(bare: pl.Expr) -> pl.Expr:
    """The words of a name: `shopCart_view2` has shop, cart, view, 2."""
    apart = bare.str.replace_all("([a-z0-9])([A-Z])", "$1 $2").str.to_lowercase()
    return apart.str.extract_all(r"\p{L}+|[0-9]+").list.unique()


def _ancestors(table: pl.DataFrame) -> Integers:
    levels = [
        table.select(
            pl.when(pl.col("folders").list.len() > depth).then(
                pl.col("folders").list.head(depth + 1).list.join("/").rank("dense")
            )
        )
        .to_series()
        .cast(pl.Int64)
        .fill_null(NOWHERE)
        .to_numpy()
        for depth in range(DEEPEST)
    ]
    return np.stack(levels, axis=1)
