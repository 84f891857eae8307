"""A profile as one of Redis at 2024-10-18 may be, all insights filled, for the reports' tests."""

from datetime import UTC, datetime

import polars as pl

from hyperion_pipelines.insights.profile.model import (
    Action,
    Headline,
    InsightRows,
    LanguageShare,
    Measure,
    ModelQuality,
    Overview,
    Profile,
)
from hyperion_pipelines.report.page.data import FILES, PageData
from tests.unit.report.insight_rows import ROWS, SFLUSH

QUESTIONS = {
    "hotspots": "Where is complex code changed most?",
    "complexity_trend": "Is the code becoming harder to follow?",
    "refactoring_targets": "Which function should be split first?",
    "technical_debt": "What would it take to bring the code within the limits?",
    "test_gaps": "Which changed and complex code has no test?",
    "change_coupling": "Which files change together without saying so?",
    "undocumented_symbols": "Which used functions does nothing explain?",
    "stale_documents": "Which documents have fallen behind their code?",
    "code_age": "How old is the code?",
    "line_survival": "How long does a line live?",
    "lines_by_year": "From which years are the lines of each year?",
    "file_owners": "Who knows each file?",
    "truck_factor": "How many people hold the knowledge?",
    "knowledge_at_risk": "Which files does nobody know who is still here?",
    "departures": "What would be orphaned if somebody left?",
    "review_capacity": "Are there enough reviewers for what is coming?",
    "reading_order": "In which order does a newcomer read an area?",
    "first_places": "Where can a newcomer start?",
    "fix_times": "How long do bugs live, and do their fixes hold?",
    "defect_prone_files": "Which files need fixing again and again?",
    "risk_by_month": "Does the risk of changes rise or fall?",
    "risky_commits": "Which recent commits should be reviewed first?",
    "risky_files": "Which files will most likely need a fix?",
    "delivery_weeks": "How fast is work delivered, and how much of it is reviewed?",
    "work_hours": "When does the team work?",
    "releases": "How often is there a release?",
    "exposed_secrets": "Which secrets are in the history?",
    "dangerous_code": "Which calls can be turned against their users?",
}

ACTIONS = [
    Action(
        what="Rotate the private key in utils/deploy/redis.key, then take it out of the code.",
        why="It has been readable for 224 days by everybody who has the repository.",
        evidence=["utils/deploy/redis.key:1", "-----BEGIN RSA PRI..."],
        insight="exposed_secrets",
        urgency=1.0,
    ),
    Action(
        what="Have debing.sun and Ozan Tezcan review commit d092d64d7a once more: "
        "“Add new SFLUSH command to cluster for slot-based FLUSH (#13564)”.",
        why="It induced a bug with a probability of 50 %: it adds 357 lines, more than 98 of 100 "
        "commits here.",
        evidence=[SFLUSH, "src/cluster_legacy.c was fixed 11 times in the last year"],
        insight="risky_commits",
        urgency=0.9,
    ),
    Action(
        what="Plan reading src/redis-cli.c: nobody who is still active knows it.",
        why="People who have gone quiet wrote 80 % of its lines, the last of them on 2020-07-10, "
        "and it was changed by 19 commits in the last year.",
        evidence=["src/redis-cli.c", "Salvatore Sanfilippo"],
        insight="knowledge_at_risk",
        urgency=0.8,
    ),
    Action(
        what="Split rdbLoadObject() in src/rdb.c first (line 1924).",
        why="Its cognitive complexity is 628, 41 times the 15 that SonarSource's rule S3776 "
        "allows, and 9 commits changed it in the last year.",
        evidence=["src/rdb.c:1924-3159"],
        insight="refactoring_targets",
        urgency=0.6,
    ),
    Action(
        what="Write the first test for src/debug.c.",
        why="21 commits changed it in the last year, none of them with a test, and it has 465 "
        "paths.",
        evidence=["src/debug.c"],
        insight="test_gaps",
        urgency=0.5,
    ),
]


