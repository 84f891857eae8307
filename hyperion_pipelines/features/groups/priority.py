"""How urgent a commit's message and its issues sound: the feature `priority`.

The words are the table below, as regular expressions of Rust's syntax. Whether a message says that
it mends a defect or takes back a commit was decided when it was read (`git/messages.py`).
"""

import polars as pl

# From the most urgent to the least; the first that applies counts.
PRIORITIES = {
    "security": 1.0,
    "failure": 0.8,
    "revert": 0.7,
    "fix": 0.5,
    "feature": 0.3,
    "other": 0.1,
}


def _any(*phrases: str) -> str:
    """An expression that finds any of the *phrases* as whole words, letter case ignored."""
    return rf"(?i)\b(?:{'|'.join(phrases)})\b"


# An issue's key, `[tag]`s, and the components or the kind that a subject opens with
_OPENING = (
    r"(?i)^(?:\[[^\]]*\]\s*|#\d+[\s:,;-]+|(?:[A-Z][A-Z0-9_]+-|bug )\d+[\s:,;-]+"
    r"|[\w./*-]+(?:, ?[\w./*-]+)*(?:\([^)]*\))?!?:\s+)*"
)
# What a defect or an addition is called, by priority
WORDS = {
    "security": _any(
        *("vulnerabilit(?:y|ies)", "vulnerable", "exploit(?:able|ation)", r"CVE-\d{4}-\d+"),
        "(?:an?|known|remote|local|possible|potential|against|prevent|avoid|block|stop) exploits?",
        *("XSS", "CSRF", "XSRF", "SSRF", "XXE", "RCE", "SQLi", "ReDoS", "(?-i:DoS)", "MITM"),
        *("cross[- ]site[- ](?:scripting|request[- ]forgery)", "denial[- ]of[- ]service"),
        "(?:sql|code|command|shell|script|html|header|log|ldap|template)[- ]injections?",
        *("privilege[- ]escalations?", "(?:escalation|elevation) of privileges?"),
        *(
            "(?:remote|arbitrary) (?:code|command) execution",
            "arbitrary file (?:read|write|access)",
        ),
        *("(?:heap |stack )?buffer[- ]over(?:flows?|runs?|reads?)", "heap[- ]overflows?"),
        *("path[- ]traversals?", "directory traversal (?:attack|flaw|issue)s?", "zip[- ]slip"),
        *("open[- ]redirects?", "prototype[- ]pollution", "click-?jacking", "session fixation"),
        *(
            "(?:insecure|unsafe) deseriali[sz]ation",
            "timing[- ]attacks?",
            "man[- ]in[- ]the[- ]middle",
        ),
        "(?:authentication|authorization|authorisation|auth|permission|sandbox)[- ]bypass(?:es)?",
        "(?:information|info|credentials?|passwords?|secrets?) (?:leaks?|leakage|disclosures?)",
        "leak(?:s|ed|ing)? (?:of )?(?:the |user )*(?:credentials?|passwords?|secrets?)",
        *("hard-?coded (?:passwords?|credentials?|secrets?)", "malicious(?:ly)?"),
        "attackers? (?:can|could|may|might|to)",
        "security (?:(?:hot)?fix(?:es)?|issues?|bugs?|patch(?:es)?|holes?|flaws?|problems?|risks?)",
        "security (?:advisor(?:y|ies)|releases?|updates?|threats?|alerts?)",
    )
    + r"|(?i)^\[security\]|(?i)^(?:fix\(security\)|security|sec)!?:",
    "failure": _any(
        *("crash(?:es|ed|ing)?", "seg-?faults?", "segmentation faults?", "SIGSEGV", "SIGABRT"),
        *("core[- ]dumps?", "access violations?", "BSOD", "kernel oops(?:es)?"),
        "(?:kernel|runtime|nil|index|an?|to|avoid|prevent|fix|never|not) panic(?:s|ked|king)?",
        "panic(?:s|ked|king)? (?:on|when|in|if|with|at|during|from|after|by)",
        *(
            "use[- ]after[- ]free",
            "double[- ]frees?",
            "out[- ]of[- ]bounds?",
            "NullPointerException",
        ),
        r"null(?:ptr|[- ]?pointer|[- ]ptr)?[- ]deref\w*",
        *("null[- ]pointers?(?: exceptions?)?", "NPEs?"),
        "(?:data|message|update|write|record)[- ]loss(?:es)?",
        "los(?:s|es?|t|ing) (?:of )?(?:the |some |all |any |user |users' |unsaved )*"
        "(?:data|messages?|records?|updates?|writes?|work|changes|files?|rows?)",
        "corrupt(?:s|ed|ing|ions?)?",
        "regress(?:ions?|es|ed)?",
    ),
    "feature": _OPENING
    + r"(?:add|implement|introduce|support|allow|enable|provide|expose)(?:s|e?d|ing)?\s+[^\s;,.]"
    + "|"
    + _any("(?:new|initial) (?:features?|support)", "support (?:for|of)")
    + r"|(?i)^(?:\[[^\]]*\]\s*|[A-Z]+-\d+[\s:,;-]+)?(?:feat|feature|enh)(?:\([^)]*\))?!?:",
}
# What is cut out of a subject first: the words of a commit that it takes back, and tests and
# documents with what they are about
_BESIDE_THE_PROGRAM = (
    r"(?i)\brevert\w*:?\s+\".*\"",
    (
        r"(?i)^(?:add|improv|updat|writ|extend|clarif|fix|mov|renam)\w*\s+(?:[\w-]+\s+){0,2}"
        r"(?:tests?|test-?cases?|docs?|documentation|typos?)\s+(?:for|of|on|about|that|in|to)\b.*"
    ),
    r"(?i)^document\w*\s.*",
    _any(
        r"(?:[\w-]+\s+)?(?:tests?|test-?cases?|testing|docs?|documentation|docstrings?|changelog"
        r"|typos?|readme\S*|licen[cs]es?|tutorials?|copyright|fixtures)",
        r"add(?:s|ed|ing)?\s+(?:(?:[\w-]+\s+)?missing|back|(?:an? |some |more )?comments?)",
    ),
)
# ... out of a body: the subject of a commit at fault, and quotations
_QUOTED = r"(?m)^(?:Fixes:.*|[ \t]*>.*)$"
# What only looks urgent: tools, denials, statistics.
_HARMLESS = _any(
    "(?:security|vulnerability|crash|regression)[- ](?:polic(?:y|ies)|report(?:s|er|ers|ing)?"
    r"|scan\w*|tests?|testing|templates?|handlers?|headers?|dialogs?|dashboards?|suites?|audits?|trackers?|logs?"
    "|scores?|contacts?|teams?|groups?|recovery|pages?|screens?|courses?|keys?)",
    "(?:no|not an?|non-?) ?(?:security|vulnerab[a-z]+|crash[a-z]*|regress[a-z]+|data loss)",
    "core[- ]dump (?:analy[a-z]+|collect[a-z]+|limits?|sizes?|settings?)",
    "(?:linear|non-?linear|logistic|ridge|lasso|polynomial|quantile|symbolic|isotonic|poisson"
    "|multiple|multivariate|bayesian|kernel|forest|tree|process|vector|boosting|robust|box"
    "|bounding[- ]box|least[- ]squares) regress(?:ions?|ors?)",
    "regression (?:models?|coefficients?|trees?|forests?|analys[ei]s|lines?|plots?|tasks?|heads?"
    "|loss(?:es)?|metrics?|targets?|estimators?|examples?|datasets?|outputs?|weights?)",
    r"[\w-]+[- ]loss(?:es)? (?:functions?|terms?|weights?|curves?|layers?|scal[a-z]+)",
)
# A subject that declares itself to be about none of the program is believed, ...
_NOT_THE_PROGRAM = (
    r"(?i)^(?:merge\s|(?:\[[^\]]*\]\s*|[A-Z]+-\d+[\s:,;-]+)?"
    r"(?:docs?|documentation|style|sty|tests?|tst|testing|typ|types|lint|i18n|readme|website"
    r"|changelog|javadoc|bench)(?:\([^)]*\))?!?\s*[:/])"
)
# ... and what declares itself other work adds no feature.
_NO_FEATURE = (
    r"(?i)^(?:\[[^\]]*\]\s*|[A-Z]+-\d+[\s:,;-]+)?(?:chore|ci|build|bld|deps?|refactor|refac|perf"
    r"|maint|mnt|rel|release|wip|revert)(?:\([^)]*\))?!?\s*[:/]"
)
_ADVISORY = r"(?i)^(?:CVE|GHSA)-"


