"""The lines that a hunk removes, as a text to be read: what `removed_comments` looks at."""

from dataclasses import dataclass

from hyperion_pipelines.lines.patches import Hunk


@dataclass(frozen=True, slots=True)
class RemovedText:
    """Lines that stood one below the other in the old version, without signs and returns.

    *section* is what git shows of the text above: the last line there that begins with a letter,
    cut at 80 bytes, or nothing.
    """

    text: bytes
    begins_file: bool
    section: bytes


def removed_text(hunk: Hunk) -> RemovedText:
    """The lines that *hunk* removes; it removes some."""
    lines = b"\n".join(hunk.removed_text())
    section = hunk.text.partition(b"\n")[0].partition(b" @@ ")[2]
    text = lines[1:].replace(b"\n-", b"\n").replace(b"\r", b"")
    return RemovedText(text, hunk.start == 0, section)
