"""PageRank on graphs that are small enough to solve by hand."""

import polars as pl
import pytest

from hyperion_pipelines.insights.shared.centrality import page_rank


def ranks(paths: str, *edges: str) -> dict[str, float]:
    """The centrality of each letter of *paths*; `ab` means that a imports b."""
    ends = [(edge[0], edge[1]) for edge in edges]
    frame = pl.DataFrame(ends, {"from_path": pl.String, "to_path": pl.String}, orient="row")
    return dict(page_rank(pl.Series("path", list(paths), dtype=pl.String), frame).iter_rows())


def test_a_file_that_is_imported_is_more_central() -> None:
    """File a imports b, b leads anywhere: a = 0.075 + 0.425 b and a + b = 1, a = 0.5/1.425."""
    a = 0.5 / 1.425
    assert ranks("ab", "ab") == pytest.approx({"a": a, "b": 1 - a})


def test_rings_and_files_without_imports_are_alike() -> None:
    third = pytest.approx(1 / 3)
    assert ranks("abc", "ab", "bc", "ca") == {"a": third, "b": third, "c": third}
    assert ranks("abc") == {"a": third, "b": third, "c": third}


def test_an_import_counts_once_and_none_of_itself_or_of_elsewhere() -> None:
    assert ranks("ab", "ab", "ab", "aa", "az", "za") == pytest.approx(ranks("ab", "ab"))


def test_no_files_have_no_ranks() -> None:
    assert ranks("") == {}
