"""Lines of code that say nothing without the lines around them, told by their text alone.

A stretch of code that is made of them is no document. Comments are judged in `comments`.
"""

import re

_CLOSING = re.compile(r"^[\s)}\];,>]*$|^\s*end\b\W*$")
_CLASS = "class|mod|interface|struct|enum|trait|object|module|namespace|extension|protocol"
_FILLER = re.compile(
    "|".join(
        (
            r"^\W*$",
            r"^\s*(?:end|fi|done|esac|pass|else|begin|try|finally)\b\W*$",
            r"^\s*(?:except\b.*:|rescue\b.*)\s*$",
            r"^\s*#\s*(?:endif|else|ifn?def|if|pragma)\b|^\s*#\s*define\s+\w+\s*$",  # switches
            r"^\s*(?:public|private|protected)\s*:?\s*$",
            r"^\s*#!?\[.*\]\s*$",  # an attribute of what is left out
            r"^\s*@file:",
            r"^\s*companion object\s*\{\s*$",
            r"^#!",
            r"^\W*use strict\W*$",
            r"^\s*(?:<\?php\s*)?(?:declare\(.*\);)?\s*$",
            r"^\s*namespace [\w\\.]+;?\s*$",
            r"^\s*extern \"C\"\W*$",
            # The head of a class that says its name alone, which the symbols of its members say.
            r"^\s*(?:unsafe )?impl\b.*\{\s*$",
            rf"^\s*(?:[a-z]+ )*(?:{_CLASS})\s+[\w.:]+(?:<[^>]*>)?\s*[{{:]?\s*$",
        )
    )
)


def is_filler(line: str) -> bool:
    """Whether *line* says nothing by itself: braces, switches, the bare head of a class."""
    return _FILLER.search(line) is not None


def closes_block(line: str) -> bool:
    """Whether *line* only closes what was opened above it."""
    return _CLOSING.match(line) is not None
