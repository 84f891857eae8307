"""Files that were best known by people who have gone quiet, the hotspots among them first.

Whose leaving did it, and whose would do it next, is in `departures`.
"""

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.people.knowers import knowers, source_files

INSIGHT = Insight(
    table="knowledge_at_risk",
    question="Which files were best known by people who have gone quiet?",
    columns={
        "path": Column(pl.String, "A source file; tests are among them."),
        "area": Column(pl.String, "Its area."),
        "owner_id": Column(pl.String, "The person who knows or knew it best (`person_id`)."),
        "owner_name": Column(pl.String, "The person's name."),
        "owner_last_commit": Column(TIME, "The person's last commit to the repository (UTC)."),
        "lines": Column(pl.UInt32, "Lines of the file that people wrote."),
        "lines_gone": Column(pl.UInt32, "Those by people without a commit for 180 days."),
        "gone_share": Column(pl.Float64, "Their share, 0 to 1."),
        "active_knowers": Column(
            pl.UInt32,
            "Active people who know it: its authors, or who wrote a tenth of its "
            "lines or made a twentieth of its commits (five at least).",
        ),
        "hotspot_score": Column(pl.Float64, "Its score in hotspots; 0 if it is none."),
        "is_orphaned": Column(pl.Boolean, "No active person knows it."),
        "score": Column(pl.Float64, "hotspot_score x gone_share / (1 + active_knowers)."),
    },
    key=("path",),
)


def knowledge_at_risk(
    files: pl.DataFrame, people: pl.DataFrame, file_owners: pl.DataFrame, hotspots: pl.DataFrame
) -> pl.DataFrame:
    """A row per source file whose owner has gone quiet or that no active person knows.

    The owner is who has the highest degree of authorship; who knows a file is said by `knowers`.
    Order: by score, which is above 0 for hotspots alone; then those that nobody active knows, by
    lines whose writers are gone.
    """
    source = source_files(files).select("path", "area")
    owned = file_owners.join(source, on="path", maintain_order="left")
    active_knowers = (
        knowers(file_owners)
        .filter("is_active")
        .group_by("path")
        .agg(active_knowers=pl.len().cast(pl.Int64))
    )
    by_file = owned.group_by("path", "area", maintain_order=True).agg(  # the owner comes first
        pl.first("person_id", "is_active"),
        pl.sum("lines"),
        lines_gone=pl.col("lines").filter(~pl.col("is_active")).sum(),
    )
    lines = pl.col("lines")
    rows = (
        by_file.join(active_knowers, on="path", how="left")
        .join(hotspots.select("path", hotspot_score="score"), on="path", how="left")
        .join(people.select("person_id", "person_name", "last_commit"), on="person_id")
        .with_columns(pl.col("active_knowers", "hotspot_score").fill_null(0))
        .filter(~pl.col("is_active") | (pl.col("active_knowers") == 0))
        .with_columns(
            gone_share=pl.when(lines > 0).then(pl.col("lines_gone") / lines).otherwise(0.0),
            is_orphaned=pl.col("active_knowers") == 0,
        )
        .with_columns(
            score=pl.col("hotspot_score") * pl.col("gone_share") / (1 + pl.col("active_knowers"))
        )
        .rename(
            {
                "person_id": "owner_id",
                "person_name": "owner_name",
                "last_commit": "owner_last_commit",
            }
        )
        .sort(
            *("score", "is_orphaned", "lines_gone", "path"),
            descending=[True, True, True, False],
        )
    )
    return INSIGHT.frame(rows)
