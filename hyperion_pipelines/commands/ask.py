"""`hyperion ask QUESTION`: an answer with its sources, or none where nothing is found.

What is answered is the business of `answering`; how it looks at a terminal, of `ask_text`.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from hyperion_pipelines.commands.ask_text import print_answer
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.documents.search.selecting import searchable
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.workspace import Workspace

NOT_SHOWN = frozenset({"model_result", "finish_reason", "usage"})


@click.command()
@click.argument("question")
@click.option(
    "--repository",
    "slugs",
    multiple=True,
    metavar="SLUG",
    help="Ask this repository, may be given again  [default: all]",
)
@json_option
@with_workspace
def command(question: str, slugs: Sequence[str], *, as_json: bool, workspace: Workspace) -> None:
    """Answer QUESTION from the documents and the code at HEAD, naming the sources.

    The language model that HYPERION_LLM_URL names words the answer; without one, the passages that
    answer are quoted. Where nothing is found there is no answer, and the exit status is 1.
    """
    # httpx and pydantic's forms are not imported where the command line only lists its commands.
    from hyperion_pipelines.answering.answer import Answer
    from hyperion_pipelines.answering.answering import Answering

    if not question.strip():
        raise UsageError("the question is empty: write one")
    counts, left_out = searchable(workspace, slugs)

    async def answered() -> Answer:
        engine = Answering(workspace)
        try:
            passages = engine.retrieval.bearing(question, list(counts))
            return await engine.answer(engine.retrieval.findings(question, list(counts), passages))
        finally:
            await engine.close()

    answer = asyncio.run(answered())
    if as_json:
        shown = {name: value for name, value in asdict(answer).items() if name not in NOT_SHOWN}
        click.echo(json.dumps(shown, indent=2))
    else:
        print_answer(answer, left_out)
    if not answer.is_found:
        raise click.exceptions.Exit(1)
