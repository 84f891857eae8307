"""Cuts a document into chunks: finds its blocks, packs them, and counts what the model will read.

How a frame of documents becomes a table of chunks is the business of `update`.
"""

from collections.abc import Iterator
from functools import partial

from hyperion_pipelines.documents.chunk import Chunk, embedded_text
from hyperion_pipelines.documents.chunking.asciidoc import asciidoc_blocks
from hyperion_pipelines.documents.chunking.blocks import Blocks, keep_together, sections
from hyperion_pipelines.documents.chunking.headings import fitted_headings
from hyperion_pipelines.documents.chunking.indentation import indented_blocks
from hyperion_pipelines.documents.chunking.markdown import markdown_blocks
from hyperion_pipelines.documents.chunking.packing import Room, Stretch, pack, section_pieces
from hyperion_pipelines.documents.chunking.plain_text import text_blocks
from hyperion_pipelines.documents.chunking.restructuredtext import restructuredtext_blocks
from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.document import KIND_OF_MARKUP, Document
from hyperion_pipelines.errors import ConfigurationError

LEAST_LIMIT = 32
OVERLAP = 50

_BLOCKS_BY_KIND = {
    "markdown": markdown_blocks,
    "restructuredtext": restructuredtext_blocks,
    "asciidoc": asciidoc_blocks,
    "text": text_blocks,
    "config": partial(indented_blocks, has_sections=True),
}


def chunk_document(
    document: Document, language: str | None, tokenizer: Tokenizer, limit: int
) -> list[Chunk]:
    """The chunks of a document, in the order of its lines, each of at most *limit* tokens.

    Together they have all of its text, and nothing else; lines between those that belong to a chunk
    stay in it though they are blank. *language* tells the markup of a readme. What is repeated
    where a unit is cut takes at most 50 tokens, and a fifth of the limit. Raises ConfigurationError
    for a limit below 32, and for a tokenizer by which lines have many more tokens together.
    """
    if limit < LEAST_LIMIT:
        raise ConfigurationError(f"A chunk needs at least {LEAST_LIMIT} tokens, not {limit}.")
    lines = document.text.split("\n")
    blocks = _blocks(document.kind, language, lines)
    keep_together(lines, blocks)
    counts = [
        count - tokenizer.special for count in tokenizer.count([f"{line}\n" for line in lines])
    ]
    usable = limit
    while usable > limit // 2:
        stretches = list(_stretches(document, lines, blocks, counts, (tokenizer, usable)))
        chunks = _counted(document, lines, stretches, tokenizer)
        excess = max((chunk.tokens for chunk in chunks), default=0) - limit
        if excess <= 0:
            return chunks
        # Of some tokenizers lines have more tokens together than one by one.
        usable -= excess
    raise ConfigurationError(
        f"The tokenizer in {tokenizer.folder} counts a text far higher than its parts: "
        "choose another embedding model."
    )


def _blocks(kind: str, language: str | None, lines: list[str]) -> Blocks:
    markup = KIND_OF_MARKUP.get(language or "", "text") if kind == "readme" else kind
    return _BLOCKS_BY_KIND.get(markup, indented_blocks)(lines)


def _stretches(
    document: Document,
    lines: list[str],
    blocks: Blocks,
    counts: list[int],
    sizes: tuple[Tokenizer, int],
) -> Iterator[tuple[str, Stretch]]:
    """The heading and the place of each chunk; *sizes* is the tokenizer and the greatest size."""
    tokenizer, limit = sizes
    overlap = min(OVERLAP, limit // 5)
    found = sections(lines, blocks.headings)
    paths = [(document.symbol,) if document.symbol else section.titles for section in found]
    headings = fitted_headings(paths, tokenizer, limit // 4)
    for section, (heading, taken) in zip(found, headings, strict=True):
        room = Room(limit - tokenizer.special - taken, overlap)
        part = slice(section.start, section.end)
        pieces = section_pieces(lines[part], counts[part], blocks.ranks[part], tokenizer, room)
        for stretch in pack(pieces, room):
            yield heading, stretch.below(section.start)


def _counted(
    document: Document, lines: list[str], stretches: list[tuple[str, Stretch]], tokenizer: Tokenizer
) -> list[Chunk]:
    texts = [stretch.text(lines) for _, stretch in stretches]
    read = [
        embedded_text(heading, text) for (heading, _), text in zip(stretches, texts, strict=True)
    ]
    return [
        Chunk(
            document.start_line + stretch.first_line,
            document.start_line + stretch.last_line,
            heading,
            text,
            tokens,
        )
        for (heading, stretch), text, tokens in zip(
            stretches, texts, tokenizer.count(read), strict=True
        )
    ]
