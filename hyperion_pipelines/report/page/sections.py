"""What the page shows, in order: its sections, their insights, and how each is read.

The words here explain; what is found stands in the profile's sentences. Which columns an insight
has is said where it is made; their headings stand in `columns`.
"""

from collections.abc import Sequence

from hyperion_pipelines.report.page.columns import columns
from hyperion_pipelines.report.page.layout import Exhibit, Section

YEAR = "Commits (year)"

RISK = Section(
    "risk",
    "Risk",
    [
        Exhibit(
            "risky_commits",
            columns("subject"),
            "Commits of the newest 90 days, first to review first. Risk is the model's probability "
            "that a commit brought a bug in; the reasons are what moved the model most.",
            "No commit of the newest 90 days was judged.",
            form="commits",
        ),
        Exhibit(
            "risky_files",
            columns("path"),
            "Files most likely to need a fix in the 90 days after the newest commit.",
            "No file was judged.",
            form="files",
        ),
        Exhibit(
            "risk_by_month",
            columns(
                *("month", "commits", "mean_probability", "ninetieth_percentile"),
                *("risky_commits", "known_inducing", "known_share", "is_complete"),
            ),
            "A bug is known only once it is fixed, so that the newest months look better than they "
            "are: their line of known bugs is dashed. In a month of few commits one bug makes a "
            "peak.",
            "No commit was judged.",
            chart="risk_by_month",
            drawn="Drawn by month, the newest five years: the mean risk of its commits, a band up "
            "to its riskiest tenth, and the share of commits that are known to have caused a bug.",
        ),
    ],
)
HOTSPOTS = Section(
    "hotspots",
    "Hotspots",
    [
        Exhibit(
            "hotspots",
            columns(
                *("path", "area"),
                commits=YEAR,
                commits_before="The year before",
                cyclomatic="Cyclomatic complexity",
                complexity_change="Change in a year",
                authors="Authors",
                share="Share of all scores",
                trend="Trend",
            ),
            "A hotspot is both complex and often changed, which is where work on the code pays "
            "first. Its score is commits of the newest year times cyclomatic complexity, the "
            "number of independent paths through its code.",
            "No file of its own code was changed in the newest year.",
            chart="hotspots",
            drawn="Drawn as a map of all files: the area of a rectangle is its lines, its colour "
            "its hotspot score.",
        ),
    ],
)
COMPLEXITY = Section(
    "complexity",
    "Complexity",
    [
        Exhibit(
            "complexity_trend",
            columns(
                *("month", "files", "code_lines"),
                *("cyclomatic", "cognitive", "cognitive_per_100_lines"),
            ),
            "Cognitive complexity counts what makes code hard to follow: branches, and more for "
            "each level they are nested.",
            "No code of its own was measured.",
            chart="complexity_trend",
            drawn="Drawn by month: lines of code above, cognitive complexity per 100 lines below.",
        ),
        Exhibit(
            "refactoring_targets",
            columns(
                *("function", "path", "start_line", "lines", "cognitive"),
                *("changes", "effort_hours", "why"),
            ),
            "Functions that are hard to follow and are changed all the same, the best return on "
            "the work first.",
            "No function is complex enough to be worth splitting.",
        ),
        Exhibit(
            "technical_debt",
            columns("path", "kind", "count", "hours", "arithmetic"),
            "Hours to mend what was found: a fixed time for each finding of a kind, so that the "
            "sums compare files with each other more than they predict a bill.",
            "Nothing was found that would cost time.",
        ),
    ],
)
TESTS = Section(
    "tests-and-documents",
    "Tests and documents",
    [
        Exhibit(
            "test_gaps",
            columns("path", commits=YEAR, cyclomatic="Cyclomatic complexity", why="Why"),
            "Code that changes often while no test changes with it or imports it.",
            "Every often changed file has a test that changes with it or imports it.",
        ),
        Exhibit(
            "undocumented_symbols",
            columns("symbol", "path", "start_line", "lines", "dependents", commits=YEAR),
            "Public functions without documentation, the most used first.",
            "Every public function that others use is documented.",
        ),
        Exhibit(
            "stale_documents",
            columns("path", "last_changed", "commits_since", "days_behind", "why"),
            "Documents whose subject has moved on without them.",
            "No document lags behind the code that it is about.",
        ),
    ],
)
COUPLING = Section(
    "coupling",
    "Coupling",
    [
        Exhibit(
            "change_coupling",
            columns(
                *("path", "other", "support", "confidence", "lift"),
                *("is_cross_area", "imports", "last_together"),
            ),
            "Files that change in the same commits more often than chance explains. Where neither "
            "imports the other, a change to one is easily forgotten in the other.",
            "No two files change together more often than chance explains.",
        ),
    ],
)
KNOWLEDGE = Section(
    "knowledge",
    "Knowledge",
    [
        Exhibit(
            "truck_factor",
            columns("measure", "factor", "people", "sentence"),
            "The truck factor is how few people would have to leave until half of the files had "
            "nobody who knows them. It is measured in three ways, which need not agree.",
            "Nobody knows enough of the code to be missed.",
            form="truck_factor",
        ),
        Exhibit(
            "knowledge_at_risk",
            columns(
                *("path", "area", "owner_name", "owner_last_commit", "lines", "gone_share"),
                *("active_knowers", "hotspot_score"),
            ),
            "Files whose lines were written by people who have gone quiet: no commit in the "
            "newest 180 days.",
            "Every file has active people who know it.",
        ),
        Exhibit(
            "departures",
            columns(
                *("person_name", "is_active", "last_commit", "line_share", "files_owned"),
                *("files_orphaned", "hotspots_orphaned", "areas"),
            ),
            "What each person's leaving would leave without anybody who knows it, or did.",
            "Nobody's leaving would leave a file without anybody who knows it.",
        ),
        Exhibit(
            "file_owners",
            [],
            "Who knows a file is judged by the lines and the commits that are theirs. Here each "
            "file counts, by its lines, for the one person who knows it best; the strongest part "
            "of a bar is the person named first.",
            "No file has an owner.",
            form="owners",
        ),
    ],
)
AGE = Section(
    "age",
    "Age",
    [
        Exhibit(
            "lines_by_year",
            [],
            "A thick old layer is code that nobody has needed to touch, or that nobody dares to.",
            "There are no lines of its own code.",
            form="years",
            chart="lines_by_year",
            drawn="Drawn by year: the lines alive at its end, in layers by the year that they were "
            "written in.",
        ),
        Exhibit(
            "line_survival",
            columns("age_days", "survival", "at_risk"),
            "Estimated after Kaplan and Meier: lines that are still there count for as long as "
            "they have lived.",
            "No line was ever written.",
            chart="line_survival",
            drawn="Drawn: the share of lines that outlive an age.",
        ),
        Exhibit(
            "code_age",
            columns("path", "lines", "median_age_days", "oldest_tenth_age_days"),
            "The age of a line is the time since the commit that last wrote it.",
            "There are no lines of its own code.",
        ),
    ],
)
DEFECTS = Section(
    "defects",
    "Defects",
    [
        Exhibit(
            "defect_prone_files",
            columns(
                *("path", "fixes", "fixes_365_days", "induced_bugs", "median_days_to_fix"),
                *("reopened", "last_fix", "probability"),
            ),
            "Where bugs were fixed before. A fix that came back was reverted, named the same "
            "issue again, or had its own lines fixed again.",
            "No commit is known to be a fix.",
        ),
        Exhibit(
            "fix_times",
            columns("fix_time", "subject", "days_to_fix", "path_count", "reopened_how"),
            "Days from the commit that brought a bug in to the one that fixed it.",
            "No commit is known to be a fix.",
        ),
    ],
)
DELIVERY = Section(
    "delivery",
    "Delivery",
    [
        Exhibit(
            "delivery_weeks",
            columns("week", "commits", "reviewed", "review_unknown", "authors", "velocity"),
            "The pace is the mean of commits a week between the weeks at which it changed. A "
            "commit counts as reviewed where somebody else had a hand in it; of one that a web "
            "page squashed, git does not record who pressed the button.",
            "There are no commits.",
            chart="delivery_weeks",
            drawn="Drawn by week, the newest five years: its commits, of which those that were "
            "reviewed are darkest, and the pace as a line.",
        ),
        Exhibit(
            "work_hours",
            columns("weekday", "hour", "commits", "share"),
            "By the clock of each author, and of the whole team: it says when the team works, "
            "and of nobody alone.",
            "There are no commits of people.",
            form="hours",
            chart="work_hours",
            drawn="Drawn: commits by weekday and hour.",
        ),
        Exhibit(
            "review_capacity",
            columns(
                *("area", "commits_90_days", "active_authors", "reviewers", "load"),
                *("forecast", "forecast_low", "forecast_high", "why"),
            ),
            "Who is active and knows an area well enough to review it, and how much comes to them.",
            "No area has commits of the newest 90 days.",
        ),
        Exhibit(
            "releases",
            columns("tag", "time", "commits", "fixes", "authors", "days_since_previous"),
            "What each tagged release holds since the one before.",
            "No commit is tagged as a release.",
        ),
    ],
)
ONBOARDING = Section(
    "onboarding",
    "Onboarding",
    [
        Exhibit(
            "reading_order",
            columns("area", "rank", "path", "is_documented", "ask", "why"),
            "What to read first to understand an area, and whom to ask.",
            "There is no code of its own to read.",
        ),
        Exhibit(
            "first_places",
            columns("path", "area", "ask", "why"),
            "Places where a newcomer can change something useful with little danger.",
            "No file is a good first place.",
        ),
    ],
)
SECURITY = Section(
    "security",
    "Security",
    [
        Exhibit(
            "exposed_secrets",
            columns(
                *("severity", "rule", "path", "shown", "added_time", "added_by"),
                *("is_at_head", "exposure_days", "why"),
            ),
            "A secret that was ever committed is known to everybody who has a clone: removing it "
            "does not help, rotating it does.",
            "No secret was found in any version of any file.",
        ),
        Exhibit(
            "dangerous_code",
            columns(
                *("severity", "path", "line", "call", "danger", "fix", "owner_name"),
            ),
            "Calls that let an attacker in when what they are given comes from outside.",
            "No dangerous call was found.",
        ),
    ],
)
SECTIONS: Sequence[Section] = [
    *(RISK, HOTSPOTS, COMPLEXITY, TESTS, COUPLING, KNOWLEDGE),
    *(AGE, DEFECTS, DELIVERY, ONBOARDING, SECURITY),
]
