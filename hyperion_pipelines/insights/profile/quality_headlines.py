"""Headlines of the insights on risk, defects and security."""

import polars as pl

from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Headline
from hyperion_pipelines.insights.profile.risk_actions import IS_GRAVE, SEVERE
from hyperion_pipelines.insights.profile.words import (
    counted,
    duration,
    percent,
    sentence,
    short_sha,
)
from hyperion_pipelines.insights.quality.fix_times import median_time_to_fix

LIKELY = 0.5  # more likely than not
REOPENED_OFTEN = 0.15
MONTHS_A_YEAR = 12
RISING = 1.5  # times the year before
OFTEN = 10  # fixes in a year


def exposed_secrets(facts: Facts) -> Headline:
    """How many secrets are at HEAD, samples and tests aside; a concern where there is any."""
    rows = facts.rows("exposed_secrets").filter(facts.is_unsuppressed, IS_GRAVE)
    at_head = rows.filter("is_at_head")["fingerprint"].n_unique()
    removed = rows.filter(~pl.col("is_at_head"))["fingerprint"].n_unique()
    still = (
        f"; {counted(removed, 'more', 'more')} can still be read in the history" if removed else ""
    )
    verb = "is" if at_head == 1 else "are"
    return Headline(
        insight="exposed_secrets",
        value=at_head,
        unit="secrets",
        sentence=sentence(
            f"{counted(at_head, 'secret')} {verb} in the files at HEAD{still}; tests and samples "
            "are not counted."
        ),
        is_concern=at_head > 0,
    )


def dangerous_code(facts: Facts) -> Headline | None:
    """How many dangerous calls there are, samples and tests aside; a concern if one is severe."""
    rows = facts.rows("dangerous_code").filter(facts.is_unsuppressed, IS_GRAVE)
    if rows.is_empty():
        return None
    first = rows.row(0, named=True)
    severe = rows.filter(pl.col("severity").is_in(SEVERE)).height
    return Headline(
        insight="dangerous_code",
        value=rows.height,
        unit="calls",
        sentence=sentence(
            f"{counted(rows.height, 'call')} can be turned against whoever runs the code, "
            f"{severe:,} of high severity or more; {first['call']} in {first['path']} comes first."
        ),
        is_concern=severe > 0,
    )


def risky_commits(facts: Facts) -> Headline | None:
    """How many recent commits rather than not induced a bug; a concern where one did."""
    rows = facts.rows("risky_commits")
    judged = rows.drop_nulls("probability")
    if judged.is_empty():
        return None
    likely = judged.filter(pl.col("probability") >= LIKELY).height
    first = rows.row(0, named=True)
    likeliest = f"{short_sha(first['sha'])}, “{first['subject']}”"
    told = (
        f"{counted(likely, 'commit')} of the newest 90 days more likely than not induced a bug; "
        f"{'review' if likely else 'the first to look at is'} {likeliest}."
    )
    return Headline(
        insight="risky_commits",
        value=likely,
        unit="commits",
        sentence=sentence(told),
        is_concern=likely > 0,
    )


def risky_files(facts: Facts) -> Headline | None:
    """How many files will rather than not need a fix; a concern where one will."""
    judged = facts.rows("risky_files").drop_nulls("probability")
    if judged.is_empty():
        return None
    likely = judged.filter(pl.col("probability") >= LIKELY).height
    first = judged.row(0, named=True)
    return Headline(
        insight="risky_files",
        value=likely,
        unit="files",
        sentence=sentence(
            f"{counted(likely, 'file')} will more likely than not need a fix within 90 days; "
            f"{first['path']} comes first, with a probability of {percent(first['probability'])}."
        ),
        is_concern=likely > 0,
    )


def risk_by_month(facts: Facts) -> Headline | None:
    """The share of commits that induced bugs, of a year that is known whole against the one before.

    Both years are the newest months whose commits are old enough for their bugs to be known. A
    concern where the share is half as high again.
    """
    known = facts.rows("risk_by_month").filter("is_complete").drop_nulls("known_inducing")
    now = _inducing_share(known.tail(MONTHS_A_YEAR))
    before = _inducing_share(
        known.slice(0, max(0, known.height - MONTHS_A_YEAR)).tail(MONTHS_A_YEAR)
    )
    if now is None:
        return None
    until = known["month"][-1]
    compared = "" if before is None else f", {percent(before)} in the year before"
    return Headline(
        insight="risk_by_month",
        value=round(100 * now, 1),
        unit="%",
        sentence=f"{_known(now, f'of the twelve months to {until:%B %Y}')} known to have induced a "
        f"bug{compared}; of later ones it is too early to say.",
        is_concern=before is not None and now > 0 and now >= RISING * before,
    )


def _known(share: float, when: str) -> str:
    return f"{percent(share)} of the commits {when} are" if share else f"No commit {when} is"


def _inducing_share(months: pl.DataFrame) -> float | None:
    commits = int(months["commits"].sum())
    return int(months["known_inducing"].sum()) / commits if commits else None


def fix_times(facts: Facts) -> Headline | None:
    """How long half of the bugs lived; a concern where 15 % of the fixes had to be mended.

    Of the fixes of four operating systems, 14.8 % and more were wrong: Yin, Yuan, Zhou, Pasupathy &
    Bairavasundaram, "How Do Fixes Become Bugs?" (ESEC/FSE 2011).
    """
    rows = facts.rows("fix_times")
    median = median_time_to_fix(rows)
    if median is None:
        return None
    reopened = 1 - rows["reopened_by"].null_count() / rows.height
    return Headline(
        insight="fix_times",
        value=round(median.days, 1),
        low=median.low,
        high=median.high,
        unit="days",
        sentence=f"Half of the fixed bugs lived longer than {duration(median.days)}; "
        f"{percent(reopened)} of the fixes did not hold (reverted, or the same was fixed again).",
        is_concern=reopened >= REOPENED_OFTEN,
    )


def defect_prone_files(facts: Facts) -> Headline:
    """The file that is fixed most; a concern where it got ten fixes in the last year."""
    first = facts.rows("defect_prone_files").row(0, named=True)
    recent = first["fixes_365_days"]
    return Headline(
        insight="defect_prone_files",
        value=recent,
        unit="fixes",
        sentence=f"{first['path']} needs fixing most: {counted(recent, 'fix', 'fixes')} in the "
        f"last year, {counted(first['fixes'], 'fix', 'fixes')} in all.",
        is_concern=recent >= OFTEN,
    )


QUALITY_HEADLINES = {
    "exposed_secrets": exposed_secrets,
    "risky_commits": risky_commits,
    "risky_files": risky_files,
    "risk_by_month": risk_by_month,
    "defect_prone_files": defect_prone_files,
    "fix_times": fix_times,
    "dangerous_code": dangerous_code,
}
