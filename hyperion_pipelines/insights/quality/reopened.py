"""Which fixes did not hold: taken back, made once more, or mended themselves."""

from datetime import timedelta

import polars as pl

REVERTED, SAME_ISSUE, LINES_FIXED_AGAIN = "reverted", "same issue", "its lines were fixed again"

SOON = timedelta(days=90)
ONE_PIECE_OF_WORK = timedelta(hours=1)  # commits of one issue that come so close together

_SHA = "[0-9a-f]{7,40}"
_REVERTS = rf"(?i)This reverts commit ({_SHA})"
_PREFIX = 7  # digits that every abbreviated object id has
_CLOSES = r"(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:(?:issue|bug)[ \t]+)?\S+"
_WORD = r"[\w.#/-]*\w"


def reopened(fixes: pl.DataFrame, on_head: pl.DataFrame, bug_labels: pl.DataFrame) -> pl.DataFrame:
    """`fix_sha`, `reopened_by` (a sha) and `reopened_how` of those of *fixes* that did not hold.

    *fixes* are rows of commits with `fix_sha` and `fix_time`, *on_head* the commits of HEAD's
    history. The earliest later commit counts that

    - says "This reverts commit ..." of the fix, or
    - is a fix that names an issue which the fix says it mends (in its subject, or after a closing
      word), or
    - is a fix that removed lines of it within 90 days.

    A fix that follows within an hour is of the same piece of work, and one of the same subject is
    the same patch on another branch: neither counts for the latter two.
    """
    later = pl.concat(
        [
            _reverted(fixes, on_head),
            _same_issue(fixes, on_head),
            _lines_fixed_again(fixes, on_head, bug_labels),
        ]
    )
    return (
        later.sort("time", maintain_order=True)
        .unique("fix_sha", keep="first", maintain_order=True)
        .select("fix_sha", "reopened_by", "reopened_how")
    )


def _rows(how: str) -> list[pl.Expr]:
    """The columns that each of the three ways gives."""
    return [pl.col("fix_sha", "reopened_by", "time"), pl.lit(how).alias("reopened_how")]


def _reverted(fixes: pl.DataFrame, on_head: pl.DataFrame) -> pl.DataFrame:
    reverts = (
        on_head.filter("is_revert")
        .select(
            reopened_by="sha",
            time="commit_time",
            named=pl.col("body").str.extract_all(_REVERTS),
        )
        .explode("named", empty_as_null=False)
        .with_columns(pl.col("named").str.extract(_REVERTS).str.to_lowercase())
        .with_columns(prefix=pl.col("named").str.head(_PREFIX))
    )
    return (
        fixes.with_columns(prefix=pl.col("fix_sha").str.head(_PREFIX))
        .join(reverts, on="prefix")
        .filter(
            pl.col("fix_sha").str.starts_with(pl.col("named")),
            pl.col("time") >= pl.col("fix_time"),
        )
        .select(_rows(REVERTED))
    )


def _same_issue(fixes: pl.DataFrame, on_head: pl.DataFrame) -> pl.DataFrame:
    declared = pl.concat_list("subject", pl.col("body").str.extract_all(_CLOSES)).list.join(" ")
    mended = (
        fixes.select("fix_sha", "fix_time", "subject", "issue_refs", said=declared)
        .explode("issue_refs", empty_as_null=False)
        .filter(pl.col("issue_refs").is_in(pl.col("said").str.extract_all(_WORD)))
    )
    again = _later(on_head.filter("is_fix")).explode("issue_refs", empty_as_null=False)
    return mended.join(again, on="issue_refs").filter(_is_other_work()).select(_rows(SAME_ISSUE))


def _lines_fixed_again(
    fixes: pl.DataFrame, on_head: pl.DataFrame, bug_labels: pl.DataFrame
) -> pl.DataFrame:
    again = bug_labels.select(reopened_by="fix_sha", fix_sha="inducing_sha").unique()
    return (
        fixes.join(again, on="fix_sha")
        .join(_later(on_head).drop("issue_refs"), on="reopened_by")
        .filter(_is_other_work(), pl.col("time") <= pl.col("fix_time") + SOON)
        .select(_rows(LINES_FIXED_AGAIN))
    )


def _later(commits: pl.DataFrame) -> pl.DataFrame:
    """The *commits* as what may show that an earlier one did not hold."""
    return commits.select(
        "issue_refs", reopened_by="sha", time="commit_time", later_subject="subject"
    )


def _is_other_work() -> pl.Expr:
    is_later = pl.col("time") >= pl.col("fix_time") + ONE_PIECE_OF_WORK
    return is_later & (pl.col("later_subject") != pl.col("subject"))
