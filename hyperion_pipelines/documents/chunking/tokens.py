"""The embedding model's own tokenizer: how many tokens a text has, and where each begins.

What is cut where is the business of `packing`.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import tokenizers

from hyperion_pipelines.errors import ConfigurationError

FILE = "tokenizer.json"
_IDENTITY_LENGTH = 12


class Tokenizer:
    """Counts tokens as the model does, but never cuts a text off, nor fills it up.

    `identity` tells tokenizers apart: the same file has the same one, wherever it lies.
    `special` is the number of tokens that the model adds to any text.
    """

    def __init__(self, folder: Path) -> None:
        content = _content(folder / FILE)
        self.folder = folder
        self.identity = hashlib.sha256(content).hexdigest()[:_IDENTITY_LENGTH]
        self._tokenizer = _parsed(content, folder / FILE)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.special: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)

    @staticmethod
    @cache
    def of(model_folder: Path) -> "Tokenizer":
        """The tokenizer of the model in *model_folder*, read once a process.

        Raises ConfigurationError where there is none.
        """
        return Tokenizer(model_folder)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process reads the file itself: it is larger than what is sent there to be cut."""
        return Tokenizer.of, (self.folder,)

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text as the model reads it, special tokens included."""
        return [len(encoding) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text as the model reads it, special tokens included."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def starts(self, text: str) -> list[tuple[int, bool]]:
        """Where in *text* each token begins, in order, and whether a word begins with it.

        Counted in characters, without special tokens. The tokens of a stretch that begins and ends
        with words are these very ones.
        """
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        words = encoding.word_ids
        before = [None, *words]
        return [
            (start, word is None or word != last)
            for (start, _), word, last in zip(encoding.offsets, words, before, strict=False)
        ]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The embedding model has no tokenizer at {file}: choose a folder that has one."
        ) from error


def _parsed(content: bytes, file: Path) -> tokenizers.Tokenizer:
    try:
        return tokenizers.Tokenizer.from_buffer(content)
    except ValueError as error:
        raise ConfigurationError(
            f"The tokenizer of the embedding model at {file} cannot be read ({error}): "
            "download the model again, or choose another."
        ) from error
