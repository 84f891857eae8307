"""Tables that are searched, of a few files and commits: extracted and cut as the pipeline does."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.chunking.update import update_chunks
from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.embedding.model import model_folder
from hyperion_pipelines.documents.extraction.source_code import source_documents
from hyperion_pipelines.documents.grading.golden_queries import SearchedTables
from hyperion_pipelines.schemas import CHANGES, CHUNKS, COMMITS, DOCUMENTS

SLUG = "shop"
LANGUAGES = {"py": "Python", "go": "Go", "md": "Markdown"}
WORK: Mapping[str, object] = {
    "is_on_head": True,
    "is_merge": False,
    "is_bot": False,
    "is_revert": False,
}


def searched_tables(
    files: Mapping[str, str], commits: Sequence[Mapping[str, object]] = ()
) -> SearchedTables:
    """The tables of *files* (path to text) and of *commits*, the oldest first.

    A commit has `subject`, `paths`, and what is to differ from WORK.
    """
    documents = pl.DataFrame(list(_documents(files)), schema=DOCUMENTS)
    tokenizer = Tokenizer.of(model_folder(""))
    chunks = update_chunks(
        documents, CHUNKS.to_frame(), slug=SLUG, tokenizer=tokenizer, limit=128
    ).rows
    rows = [
        {**WORK, "sha": f"{position:040x}", "position": position, **commit}
        for position, commit in enumerate(commits)
    ]
    changes = pl.DataFrame(rows, schema={"sha": pl.String, "paths": pl.List(pl.String)})
    return SearchedTables(
        chunks,
        documents,
        _with_columns(pl.DataFrame(rows, schema_overrides=COMMITS), COMMITS),
        _with_columns(changes.explode("paths").rename({"paths": "path"}), CHANGES),
    )


def _documents(files: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for path, text in files.items():
        language = LANGUAGES[path.rsplit(".", 1)[-1]]
        prose = [Document("markdown", None, 1, text.strip("\n"))]
        is_prose = language == "Markdown"
        found = prose if is_prose else source_documents(language, text.encode())
        for ordinal, document in enumerate(found):
            yield {
                "path": path,
                "blob": path,
                "language": language,
                "ordinal": ordinal,
                "end_line": document.end_line,
                "content_hash": str(hash(document)),
                **document._asdict(),
            }


def _with_columns(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """*frame* with all columns of *schema*, null where it lacks them."""
    there = frame.select(name for name in frame.columns if name in schema)
    return pl.concat([schema.to_frame(), there], how="diagonal_relaxed").select(schema.names())
