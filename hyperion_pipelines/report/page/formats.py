"""How a value looks on the page: English text that a script may rewrite for the reader's locale.

Each format returns safe markup: what comes from a repository is escaped. A number is a `<data>`
element whose `value` is exact, a time a `<time>` element; without the script the text in them
stands as it is. Which column has which format is said in `sections`.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from hyperion_pipelines.report.page.layout import Kind

NOTHING = Markup('<span class="none" title="not known">&ndash;</span>')
SHA_LENGTH = 10
LIST_LENGTH = 6
TELLING = 2  # of the sentences that give reasons in a table
_SHA = re.compile("[0-9a-f]{40}")
_WHOLE = re.compile(r"\d[\d.,]* %|(?<![\w/.-])\d{4}-\d{2}-\d{2}(?![\w/-])")
_QUOTED = re.compile("`([^`<>]+)`")


def count(value: float) -> Markup:
    """A number of things, as 12,345."""
    return Markup('<data value="{}">{}</data>').format(value, f"{value:,.0f}")


def decimal(value: float) -> Markup:
    """A measured quantity: a digit after the point below 100."""
    digits = 1 if abs(value) < 100 else 0
    text = f"{value:,.{digits}f}".removesuffix(".0")
    return Markup('<data value="{}">{}</data>').format(value, text)


def percent(share: float) -> Markup:
    """A share from 0 to 1 as a percentage: a digit after the point below 10 %."""
    digits = 1 if 0 < abs(share) < 0.1 else 0
    return Markup('<data value="{}" data-style="percent">{}</data>').format(
        share, f"{share:.{digits}%}"
    )


def percentile(value: float) -> Markup:
    """How many whole ones of a hundred are below: never all hundred, by rounding."""
    return count(math.floor(value))


def measure(value: float) -> Markup:
    """A figure of a model, to three digits."""
    return Markup('<data value="{}" data-style="measure">{}</data>').format(value, f"{value:.3g}")


def day(value: str | date) -> Markup:
    """A day, from an ISO date or time."""
    at = _date(value)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{at.day} {at:%b %Y}")


def month(value: str | date) -> Markup:
    """A month, from the ISO date of its first day."""
    at = _date(value)
    return Markup('<time datetime="{}" data-style="month">{}</time>').format(
        at.isoformat(), f"{at:%b %Y}"
    )


def _date(value: str | date) -> date:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.date() if isinstance(moment, datetime) else moment


def code(value: object) -> Markup:
    """A path, a name of the code or part of it: set apart, and free to break over lines."""
    text = escape(value)
    for mark in ("/", "_"):
        text = text.replace(mark, Markup("{}<wbr>").format(mark))
    return Markup("<code>{}</code>").format(text)


def area(value: str) -> Markup:
    """A part of the code, which is a folder."""
    return Markup("top folder") if value == "." else code(value)


def sha(value: str) -> Markup:
    """A commit's name, shortened."""
    return Markup('<code class="sha" title="{}">{}</code>').format(value, value[:SHA_LENGTH])


def evidence(value: str) -> Markup:
    """What shows a finding: a path or a name as code, a commit's name shortened, else as text."""
    if _SHA.fullmatch(value):
        return sha(value)
    return escape(value) if " " in value else code(value)


def listing(values: Sequence[object]) -> Markup:
    """Some short texts in a row; of many, the first and how many more there are."""
    if not values:
        return NOTHING
    shown = [Markup("<li>{}</li>").format(value) for value in values[:LIST_LENGTH]]
    if len(values) > LIST_LENGTH:
        shown.append(Markup("<li>and {} more</li>").format(len(values) - LIST_LENGTH))
    return Markup('<ul class="inline">{}</ul>').format(Markup("").join(shown))


def words(value: str | Sequence[object]) -> Markup:
    """A text, or a row of short ones."""
    return escape(value) if isinstance(value, str) else listing(value)


def prose(text: str) -> Markup:
    """A sentence: what stands in backticks as code, a percentage or a date never broken in two."""
    kept = _WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(text)))
    return Markup(_QUOTED.sub(r"<code>\1</code>", kept))  # noqa: S704 - escaped before


def sentences(value: str | Sequence[str]) -> Markup:
    """A sentence, or the most telling of several."""
    return prose(value if isinstance(value, str) else _joined(value[:TELLING]))


def _joined(texts: Sequence[str]) -> str:
    """Sentences one after the other, shorter texts as a list."""
    return " ".join(texts) if all(text.endswith(".") for text in texts) else "; ".join(texts)


def flag(value: bool) -> Markup:
    """Yes or no."""
    return Markup("yes") if value else Markup("no")


FORMATS: Mapping[Kind, Callable[[Any], Markup]] = {
    "text": words,
    "sentence": sentences,
    "path": code,
    "area": area,
    "sha": sha,
    "count": count,
    "decimal": decimal,
    "percent": percent,
    "percentile": percentile,
    "date": day,
    "month": month,
    "flag": flag,
}


def show(value: object, kind: Kind) -> Markup:
    """*value* as its *kind* is shown; a dash where it is null."""
    return NOTHING if value is None else FORMATS[kind](value)
