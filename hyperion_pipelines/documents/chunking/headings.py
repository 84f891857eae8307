"""The context line of a chunk: the headings or symbols that it stands under, cut to a length."""

from collections.abc import Sequence

from hyperion_pipelines.documents.chunking.tokens import Tokenizer

SEPARATOR = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def fitted_headings(
    paths: Sequence[tuple[str, ...]], tokenizer: Tokenizer, most: int
) -> list[tuple[str, int]]:
    """Each path in one line, and its tokens: cut from the left where these are over *most*."""
    headings = [SEPARATOR.join(path) for path in paths]
    counts = _counts(headings, tokenizer)
    return [
        (heading, count) if count <= most else _cut(path, tokenizer, most)
        for path, heading, count in zip(paths, headings, counts, strict=True)
    ]


def _counts(headings: Sequence[str], tokenizer: Tokenizer) -> list[int]:
    return [
        count - tokenizer.special for count in tokenizer.count([f"{line}\n" for line in headings])
    ]


def _cut(path: tuple[str, ...], tokenizer: Tokenizer, most: int) -> tuple[str, int]:
    """The longest end of a path that fits; of its last part alone the last words."""
    ends = [SEPARATOR.join(path[number:]) for number in range(1, len(path))]
    ends += _last_words(path[-1], tokenizer, most)
    fitting = (
        (end, count)
        for end, count in zip(ends, _counts(ends, tokenizer), strict=True)
        if count <= most
    )
    return next(fitting, ("", 0))


def _last_words(title: str, tokenizer: Tokenizer, most: int) -> list[str]:
    """What begins with each of the last words of *title*, the longest first."""
    words = [start for start, begins in tokenizer.starts(title)[-most:] if begins]
    return [title[start:] for start in words]
