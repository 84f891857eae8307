"""The words for the features of a file; "the last year" is the one before the window's end."""

from hyperion_pipelines.learning.scoring.words.wording import MORE, Words

_SMELLS = "(functions too long, complex or nested, file or classes too large)"
_CODE = (
    Words(
        "lines",
        "its length",
        "has {n} [line|lines]",
        exactly={0: "is empty"},
        little="has just {n} [line|lines]",
        unknown="its lines are not known (a binary, or text that a merge made)",
        compared=MORE,
    ),
    Words(
        "functions",
        "its functions",
        "has {n} [function|functions]",
        exactly={0: "has no functions"},
        little="has just {n} [function|functions]",
        compared=MORE,
    ),
    Words(
        "cyclomatic_sum",
        "paths through its functions",
        "its functions have {n} [path|paths] through them in all",
        exactly={0: "has no functions that could branch"},
        little="its functions have just {n} [path|paths] through them in all",
    ),
    Words(
        "cyclomatic_max",
        "paths through its most branched function",
        "its most branched function has {n} [path|paths] through it",
        exactly={0: "has no function that could branch"},
        little="its most branched function has just {n} [path|paths] through it",
    ),
    Words(
        "cognitive_sum",
        "how hard its functions are to follow",
        "its functions score {n} in all for how hard they are to follow",
        exactly={0: "has no functions that are hard to follow"},
        little="its functions score just {n} in all for how hard they are to follow",
    ),
    Words(
        "cognitive_max",
        "how hard its hardest function is to follow",
        "its hardest function scores {n} for how hard it is to follow",
        exactly={0: "has no function that is hard to follow"},
        little="its hardest function scores just {n} for how hard it is to follow",
    ),
    Words(
        "nesting_max",
        "how deep its code is nested",
        "its code is nested {n} [level|levels] deep",
        exactly={0: "its code is not nested"},
        little="its code is nested just {n} [level|levels] deep",
        compared=("deeper than in", "less deep than in"),
    ),
    Words(
        "function_lines_max",
        "lines of its longest function",
        "its longest function has {n} [line|lines]",
        exactly={0: "has no function that could be long"},
        little="its longest function has just {n} [line|lines]",
    ),
    Words(
        "maintainability_index",
        "how easy it is to maintain",
        "scores {n} of 100 for how easy it is to maintain",
        exactly={
            0: "scores 0 of 100 for how easy it is to maintain",
            100: "has no code that is hard to maintain",
        },
        little="scores just {n} of 100 for how easy it is to maintain",
        compared=("higher than", "lower than"),
        is_risky_when_small=True,
    ),
    Words(
        "comment_ratio",
        "share of comments in it",
        "{n} of its code is comments",
        exactly={0: "has no comments in its code"},
        little="just {n} of its code is comments",
        form="share",
        compared=("more than in", "less than in"),
        is_risky_when_small=True,
    ),
    Words(
        "smells",
        f"its code smells {_SMELLS}",
        f"has {{n}} code [smell|smells] {_SMELLS}",
        exactly={0: "has no code smells"},
        little=f"has just {{n}} code [smell|smells] {_SMELLS}",
        compared=MORE,
    ),
    Words(
        "is_test",
        "whether it is a test",
        "is a test",
        exactly={0: "is no test"},
        compared=None,
    ),
)


def _activity(days: int, period: str) -> tuple[Words, ...]:
    """The words for what happened to a file in the window of *days*, which is the *period*."""
    return (
        Words(
            f"authors_{days}d",
            f"people who changed it in {period}",
            f"{{n}} [person|people] changed it in {period}",
            exactly={0: f"nobody changed it in {period}"},
            little=f"just {{n}} [person|people] changed it in {period}",
            compared=("more than for", "fewer than for"),
        ),
        Words(
            f"top_author_share_{days}d",
            f"share of one person in its commits of {period}",
            f"one person made {{n}} of its commits in {period}",
            exactly={
                0: f"nobody made a commit to it in {period}",
                1: f"one person made all of its commits in {period}",
            },
            little=f"no person made more than {{n}} of its commits in {period}",
            form="share",
            compared=("more than for", "less than for"),
        ),
        Words(
            f"minor_authors_{days}d",
            f"occasional authors in {period}",
            f"had {{n}} occasional [author|authors] in {period} (under 5 % of its commits each)",
            exactly={0: f"had no occasional authors in {period} (under 5 % of its commits each)"},
            little=f"had just {{n}} occasional [author|authors] in {period} "
            "(under 5 % of its commits each)",
            compared=MORE,
        ),
        Words(
            f"commits_{days}d",
            f"commits that changed it in {period}",
            f"{{n}} [commit|commits] changed it in {period}",
            exactly={0: f"no commit changed it in {period}"},
            little=f"just {{n}} [commit|commits] changed it in {period}",
            compared=("more than for", "fewer than for"),
        ),
        Words(
            f"churn_{days}d",
            f"lines of it changed in {period}",
            f"{{n}} [line|lines] of it changed in {period}",
            exactly={0: f"no line of it changed in {period}"},
            little=f"just {{n}} [line|lines] of it changed in {period}",
            compared=("more than for", "fewer than for"),
        ),
        Words(
            f"fixes_{days}d",
            f"its fixes in {period}",
            f"was fixed [once|{{n}} times] in {period}",
            exactly={0: f"was not fixed in {period}"},
            little=f"was fixed just [once|{{n}} times] in {period}",
            compared=("more than", "less than"),
        ),
        Words(
            f"co_changed_files_{days}d",
            f"files that changed together with it in {period}",
            f"{{n}} other [file|files] changed together with it in {period}",
            exactly={0: f"no other file changed together with it in {period}"},
            little=f"just {{n}} other [file|files] changed together with it in {period}",
            compared=("more than for", "fewer than for"),
        ),
    )


_RELATIONS = (
    Words(
        "dependents",
        "files that import it",
        "{n} [file imports|files import] it",
        exactly={0: "no file is known to import it"},
        little="just {n} [file imports|files import] it",
        compared=("more than for", "fewer than for"),
    ),
    Words(
        "age_days",
        "its age",
        "is {n} old",
        exactly={0: "is new"},
        form="days",
        compared=("older than", "younger than"),
    ),
    Words(
        "days_since_change",
        "time since its last change",
        "was last changed {n} ago",
        exactly={0: "was changed a moment ago"},
        form="days",
        compared=("longer ago than", "more recently than"),
    ),
)

FILE_WORDS: tuple[Words, ...] = (
    *_CODE,
    *_activity(30, "the last 30 days"),
    *_activity(90, "the last 90 days"),
    *_activity(365, "the last year"),
    *_RELATIONS,
)
