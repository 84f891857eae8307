"""Answers put together: evidence, then the words of a language model or the passages themselves.

The flow ends here. Without evidence there is no answer and no model is asked; an answer of a model
that fails, or that names no source, gives way to the passages, and says why.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from hyperion_pipelines.answering.answer import EXTRACTIVE, NOTHING_FOUND, Answer, ModelResult
from hyperion_pipelines.answering.extractive import quotation, quoted
from hyperion_pipelines.answering.language_model import (
    LanguageModel,
    LanguageModelError,
    Options,
    Piece,
)
from hyperion_pipelines.answering.markers import Markers
from hyperion_pipelines.answering.prompt import Turn, messages
from hyperion_pipelines.answering.query_embedding import QueryEmbedding
from hyperion_pipelines.answering.retrieval import Findings, Retrieval
from hyperion_pipelines.workspace import Workspace

QUOTED = "These passages answer best, quoted; nobody worded an answer of them."
NO_MODEL = "No language model was asked, since HYPERION_LLM_URL names none."
INSTEAD = "The passages that answer are quoted in its place."
NO_SOURCE = f"The language model named no source for its answer. {INSTEAD}"

_FAILED: ModelResult = "failed"
_UNCITED: ModelResult = "uncited"

logger = logging.getLogger(__name__)


class Answering:
    """Answers questions about the repositories of a workspace.

    `retrieval` computes, and belongs in a thread; the rest waits for the model server.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.embed = QueryEmbedding(lambda: workspace.question_model)
        self.retrieval = Retrieval(workspace, self.embed)
        settings = workspace.settings
        self._model = LanguageModel(settings) if settings.llm_url else None

    async def close(self) -> None:
        """Close the connections to the model server."""
        if self._model is not None:
            await self._model.close()

    async def answer(
        self, findings: Findings, before: Sequence[Turn] = (), options: Options | None = None
    ) -> Answer:
        """The answer to the question of *findings*, after the turns *before* it.

        *options* are parameters of the model's server.
        """
        if not findings.evidence:
            return _nothing(findings)
        if self._model is None:
            return _extractive(findings, [NO_MODEL], "not asked")
        try:
            name = await self._model.name()
            whole = await self._model.complete(messages(findings, before), options)
        except LanguageModelError as error:
            return _extractive(findings, [_failed(error)], _FAILED)
        markers = _markers(findings)
        text = markers.feed(whole.text) + markers.end()
        if not markers.cited:
            return _extractive(findings, [NO_SOURCE], _UNCITED)
        return _worded(findings, name, text, markers, whole)

    async def stream(
        self, findings: Findings, before: Sequence[Turn] = (), options: Options | None = None
    ) -> AsyncGenerator[str | Answer]:
        """The same word by word: parts of the text, and at last the answer that they make.

        Where the model fails midway, or names no source to the end, the passages follow.
        """
        if self._model is None or not findings.evidence:
            answer = await self.answer(findings)
            if answer.text:
                yield answer.text
            yield answer
            return
        markers, last, said = _markers(findings), Piece(""), ""
        note, result = NO_SOURCE, _UNCITED
        try:
            name = await self._model.name()
            stream = self._model.stream(messages(findings, before), options)
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    last = _latest(last, piece)
                    if words := markers.feed(piece.text):
                        said += words
                        yield words
            if words := markers.end():
                said += words
                yield words
            if markers.cited:
                yield _worded(findings, name, said, markers, last)
                return
        except LanguageModelError as error:
            note, result = _failed(error), _FAILED
        passages = _extractive(findings, [note], result, markers.cited)
        words = f"\n\n*{note}*\n\n{passages.text}" if said else passages.text
        yield words
        yield replace(passages, text=said + words)


def _markers(findings: Findings) -> Markers:
    return Markers(one.number for one in findings.evidence)


def _nothing(findings: Findings) -> Answer:
    searched = ", ".join(findings.slugs) or "no repository"
    note = f"Nothing that bears on the question was found in {searched}, so there is no answer."
    return Answer(findings.question, "", NOTHING_FOUND, (), [note])


def _extractive(
    findings: Findings, notes: Sequence[str], result: ModelResult, cited: Sequence[int] = ()
) -> Answer:
    """The passages that answer, quoted; the text says so.

    Evidence that a model had *cited* before is a source too, and keeps the places it was shown at.
    """
    quotes = {source.number: source for source in quoted(findings.question, findings.evidence)}
    sources = {
        number: replace(quotes.get(number) or findings.evidence[number - 1].whole(), number=place)
        for place, number in enumerate(dict.fromkeys([*cited, *quotes]), start=1)
    }
    text = "\n\n".join([QUOTED, *(quotation(sources[number]) for number in quotes)])
    return Answer(findings.question, text, EXTRACTIVE, list(sources.values()), notes, result)


def _worded(findings: Findings, name: str, text: str, markers: Markers, whole: Piece) -> Answer:
    """What a model answered, with what it cited."""
    unknown = ", ".join(map(str, dict.fromkeys(markers.unknown)))
    taken_out = f"The language model cited sources that there are not; taken out: {unknown}."
    return Answer(
        question=findings.question,
        text=text,
        answered_by=f"language model {name}",
        citations=[
            replace(findings.evidence[number - 1].whole(), number=place)
            for place, number in enumerate(markers.cited, start=1)
        ],
        notes=[taken_out] if unknown else [],
        model_result="answered",
        finish_reason=whole.finish_reason or "stop",
        usage=whole.usage or {},
    )


def _latest(last: Piece, piece: Piece) -> Piece:
    """What the server said of the whole so far."""
    return Piece("", piece.finish_reason or last.finish_reason, piece.usage or last.usage)


def _failed(error: LanguageModelError) -> str:
    logger.warning("no answer of the language model: %s", error)
    return f"The language model gave no answer: {error}. {INSTEAD}"
