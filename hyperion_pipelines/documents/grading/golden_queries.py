"""Golden queries: questions that a repository itself answers, and their right answers.

From what its authors wrote: the documentation of a function asks for its code, the subject of a
commit for the files that it touched, a heading for its section. How questions are worded is the
business of `questions`, how well a search answers them that of `grades`.
"""

import hashlib
import json
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.documents.chunking.headings import SEPARATOR
from hyperion_pipelines.documents.document import PROSE
from hyperion_pipelines.documents.grading.questions import first_sentence, task, topic

VERSION = "1"
"""To be raised with each change of what is asked, or of how it is graded."""
MOST_OF_A_SOURCE = 100
FEWEST = 200  # in all, where the repository has them
NEWEST_COMMITS = 300  # what older ones were about may have moved since
MOST_PATHS = 10  # a commit that touched more has no subject that says where
LEAST_SHARE_THERE = 0.5  # of the paths that a commit touched, for its subject to be about them
DOCUMENTATION = ("api", "docstring")

GOLDEN_QUERIES = pl.Schema(
    {
        "query_id": pl.String,
        "source": pl.String,
        "query": pl.String,
        "answers": pl.List(pl.String),
    }
)
_ID_LENGTH = 16
# Files that only record what changed, and who changed it.
_RECORD = (
    r"(?i)(?:^|/)(?:authors?|change(?:s|log)|contributors|history|news|release[-_]?notes)"
    r"(?:\.\w+)?$"
)


class SearchedTables(NamedTuple):
    """Tables of one repository: what is searched, and what questions are made of."""

    chunks: pl.DataFrame
    documents: pl.DataFrame
    commits: pl.DataFrame
    changes: pl.DataFrame


def golden_queries(tables: SearchedTables) -> pl.DataFrame:
    """The columns of GOLDEN_QUERIES, by source and id: at most 100 of a source, if these make 200.

    `answers` are paths (`commit`), or PLACE of symbols (`docstring`) and sections (`heading`). The
    choice is by the ids, hashes of question and answers: it stays as it is for all that stays.
    """
    every = pl.concat(
        [_of_docstrings(tables), _of_commits(tables), _of_headings(tables.chunks)]
    ).filter(pl.col("query").str.to_lowercase().is_unique().over("source"))
    place = pl.int_range(pl.len()).over("source")
    ordered = _identified(every).sort("query_id").with_columns(place=place).sort("place", "source")
    is_chosen = (pl.col("place") < MOST_OF_A_SOURCE) | (pl.int_range(pl.len()) < FEWEST)
    return ordered.filter(is_chosen).select(GOLDEN_QUERIES.names()).sort("source", "query_id")


def place(path: str | pl.Expr, name: str | pl.Expr) -> pl.Expr:
    """Where a symbol or section stands, as `answers` name it: both are columns."""
    return pl.concat_str(path, pl.lit("#"), name)


def _identified(queries: pl.DataFrame) -> pl.DataFrame:
    texts = (json.dumps([VERSION, *row]) for row in queries.iter_rows())
    ids = [hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH] for text in texts]
    return queries.with_columns(pl.Series("query_id", ids, pl.String))


def _queries(source: str, found: pl.DataFrame) -> pl.DataFrame:
    """*found* (`query`, null where nothing can be asked, and `answers`) as queries of a source."""
    return found.drop_nulls("query").select(pl.lit(source).alias("source"), "query", "answers")


def _of_docstrings(tables: SearchedTables) -> pl.DataFrame:
    """First sentences that document a symbol whose own code, or that of its members, is there."""
    code = tables.chunks.filter(pl.col("kind") == "code").select("path", code="symbol")
    is_of_symbol = (pl.col("code") == pl.col("symbol")) | pl.col("code").str.starts_with(
        pl.col("symbol") + "."
    )
    documented = _documentation(tables.documents)
    answered = documented.join(code.drop_nulls().unique(), on="path").filter(is_of_symbol)
    name = pl.col("symbol").str.split(".").list.last()
    asked = documented.join(answered, on=["path", "symbol"], how="semi").select(
        query=first_sentence(pl.col("documentation"), name),
        answers=pl.concat_list(place("path", "symbol")),
    )
    return _queries("docstring", asked)


def _documentation(documents: pl.DataFrame) -> pl.DataFrame:
    """`path`, `symbol`, `documentation`: the first of a symbol, without the lines of its code.

    A document of kind `api` has the signature too, which the code of the function has as well.
    """
    is_documentation = pl.col("kind").is_in(DOCUMENTATION) & pl.col("symbol").is_not_null()
    said = documents.filter(is_documentation).unique(
        ["path", "symbol"], keep="first", maintain_order=True
    )
    code = _lines(documents.filter(pl.col("kind") == "code")).filter(
        pl.col("line").str.contains(r"\S")
    )
    own = _lines(said).join(code, on=["path", "number"], how="anti", maintain_order="left")
    return own.group_by("path", "symbol", maintain_order=True).agg(
        documentation=pl.col("line").str.join("\n")
    )


def _lines(documents: pl.DataFrame) -> pl.DataFrame:
    """`path`, `symbol`, `number`, `line` of each line."""
    return documents.select(
        "path",
        "symbol",
        number=pl.int_ranges("start_line", pl.col("end_line") + 1, dtype=pl.UInt32),
        line=pl.col("text").str.split("\n"),
    ).explode("number", "line")


def _of_commits(tables: SearchedTables) -> pl.DataFrame:
    """Subjects of people's newest commits, and the paths that they touched, most still there."""
    is_work = pl.col("is_on_head") & ~pl.col("is_merge") & ~pl.col("is_bot") & ~pl.col("is_revert")
    commits = (
        tables.commits.filter(is_work)
        .select("sha", "position", query=task(pl.col("subject")))
        .drop_nulls("query")
        .top_k(NEWEST_COMMITS, by="position")
    )
    touched = (
        tables.changes.select("sha", "path")
        .join(commits, on="sha")
        .filter(~pl.col("path").str.contains(_RECORD))
        .with_columns(is_there=pl.col("path").is_in(tables.chunks["path"].unique().implode()))
    )
    there = pl.col("path").filter("is_there")
    asked = (
        touched.group_by("sha", "query")
        .agg(touched=pl.len(), answers=there.unique().sort())
        .filter(
            pl.col("touched") <= MOST_PATHS,
            pl.col("answers").list.len() > pl.col("touched") * LEAST_SHARE_THERE,
        )
    )
    return _queries("commit", asked)


def _of_headings(chunks: pl.DataFrame) -> pl.DataFrame:
    """The last headings of sections of prose, but for those that are named for a release."""
    is_headed = pl.col("kind").is_in(PROSE) & (pl.col("heading") != "")
    is_record = pl.col("path").str.contains(_RECORD)
    asked = (
        chunks.filter(is_headed & ~is_record)
        .select("path", "heading")
        .unique()
        .select(
            query=topic(pl.col("heading").str.split(SEPARATOR).list.last()),
            answers=pl.concat_list(place("path", "heading")),
        )
    )
    return _queries("heading", asked)
