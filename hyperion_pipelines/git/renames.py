"""Follows files through their renames: under which path a file of the past is known today.

A file is the same file after a rename; a path that is given away may later be another file's.
"""

import polars as pl


def with_present_path(changes: pl.DataFrame) -> pl.DataFrame:
    """*changes* (`path`, `old_path`, `status`, `position`) with `present_path`, a file's last path.

    A change at a position belongs to the next later rename away from its path, and so on until no
    rename follows. Positions order the renames; those of branches that never met are followed too.
    """
    renames = (
        changes.filter(pl.col("status") == "R")
        .select(path="old_path", moved_at="position", moved_to="path")
        .sort("moved_at", "moved_to")
    )
    followed = changes.with_columns(present_path="path", since="position")
    while True:
        moved = (
            followed.with_row_index("row")
            .sort("since")
            .join_asof(
                renames.rename({"path": "present_path"}),
                left_on="since",
                right_on="moved_at",
                by="present_path",
                strategy="forward",
                allow_exact_matches=False,
                check_sortedness=False,
            )
            .sort("row")
            .drop("row")
        )
        if moved["moved_to"].null_count() == moved.height:
            return moved.drop("since", "moved_at", "moved_to")
        followed = moved.select(
            pl.exclude("present_path", "since", "moved_at", "moved_to"),
            pl.coalesce("moved_to", "present_path").alias("present_path"),
            pl.coalesce("moved_at", "since").alias("since"),
        )