def priority() -> pl.Expr:
    """0.1 to 1, Float32: the most urgent of PRIORITIES that a commit's message and issues name.

    Over the columns `subject`, `body`, `issue_refs`, `is_fix` and `is_revert`. The body counts
    where the commit is a fix or a revert: it says then what was wrong. An advisory (CVE, GHSA)
    among the issues makes any change of the program one of security.
    """
    subject, is_fix = pl.col("subject"), pl.col("is_fix")
    told = subject
    for pattern in _BESIDE_THE_PROGRAM:
        told = told.str.replace_all(pattern, " ")
    mends = is_fix | pl.col("is_revert")
    reasons = pl.when(mends).then("body").otherwise(pl.lit("")).str.replace_all(_QUOTED, " ")
    urgent = [text.str.replace_all(_HARMLESS, " ") for text in (told, reasons)]
    is_believed = ~subject.str.contains(_NOT_THE_PROGRAM)
    has_advisory = pl.col("issue_refs").list.eval(pl.element().str.contains(_ADVISORY)).list.any()
    applies = {
        "security": is_believed & (has_advisory | _says("security", *urgent)),
        "failure": is_believed & _says("failure", *urgent),
        "revert": pl.col("is_revert"),
        "fix": is_fix,
        "feature": is_believed & ~subject.str.contains(_NO_FEATURE) & _says("feature", told),
        "other": pl.lit(value=True),
    }
    return pl.coalesce(
        pl.when(applies[name]).then(pl.lit(value, dtype=pl.Float32))
        for name, value in PRIORITIES.items()
    ).alias("priority")


def _says(priority: str, *texts: pl.Expr) -> pl.Expr:
    return pl.any_horizontal(text.str.contains(WORDS[priority]) for text in texts)
