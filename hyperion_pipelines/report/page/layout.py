"""What the page is made of: sections of exhibits, each of them an insight as a reader sees it.

It turns a profile into views that the templates print one by one. Which insights are shown, and
with which columns, is said in `sections`; how a value looks, in `formats`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from hyperion_pipelines.insights.profile.model import Headline, Profile

Kind = Literal[
    "text",
    "sentence",
    "path",
    "area",
    "sha",
    "count",
    "decimal",
    "percent",
    "percentile",
    "date",
    "month",
    "flag",
]
Form = Literal["table", "commits", "files", "truck_factor", "owners", "years", "hours"]
CARDS: frozenset[Form] = frozenset({"commits", "files"})
NUMBERS: frozenset[Kind] = frozenset({"count", "decimal", "percent", "percentile"})
OPEN_ROWS, OPEN_CARDS = 8, 4  # at once; the others are one click away


class Column(NamedTuple):
    """A column as it is shown: its name in the insight, its heading, what kind of value it has."""

    name: str
    label: str
    kind: Kind

    @property
    def is_number(self) -> bool:
        """Whether its values are aligned as numbers."""
        return self.kind in NUMBERS


@dataclass(frozen=True)
class Exhibit:
    """An insight on the page.

    `reading` says what the reader must know to read it, `empty` what it means that it has no rows.
    `chart` names the picture that answers the question; the table is then its accessible form, and
    `drawn` is the sentence that describes the picture. `form` names the template of its rows.
    """

    table: str
    columns: Sequence[Column]
    reading: str
    empty: str
    form: Form = "table"
    chart: str | None = None
    drawn: str = ""


@dataclass(frozen=True)
class Section:
    """A group of exhibits under a title of a word or two; `slug` is its anchor."""

    slug: str
    title: str
    exhibits: Sequence[Exhibit]


@dataclass(frozen=True)
class ExhibitView:
    """An exhibit with what a profile says of it; as far as it goes."""

    exhibit: Exhibit
    question: str
    headlines: Sequence[Headline]
    rows: Sequence[Mapping[str, Any]]
    total: int

    @property
    def open_rows(self) -> int:
        """How many rows are shown at once: all when the others would hardly save space."""
        limit = OPEN_CARDS if self.exhibit.form in CARDS else OPEN_ROWS
        return len(self.rows) if len(self.rows) <= limit + 2 else limit

    @property
    def finding(self) -> str:
        """What the picture shows, in words."""
        said = [headline.sentence for headline in self.headlines]
        return " ".join([*said, self.exhibit.drawn])


@dataclass(frozen=True)
class SectionView:
    """A section with its exhibits' views, and the tables that were not made for want of a stage."""

    section: Section
    exhibits: Sequence[ExhibitView]
    absent: Sequence[str] = field(default=())


def section_views(profile: Profile, sections: Sequence[Section]) -> list[SectionView]:
    """The *sections* as *profile* fills them; an insight that it lacks is named in `absent`."""
    return [
        SectionView(
            section,
            [_view(profile, one) for one in section.exhibits if one.table in profile.insights],
            [one.table for one in section.exhibits if one.table not in profile.insights],
        )
        for section in sections
    ]


def _view(profile: Profile, exhibit: Exhibit) -> ExhibitView:
    insight = profile.insights[exhibit.table]
    headlines = [one for one in profile.headlines if one.insight == exhibit.table]
    return ExhibitView(exhibit, insight.question, headlines, insight.rows, insight.total)
