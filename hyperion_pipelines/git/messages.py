"""Says what a commit message says: a fix, a revert, which issues, who else wrote or reviewed it.

Columns over a frame of commits, from subject and body alone; what a commit changed is not looked
at. `is_fix` selects the commits that bug labels start from: its rules are the table that comes
first here, as regular expressions of Rust's syntax, letter case ignored.
"""

import polars as pl


def _any(*phrases: str) -> str:
    """An expression that finds any of the *phrases* as whole words."""
    return rf"(?i)\b(?:{'|'.join(phrases)})\b"


def _kind(*names: str) -> str:
    """An expression that finds any of the *names* as the kind that a subject declares itself.

    Conventional commits (`feat(ui)!: `), NumPy's `DOC: `, a component `tests: `, all after an
    issue's key or a `[tag]`. Of several (`BUG, DOC: `) the first counts.
    """
    key = r"(?:\[[^\]]*\]\s*|#\d+\s*[:,;-]?\s*|[A-Z]+-\d+\s*[:,;-]?\s*)?"
    return rf"(?i)^{key}(?:{'|'.join(names)})(?:\([^)]*\))?!?\s*[:,/]"


# A subject that speaks of a commit, not of the program
_OF_A_COMMIT = "|".join(
    [
        r"(?i)^(?:merge\b|(?:fixup|squash|amend)!|bump |release |prepare |version \d|v?\d+\.\d)",
        _any("merge (?:conflicts?|errors?|issues?|fix(?:es)?)", "(?:bad|botched|broken) merge"),
    ]
)
# A subject that declares its kind is believed.
_DECLARED_FIX = _kind("fix", "bug", "(?:bug|hot)-?fix")
_DECLARED_OTHER = _kind(
    *("feat", "feature", "docs?", "documentation", "style", "sty", "refactor", "refac", "tests?"),
    *("tst", "testing", "chore", "ci", "build", "bld", "deps?", "perf", "enh", "maint", "mnt"),
    *("bench", "typ", "types", "rel", "release", "lint", "i18n", "wip", "readme", "website"),
    *("changelog", "javadoc", "vendor"),
)
# So is one whose scope says that it mends no program: `fix(tests): `.
_DECLARED_ELSEWHERE = (
    r"(?i)^(?:bug-?|hot-?)?fix\((?:tests?|docs?|readme|typos?|lint|ci|examples?|bench(?:marks?)?)\)"
)
# Otherwise its words tell: something was wrong ...
_DEFECT = _any(
    *("fix(?:es|ed|ing)?", "(?:hot|bug)-?fix(?:es|ed)?", "bugs?", "buggy", "defects?", "defective"),
    *("faults?", "faulty", "regressions?", "crash(?:es|ed|ing)?", "seg-?faults?", "deadlocks?"),
    *("use[- ]after[- ]free", "memory leaks?", "null pointer", "NPE", r"CVE-\d{4}-\d+"),
    r"(?:avoid|prevent|eliminate|resolve)(?:s|d|ed|ing)?(?: an?| the| possible| potential| rare)*"
    r" (?:panics?|(?:data )?races?(?: conditions?)?|infinite (?:loops?|recursions?)"
    r"|(?:buffer|stack|integer) overflows?|double[- ]frees?|hangs?)",
    "(?:do not|don't|no longer|never) panics?",
)
# ... unless they only look like it, ...
_NO_DEFECT = _any(
    r"fixed?[- ]?(?:size|width|point|length|format|position|rate|seed|price|term|header)\w*",
    *("fix(?:ed)?[- ]?versions?", "(?:no|not a|non-?) ?(?:bug|fix)", "fixed-strings?"),
    r"bug[- ](?:report\w*|templates?|trackers?|bount\w+|labels?|compatib\w+)",
    *(r"crash[- ]?report\w*", "crash[- ]dumps?"),
    *(r"fault[- ](?:tolera\w+|inject\w+|handl\w+|domains?)", "page[- ]faults?"),
    "(?:linear|logistic|ridge|lasso|polynomial|quantile|symbolic) regressions?",
    "regression (?:models?|coefficients?|trees?|analysis)",
)
# (words that say neither are cut out)
_ASIDE = _any("for example", "ci skip", r"skip[- ](?:ci|travis|circle\w*|cirrus|appveyor|actions)")
# ... or it was not the program but how it is spelled, laid out, documented ...
_NOT_THE_PROGRAM = _any(
    *("typos?", r"mis-?spell\w*", "spelling", "spelled", "grammar", "grammatical", "wording"),
    *("punctuation", "capitali[sz]ation", "lint(?:s|ed|ers?|ing)?", "flake8", "pep-?8", "pylint"),
    *("ruff", "eslint", "rubocop", "clippy", "gofmt", "rustfmt", "clang-format", "checkstyle"),
    *("spotless", "prettier", "isort", "indent(?:ation|ing|s)?", "white[- ]?spaces?"),
    *("styl(?:e|ish|istic)", "cosmetics?", "docs?", "documentation", "doc-?strings?"),
    *(r"(?:java|scala|rust|js|go)docs?\w*", r"readme\S*", "badges?", "examples?"),
    *(r"change-?log(?:\.\w+| entr\w+| file|:.+|$)", "(?:release|upgrade) notes?", "comments?"),
    *("copyright", "licen[cs]es?", "tutorials?", "(?:broken|dead) links?", "links? to"),
    *("ci", "github (?:actions?|workflows?)", r"travis\S*", "appveyor", "circle-?ci"),
)
# ... or tested. A class or function named for its tests counts: `CartTest`, `testCart`.
_TESTS = "|".join(
    [
        _any("tests?", "testing", "test-?cases?", "unit-?tests?", "flaky", "flakes?", "flakiness"),
        r"(?-i:\b[A-Z]\w*[a-z](?:Tests?|IT)\b|\btest[A-Z_]\w+)",
    ]
)
# What a commit adds beside its fix is cut off first: "Fix the race and add a test".
_BESIDE = (
    r"(?i)(?:\s+and|\s*[,;.&+]|\s+plus)\s+(?:also\s+)?"
    r"(?:add|includ|extend|improv|updat|enabl|writ|creat|document)\w*\b.*$"
    r"|(?:\s+with|\s+and|\s*[,;.&+])\s+(?:an?\s+|new\s+|more\s+|its\s+)*"
    r"(?:regression\s+|unit\s+)?(?:tests?|docs?)\s*(?:\(.*)?$"
)
# The body may say what the subject does not: it closes an issue with the word (GitHub), or names
# the commit at fault (Linux).
_FIXED_IN_BODY = (
    r"(?im)\bfix(?:es|ed):?[ \t]+(?:issue[ \t]+)?(?:(?:[\w.-]+/[\w.-]+)?#\d|GH-\d|https?://\S+/\d)"
    r"|^Fixes:[ \t]*(?:[0-9a-f]{7,40}\b|[A-Z][A-Z0-9]+-\d)"
)
# A fix that names its issue as what it mends: with a closing word (GitHub's nine), or in front.
_CLOSES_ISSUE = (
    r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:(?:issue|bug)[ \t]+)?"
    r"(?:(?:[\w.-]+/[\w.-]+)?#\d|GH-\d|(?-i:[A-Z][A-Z0-9]+-\d)|https?://\S+/\d)"
)
_OPENS_WITH_ISSUE = (
    r"^\[?(?:[A-Z][A-Z0-9_]+-[1-9]\d*|#\d+|(?i:GH-\d+|bpo-\d+|(?:bug|issue|ticket)[ \t]*#?\d+))\b"
)

