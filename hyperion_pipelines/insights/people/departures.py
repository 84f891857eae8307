"""What each person's leaving would take along, and what the leaving of others already took.

It asks about files that would have nobody left who knows them, not about how much anyone does.
"""

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.people.knowers import knowers, source_files

INSIGHT = Insight(
    table="departures",
    question="What would nobody know any more if a person left, or since one did?",
    columns={
        "person_id": Column(pl.String, "The person: `person_id` of identities; no bot."),
        "person_name": Column(pl.String, "The name that stands for the person."),
        "is_active": Column(pl.Boolean, "The person committed in the newest 180 days."),
        "last_commit": Column(TIME, "The person's last commit to the repository (UTC)."),
        "lines": Column(pl.UInt32, "Lines of source at HEAD that the person wrote."),
        "line_share": Column(pl.Float64, "Their share of those that people wrote, 0 to 1."),
        "files_owned": Column(pl.UInt32, "Source files that the person knows; others may, too."),
        "files_orphaned": Column(
            pl.UInt32,
            "Files that no active person would know then. Of someone gone quiet: that nobody has "
            "known since, as the last of those who did.",
        ),
        "lines_orphaned": Column(pl.UInt32, "Lines of these files that people wrote."),
        "hotspots_orphaned": Column(
            pl.UInt32, "Those among the hotspots that hold 80 % of all hotspots' scores."
        ),
        "areas": Column(pl.List(pl.String), "Their areas, at most five, the most files first."),
        "score": Column(
            pl.Float64, "Mean of their shares of all lines and of all hotspots' scores, 0 to 1."
        ),
    },
    key=("person_id",),
)

_MAIN_HOTSPOTS_SHARE = 0.8
_AREAS = 5


def departures(
    files: pl.DataFrame, file_owners: pl.DataFrame, people: pl.DataFrame, hotspots: pl.DataFrame
) -> pl.DataFrame:
    """A row per person who knows a source file or wrote lines of one.

    Who knows a file is said by `knowers`. An active person's leaving orphans the files that no
    other active person knows. What has nobody active is counted for that one of those who knew it
    who committed last, so each file is counted once. Order: by score, active people before those
    who have gone quiet; people whose leaving orphans nothing follow by name.
    """
    owned = file_owners.join(source_files(files).select("path", "area"), on="path")
    known = knowers(owned)
    by_person = owned.group_by("person_id").agg(pl.sum("lines")).filter(pl.col("lines") > 0)
    rows = (
        people.filter(~pl.col("is_bot"))
        .join(by_person, on="person_id", how="left")
        .join(known.group_by("person_id").agg(files_owned=pl.len()), on="person_id", how="left")
        .filter(pl.any_horizontal(pl.col("lines", "files_owned").is_not_null()))
        .join(_orphaned(owned, known, people, hotspots), on="person_id", how="left")
        .with_columns(pl.selectors.numeric().fill_null(0), pl.col("areas").fill_null([]))
        .with_columns(line_share=pl.col("lines") / pl.max_horizontal(pl.sum("lines"), 1))
        .sort(
            *("score", "is_active", "person_name", "person_id"),
            descending=[True, True, False, False],
        )
    )
    return INSIGHT.frame(rows)


def _orphaned(
    owned: pl.DataFrame, known: pl.DataFrame, people: pl.DataFrame, hotspots: pl.DataFrame
) -> pl.DataFrame:
    """What each person's leaving orphans or did: counts, areas and score, by `person_id`."""
    score = pl.col("score")
    is_main = score.cum_sum() - score < _MAIN_HOTSPOTS_SHARE * score.sum()
    heat = hotspots.sort("score", "path", descending=[True, False]).select(
        "path", heat=score / score.sum(), is_main_hotspot=is_main
    )
    lines = owned.group_by("path").agg(pl.sum("lines"))
    whole = max(int(lines["lines"].sum()), 1)
    return (
        _last_knowers(known, people)
        .join(lines, on="path")
        .join(heat, on="path", how="left")
        .with_columns(files_of_area=pl.len().over("person_id", "area"))
        .sort("files_of_area", "area", descending=[True, False])
        .group_by("person_id")
        .agg(
            files_orphaned=pl.len(),
            lines_orphaned=pl.sum("lines"),
            hotspots_orphaned=pl.sum("is_main_hotspot"),
            areas=pl.col("area").unique(maintain_order=True).head(_AREAS),
            score=(pl.sum("lines") / whole + pl.sum("heat")) / 2,
        )
    )


def _last_knowers(known: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A row per file that one person alone knows, or knew last: `path`, `area`, `person_id`."""
    active = pl.sum("is_active").over("path")
    return (
        known.join(people.select("person_id", "last_commit"), on="person_id")
        .filter((active == 0) | ((active == 1) & pl.col("is_active")))
        .sort("last_commit", "person_id", descending=True)
        .unique("path", keep="first", maintain_order=True)
        .select("path", "area", "person_id")
    )
