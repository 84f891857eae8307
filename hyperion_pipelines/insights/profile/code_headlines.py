"""Headlines of the insights on code: complexity, debt, tests, coupling, documentation, age."""

import polars as pl

from hyperion_pipelines.insights.code.technical_debt import DebtRatio
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Headline
from hyperion_pipelines.insights.profile.words import counted, duration, joined, percent, sentence

FIRST = 5  # rows that a reader looks at
WORSENING = 0.05  # in a year
LIKE_BEFORE = 0.005  # in a year: what rounds to nothing
OFTEN = 5  # commits a year: changed about every other month
MOSTLY = 0.5
FAR_BEHIND = 50  # commits
RECENT_YEARS = 5


def hotspots(facts: Facts) -> Headline:
    """How few files hold half of the score; a concern where one of the first five is rising."""
    rows = facts.rows("hotspots")
    before = rows["share"].cum_sum() - rows["share"]
    half = int((before < 0.5).sum())
    rising = rows.head(FIRST).filter(pl.col("trend") == "rising")["path"].to_list()
    verb = "changes" if len(rising) == 1 else "change"
    also = f" {joined(rising)} {verb} more often than a year ago." if rising else ""
    hold = "hold" if half > 1 else "holds"
    files = f"{half:,} of {counted(rows.height, 'changed file')}" if half > 1 else "one file"
    return Headline(
        insight="hotspots",
        value=half,
        unit="files",
        sentence=sentence(
            f"{files} {hold} half of all change in complex code; {rows['path'][0]} is the "
            f"hottest.{also}"
        ),
        is_concern=bool(rising),
    )


def complexity_trend(facts: Facts) -> Headline | None:
    """Cognitive complexity in 100 lines against a year before; a concern from 5 % more on."""
    density = facts.rows("complexity_trend")["cognitive_per_100_lines"]
    if density.len() < 13 or not density[-13] or density[-1] is None:
        return None
    change = density[-1] / density[-13] - 1
    if abs(change) < LIKE_BEFORE:
        told = "as hard to follow as a year ago"
    else:
        told = f"{percent(abs(change))} {'harder' if change > 0 else 'easier'} to follow than a "
        told += "year ago"
    return Headline(
        insight="complexity_trend",
        value=round(100 * change, 1),
        unit="%",
        sentence=f"A line of code is {told}: {density[-1]:.1f} points of cognitive complexity in "
        f"100 lines, {density[-13]:.1f} then.",
        is_concern=change >= WORSENING,
    )


def refactoring_targets(facts: Facts) -> Headline:
    """How many functions to split; a concern where the first changed five times in the year."""
    rows = facts.rows("refactoring_targets")
    first = rows.row(0, named=True)
    are = "is" if rows.height == 1 else "are"
    return Headline(
        insight="refactoring_targets",
        value=rows.height,
        unit="functions",
        sentence=sentence(
            f"{counted(rows.height, 'function')} {are} beyond the limits of what can be followed; "
            f"splitting {first['function']}() in {first['path']} gains most."
        ),
        is_concern=(first["changes"] or 0) >= OFTEN,
    )


def technical_debt(facts: Facts) -> Headline:
    """The debt beside what the code took to write; a concern below SonarQube's rating A."""
    minutes = round(60 * facts.rows("technical_debt")["hours"].sum())
    debt = DebtRatio(minutes, facts.overview.lines)
    return Headline(
        insight="technical_debt",
        value=round(100 * debt.ratio, 1),
        unit="%",
        sentence=debt.sentence,
        is_concern=debt.rating != "A",
    )


def test_gaps(facts: Facts) -> Headline:
    """How many commits to files with a gap came without a test; a concern above half of them."""
    rows = facts.rows("test_gaps")
    commits = int(rows["commits"].sum())
    without = commits - int(rows["commits_with_tests"].sum())
    first = rows.row(0, named=True)
    share = without / commits if commits else 0.0
    return Headline(
        insight="test_gaps",
        value=round(100 * share, 1),
        unit="%",
        sentence=f"{percent(share)} of the last year's changes to {counted(rows.height, 'file')} "
        f"of complex code came without a test; of {first['path']}, "
        f"{first['commits'] - first['commits_with_tests']:,} of {first['commits']:,}.",
        is_concern=share > MOSTLY,
    )


