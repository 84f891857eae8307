"""Markdown for a pull request: what is in it, how long it is, and that nothing in it is markup."""

import re

from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.report.comparison import compare
from hyperion_pipelines.report.markdown import (
    CELL,
    LARGEST_BYTES,
    render_comparison,
    render_markdown,
)
from tests.unit.report.profiles import redis_profile, small_profile

HOSTILE = "a|b <img src=x onerror=alert(1)> @torvalds `x` **y** [z](http://e.org)\n# title &lt; #12"


def with_hostile_commit(subject: str, count: int = 1) -> Profile:
    """The profile, its risky commits so called."""
    profile = redis_profile()
    commits = profile.insights["risky_commits"]
    rows = [{**commits.rows[0], "subject": subject, "reasons": [subject] * 2}] * count
    insights = {**profile.insights, "risky_commits": commits.model_copy(update={"rows": rows})}
    return profile.model_copy(update={"insights": insights})


def sections(text: str) -> list[str]:
    return re.findall("^## (.*)$", text, re.MULTILINE)


def test_the_first_screen_is_the_overview_the_week_and_the_concerns() -> None:
    text = render_markdown(redis_profile())
    assert text.startswith("# redis\n\n13,026 commits by 791 people from 2009-03-22 to 2024-10-18,")
    assert sections(text)[:2] == ["This week", "Concerns"]
    assert "1. **Rotate the private key in utils/deploy/redis.key" in text
    first, second = redis_profile().actions[:2]
    assert text.index(first.why[:20]) < text.index(second.why[:20])


def test_the_tables_are_few_and_have_ten_rows_at_most() -> None:
    text = render_markdown(with_hostile_commit("Speed it up", count=30))
    assert sections(text)[3:] == [
        "Commits to review first",
        "Files that most likely need a fix",
        "Complex code that changes most",
        "Files known by people who have gone quiet",
        "Secrets in the history",
        "How far to believe the models",
        "What is not known",
    ]
    assert text.count("d092d64d7a Speed it up") == 10


def test_every_row_has_the_cells_of_its_heading() -> None:
    text = render_markdown(with_hostile_commit(HOSTILE))
    for table in re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(cells) == 1, table


def test_nothing_from_a_repository_is_markup_or_calls_anybody() -> None:
    text = render_markdown(with_hostile_commit(HOSTILE))
    assert "a\\|b &lt;img src=x onerror=alert(1)> @\u2060torvalds \\`x\\` \\*\\*y\\*\\*" in text
    assert "\\[z\\](http://e.org) \\# title &amp;lt;" in text
    assert "<" not in text


def test_names_with_underscores_are_not_emphasised() -> None:
    profile = redis_profile()
    actions = [profile.actions[0].model_copy(update={"what": "Read src/__init__.py."})]
    text = render_markdown(profile.model_copy(update={"actions": actions}))
    assert "**Read src/\\_\\_init\\_\\_.py.**" in text


def test_what_is_not_known_of_a_row_is_said_to_be_unknown() -> None:
    profile = redis_profile()
    files = profile.insights["risky_files"]
    rows = [{**files.rows[0], "probability": None}]
    insights = {"risky_files": files.model_copy(update={"rows": rows})}
    assert "| src/db.c | unknown |" in render_markdown(
        profile.model_copy(update={"insights": insights})
    )


def test_a_long_cell_is_cut() -> None:
    text = render_markdown(with_hostile_commit("x" * 5 * CELL))
    assert f"{'x' * (CELL - 11)}…" in text  # after the commit's id and a blank
    assert "x" * (CELL + 1) not in text


def test_a_long_report_loses_its_end_and_says_so() -> None:
    profile = redis_profile()
    headline = profile.headlines[0].model_copy(update={"sentence": "é" * 20_000})
    text = render_markdown(profile.model_copy(update={"headlines": [headline] * 2}))
    assert len(text.encode()) <= LARGEST_BYTES
    assert "This week" in sections(text)
    assert re.search(r"Left out here for their length: \d+ sections", text)


def test_where_nothing_is_known_it_cannot_be_said_what_is_urgent() -> None:
    text = render_markdown(small_profile())
    assert sections(text) == ["This week", "What is not known"]
    assert "What is urgent cannot be said" in text
    assert small_profile().missing[0].replace("`", "\\`") in text


def test_nothing_is_urgent_where_all_is_known() -> None:
    known = small_profile().model_copy(update={"missing": []})
    assert "Nothing is urgent this week." in render_markdown(known)


def test_a_comparison_has_a_column_for_each_and_its_verdicts_in_words() -> None:
    other = redis_profile().model_copy(update={"repository": "valkey"})
    text = render_comparison(compare([redis_profile(), other, small_profile()]))
    assert text.startswith("# redis, valkey and tiny compared\n")
    assert "| commits up to HEAD | 13,026 | 13,026 | 1 |" in text
    assert "| pace | 8.9 commits a week | 8.9 commits a week | unknown |" in text
    assert "- tiny: What is urgent cannot be said" in text


def test_the_best_and_the_worst_are_named_so() -> None:
    one = redis_profile()
    longer = [
        said.model_copy(update={"value": 90.0}) if said.insight == "fix_times" else said
        for said in one.headlines
    ]
    two = one.model_copy(update={"repository": "valkey", "headlines": longer})
    text = render_comparison(compare([one, two]))
    assert "| half of the fixed bugs lived longer than | 61 days (best) | 90 days (worst) |" in text
