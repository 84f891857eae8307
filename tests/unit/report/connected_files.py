"""Hotspots, imports and pairs that change together: tables of a few files, for tests."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from hyperion_pipelines.insights.shared.areas import areas
from tests.unit.insights.profile_tables import rows


def scored(scores: Mapping[str, float]) -> pl.DataFrame:
    """Hotspots of those *scores*, by path; each has one commit."""
    named = areas(pl.Series(list(scores), dtype=pl.String))
    found = [
        {"path": path, "area": area, "score": int(scores[path]), "commits": 1}
        for path, area in named.iter_rows()
    ]
    return rows("hotspots", *found)


def imports(*edges: tuple[str, str | None]) -> pl.DataFrame:
    """Dependencies: each *edge* leads from a file to what it imports, None outside."""
    return pl.DataFrame(edges, schema={"from_path": pl.String, "to_path": pl.String}, orient="row")


def pair(
    path: str, other: str, *, support: int = 10, confidence: float = 0.5, lift: float = 9.0
) -> Mapping[str, Any]:
    """Two files that change together."""
    numbers = {"support": support, "confidence": confidence, "lift": lift}
    return {"path": path, "other": other, **numbers}


def pairs(*found: Mapping[str, Any]) -> pl.DataFrame:
    """The table `change_coupling` of those pairs."""
    return rows("change_coupling", *found)
