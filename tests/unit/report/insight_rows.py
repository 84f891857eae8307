"""Rows of every insight, as a profile of Redis at 2024-10-18 may hold them: figures for tests."""

from datetime import date, timedelta

from tests.unit.report.code_rows import CODE, LINES, Rows, months_from, rows_of

SFLUSH = "d092d64d7a2cbbfb3235ab9e1e5b08407f2898b8"
LOADING = "a7afd1d2b2b0b9b64c44fd950d57e49ad8823bde"
FAST_FLOAT = "af7fca797a531c90a54ea79a56929f3e5598c01f"


def _weeks(count: int) -> list[date]:
    newest = date(2024, 10, 14)
    return [newest - timedelta(weeks=back) for back in reversed(range(count))]


PEOPLE: dict[str, Rows] = {
    "file_owners": rows_of(
        "path person_id person_name is_active lines line_share commits commit_share "
        "degree_of_authorship authorship is_author last_touch",
        (
            *("src/cluster_legacy.c", "antirez@gmail.com", "Salvatore Sanfilippo", False, 2711),
            *(0.41, 380, 0.48, 61.0, 1.0, True, "2020-04-30T10:00:00Z"),
        ),
        (
            *("src/cluster_legacy.c", "binloveplay1314@qq.com", "Binbin", True, 702),
            *(0.11, 71, 0.09, 14.1, 0.8, True, "2024-08-20T10:00:00Z"),
        ),
        (
            *("src/t_hash.c", "moticless@gmail.com", "Moti Cohen", True, 1402),
            *(0.42, 24, 0.21, 6.2, 1.0, True, "2024-10-08T10:00:00Z"),
        ),
    ),
    "truck_factor": rows_of(
        "measure factor low high people quiet orphaned_share orphaned_today active_factor "
        "active_people files sentence",
        (
            *("degree of authorship", 2, 2, 3, ["Salvatore Sanfilippo", "Oran Agra"]),
            *(["Salvatore Sanfilippo"], 0.57, 0.41, 1, ["Oran Agra"], 461),
            "If Salvatore Sanfilippo and Oran Agra left, no author of 57 % of the files is there.",
        ),
        (
            *("surviving lines", 2, 2, 2, ["Salvatore Sanfilippo", "Guy Benoish"]),
            *(["Salvatore Sanfilippo"], 0.52, 0.38, 1, ["Guy Benoish"], 461),
            "Salvatore Sanfilippo and Guy Benoish wrote most lines of 52 % of the files.",
        ),
        (
            *("commits", 2, 2, 2, ["Salvatore Sanfilippo", "Oran Agra"]),
            *(["Salvatore Sanfilippo"], 0.54, 0.33, 1, ["Oran Agra"], 461),
            "Salvatore Sanfilippo and Oran Agra made most commits to 54 % of the files.",
        ),
    ),
    "knowledge_at_risk": rows_of(
        "path area owner_id owner_name owner_last_commit lines lines_gone gone_share "
        "active_knowers hotspot_score is_orphaned score",
        (
            *("src/redis-cli.c", "src", "antirez@gmail.com", "Salvatore Sanfilippo"),
            *("2020-07-10T10:00:00Z", 9920, 7980, 0.804, 0, 47025.0, True, 37808.0),
        ),
        (
            *("src/cluster_legacy.c", "src", "antirez@gmail.com", "Salvatore Sanfilippo"),
            *("2020-07-10T10:00:00Z", 6611, 4290, 0.649, 1, 47073.0, False, 30550.0),
        ),
    ),
    "departures": rows_of(
        "person_id person_name is_active last_commit lines line_share files_owned "
        "files_orphaned lines_orphaned hotspots_orphaned areas score",
        (
            *("moticless@gmail.com", "Moti Cohen", True, "2024-10-16T10:00:00Z", 9289, 0.035),
            *(14, 9, 6120, 2, ["src", "tests/unit"], 27400.0),
        ),
        (
            *("antirez@gmail.com", "Salvatore Sanfilippo", False, "2020-07-10T10:00:00Z", 69155),
            *(0.26, 121, 64, 30110, 11, ["src", "deps"], 190200.0),
        ),
    ),
    "review_capacity": rows_of(
        "area files commits_90_days active_authors reviewers load forecast forecast_low "
        "forecast_high coverage is_thin why",
        (
            *("src", 191, 96, 17, ["debing.sun", "Moti Cohen", "Ozan Tezcan"], 2.5, 31.0, 16.0),
            *(51.0, 0.92, False, "3 people can review its 7.5 commits a week"),
        ),
        (
            *("deps", 118, 9, 2, ["YaacovHazan"], 0.7, 3.0, 0.0, 9.0),
            *(0.96, True, "one person alone can review it"),
        ),
    ),
    "reading_order": rows_of(
        "area rank path centrality last_changed_days is_documented ask why",
        ("src", 1, "src/server.h", 0.112, 3, False, "debing.sun", ["148 files include it"]),
        ("src", 2, "src/server.c", 0.041, 3, True, "Oran Agra", ["the main loop of the area"]),
    ),
    "first_places": rows_of(
        "path area why ask score",
        ("src/lolwut6.c", "src", ["short: 201 lines", "simple", "quiet"], "Binbin", 0.81),
    ),
}

