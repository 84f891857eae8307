"""`hyperion search QUERY`: the passages of documents and code that answer, best first.

What is found is the business of `documents.search`; how it looks at a terminal, of `search_text`.
"""

import functools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import click

from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.search_text import Answer, print_answer
from hyperion_pipelines.documents.document import KINDS
from hyperion_pipelines.documents.search.marking import mark_words
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.documents.search.searching import Searcher
from hyperion_pipelines.documents.search.selecting import passage_filter, searchable
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.stores.vectors import PassageFilter, Vector
from hyperion_pipelines.workspace import Workspace

Command = Callable[..., Any]
# What passages have for Hyperion's own ends.
_OWN = frozenset({"chunk_id", "similarity"})


def filter_options(command: Command) -> Command:
    """Add `--kind`, `--path` and `--language`; the command gets what is `chosen`.

    A kind or language that there is not raises UsageError.
    """

    @click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="KIND",
        help=f"Only this kind, may be given again: {', '.join(KINDS)}.",
    )
    @click.option(
        "--path", "prefix", default="", metavar="PREFIX", help="Only paths that begin so."
    )
    @click.option(
        "--language",
        "languages",
        multiple=True,
        metavar="NAME",
        help="Only files in this language (Python, Go, ...), may be given again.",
    )
    @functools.wraps(command)
    def filtering(
        *, kinds: Sequence[str], prefix: str, languages: Sequence[str], **options: object
    ) -> object:
        chosen = passage_filter(kinds, prefix, languages)
        return command(chosen=chosen, **options)

    return filtering


# A query may begin with a dash, as options do that are looked for.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query")
@click.option(
    "--repository",
    "slugs",
    multiple=True,
    metavar="SLUG",
    help="Search this repository, may be given again  [default: all]",
)
@filter_options
@click.option(
    "-k",
    "limit",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="The most passages to show.",
)
@json_option
@with_workspace
def command(
    query: str,
    slugs: Sequence[str],
    chosen: PassageFilter,
    limit: int,
    *,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Find the passages of documents and code that answer QUERY, best first.

    QUERY is a question, words of an error message, the name of a function or option, or a path. It
    is compared with the files at HEAD by its words and by its meaning.
    """
    if not query.strip():
        raise UsageError("the query is empty: write a word, a name or a question")
    counts, left_out = searchable(workspace, slugs)
    started = time.perf_counter()
    searcher = Searcher(workspace.vectors, functools.partial(_embedded, workspace))
    passages = searcher.search(query, list(counts), limit=limit, filter=chosen)
    answer = Answer(
        query=query,
        counts=counts,
        left_out=left_out,
        passages=passages,
        marks=mark_words(query, [passage.text for passage in passages]),
        seconds=time.perf_counter() - started,
    )
    if as_json:
        click.echo(json.dumps(document(answer), indent=2))
    else:
        print_answer(answer)


def document(answer: Answer) -> dict[str, Any]:
    """What was found, as JSON has it.

    `marks` are where the words of the query stand in `text`: from which character up to which.
    """
    results = [
        result(passage) | {"marks": marks}
        for passage, marks in zip(answer.passages, answer.marks, strict=True)
    ]
    return {"query": answer.query, "repositories": list(answer.counts), "results": results}


def result(passage: Passage) -> dict[str, Any]:
    """A passage, as JSON has it."""
    return {name: value for name, value in asdict(passage).items() if name not in _OWN}


def _embedded(workspace: Workspace, text: str) -> Vector:
    from hyperion_pipelines.documents.embedding.embed import Embedding

    return Embedding(workspace.question_model, workspace.embedding_cache).vectors([text])[0]
