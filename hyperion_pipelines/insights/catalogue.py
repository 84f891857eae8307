"""The insights that there are, by theme: each has a module of its name in the folder of its theme.

A module is imported when its insight is asked for: the names alone cost a command nothing.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType

import polars as pl

from hyperion_pipelines.insights.insight import Insight

THEMES: Mapping[str, tuple[str, ...]] = {
    "quality": (
        *("risky_commits", "risky_files", "risk_by_month"),
        *("defect_prone_files", "fix_times"),
    ),
    "code": (
        *("hotspots", "complexity_trend", "refactoring_targets", "technical_debt", "test_gaps"),
        *("change_coupling", "undocumented_symbols", "stale_documents"),
    ),
    "lines": ("code_age", "line_survival", "lines_by_year"),
    "people": (
        *("file_owners", "truck_factor", "knowledge_at_risk", "departures"),
        *("review_capacity", "reading_order", "first_places"),
    ),
    "delivery": ("delivery_weeks", "work_hours", "releases"),
    "security": ("exposed_secrets", "dangerous_code"),
}
INSIGHT_TABLES = tuple(table for tables in THEMES.values() for table in tables)
_THEME = {table: theme for theme, tables in THEMES.items() for table in tables}


def insight_of(table: str) -> Insight:
    """The insight that *table* answers."""
    insight: Insight = _module(table).INSIGHT
    return insight


def all_insights() -> dict[str, Insight]:
    """Every insight by its table, in their order."""
    return {table: insight_of(table) for table in INSIGHT_TABLES}


def function_of(table: str) -> Callable[..., pl.DataFrame]:
    """The function that makes *table*; its parameters name what it is made from."""
    function: Callable[..., pl.DataFrame] = getattr(_module(table), table)
    return function


def _module(table: str) -> ModuleType:
    return import_module(f"hyperion_pipelines.insights.{_THEME[table]}.{table}")
