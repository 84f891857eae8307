"""Several repositories side by side: which numbers compare them, and who stands best and worst.

Only numbers that mean the same for a small and a large repository are judged; sizes are shown
without a verdict. How a comparison looks is the page's business.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.insights.profile.model import Headline, Profile

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class ComparedNumber:
    """A number of each repository, by slug; None where it is not known.

    `sentences` says what each means. `best` and `worst` are slugs: None where neither is better,
    where several share that place, or where fewer than two are known.
    """

    name: str
    unit: str
    values: Mapping[str, float | None]
    sentences: Mapping[str, str]
    best: str | None
    worst: str | None


@dataclass(frozen=True)
class Comparison:
    """Repositories side by side.

    `sizes` and `numbers` are rows of the table, `risk_by_month` the rows of that insight by slug,
    `actions` the most urgent action of each (none where there is nothing to do), `missing` what is
    not known of each.
    """

    repositories: Sequence[str]
    sizes: Sequence[ComparedNumber]
    numbers: Sequence[ComparedNumber]
    risk_by_month: Mapping[str, Sequence[Mapping[str, Any]]]
    actions: Mapping[str, str]
    missing: Mapping[str, Sequence[str]]


class _Compared(NamedTuple):
    name: str
    better: Better


# The overview's numbers, and what they count.
_SIZES = {
    "commits": "commits up to HEAD",
    "active_authors": "people active in the newest 180 days",
    "files": "files of own code",
    "lines": "lines of own code",
}
# By insight. Totals grow with the repository and are no one's merit or fault: a headline is here
# only where its number is a share, a rate, a time, or a count that should be none or many anywhere.
_NUMBERS = {
    "truck_factor": _Compared("people whose leaving would orphan half of the files", "higher"),
    "knowledge_at_risk": _Compared("lines written by people who have gone quiet", "lower"),
    "file_owners": _Compared("files that fewer than two active people know", "lower"),
    "exposed_secrets": _Compared("secrets at HEAD", "lower"),
    "complexity_trend": _Compared("change of the code's complexity in a year", "lower"),
    "technical_debt": _Compared("debt, of what writing the code took", "lower"),
    "test_gaps": _Compared("changes to complex code without a test", "lower"),
    "fix_times": _Compared("half of the fixed bugs lived longer than", "lower"),
    "risk_by_month": _Compared("commits known to have induced a bug", "lower"),
    "delivery_weeks": _Compared("pace", "neither"),
    "work_hours": _Compared("commits at night or on weekends", "neither"),
    "releases": _Compared("between two releases", "neither"),
    "code_age": _Compared("age of half of the lines", "neither"),
    "line_survival": _Compared("half of the lines live longer than", "neither"),
}


def compare(profiles: Sequence[Profile]) -> Comparison:
    """*profiles* side by side, in their order. Raises UsageError unless they are two or more."""
    by_slug = {profile.repository: profile for profile in profiles}
    if len(by_slug) < 2:
        raise UsageError("a comparison takes two repositories or more: name another one")
    urgent = {slug: profile.actions[:1] for slug, profile in by_slug.items()}
    return Comparison(
        repositories=list(by_slug),
        sizes=[_size(by_slug, field, name) for field, name in _SIZES.items()],
        numbers=[
            _number(compared, headlines)
            for insight, compared in _NUMBERS.items()
            if (headlines := _headlines(by_slug, insight))
        ],
        risk_by_month={
            slug: profile.insights["risk_by_month"].rows
            for slug, profile in by_slug.items()
            if "risk_by_month" in profile.insights
        },
        actions={slug: actions[0].what for slug, actions in urgent.items() if actions},
        missing={slug: profile.missing for slug, profile in by_slug.items()},
    )


def _headlines(by_slug: Mapping[str, Profile], insight: str) -> dict[str, Headline | None]:
    """The headline of an insight by slug, None where there is none; empty where none has one."""
    found = {
        slug: next((each for each in profile.headlines if each.insight == insight), None)
        for slug, profile in by_slug.items()
    }
    return found if any(found.values()) else {}


def _size(by_slug: Mapping[str, Profile], field: str, name: str) -> ComparedNumber:
    values = {slug: float(getattr(profile.overview, field)) for slug, profile in by_slug.items()}
    return ComparedNumber(name, "", values, {}, None, None)


def _number(compared: _Compared, headlines: Mapping[str, Headline | None]) -> ComparedNumber:
    values = {slug: said.value if said else None for slug, said in headlines.items()}
    known = {slug: value for slug, value in values.items() if value is not None}
    best, worst = _extremes(known, compared.better)
    return ComparedNumber(
        name=compared.name,
        unit=next(said.unit for said in headlines.values() if said),
        values=values,
        sentences={slug: said.sentence for slug, said in headlines.items() if said},
        best=best,
        worst=worst,
    )


def _extremes(known: Mapping[str, float], better: Better) -> tuple[str | None, str | None]:
    """Who stands best and who worst, where that is one alone."""
    if better == "neither" or len(known) < 2:
        return None, None
    lowest, highest = (_alone(known, end(known.values())) for end in (min, max))
    return (lowest, highest) if better == "lower" else (highest, lowest)


def _alone(known: Mapping[str, float], value: float) -> str | None:
    there = [slug for slug, each in known.items() if each == value]
    return there[0] if len(there) == 1 else None