HEADLINES = [
    Headline(insight=insight, value=value, unit=unit, sentence=sentence, is_concern=is_concern)
    for insight, value, unit, is_concern, sentence in (
        (
            *("hotspots", 3, "files", False),
            (
                "3 of 226 changed files hold half of all change in complex code; the hottest is "
                "src/server.c."
            ),
        ),
        (
            *("complexity_trend", 2.4, "%", False),
            (
                "The code is 2.4 % harder to follow than a year ago: 25.2 points of cognitive "
                "complexity in 100 lines."
            ),
        ),
        (
            *("exposed_secrets", 1, "secrets", True),
            "One secret is at HEAD, readable for everybody who has the repository.",
        ),
        (
            *("risky_commits", 1, "commits", True),
            "One commit of the newest 90 days more likely than not induced a bug.",
        ),
        (
            *("fix_times", 61.0, "days", False),
            "Half of the bugs live longer than 61 days; 6 % of the fixes had to be fixed again.",
        ),
        (
            *("delivery_weeks", 8.9, "commits a week", False),
            "The team makes 8.9 commits a week, 28 % fewer than before August 2023.",
        ),
    )
] + [
    Headline(
        insight="truck_factor",
        value=2,
        unit="people",
        sentence="If Salvatore Sanfilippo and Oran Agra left, 57 % of the files would have no "
        "author who knows them (truck factor 2, 2 to 3 by doubt about who is who).",
        low=2,
        high=3,
        is_concern=True,
    ),
]

MODELS = [
    ModelQuality(
        name="risk",
        version="4",
        answers="whether a commit induced a bug",
        measures=[
            Measure(name="area under the ROC curve", value=0.834, low=0.805, high=0.863),
            Measure(name="share of bugs in the riskiest 20 %", value=0.644, low=0.576, high=0.713),
        ],
        doubts=[
            "It was judged on 202 bug-inducing commits: the true value may lie at 0.80 to 0.86.",
            "It ranks commits no better than the number of lines added does.",
        ],
    )
]


def redis_profile() -> Profile:
    """The profile; a year of Redis in figures that the real one had, names included."""
    return Profile(
        repository="redis",
        head_sha="4f8cdc2a1ea53e42955af758aabffee67cb455dd",
        head_time=datetime(2024, 10, 18, 1, 11, 23, tzinfo=UTC),
        generator="hyperion 0.1.0",
        overview=_overview(),
        actions=ACTIONS,
        headlines=HEADLINES,
        judged_by={
            "commits": "by a model of all repositories: one of its own did no better",
            "files": "by a model of all repositories: one of its own did no better",
        },
        models=MODELS,
        insights={
            table: InsightRows(question=question, total=len(ROWS[table]) * 3, rows=ROWS[table])
            for table, question in QUESTIONS.items()
        },
        missing=["The stage `secrets` has not run, so removed secrets are not known."],
    )


def small_profile(slug: str = "tiny") -> Profile:
    """That of a repository with one commit, of which next to nothing is known."""
    time = datetime(2024, 1, 1, tzinfo=UTC)
    overview = dict.fromkeys(Overview.model_fields, 0)
    return Profile(
        repository=slug,
        head_sha="0" * 40,
        head_time=time,
        generator="hyperion 0.1.0",
        overview=Overview.model_validate(
            overview
            | {"commits": 1, "authors": 1, "first_commit": time, "last_commit": time}
            | {"languages": []}
        ),
        actions=[],
        headlines=[],
        judged_by={},
        models=[],
        insights={},
        missing=["The stage `predictions` has not run, so the risk of commits is not known."],
    )


def redis_page_data() -> PageData:
    """The files of the profile's hotspots, and some more."""
    hot = [
        (row["path"], row["area"], row["code_lines"], row["score"], row["commits"])
        for row in ROWS["hotspots"]
    ]
    quiet = [(f"deps/lua/src/l{name}.c", "deps", 300, 0.0, 0) for name in ("api", "gc", "vm")]
    rows = [
        (path, area, lines, score, commits, "Oran Agra", 0.1)
        for path, area, lines, score, commits in [*hot, *quiet]
    ]
    return PageData(pl.DataFrame(rows, schema=FILES, orient="row").sort("path"))


def _overview() -> Overview:
    languages = {"C": (226, 173_239), "Tcl": (211, 61_674), "JSON": (402, 24_648)}
    return Overview(
        commits=13_026,
        merges=1_566,
        fixes=2_925,
        authors=791,
        bots=1,
        active_authors=38,
        first_commit=datetime(2009, 3, 22, 9, 30, 18, tzinfo=UTC),
        last_commit=datetime(2024, 10, 18, 1, 11, 23, tzinfo=UTC),
        files=885,
        lines=267_000,
        languages=[
            LanguageShare(language=name, files=files, lines=lines)
            for name, (files, lines) in languages.items()
        ],
    )
