"""What commit messages of several styles say: reverts, references, co-authors, reviewers.

Which of them are fixes is the table of tests/unit/learning/labels/fix_messages.toml.
"""

import time

import polars as pl
import pytest

from hyperion_pipelines.git.messages import describe_messages

REVERTS = {
    'Revert "Add gift cards"': True,
    'Revert "Revert "Add gift cards""': True,
    "revert: feat: gift cards": True,
    "revert(cart): gift cards": True,
    "Reverts the last change": True,
    "Reverted to the old parser": True,
    "REV: undo the cache": True,
    "SHOP-12: Revert the cache": True,
    "HOTFIX: Revert the cache": True,
    "[cart] Revert the cache": True,
    "Backed out changeset 0123456789ab (bug 1234) for bustage": True,
    "Back out the cache": True,
    "Backout bug 1234": True,
    "Add a button to revert changes": False,
    "Revertible migrations": False,
    "Add backoff": False,
    "Review: rename the cart": False,
}

REFERENCES: list[tuple[str, str, list[str]]] = [  # subject, body, references
    ("Fix cart (#12)", "", ["#12"]),
    ("Fix cart", "Fixes #12, closes #13 and #12.", ["#12", "#13"]),
    ("GH-12: fix cart", "See gh-13", ["#12", "#13"]),
    ("Fix cart", "Closes shop/cart#12", ["shop/cart#12"]),
    ("Fix cart", "Closes: https://github.com/shop/cart/issues/12", ["shop/cart#12"]),
    ("Fix cart", "From https://github.com/shop/cart/pull/12#issuecomment-9).", ["shop/cart#12"]),
    ("Fix cart", "https://gitlab.com/shop/cart/-/issues/12", ["shop/cart#12"]),
    ("SHOP-45: fix cart", "", ["SHOP-45"]),
    ("[SHOP-45][SHOP2-6] fix cart", "", ["SHOP-45", "SHOP2-6"]),
    ("Fix cart", "https://jira.shop.org/browse/SHOP-45", ["SHOP-45"]),
    ("Bug 123456 - Fix cart", "", ["bug 123456"]),
    ("Fix bug #12 of the cart", "", ["bug 12"]),
    ("Fix cart", "https://bugs.shop.org/show_bug.cgi?id=123", ["bug 123"]),
    ("Fix CVE-2024-31000", "GHSA-j8r2-6x86-q33q", ["CVE-2024-31000", "GHSA-j8r2-6x86-q33q"]),
    ("Use UTF-8, ISO-8859-1 and SHA-256", "As RFC-2119 and PEP-8 say, on X86-64.", []),
    ("Add C#7, F#5 and &#39; to the parser", "color: #ffcc00", []),
    ("Link to https://shop.org/page#12", "", []),
    ("Version 1.2-3", "item-4 x-1", []),
    (
        "SHOP-45: fix cart (#12)",
        "Refs SHOP-46, owner/name#3",
        ["SHOP-45", "#12", "SHOP-46", "owner/name#3"],
    ),
    ("Nothing to see", "", []),
]

ANN, BOB, CY = "Ann Lee <ann@x.org>", "Bob Ray <bob@x.org>", "Cy O'Dell <cy@x.org>"
CO_AUTHORS: list[tuple[str, list[str]]] = [  # body, co-authors
    (f"Co-authored-by: {ANN}", [ANN]),
    (f"Text.\n\nCo-authored-by: {ANN}\nco-authored-by:  Bob Ray<bob@x.org> ", [ANN, BOB]),
    (f"Co-Authored-By: {CY}\nCo-authored-by: {CY}", [CY]),
    (f"Co-authored by: {ANN}\nCo-author: {BOB}", [ANN, BOB]),
    ("Co-authored-by: Lee, Ann <ann@x.org>", ["Lee, Ann <ann@x.org>"]),
    (f"> Co-authored-by: {ANN}", []),
    (f"    Co-authored-by: {ANN}", []),
    (f"```\nCo-authored-by: {ANN}\n```\nCo-authored-by: {BOB}", [BOB]),
    (f"The line Co-authored-by: {ANN} is a trailer", []),
    ("Co-authored-by: nobody", []),
    (f"Signed-off-by: {ANN}", []),
]

