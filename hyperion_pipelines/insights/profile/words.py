"""Numbers and lists as a sentence has them: counted things, shares, days, names.

Nothing here knows an insight; sentences are made where their meaning is known.
"""

from collections.abc import Sequence

from hyperion_pipelines.insights.shared.areas import ROOT

_IN_WORDS = {0: "no", 1: "one"}
SHA_SHOWN = 10


def counted(number: float, singular: str, plural: str = "") -> str:
    """*number* with its noun: "no files", "one file", "1,204 files"; "s" is the usual plural."""
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{_IN_WORDS.get(int(number), f'{number:,.0f}')} {noun}"


def sentence(text: str) -> str:
    """*text* with a capital first letter, as a sentence begins."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share of 1 in per cent, without decimals; what is not quite all or nothing says so."""
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


def joined(names: Sequence[str], most: int = 3) -> str:
    """*names* as a sentence lists them: "A, B and C"; beyond *most*, how many others."""
    shown = list(names[:most])
    left = len(names) - len(shown)
    if left:
        shown.append(counted(left, "other"))
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def area_named(area: str) -> str:
    """An area as a person names it."""
    return "the top folder" if area == ROOT else area


def duration(days: float) -> str:
    """A time span in the unit that a person would use: days, or years from two on."""
    if days < 730:
        return counted(round(days), "day")
    return f"{days / 365.25:.1f} years"


def short_sha(sha: str) -> str:
    """The first characters of a commit's id, enough to find it."""
    return sha[:SHA_SHOWN]


def nothing_urgent(missing: Sequence[str]) -> str:
    """What is said where there is nothing to do: good news only if nothing is *missing*."""
    if missing:
        return "What is urgent cannot be said: parts of the analysis are missing, see below."
    return "Nothing is urgent this week."
