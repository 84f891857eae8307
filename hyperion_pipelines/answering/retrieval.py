"""From a question to the evidence: passages that bear on it, with what is known of their files.

It computes and reads; nothing here waits for a network but the stores' own. What is answered is
the business of `answering`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hyperion_pipelines.answering.bearing import bearing
from hyperion_pipelines.answering.citations import Evidence, documents_sha
from hyperion_pipelines.answering.context import file_contexts
from hyperion_pipelines.answering.query_embedding import QueryEmbedding
from hyperion_pipelines.documents.search.bm25 import query_vector
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.documents.search.searching import ANY, Searcher
from hyperion_pipelines.stores.vectors import PassageFilter
from hyperion_pipelines.workspace import Workspace

PASSAGES = 8
# What stands for something that was named before.
_REFERRING = re.compile(
    r"\b(?:it|its|he|she|him|her|his|they|them|their|this|that|these|those|there|one|ones)\b",
    re.IGNORECASE,
)
_FEWEST_TERMS = 2
_LONGEST_REFERRING = 300  # characters; a longer question says itself what it is about


@dataclass(frozen=True)
class Findings:
    """A question, the repositories that were searched, and the evidence that was found there."""

    question: str
    slugs: Sequence[str]
    evidence: Sequence[Evidence]


class Retrieval:
    """Finds what answers in a workspace; *embed* makes the vectors of questions."""

    def __init__(self, workspace: Workspace, embed: QueryEmbedding) -> None:
        self._workspace, self._embed = workspace, embed

    def passages(
        self, query: str, slugs: Sequence[str], *, limit: int, wanted: PassageFilter = ANY
    ) -> list[Passage]:
        """The *limit* best passages, whether they bear on *query* or not.

        Raises what the store and the embedding do.
        """
        searcher = Searcher(self._workspace.vectors, self._embed)
        return searcher.search(query, slugs, limit=limit, filter=wanted)

    def bearing(
        self, question: str, slugs: Sequence[str], *, limit: int = PASSAGES, before: str = ""
    ) -> list[Passage]:
        """The passages of the repositories *slugs* that bear on *question*, the best first.

        There may be none. A question that names nothing itself is looked for together with the one
        *before* it. Raises what the store and the embedding do.
        """
        context = before[:_LONGEST_REFERRING] if refers_back(question) else ""
        asked = f"{context}\n{question}".strip()
        return bearing(asked, self.passages(asked, slugs, limit=limit))

    def findings(
        self, question: str, slugs: Sequence[str], passages: Sequence[Passage]
    ) -> Findings:
        """*passages* with what is known of their files. Raises what the lake does."""
        return Findings(question, slugs, self._evidence(passages))

    def sha(self, slug: str) -> str:
        """The commit that the passages of a repository are of."""
        return documents_sha(self._workspace.publications, slug)

    def _evidence(self, passages: Sequence[Passage]) -> list[Evidence]:
        slugs = {passage.repository for passage in passages}
        shas = {slug: self.sha(slug) for slug in slugs}
        contexts = {
            slug: file_contexts(
                self._workspace, slug, sorted({p.path for p in passages if p.repository == slug})
            )
            for slug in slugs
        }
        return [
            Evidence(
                number,
                passage,
                shas[passage.repository],
                contexts[passage.repository][passage.path],
            )
            for number, passage in enumerate(passages, start=1)
        ]


def refers_back(question: str) -> bool:
    """Whether a question is understood only with the one before it: "Who wrote it?", "And why?"."""
    if len(question) > _LONGEST_REFERRING:
        return False
    few = len(query_vector(question).indices) < _FEWEST_TERMS
    return few or _REFERRING.search(question) is not None