def change_coupling(facts: Facts) -> Headline:
    """How many pairs change together unexpectedly; a concern where there is one."""
    unexpected = facts.rows("change_coupling").filter("is_unexpected")
    if unexpected.is_empty():
        told = "No two files change together without a reason that the code shows."
        return Headline(insight="change_coupling", value=0, unit="pairs", sentence=told)
    first = unexpected.row(0, named=True)
    verb = "changes" if unexpected.height == 1 else "change"
    return Headline(
        insight="change_coupling",
        value=unexpected.height,
        unit="pairs",
        sentence=sentence(
            f"{counted(unexpected.height, 'pair')} of files {verb} together though nothing in the "
            f"code says so: {first['path']} and {first['other']} did so "
            f"{first['support']} times."
        ),
        is_concern=True,
    )


def undocumented_symbols(facts: Facts) -> Headline:
    """How many used symbols nothing explains; never a concern by itself."""
    rows = facts.rows("undocumented_symbols")
    first = rows.row(0, named=True)
    lack = "lacks" if rows.height == 1 else "lack"
    return Headline(
        insight="undocumented_symbols",
        value=rows.height,
        unit="symbols",
        sentence=sentence(
            f"{counted(rows.height, 'public symbol')} {lack} a word of documentation; "
            f"{first['symbol']} in {first['path']} needs it most."
        ),
    )


def stale_documents(facts: Facts) -> Headline:
    """How many documents fell behind; a concern where the first is 50 commits behind."""
    rows = facts.rows("stale_documents")
    first = rows.row(0, named=True)
    return Headline(
        insight="stale_documents",
        value=rows.height,
        unit="documents",
        sentence=sentence(
            f"{counted(rows.height, 'document')} fell behind the code, {first['path']} most: "
            f"{counted(first['commits_since'], 'commit')} changed what it describes since it was "
            "last touched."
        ),
        is_concern=first["commits_since"] >= FAR_BEHIND,
    )


def code_age(facts: Facts) -> Headline | None:
    """The age of a typical line: the median over files, weighted by lines; never a concern."""
    rows = facts.rows("code_age").drop_nulls("median_age_days").sort("median_age_days", "path")
    if rows.is_empty():
        return None
    reached = rows.filter(pl.col("lines").cum_sum() >= pl.col("lines").sum() / 2)
    age = float(reached["median_age_days"][0])
    told = f"A typical line is {duration(age)} old."
    return Headline(insight="code_age", value=round(age), unit="days", sentence=told)


def line_survival(facts: Facts) -> Headline:
    """The age that half of the lines reach; never a concern by itself."""
    rows = facts.rows("line_survival")
    gone = rows.filter(pl.col("survival") <= 0.5)
    if gone.is_empty():
        last = rows.row(-1, named=True)
        told = f"{percent(last['survival'])} of the lines live longer than "
        told += f"{duration(last['age_days'])}, which is as far as the history tells."
        return Headline(insight="line_survival", value=None, unit="days", sentence=told)
    days = float(gone["age_days"][0])
    told = f"Half of the lines are changed or deleted within {duration(days)} of being written."
    return Headline(insight="line_survival", value=round(days), unit="days", sentence=told)


def lines_by_year(facts: Facts) -> Headline:
    """The share of today's lines that were written in the five newest years; never a concern."""
    rows = facts.rows("lines_by_year")
    today = rows.filter(pl.col("at") == pl.col("at").max())
    newest = pl.col("origin_year") > pl.col("at").dt.year() - RECENT_YEARS
    share = int(today.filter(newest)["lines"].sum()) / max(1, int(today["lines"].sum()))
    return Headline(
        insight="lines_by_year",
        value=round(100 * share, 1),
        unit="%",
        sentence=f"{percent(share)} of today's lines were written in the last {RECENT_YEARS} "
        "calendar years.",
    )


CODE_HEADLINES = {
    "hotspots": hotspots,
    "complexity_trend": complexity_trend,
    "refactoring_targets": refactoring_targets,
    "technical_debt": technical_debt,
    "test_gaps": test_gaps,
    "change_coupling": change_coupling,
    "undocumented_symbols": undocumented_symbols,
    "stale_documents": stale_documents,
    "code_age": code_age,
    "line_survival": line_survival,
    "lines_by_year": lines_by_year,
}
