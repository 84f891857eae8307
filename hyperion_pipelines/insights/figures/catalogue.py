"""Which picture shows which insight."""

from collections.abc import Mapping

from hyperion_pipelines.insights.figures.kinds import Bands, Bars, Heat, Kind, Series

_PAIR = ("path", "other")

FIGURES: Mapping[str, Kind] = {
    "risky_commits": Bars(("subject",), "percentile"),
    "risky_files": Bars(("path",), "probability"),
    "risk_by_month": Series("month", ("mean_probability", "ninetieth_percentile")),
    "defect_prone_files": Bars(("path",), "fixes_365_days"),
    "fix_times": Bars(("subject",), "days_to_fix"),
    "hotspots": Bars(("path",), "score"),
    "complexity_trend": Series("month", ("cyclomatic", "cognitive", "code_lines")),
    "refactoring_targets": Bars(("path", "function"), "gain"),
    "technical_debt": Bars(("kind",), "hours", is_summed=True),
    "test_gaps": Bars(("path",), "score"),
    "change_coupling": Bars(_PAIR, "confidence"),
    "undocumented_symbols": Bars(("path", "symbol"), "dependents"),
    "stale_documents": Bars(("path",), "commits_since"),
    "code_age": Bars(("path",), "median_age_days"),
    "line_survival": Series("age_days", ("survival",)),
    "lines_by_year": Bands("at", "origin_year", "lines"),
    "file_owners": Bars(("person_name",), "lines", is_summed=True),
    "truck_factor": Bars(("measure",), "factor"),
    "knowledge_at_risk": Bars(("path",), "gone_share"),
    "departures": Bars(("person_name",), "files_orphaned"),
    "review_capacity": Bars(("area",), "load"),
    "reading_order": Bars(("area", "path"), "centrality"),
    "first_places": Bars(("path",), "score"),
    "delivery_weeks": Series("week", ("commits", "velocity")),
    "work_hours": Heat("hour", "weekday", "commits"),
    "releases": Bars(("tag",), "commits"),
    "exposed_secrets": Bars(("rule", "path"), "exposure_days"),
    "dangerous_code": Bars(("rule", "path"), "score"),
}
