"""`hyperion search QUERY`: the passages of documents and code that answer, best first.

What is found is the business of `documents.search`; how it looks at a terminal, of `search_text`.
"""

import functools
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import click

from hyperion_pipelines.code.languages import LANGUAGES
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.search_text import Answer, print_answer
from hyperion_pipelines.documents.document import KINDS
from hyperion_pipelines.documents.search.marking import mark_words
from hyperion_pipelines.documents.search.searching import Searcher
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.stores.vectors import PassageFilter, Vector
from hyperion_pipelines.workspace import Workspace

Command = Callable[..., Any]


def filter_options(command: Command) -> Command:
    """Add `--kind`, `--path` and `--language`; the command gets a `passage_filter`.

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
        passage_filter = PassageFilter(
            kinds=[_known(kind, KINDS, "kind") for kind in kinds],
            path_prefix=prefix.removeprefix("./"),
            languages=[
                _known(name, [language.name for language in LANGUAGES], "language")
                for name in languages
            ],
        )
        return command(passage_filter=passage_filter, **options)

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
    passage_filter: PassageFilter,
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
    counts, left_out = _searchable(workspace, slugs)
    started = time.perf_counter()
    searcher = Searcher(workspace.vectors, functools.partial(_embedded, workspace))
    passages = searcher.search(query, list(counts), limit=limit, filter=passage_filter)
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
        {name: value for name, value in asdict(passage).items() if name != "chunk_id"}
        | {"marks": marks}
        for passage, marks in zip(answer.passages, answer.marks, strict=True)
    ]
    return {"query": answer.query, "repositories": list(answer.counts), "results": results}


def _embedded(workspace: Workspace, text: str) -> Vector:
    from hyperion_pipelines.documents.embedding.embed import Embedding

    return Embedding(workspace.embedding_model, workspace.embedding_cache).vectors([text])[0]


def _searchable(
    workspace: Workspace, named: Sequence[str]
) -> tuple[Mapping[str, int], Sequence[str]]:
    """The passages of each repository that is searched, and which cannot be, of all or of *named*.

    Raises UsageError for a repository that there is not, HyperionError where one that was named, or
    each of all, has no vectors.
    """
    sources = {each.slug: each.source for each in workspace.catalogue.list()}
    if not sources:
        raise HyperionError("no repository is analysed yet: run `hyperion analyze SOURCE` first")
    slugs = [_known(slug, sources, "repository") for slug in named] or list(sources)
    store = workspace.vectors
    left_out = [slug for slug in slugs if store.published(slug) is None]
    if left_out and (named or len(left_out) == len(slugs)):
        slug = left_out[0]
        raise HyperionError(
            f"{slug} cannot be searched yet: run `hyperion analyze {sources[slug]}` first"
        )
    return {slug: store.count(slug) for slug in slugs if slug not in left_out}, left_out


def _known(name: str, known: Iterable[str], what: str) -> str:
    """*name* as *known* has it, in upper or lower case. Raises UsageError with what is like it."""
    there = {each.lower(): each for each in known}
    if name.lower() in there:
        return there[name.lower()]
    near = get_close_matches(name.lower(), there)
    hint = (
        f"did you mean {' or '.join(there[each] for each in near)}?"
        if near
        else f"there are: {', '.join(there.values())}"
    )
    raise UsageError(f"no {what} named {name!r}; {hint}")