QUALITY: dict[str, Rows] = {
    "fix_times": rows_of(
        "fix_sha fix_time subject path_count induced_time days_to_fix reopened_by reopened_how "
        "author_name",
        (
            *("a38c29b6c861bee59637acdf1618f8f84645b9d5", "2024-10-08T08:40:00Z"),
            *("Cleanups related to expiration time (#13577)", 3, "2024-09-02T08:40:00Z"),
            *(36.0, None, None, "guybe7"),
        ),
        (
            *("3fcddfb61f903d7112da186cba8b1c93a99dc87f", "2024-09-20T08:40:00Z"),
            *("Fix crash on cluster slot migration (#13520)", 1, "2021-04-02T08:40:00Z"),
            *(1267.0, "9f0f533bc8f1e3d7f9d2a5b0c2f24b5f6b7a1c11", "same issue", "debing.sun"),
        ),
    ),
    "defect_prone_files": rows_of(
        "path area fixes fixes_365_days induced_bugs fix_share median_days_to_fix reopened "
        "last_fix probability score",
        (
            *("src/cluster_legacy.c", "src", 281, 11, 190, 0.35, 61.0, 14),
            *("2024-09-26T10:00:00Z", 0.838, 92.1),
        ),
        ("src/db.c", "src", 90, 10, 77, 0.21, 88.0, 3, "2024-10-02T10:00:00Z", 0.943, 88.0),
    ),
    "risk_by_month": [
        {
            "month": month.isoformat(),
            "commits": 40 + index * 7 % 31,
            "mean_probability": round(0.06 + 0.0011 * (index * 5 % 17), 4),
            "ninetieth_percentile": round(0.17 + 0.004 * (index * 3 % 13), 4),
            "risky_commits": index * 3 % 6,
            "known_inducing": None if index > 41 else index * 5 % 7,
            "known_share": None if index > 41 else round(index * 5 % 7 / (40 + index * 7 % 31), 4),
            "is_complete": index <= 34,
        }
        for index, month in enumerate(months_from(2021, 46))
    ],
    "risky_commits": rows_of(
        "sha commit_time subject author_name probability percentile priority reasons evidence "
        "reviewers anomaly_reasons",
        (
            *(SFLUSH, "2024-09-29T06:13:21Z"),
            *("Add new SFLUSH command to cluster for slot-based FLUSH (#13564)", "Moti Cohen"),
            *(0.502, 98.8, 97.0),
            [
                "adds 357 lines, more than 98 of 100 commits here",
                "adds 30 paths through the code, more than 98 of 100 commits here",
            ],
            ["src/cluster_legacy.c was fixed 11 times in the last year"],
            *(["debing.sun", "Ozan Tezcan"], ["10 files touched; 2 is usual here"]),
        ),
        (
            *(LOADING, "2024-09-03T06:15:05Z", "Reply LOADING on replica while flushing the db"),
            *("Ozan Tezcan", 0.375, 97.0, 95.0),
            ["adds 316 lines, more than 98 of 100 commits here"],
            *(["src/replication.c was fixed 4 times in the last year"], ["debing.sun"], []),
        ),
        (
            *(FAST_FLOAT, "2024-09-15T13:09:11Z"),
            "Using fast_float library for faster parsing of 64 decimal strings. (#11884)",
            *("Filipe Oliveira (Personal)", 0.271, 95.1, 90.0),
            ["adds 3,979 lines, more than 99 of 100 commits here"],
            *([], [], ["3,979 lines added; 8 is usual for this author"]),
        ),
    ),
    "risky_files": rows_of(
        "path area language probability percentile reasons evidence owners hotspot_rank",
        (
            *("src/db.c", "src", "C", 0.943, 99.95),
            [
                "45 commits changed it in the last year, more than for 99 of 100 files here",
                "was fixed 10 times in the last year, more than 99 of 100 files here",
            ],
            *(["10 fixes in the last year, the last on 2024-10-02"], ["debing.sun", "Binbin"], 5),
        ),
        (
            *("src/cluster_legacy.c", "src", "C", 0.838, 99.8),
            ["was fixed 11 times in the last year, more than 99 of 100 files here"],
            *([], ["Binbin"], 3),
        ),
    ),
}

