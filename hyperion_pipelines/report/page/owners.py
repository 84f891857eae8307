"""Who knows the code of each area, as the page draws it: bars of the lines in the files they know.

It only adds up the files of the page's map; who knows a file is found by the insights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

AREAS = 12
OWNERS = 3


@dataclass(frozen=True)
class AreaOwners:
    """An area of the code: its lines, and who knows most of them, with shares from 0 to 1.

    `others` is the share of those who are not among `owners`, `unknown` that of files that nobody
    is known to know.
    """

    area: str
    files: int
    lines: int
    owners: Sequence[tuple[str, float]]
    others: float
    unknown: float


def area_owners(files: pl.DataFrame) -> list[AreaOwners]:
    """The largest areas of *files* (see `PageData`), most lines first; empty where none is owned.

    A file counts whole, by its lines, for the one person who knows it best.
    """
    if files["owner_name"].null_count() == files.height:
        return []
    sizes = (
        files.group_by("area")
        .agg(files=pl.len(), lines=pl.sum("lines"))
        .filter(pl.col("lines") > 0)
        .sort(["lines", "area"], descending=[True, False])
        .head(AREAS)
    )
    shares = (
        files.group_by("area", "owner_name")
        .agg(pl.sum("lines"))
        .join(sizes.select("area", area_lines="lines"), on="area")
        .with_columns(share=pl.col("lines") / pl.col("area_lines"))
        .sort(["share", "owner_name"], descending=[True, False])
    )
    return [_area(size, shares.filter(pl.col("area") == size["area"])) for size in sizes.to_dicts()]


def _area(size: dict[str, object], shares: pl.DataFrame) -> AreaOwners:
    known = shares.drop_nulls("owner_name").select("owner_name", "share")
    unknown = shares.filter(pl.col("owner_name").is_null())["share"].sum()
    return AreaOwners(
        area=str(size["area"]),
        files=int(str(size["files"])),
        lines=int(str(size["lines"])),
        owners=known.head(OWNERS).rows(),
        others=float(known.slice(OWNERS)["share"].sum()),
        unknown=float(unknown),
    )
