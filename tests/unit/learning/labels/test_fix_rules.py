"""Which messages are those of fixes: the table `fix_messages.toml`, and what a body can say."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.git.messages import describe_messages, is_declared_fix

TABLE = tomllib.loads(Path(__file__).with_name("fix_messages.toml").read_text(encoding="utf-8"))

BODIES = [  # subject, body, is a fix
    ("Count encoded bytes", "The length was that of the text.\n\nFixes #4421", True),
    ("Count encoded bytes", "This fixes issue #12 for good.", True),
    ("Count encoded bytes", "Fixes: https://git.shop.org/shop/cart/issues/12", True),
    ("Count encoded bytes", "fixes shop/cart#12", True),
    ("net: check the length", 'Fixes: 0a1b2c3d4e5f ("net: add lengths")\nCc: stable@x.org', True),
    ("Check the length", "Fixes: SHOP-12", True),
    ("Add gift cards", "Closes #12", False),
    ("Add gift cards", "Resolves SHOP-12. This also fixes the layout.", False),
    ("docs: describe carts", "Fixes #12", False),
    ("Fix typo", "Fixes #12", False),
    ("Rename the cart", "It crashed when it was called a basket.", False),
]

DECLARED = [  # subject, body, whether it says more than its words
    ("fix: rounding of totals", "", True),
    ("BUG: random: fix seeding from a list", "", True),
    ("SHOP-12: Fix race in checkout", "", True),
    ("[SHOP-12][UI] Fix race in checkout", "", True),
    ("Bug 1234567 - Fix crash in layout", "", True),
    ("gh-4411: Fix lookup of bound methods", "", True),
    ("Fix race in checkout", "Closes: #12", True),
    ("Fix race in checkout", "Resolves SHOP-12.", True),
    ("fixed #331", "", True),
    ("Fix race in checkout", 'Fixes: 0a1b2c3d4e5f ("add races")', True),
    ("Fix race in checkout (#99)", "", False),  # a pull request, of whatever kind
    ("Fix race in checkout", "See #12.", False),
    ("Various bugfixes", "", False),
]


def subjects(answer: str) -> list[str]:
    return [subject for style in TABLE.values() for subject in style[answer].splitlines()]


def is_fix(subject: str, body: str = "", *, is_merge: bool = False) -> bool:
    frame = pl.DataFrame({"subject": [subject], "body": [body], "is_merge": [is_merge]})
    return describe_messages(frame)["is_fix"].item()


@pytest.fixture(scope="module")
def fixes() -> set[str]:
    """The subjects of the table that are found to be those of fixes."""
    commits = pl.DataFrame({"subject": [*subjects("fixes"), *subjects("others")]}).with_columns(
        body=pl.lit(""), is_merge=pl.lit(value=False)
    )
    return set(commits.filter(describe_messages(commits)["is_fix"])["subject"])


@pytest.mark.parametrize("subject", subjects("fixes"))
def test_subject_says_it_is_a_fix(fixes: set[str], subject: str) -> None:
    assert subject in fixes


@pytest.mark.parametrize("subject", subjects("others"))
def test_subject_does_not_say_it_is_a_fix(fixes: set[str], subject: str) -> None:
    assert subject not in fixes


@pytest.mark.parametrize(("subject", "body", "expected"), BODIES)
def test_a_body_says_fix_by_a_reference_alone(subject: str, body: str, expected: bool) -> None:
    assert is_fix(subject, body) is expected


def test_a_merge_is_never_a_fix() -> None:
    assert not is_fix("Fix rounding", is_merge=True)


@pytest.mark.parametrize(("subject", "body", "expected"), DECLARED)
def test_a_declared_fix_says_more_than_its_words(subject: str, body: str, expected: bool) -> None:
    frame = pl.DataFrame({"subject": [subject], "body": [body]})
    assert frame.select(is_declared_fix()).item() is expected