DELIVERY: dict[str, Rows] = {
    "delivery_weeks": [
        {
            "week": week.isoformat(),
            "commits": 4 + index * 7 % 11,
            "merges": index % 4,
            "authors": 3 + index % 7,
            "added": 300 + index * 113 % 900,
            "deleted": 100 + index * 71 % 400,
            "fixes": index % 5,
            "reviewed": 2 + index % 3,
            "review_unknown": 1,
            "reviewed_share": round((2 + index % 3) / (4 + index * 7 % 11), 3),
            "velocity": 12.4 if index < 61 else 8.9,
            "is_change_point": index == 61,
        }
        for index, week in enumerate(_weeks(104))
    ],
    "work_hours": [
        {
            "weekday": weekday,
            "hour": hour,
            "commits": (commits := max(0, 320 - 9 * (hour - 14) ** 2) // (1 + 4 * (weekday > 5))),
            "share": round(commits / 12_000, 4),
        }
        for weekday in range(1, 8)
        for hour in range(24)
    ],
    "releases": rows_of(
        "tag time commits fixes days_since_previous authors",
        ("7.4.1", "2024-10-02T19:14:00Z", 21, 15, 65.0, 9),
        ("7.4.0", "2024-07-29T13:31:00Z", 41, 17, 32.0, 14),
    ),
}

SECURITY: dict[str, Rows] = {
    "exposed_secrets": rows_of(
        "rule what path line shown fingerprint added_sha added_time added_by removed_sha "
        "removed_time exposure_days is_at_head is_test is_hotspot suppressed suppressed_until "
        "severity why",
        (
            *(
                "private-key",
                "A private key.",
                "utils/deploy/redis.key",
                1,
                "-----BEGIN RSA PRI...",
            ),
            *("9c1f4f2ae01b", "5c2b8b7ac3d4c4c9aee5b7c2d2b6c1b7a9f0e1d2"),
            *("2024-03-08T10:00:00Z", "Ozan Tezcan", None, None, 224.0, True, False, False),
            *(None, None, "high", "it is at HEAD and no test reads it"),
        ),
        (
            *("private-key", "A private key.", "tests/tls/client.key", 1, "-----BEGIN RSA PRI..."),
            *("77aa0d13c0fe", "0b2b8b7ac3d4c4c9aee5b7c2d2b6c1b7a9f0e1d3"),
            *("2019-10-07T10:00:00Z", "Yossi Gottlieb", None, None, 1838.0, True, True, False),
            *("a key of the tests alone", "2025-06-01", "low", "a test reads it"),
        ),
    ),
    "dangerous_code": rows_of(
        "path line call rule danger fix cwe function hotspot_score owner_name owner_is_active "
        "is_test suppressed suppressed_until severity score why",
        (
            *("src/redis-cli.c", 8123, "system", "shell command"),
            "system() hands a text to a shell: whoever can choose part of it can run commands.",
            "Call execvp() with a list of arguments instead.",
            *(78, "cliRunHook", 47025.0, "Salvatore Sanfilippo", False, False, None, None, "high"),
            *(0.93, "Its file is a hotspot whose owner has gone quiet."),
        ),
        (
            *("src/sds.c", 602, "sprintf", "unbounded copy"),
            "sprintf() writes past the end of its buffer when the text is longer.",
            "Call snprintf() with the size of the buffer.",
            *(120, "sdscatfmt", 512.0, "Oran Agra", True, False, None, None, "medium"),
            *(0.41, "Its file seldom changes."),
        ),
    ),
}

ROWS: dict[str, Rows] = CODE | LINES | PEOPLE | QUALITY | DELIVERY | SECURITY