_REVERT = (
    r"(?i)^(?:\[[^\]]*\]\s*|[\w-]+[:;,]\s+)?"
    r"(?:revert(?:s|ed|ing)?\b|back(?:ed|ing|s)?[ -]?out\b|rev(?:\([^)]*\))?:)"
)
_REVERT_IN_BODY = r"(?i)^\s*This (?:reverts|backs out) (?:commit|changeset) [0-9a-f]{7,40}\b"

# References, in the notations of GitHub, Jira, Bugzilla and security advisories. The first
# alternatives take in what must not be read as another.
_REFERENCE = "|".join(
    [
        r"https?://[^\s<>()]+",
        r"(?i:\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b)",
        r"(?i:\bGH-\d+\b)",
        r"(?i:\b(?:bug|bugzilla|bz)[ \t]*#?[ \t]*\d+\b)",
        r"\b[A-Z][A-Z0-9_]{1,14}-[1-9]\d*\b",
        r"\b[\w.-]+/[\w.-]*\w#\d+\b",
        r"[\w&/]+#\d+",
        r"#\d+\b",
    ]
)
_ISSUE_URL = (
    r"^https?://[^/]+/([\w.-]+/[\w.-]+)/(?:-/)?(?:issues|pull|pulls|merge_requests)/(\d+).*$"
)
_JIRA_URL = r"^https?://\S+/browse/([A-Z][A-Z0-9_]+-\d+).*$"
_BUGZILLA_URL = r"^https?://\S+/show_bug\.cgi\?id=(\d+).*$"
# Standards, algorithms and machines are written like Jira's keys.
_NO_PROJECT = (
    r"^(?:UTF|UCS|ISO|IEC|IEEE|ANSI|ECMA|ASCII|CP|KOI8|BIG5|LATIN|WINDOWS|SHA|MD|AES|DES|RSA|DSA|EC"
    r"|ED|HMAC|CRC|BASE|RFC|PEP|KIP|JEP|JSR|NEP|BIP|EIP|CWE|HTTP|TLS|SSL|IPV|X\d*|INT|UINT|FLOAT|FP|BF"
    r"|ARM|ARMV|IA|RISCV|AVX|SSE|MIPS|POWER|I|AMD|GCC|CLANG|MSVC|VS|LLVM|JDK|JAVA|PY|PYTHON|PHP|ES|C|CPP"
    r"|GPL|LGPL|AGPL|MPL|BSD|APACHE|CC|EPL|RC|ALPHA|BETA|STEP|PART|PHASE|COVID|H|MP|TOP|DAY|Q)-\d"
)

