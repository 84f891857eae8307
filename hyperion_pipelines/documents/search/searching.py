"""A question answered with passages: by meaning and by words, over several repositories.

Vectors come from `bm25` and from whoever embeds; the store ranks each repository; here the rankings
become one. Where words matched is the business of `marking`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Literal

from hyperion_pipelines.documents.search.bm25 import query_vector
from hyperion_pipelines.documents.search.fusion import Fused, fuse, merge_by_score
from hyperion_pipelines.documents.search.passages import Passage, without_repetitions
from hyperion_pipelines.stores.vectors import PassageFilter, Vector, VectorQuery, VectorStore

Way = Literal["dense", "bm25"]
WAYS: Sequence[Way] = ("dense", "bm25")
ANY = PassageFilter()
# Hits that are asked for, each way: more than are shown, since some repeat others, and a hit may be
# far down one way and good on both.
FEWEST_HITS = 50
HITS_PER_PASSAGE = 3


class Searcher:
    """Finds passages in a store; *embed* makes the dense vector of a question."""

    def __init__(self, store: VectorStore, embed: Callable[[str], Vector]) -> None:
        self._store = store
        self._embed = embed

    def search(
        self,
        query: str,
        slugs: Sequence[str],
        *,
        limit: int = 10,
        filter: PassageFilter = ANY,  # noqa: A002 - as the store names it
        ways: Sequence[Way] = WAYS,
        version: str | None = None,
    ) -> list[Passage]:
        """The *limit* best passages of the repositories *slugs*, best first, none repeated.

        Those of the published vectors are searched, unless a *version* is named. Nothing is found
        where nothing was published, nor by words alone where *query* has stop words and punctuation
        alone. Raises what the store and the embedding do.
        """
        hits = max(FEWEST_HITS, HITS_PER_PASSAGE * limit)
        question = self._question(query, hits, filter, ways)
        if question.dense is None and question.sparse is None:
            return []
        answers = {
            slug: self._store.search(slug, question, version=version)
            for slug in dict.fromkeys(slugs)
        }
        found = fuse(
            {
                "dense": merge_by_score(answer.dense for answer in answers.values()),
                "bm25": merge_by_score(answer.sparse for answer in answers.values()),
            }
        )
        versions = {slug: answer.version for slug, answer in answers.items() if answer.version}
        passages = chain.from_iterable(
            self._read(found[start : start + limit], versions)
            for start in range(0, len(found), limit)
        )
        return list(islice(without_repetitions(passages), limit))

    def _read(self, found: Sequence[Fused], versions: Mapping[str, str]) -> Iterator[Passage]:
        """What the store keeps of the chunks that were *found* in *versions*, by repository."""
        payloads: dict[str, Mapping[str, Any]] = {}
        for slug, version in versions.items():
            ids = [one.hit.chunk_id for one in found if one.hit.slug == slug]
            if ids:
                read = self._store.payloads(slug, ids, version=version)
                payloads.update(zip(ids, read, strict=True))
        return (Passage.of(one, payloads[one.hit.chunk_id]) for one in found)

    def _question(
        self, query: str, hits: int, wanted: PassageFilter, ways: Sequence[Way]
    ) -> VectorQuery:
        dense = self._embed(query) if "dense" in ways and query.strip() else None
        sparse = query_vector(query) if "bm25" in ways else None
        return VectorQuery(dense, sparse if sparse and sparse.indices else None, hits, wanted)
