"""From the bytes of a file to its text, and from lines of the text to a document.

Which files are read, and by what, is said in `files`; every reader of this folder begins here. A
text is cut into lines at each newline alone, as git and editors count them.
"""

import codecs
import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from hyperion_pipelines.code.syntax import skip_reason
from hyperion_pipelines.documents.document import Document

LONGEST_LINE = 10_000  # characters; source and configuration that people wrote have none such
_MAXIMUM_ODD_SHARE = 0.01
# French or Turkish prose stays below it; text in another alphabet's encoding is far above.
_MAXIMUM_ACCENTED_SHARE = 0.15
_REPLACEMENT = "\ufffd"
# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")  # not of layout, nor the escape
_ENDLESS_LINE = re.compile(rf"[^\n]{{{LONGEST_LINE + 1}}}")


class Extracted(NamedTuple):
    """What a reader found in a file.

    `skipped` says why that is less than all of it (None: it is all), `language` in which language
    its code is written where its path does not say.
    """

    documents: Sequence[Document] = ()
    skipped: str | None = None
    language: str | None = None


class Decoded(NamedTuple):
    """The text of a file without a byte order mark; or None, and why there is no text."""

    text: str | None
    skipped: str | None = None


def decode(content: bytes, *, is_prose: bool) -> Decoded:
    """The text of *content*, its lines ended by a newline alone.

    It is read as UTF-8, or as what its byte order mark says. Prose that is neither is read as
    Windows-1252, which holds all of Latin-1, where that makes mostly plain letters of it. Odd bytes
    and control characters, up to one in a hundred characters, are replaced; a file with more of
    them is "not text". One with NULs is "binary".
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content:
        return Decoded(None, "binary")
    text = _decoded(content, encoding or "utf-8-sig", is_prose=is_prose)
    cleaned = _CONTROL.sub(_REPLACEMENT, text)
    if cleaned.count(_REPLACEMENT) > _MAXIMUM_ODD_SHARE * len(cleaned):
        return Decoded(None, "not text")
    return Decoded(cleaned.replace("\r\n", "\n").removesuffix("\r"))


def decode_source(content: bytes, language: str | None = None) -> Decoded:
    """The text of a file that is read by machines, such as source code in *language*.

    There is none where a machine wrote it too: it says that it was generated, is minified, or has
    endless lines, of more than LONGEST_LINE characters.
    """
    decoded = decode(content, is_prose=False)
    if decoded.text is None:
        return decoded
    if _ENDLESS_LINE.search(decoded.text):
        return Decoded(None, "endless lines")
    reason = skip_reason(language or "", decoded.text.encode(), is_generated=False)
    return decoded if reason in {None, "no grammar"} else Decoded(None, reason)


def document_of(
    kind: str, symbol: str | None, start_line: int, lines: Sequence[str]
) -> list[Document]:
    """The document of *lines*, the first of which is line *start_line* of its file.

    Blank lines at both ends are left out; there is no document where all of them are blank.
    """
    written = [place for place, line in enumerate(lines) if line.strip()]
    if not written:
        return []
    first, last = written[0], written[-1]
    return [Document(kind, symbol, start_line + first, "\n".join(lines[first : last + 1]))]


def without_lines(lines: Sequence[str], taken: Sequence[Document]) -> list[str]:
    """*lines*, those of a file from its first on, but empty where a document has *taken* them."""
    theirs = set(chain.from_iterable(range(one.start_line, one.end_line + 1) for one in taken))
    return ["" if number in theirs else line for number, line in enumerate(lines, start=1)]


def _decoded(content: bytes, encoding: str, *, is_prose: bool) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8-sig" and is_prose:
            western = content.decode("cp1252", "replace")
            accented = sum(not character.isascii() for character in western)
            if accented <= _MAXIMUM_ACCENTED_SHARE * len(western):
                return western
        return content.decode(encoding, "replace")