REVIEWERS: list[tuple[str, str, list[str]]] = [  # subject, body, reviewers
    ("S", f"Reviewed-by: {ANN}\nAcked-by: {BOB}", [ANN, BOB]),
    ("S", f"Reviewed-by: {ANN} # for the parser", [ANN]),
    ("S", "Reviewed-by: Lee, Ann <ann@x.org>", ["Lee, Ann <ann@x.org>"]),
    ("S", "Reviewed-by: Ann Lee", ["Ann Lee"]),
    ("S", "Reviewed-on: https://review.shop.org/c/12", []),
    ("S", "Reviewed-by: https://review.shop.org/c/12", []),
    ("S", f"Tested-by: {ANN}\nSigned-off-by: {BOB}\nReported-by: {CY}\nCc: {CY}", []),
    ("S", f"Reviewers: {ANN}, {BOB}", [ANN, BOB]),
    ("S", f"Reviewers: {ANN},\n{BOB}\n\nCloses #12 from ann", [ANN, BOB]),
    ("S", "Reviewers: Ann Lee<ann@x.org>, Bob Ray", [ANN, "Bob Ray"]),
    ("S", "Reviewers: Ann Lee <ann@x.org", ["Ann Lee"]),
    ("S", f"Reviewer: {ANN}", [ANN]),
    ("S", f"Reviewed-by: {ANN}\nReviewers: {ANN}", [ANN]),
    ("S", f"> Reviewed-by: {ANN}", []),
    ("S", f"    Reviewed-by: {ANN}", []),
    ("S", "R=ann@x.org,bob@x.org\nBUG=12", ["ann@x.org", "bob@x.org"]),
    ("S", "TBR=ann@x.org", []),
    ("Bug 12 - Fix layout. r=ann", "", ["ann"]),
    ("Bug 12 - Fix layout r=ann,bob", "", ["ann", "bob"]),
    ("Bug 12 - Fix layout (r=ann)", "", ["ann"]),
    ("Bug 12 - Fix layout. r=ann a=cy", "", ["ann"]),
    ("Bug 12 - Fix layout. r?ann", "", []),
    ("Solve for r=5", "", []),
    (
        "Fix cart; patched by Cy; reviewed by Ann Lee, Bob Ray and Cy; SHOP-1",
        "",
        ["Ann Lee", "Bob Ray", "Cy"],
    ),
]


def described(subject: str, body: str = "") -> dict[str, object]:
    frame = pl.DataFrame({"subject": [subject], "body": [body], "is_merge": [False]})
    return describe_messages(frame).row(0, named=True)


@pytest.mark.parametrize(("subject", "is_revert"), REVERTS.items())
def test_says_it_is_a_revert(subject: str, is_revert: bool) -> None:
    assert described(subject)["is_revert"] is is_revert


def test_a_body_that_opens_with_the_reverted_commit_makes_a_revert() -> None:
    sentence = "This reverts commit 0a1b2c3d4e5f."
    assert described("Undo the cache", sentence)["is_revert"] is True
    assert described("Squashed", f"* add\n\n* undo\n\n{sentence}")["is_revert"] is False


@pytest.mark.parametrize(("subject", "body", "references"), REFERENCES)
def test_issue_references(subject: str, body: str, references: list[str]) -> None:
    assert described(subject, body)["issue_refs"] == references


@pytest.mark.parametrize(("body", "co_authors"), CO_AUTHORS)
def test_co_authors(body: str, co_authors: list[str]) -> None:
    assert described("S", body)["co_authors"] == co_authors


@pytest.mark.parametrize(("subject", "body", "reviewers"), REVIEWERS)
def test_reviewers(subject: str, body: str, reviewers: list[str]) -> None:
    assert described(subject, body)["reviewers"] == reviewers


def test_every_commit_gets_a_row_of_the_tables_types() -> None:
    frame = pl.DataFrame(
        {"subject": ["", "Fix cart (#1)"], "body": ["", ""], "is_merge": [False, False]}
    )
    strings = pl.List(pl.String)
    for commits in (frame, frame.clear()):
        answer = describe_messages(commits)
        assert answer.height == commits.height
        assert answer.schema == {
            "is_fix": pl.Boolean,
            "is_revert": pl.Boolean,
            "issue_refs": strings,
            "co_authors": strings,
            "reviewers": strings,
        }


def test_fifty_thousand_messages_take_less_than_two_seconds_of_the_processor() -> None:
    subjects = [*REVERTS, *(subject for subject, _, _ in (*REFERENCES, *REVIEWERS))] * 1_000
    body = (
        f"Words of a body, at some length.\n\nReviewers: {ANN}, {BOB}\nCo-authored-by: {CY}\n" * 2
    )
    frame = pl.DataFrame({"subject": subjects[:50_000]}).with_columns(
        body=pl.lit(body), is_merge=pl.lit(value=False)
    )
    assert frame.height == 50_000
    started = time.process_time()
    describe_messages(frame)
    assert time.process_time() - started < 2
