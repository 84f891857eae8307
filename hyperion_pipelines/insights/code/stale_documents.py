"""Where the code moved on and the text about it did not.

Made from the files at HEAD and their history; what a text says is not read.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.features.file_features import COUPLING_FILES
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.hypergeometric import upper_tail
from hyperion_pipelines.insights.shared.scales import log2
from hyperion_pipelines.insights.shared.words import counted

MARKUP = ("Markdown", "reStructuredText", "AsciiDoc", "MDX")
PLAIN = "Text"
# They tell of the past, of people or of rights, or are forms: no code makes them wrong.
TIMELESS = (
    r"(?i)(^|/)(change-?log|changes|history|news|release[-_]?notes|authors|contributors|maintainers"
    r"|credits|thanks|licen[cs]e|copying|copyright|notice|code[-_]of[-_]conduct"
    r"|(issue|pull_request)_template|requirements|robots)([-_.][^/]*)?$|(^|/)issue_template/"
)
FEWEST_COMMITS = 3
MOST_DOCUMENTS = 3
SIGNIFICANCE = 0.05
SHOWN_SUBJECT = 5

INSIGHT = Insight(
    table="stale_documents",
    question="Which documents has the code left behind?",
    columns={
        "path": Column(pl.String, "A document."),
        "last_changed": Column(TIME, "When a person last changed its text (UTC)."),
        "subject": Column(
            pl.List(pl.String),
            "Files it is about, at most 5, those that belong to it most surely first.",
        ),
        "subject_files": Column(pl.UInt32, "How many files it is about."),
        "commits_since": Column(
            pl.UInt32, "Commits by people that changed its subject after its last change."
        ),
        "lines_since": Column(pl.UInt32, "Lines that these added or deleted in its subject."),
        "days_behind": Column(
            pl.Float64, "Days from the first of these commits to the newest commit."
        ),
        "score": Column(
            pl.Float64, "log2(1 + lines_since) x log2(1 + commits_since): the greater, the staler."
        ),
        "why": Column(pl.String, "The reason in a sentence."),
    },
    key=("path",),
)


def stale_documents(
    tree: pl.DataFrame, touches: pl.DataFrame, files: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """A row per document whose subject changed after it, the stalest first.

    A document is prose that is neither vendored nor generated, without change logs, licences, lists
    of people, codes of conduct and forms. It is about the code that changed with it in at least
    three commits, more often than chance explains among the commits that change code (Fisher's
    exact test, one-sided, p of 0.05 at most: the busiest files change with everything); else about
    the code of its own directory; else about nothing that is known, and left out. Code is what was
    parsed; that of tests is looked at only for documents among tests. A commit to more than three
    documents corrects a spelling or moves an address, and does not say what they are about.

    Commits to more than 50 files (a new copyright line, a reformat) change no subject's meaning and
    do not count; nor does a document change where only its name does.
    """
    documents = _documents(tree)
    written = touches.filter(~pl.col("is_bot"), pl.col("added") + pl.col("deleted") > 0)
    small = written.filter(pl.col("path").len().over("sha") <= COUPLING_FILES)
    last = written.group_by("path").agg(last_changed=pl.max("commit_time"))
    subjects = _subjects(documents, files, small).join(last, on="path")
    rows = (
        _since(subjects, small)
        .join(_named(subjects), on="path")
        .with_columns(
            days_behind=(head_time - pl.col("first_since")) / pl.duration(days=1),
            score=log2("lines_since") * log2("commits_since"),
        )
        .with_columns(days_behind=pl.col("days_behind").clip(lower_bound=0), why=_why())
    )
    return INSIGHT.frame(rows.sort("score", "path", descending=[True, False]))


def _since(subjects: pl.DataFrame, small: pl.DataFrame) -> pl.DataFrame:
    """What happened to the subject of each document after its last change, where anything did.

    Streamed: every change of every file of every subject would be too much at once.
    """
    changes = small.lazy().select("position", "commit_time", "added", "deleted", file="path")
    return (
        subjects.lazy()
        .select("path", "last_changed", "file")
        .join(changes, on="file")
        .filter(pl.col("commit_time") > pl.col("last_changed"))
        .group_by("path", "last_changed")
        .agg(
            commits_since=pl.n_unique("position"),
            lines_since=pl.sum("added") + pl.sum("deleted"),
            first_since=pl.min("commit_time"),
        )
        .collect(engine="streaming")
    )


def _documents(tree: pl.DataFrame) -> pl.DataFrame:
    """The documents at HEAD: `path`, `is_test`."""
    language = pl.col("language").fill_null(PLAIN)
    is_prose = language.is_in(MARKUP) | (
        (language == PLAIN) & pl.col("is_documentation") & pl.col("lines").is_not_null()
    )
    return tree.filter(
        is_prose,
        ~pl.col("is_vendored"),
        ~pl.col("is_generated"),
        ~pl.col("path").str.contains(TIMELESS),
    ).select("path", "is_test")


def _subjects(documents: pl.DataFrame, files: pl.DataFrame, small: pl.DataFrame) -> pl.DataFrame:
    """What each document is about: `path`, `file`, `chance` (0 where they share a directory)."""
    code = files.drop_nulls("cyclomatic").select(file="path", is_test_code="is_test")
    # Tests say nothing of what a document of the program is about.
    is_of_its_kind = pl.col("is_test") | ~pl.col("is_test_code")
    together = (
        _changed_together(documents.select("path"), code.select("file"), small)
        .join(documents, on="path")
        .join(code, on="file")
        .filter(is_of_its_kind)
    )
    beside = (
        documents.join(together, on="path", how="anti")
        .with_columns(directory=_directory("path"))
        .join(code.with_columns(directory=_directory("file")), on="directory")
        .filter(is_of_its_kind)
    )
    beside = beside.with_columns(chance=pl.lit(0.0))
    return pl.concat([frame.select("path", "file", "chance") for frame in (together, beside)])


def _changed_together(
    documents: pl.DataFrame, code: pl.DataFrame, small: pl.DataFrame
) -> pl.DataFrame:
    """`path` of a document, `file` of code that changed with it, and the `chance` of that."""
    changes = (
        small.select("path", "sha")
        .unique()
        .join(code.select(path="file", is_code=True), on="path", how="left")
        .join(documents.with_columns(is_document=True), on="path", how="left")
        .filter(
            pl.col("is_code").any().over("sha"),
            pl.col("is_document").sum().over("sha") <= MOST_DOCUMENTS,
        )
        .select("path", "sha")
    )
    commits = changes.group_by("path").agg(commits=pl.len())
    pairs = (
        changes.join(documents, on="path")
        .join(changes.rename({"path": "file"}).join(code, on="file"), on="sha")
        .group_by("path", "file")
        .agg(common=pl.len())
        .filter(pl.col("common") >= FEWEST_COMMITS)
        .join(commits, on="path")
        .join(commits.rename({"path": "file", "commits": "file_commits"}), on="file")
    )
    common, first, second = (
        pairs[name].cast(pl.Float64).to_numpy() for name in ("common", "commits", "file_commits")
    )
    chance = pl.Series(upper_tail(common, changes["sha"].n_unique(), first, second))
    described = pairs.select("path", "file", chance=chance.cast(pl.Float64))
    return described.filter(pl.col("chance") <= SIGNIFICANCE)


def _directory(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"(?s)^(.*)/").fill_null("")


def _named(subjects: pl.DataFrame) -> pl.DataFrame:
    """The subject of each document: `path`, `subject`, `subject_files`."""
    surest = pl.col("file").sort_by("chance", "file")
    return subjects.group_by("path").agg(subject=surest.head(SHOWN_SUBJECT), subject_files=pl.len())


def _why() -> pl.Expr:
    return pl.format(
        "Its text was last changed on {}; since then {} changed {} of the code it is about.",
        pl.col("last_changed").dt.date(),
        counted("commits_since", "commit", "commits"),
        counted("lines_since", "line", "lines"),
    )
