"""Rows of the insights on code and lines, of Redis at 2024-10-18: figures for tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Rows = list[dict[str, Any]]


def rows_of(columns: str, *values: Sequence[Any]) -> Rows:
    return [dict(zip(columns.split(), row, strict=True)) for row in values]


def months_from(first_year: int, count: int) -> list[date]:
    return [date(first_year + index // 12, index % 12 + 1, 1) for index in range(count)]


CODE: dict[str, Rows] = {
    "hotspots": rows_of(
        "path area language commits commits_before authors cyclomatic cognitive code_lines "
        "complexity_change score share trend",
        (
            *("src/server.c", "src", "C", 53, 71, 163, 1331, 1648, 5052),
            *(24, 70543.0, 0.17, "steady"),
        ),
        (
            *("src/module.c", "src", "C", 33, 35, 82, 2065, 1900, 7306),
            *(41, 68145.0, 0.16, "steady"),
        ),
        (
            *("src/cluster_legacy.c", "src", "C", 39, 12, 90, 1207, 1711, 4195),
            *(None, 47073.0, 0.11, "rising"),
        ),
        (
            *("src/redis-cli.c", "src", "C", 19, 26, 111, 2475, 3305, 8980),
            *(12, 47025.0, 0.11, "steady"),
        ),
        ("src/db.c", "src", "C", 45, 24, 72, 557, 640, 1816, 63, 25065.0, 0.06, "rising"),
        ("src/t_hash.c", "src", "C", 35, 6, 29, 590, 702, 2257, 310, 20650.0, 0.05, "rising"),
        ("src/t_zset.c", "src", "C", 10, 25, 52, 961, 1022, 3161, -4, 9610.0, 0.02, "cooling"),
        (
            *("deps/hiredis/async.c", "deps", "C", 2, 1, 14, 168, 203, 744),
            *(0, 336.0, 0.001, "steady"),
        ),
    ),
    "complexity_trend": [
        {
            "month": month.isoformat(),
            "files": 150 + index,
            "code_lines": 90_000 + 1_400 * index,
            "cyclomatic": 18_000 + 310 * index,
            "cognitive": 21_000 + 390 * index,
            "cognitive_per_100_lines": round(
                100 * (21_000 + 390 * index) / (90_000 + 1_400 * index), 2
            ),
        }
        for index, month in enumerate(months_from(2021, 46))
    ],
    "refactoring_targets": rows_of(
        "path function start_line end_line cognitive cyclomatic nesting parameters lines changes "
        "authors why effort_hours gain score",
        (
            *("src/rdb.c", "rdbLoadObject", 1924, 3159, 628, 251, 7, 5, 1236, 9, 4),
            [
                "cognitive complexity 628, 41 times the 15 that SonarSource's rule S3776 allows",
                "changed by 9 commits of 4 people in the last year",
            ],
            *(10.3, 0.28, 5517.0),
        ),
        (
            *("src/networking.c", "clientCommand", 3124, 3682, 307, 154, 5, 1, 559, 5, 5),
            ["cognitive complexity 307, 20 times the 15 that SonarSource's rule S3776 allows"],
            *(4.9, 0.31, 1460.0),
        ),
        (
            *("src/server.c", "genRedisInfoString", 5580, 6181, 197, 108, 5, 3, 602, 7, 6),
            ["changed by 7 commits of 6 people in the last year", "602 lines, over the 60 of a"],
            *(3.1, 0.11, 1274.0),
        ),
    ),
    "technical_debt": rows_of(
        "path area kind count minutes_each minutes hours arithmetic",
        (
            *("src/redis-cli.c", "src", "complex function", 47, None, 2640.0, 44.0),
            "47 functions over cognitive complexity 15: 5 min each + 1 min a point over = 44 h",
        ),
        (
            *("src/module.c", "src", "long function", 38, 60.0, 2280.0, 38.0),
            "38 functions over 60 lines x 60 min = 38 h",
        ),
        (
            *("src/rdb.c", "src", "deep nesting", 14, 30.0, 420.0, 7.0),
            "14 functions nested deeper than 4 x 30 min = 7 h",
        ),
    ),
    "test_gaps": rows_of(
        "path area commits cyclomatic commits_with_tests tests last_commit score why",
        (
            *("src/debug.c", "src", 21, 465, 0, []),
            *("2024-10-08T09:12:00Z", 9765.0, "21 commits in a year, none of them with a test"),
        ),
        (
            *("src/replication.c", "src", 14, 610, 3, ["tests/integration/replication.tcl"]),
            *("2024-10-13T10:00:00Z", 6711.0, "3 of its 14 commits came with a test"),
        ),
    ),
    "change_coupling": rows_of(
        "path other support commits other_commits confidence other_confidence lift p_value "
        "q_value is_cross_area imports is_test_pair is_unexpected last_together",
        (
            *("src/commands.def", "src/commands/sflush.json", 3, 3, 3, 1.0, 1.0, 410.0),
            *(1e-9, 1e-7, False, False, False, False, "2024-10-01T12:00:00Z"),
        ),
        (
            *("src/cluster_legacy.c", "src/valkey_compat.h", 12, 20, 15, 0.6, 0.8, 55.0),
            *(1e-12, 1e-10, False, False, False, True, "2024-09-20T08:00:00Z"),
        ),
        (
            *("utils/generate-command-code.py", "src/server.c", 9, 12, 53, 0.75, 0.17, 6.1),
            *(1e-6, 1e-4, True, False, False, True, "2024-06-11T08:00:00Z"),
        ),
    ),
    "undocumented_symbols": rows_of(
        "path symbol start_line lines cognitive dependents commits score",
        ("src/dict.h", "dictSetVal", 120, 18, 9, 41, 8, 328.0),
        ("src/networking.c", "clientCommand", 3124, 559, 307, 1, 22, 214.0),
    ),
    "stale_documents": rows_of(
        "path last_changed subject subject_files commits_since lines_since days_behind score why",
        (
            *("deps/README.md", "2021-02-03T10:00:00Z", ["deps/jemalloc", "deps/hiredis"], 214),
            *(61, 9120, 1353.0, 61.0),
            "61 commits changed 9,120 lines of deps since it was last touched 1,353 days ago",
        ),
    ),
}

LINES: dict[str, Rows] = {
    "code_age": rows_of(
        "path area lines median_age_days oldest_tenth_age_days newest_line_days origin_commits",
        ("src/lzf_c.c", "src", 295, 5210.0, 5210.0, 1422.0, 4),
        ("src/server.c", "src", 7301, 1608.0, 4480.0, 3.0, 988),
        ("src/t_hash.c", "src", 3302, 178.0, 3980.0, 11.0, 143),
    ),
    "line_survival": [
        {
            "age_days": 30.0 * step,
            "survival": round(0.5 ** (step * 30 / 2609.7), 4),
            "at_risk": max(1, 480_000 - step * 2_600),
        }
        for step in range(0, 180, 3)
    ],
    "lines_by_year": [
        {
            "at": f"{year}-12-31" if year < 2024 else "2024-10-18",
            "origin_year": origin,
            "lines": int(24_000 * 0.92 ** (year - origin)),
        }
        for year in range(2009, 2025)
        for origin in range(2009, year + 1)
    ],
}
