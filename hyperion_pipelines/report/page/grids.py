"""The two tables of the page that cross one column with another: years with years, hours with days.

They are the accessible form of a picture; other insights are shown row by row.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from hyperion_pipelines.report.page.formats import day

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = range(24)

Rows = Sequence[Mapping[str, Any]]


class Grid(NamedTuple):
    """A table of numbers: what its corner says, the headings across, each row with its heading."""

    corner: str
    headings: Sequence[str]
    rows: Sequence[tuple[Markup, Sequence[int]]]


def year_grid(rows: Rows) -> Grid:
    """The lines alive at each time, by the year they were written in; *rows* of `lines_by_year`."""
    cells = {(row["at"], row["origin_year"]): row["lines"] for row in rows}
    years = sorted({row["origin_year"] for row in rows})
    times = sorted({row["at"] for row in rows})
    return Grid(
        "At the end of",
        [str(year) for year in years],
        [(day(at), [cells.get((at, year), 0) for year in years]) for at in times],
    )


def hour_grid(rows: Rows) -> Grid:
    """The commits of each hour and weekday; *rows* of `work_hours`."""
    cells = {(row["hour"], row["weekday"]): row["commits"] for row in rows}
    days = range(1, len(WEEKDAYS) + 1)
    return Grid(
        "Hour",
        WEEKDAYS,
        [(escape(f"{hour:02d}:00"), [cells.get((hour, at), 0) for at in days]) for hour in HOURS],
    )