# Trailers stand at the left margin, outside quotations.
_QUOTATION = r"(?ms)^(?:```.*?^```|[ \t]*>[^\n]*$)"
_CO_AUTHOR = r"(?im)^co-?author(?:ed)?(?:[- ]by)?:[^\n]+"
_REVIEWER = r"(?im)^(?:reviewed|acked)[- ]by:[^\n]+"
# Lists of people: Kafka's, which go on after a comma at the end of a line, and Chromium's
_REVIEWERS = r"(?im)^reviewers?:(?:[^\n]*,[ \t]*\n)*[^\n]*|(?-i:^R=[^\n]+)"
# In the subject: Mozilla's "r=nick,nick", and "; reviewed by Name, Name and Name"
_REVIEWERS_IN_SUBJECT = (
    r"[\s.,;(]r=[A-Za-z][\w.@-]*(?:,\s?[A-Za-z][\w.@-]*)*\)?(?:[\s,]+a=\S+)?\s*$"
    r"|(?i:;\s*reviewed by [^;]+)"
)
_SIGNED = r"^\s*([^<>]*[^<>\s] <[^<>\s]+@[^<>\s]+>)"
_LABEL = r"(?i)^(?:[a-z -]+:|[\s.,;(]*r=|;\s*reviewed by\s)|\)?(?:[\s,]+a=\S+)?\s*$"


def describe_messages(commits: pl.DataFrame) -> pl.DataFrame:
    """Return is_fix, is_revert, issue_refs, co_authors, reviewers: a row for each of *commits*.

    *commits* has `subject`, `body` and `is_merge`. `issue_refs` are `#12` (GH-12 too),
    `owner/repository#12` (the address of such an issue too), `KEY-12`, `bug 12`, `CVE-...` and
    `GHSA-...`, each once, in the order of the message. `co_authors` are `Name <e-mail>`;
    `reviewers` (who reviewed or acked, not who tested or signed off) may be a bare name or nick
    where the message gives no more. A revert is not a fix: its words are another commit's.
    """
    return commits.select(
        is_fix=_is_fix(),
        is_revert=_is_revert(),
        issue_refs=_issue_refs(),
        co_authors=_co_authors(),
        reviewers=_reviewers(),
    )


