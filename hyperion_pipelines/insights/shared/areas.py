"""Areas: the directories that a team would name when it divides the work."""

import polars as pl

ROOT = "."
LARGEST_SHARE = 0.5  # of all files: a directory that holds more is cut into its directories
DEEPEST = 4


def areas(paths: pl.Series) -> pl.DataFrame:
    """The area of each of *paths* (distinct): `path`, `area`, in their order.

    It is the topmost directory, `.` for files at the root. One that holds more than half of all
    files, such as `src`, says little: it is cut into the directories below it, up to four deep.
    """
    placed = paths.to_frame("path").with_columns(
        directories=pl.col("path")
        .str.split("/")
        .list.slice(0, pl.col("path").str.count_matches("/")),
        depth=pl.lit(1, pl.UInt32),
    )
    for _ in range(1, DEEPEST):
        placed = _named(placed)
        is_large = pl.len().over("area") > LARGEST_SHARE * pl.len()
        can_go_deeper = pl.col("directories").list.len() > pl.col("depth")
        deeper = (is_large & can_go_deeper).cast(pl.UInt32)
        placed = placed.with_columns(depth=pl.col("depth") + deeper)
    return _named(placed).select("path", "area")


def _named(placed: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("directories").list.head(pl.col("depth")).list.join("/")
    return placed.with_columns(area=name.replace("", ROOT))
