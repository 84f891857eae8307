"""An answer as readers get it, whoever worded it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hyperion_pipelines.answering.citations import Source

EXTRACTIVE = "extractive"
NOTHING_FOUND = "nothing found"
# What became of the question to the language model, as metrics count it.
ModelResult = Literal["not asked", "answered", "failed", "uncited"]


@dataclass(frozen=True)
class Answer:
    """The answer to a question.

    `answered_by` is "language model NAME", "extractive" where `text` quotes passages, or "nothing
    found", where `text` is empty and nothing is cited. `notes` are sentences on how it came about.
    `usage` and `finish_reason` are what the model server said of its part.
    """

    question: str
    text: str
    answered_by: str
    citations: Sequence[Source]
    notes: Sequence[str]
    model_result: ModelResult = "not asked"
    finish_reason: str = "stop"
    usage: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def is_found(self) -> bool:
        """Whether there is an answer."""
        return self.answered_by != NOTHING_FOUND