def is_declared_fix() -> pl.Expr:
    """Whether a fix says more than its words: of a frame with `subject` and `body`, a boolean.

    It declares that kind (`fix: `), names the issue that it mends (by a closing word, or in front
    of its subject) or the commit at fault. It is asked of commits that are fixes, and of no others.
    """
    subject, message = pl.col("subject"), pl.concat_str("subject", pl.lit("\n"), "body")
    return (
        subject.str.contains(_DECLARED_FIX)
        | subject.str.contains(_OPENS_WITH_ISSUE)
        | message.str.contains(_CLOSES_ISSUE)
        | message.str.contains(_FIXED_IN_BODY)
    )


def _is_revert() -> pl.Expr:
    return pl.col("subject").str.contains(_REVERT) | pl.col("body").str.contains(_REVERT_IN_BODY)


def _is_fix() -> pl.Expr:
    subject = pl.col("subject")
    said = (
        subject.str.replace_all(_NO_DEFECT, " ")
        .str.replace_all(_ASIDE, " ")
        .str.replace(_BESIDE, "")
    )
    about = said.str.replace(_DECLARED_FIX + r"(?-i:[A-Z, /]*:)?", "")
    is_something_wrong = (
        subject.str.contains(_DECLARED_FIX)
        | said.str.contains(_DEFECT)
        | pl.col("body").str.contains(_FIXED_IN_BODY)
    )
    is_elsewhere = (
        subject.str.contains(_DECLARED_ELSEWHERE)
        | about.str.contains(_NOT_THE_PROGRAM)
        | about.str.contains(_TESTS)
    )
    return (
        is_something_wrong
        & ~is_elsewhere
        & (subject.str.contains(_DECLARED_FIX) | ~subject.str.contains(_DECLARED_OTHER))
        & ~subject.str.contains(_OF_A_COMMIT)
        & ~_is_revert()
        & ~pl.col("is_merge")
    )


def _issue_refs() -> pl.Expr:
    reference = pl.element()
    normalised = (
        reference.str.replace(_ISSUE_URL, "${1}#${2}")
        .str.replace(_JIRA_URL, "${1}")
        .str.replace(_BUGZILLA_URL, "bug ${1}")
        .str.replace(r"(?i)^GH-(\d+)$", "#${1}")
        .str.replace(r"(?i)^(?:bug|bugzilla|bz)[ \t]*#?[ \t]*(\d+)$", "bug ${1}")
    )
    is_reference = normalised.str.contains(
        r"^(?:[\w.-]+/[\w.-]+)?#\d+$|^bug \d+$|^[A-Za-z][A-Za-z0-9_]+-[0-9a-z-]+$"
    ) & ~normalised.str.contains(_NO_PROJECT)
    message = pl.concat_str("subject", pl.lit("\n"), "body")
    return (
        message.str.extract_all(_REFERENCE)
        .list.eval(normalised.filter(is_reference))
        .list.unique(maintain_order=True)
    )


def _co_authors() -> pl.Expr:
    signed = _person().str.extract(_SIGNED)
    return _trailers(_CO_AUTHOR).list.eval(signed.drop_nulls()).list.unique(maintain_order=True)


def _reviewers() -> pl.Expr:
    listed = _person().str.split(",").explode().str.split(" and ").explode()
    one, several = _signed_or_bare(_person()), _signed_or_bare(listed)
    in_subject = pl.col("subject").str.extract_all(_REVIEWERS_IN_SUBJECT)
    names = pl.concat_list(
        _trailers(_REVIEWER).list.eval(one),
        _trailers(_REVIEWERS).list.eval(several),
        in_subject.list.eval(several),
    )
    is_person = pl.element().str.contains(r"\p{L}") & ~pl.element().str.contains("://")
    return names.list.eval(pl.element().filter(is_person)).list.unique(maintain_order=True)


def _signed_or_bare(person: pl.Expr) -> pl.Expr:
    bare = person.str.replace(r"\s*<.*$", "").str.strip_chars(" .\n")
    return pl.coalesce(person.str.extract(_SIGNED), bare)


def _trailers(pattern: str) -> pl.Expr:
    return pl.col("body").str.replace_all(_QUOTATION, "").str.extract_all(pattern)


def _person() -> pl.Expr:
    """The value of a trailer (a list's element), with single spaces and one before the e-mail."""
    value = pl.element().str.replace_all(_LABEL, "").str.replace_all(r"\s*<", " <")
    return value.str.replace_all(r"\s+", " ").str.strip_chars()
