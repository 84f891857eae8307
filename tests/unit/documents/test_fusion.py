"""Rankings that become one."""

import pytest

from hyperion_pipelines.documents.search.fusion import fuse, merge_by_score
from hyperion_pipelines.stores.vectors import Hit


def hits(names: str) -> list[Hit]:
    """Hits named by letters, best first."""
    return [Hit("shop", name, 1.0 / place) for place, name in enumerate(names, start=1)]


def test_scores_are_the_sums_of_reciprocal_ranks() -> None:
    fused = {one.hit.chunk_id: one for one in fuse({"dense": hits("ab"), "bm25": hits("bc")})}

    assert fused["a"].score == pytest.approx(1 / 11)
    assert fused["b"].score == pytest.approx(1 / 12 + 1 / 11)
    assert fused["c"].score == pytest.approx(1 / 12)
    assert fused["b"].ranks == {"dense": 2, "bm25": 1}
    assert fused["c"].ranks == {"bm25": 2}


def test_what_both_find_goes_before_what_one_finds_first() -> None:
    fused = fuse({"dense": hits("abc"), "bm25": hits("xbz")})

    assert [one.hit.chunk_id for one in fused] == ["b", "a", "x", "c", "z"]


def test_one_ranking_keeps_its_order() -> None:
    assert [one.hit.chunk_id for one in fuse({"dense": hits("cab"), "bm25": []})] == ["c", "a", "b"]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse({"dense": [], "bm25": []}) == []


def test_repositories_are_merged_by_score_then_by_chunk() -> None:
    one = [Hit("shop", "d", 0.9), Hit("shop", "b", 0.5)]
    other = [Hit("shop", "c", 0.7), Hit("shop", "a", 0.5)]

    assert [hit.chunk_id for hit in merge_by_score([one, other])] == ["d", "c", "a", "b"]
