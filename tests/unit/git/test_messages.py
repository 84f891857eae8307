"""What commit messages of several styles say: fixes, reverts, references, co-authors, reviewers."""

import time

import polars as pl
import pytest

from hyperion_pipelines.git.messages import describe_messages

FIXES = """
fix: keep the cart when the session ends
fix(cart): keep the cart when the session ends
fix(cart)!: drop the legacy total
fix!: reject negative prices
Fix: rounding of totals
bugfix: wrong currency for refunds
hotfix: payments time out
Hotfix: guard against an empty cart
fix(api): handle missing header (#482)
[fix] order of coupons
bug: coupon applied twice
Fix rounding of totals (#12)
Fixes wrong tax for gift cards
Fixed order of items in receipts
Fixing the retry loop of the bank client
fixed #331
Fixes #44
Fix for #1017
Small fix for empty carts
Cart totals fixed
Various bugfixes
Bug fixes
Fix a bug in the discount parser
Work around a bug in the bank's API
Correct buggy handling of time zones
Repair a defect of the ledger
Avoid a crash when the queue is empty
Crash on start with an empty configuration
Server crashes when the disk is full
Do not crash on a null order
Prevent segfault in tokenizer
Segmentation fault in the parser on empty input
Resolve regression in startup time
Handle regression introduced in 2.3
Avoid deadlock between writer and flusher
Plug memory leak in connection pool
Close a use-after-free in the scheduler
Avoid NPE when the header is absent
Check for null pointer before the callback
Prevent abuse of patterns (CVE-2024-31000)
SHOP-123: Fix race in checkout
SHOP-123 Fix race in checkout
SHOP-123; Fix race in checkout (#99)
[SHOP-123] Fix NPE in the invoice service
[SPARK-1234][SQL] Fix wrong result of outer join
MINOR: Fix a race in the cleaner
HOTFIX: unsubscribe clears the assignment
Bug 1234567 - Fix crash in layout when resizing. r=ann
Bug 1234567 - Handle a missing frame, regression of the last release r=ann,bob
Bug 98765: crash after unplugging the display
BUG: Handle integers beyond 2**63 in the histogram
BUG,DOC: Fix bad keyword of the plot
BUG: random: fix seeding from a list
net: usb: fix use-after-free on disconnect
mm/slab: fix off-by-one in freelist
drm/panel: Fix backlight regression after suspend
x86: fix a faulty register save
ext4: fix corruption when the journal wraps
Sentinel: fix promotion timeout.
api: fix missing header
GH-4411: Fix lookup of bound methods
gh-4411: Fix lookup of bound methods
bpo-30001: Fix a crash in the tokenizer
Ticket 216 fixed: shape of empty arrays
Fix the build on Solaris
Fix compilation with old compilers
Fix several warnings of the compiler
Fix race in scheduler and add a regression test
Fix race in scheduler, add tests
Fix overflow of the counter with tests
Fix overflow of the counter. Added unit tests
Fix timeouts of uploads and update the docs
Fix crash in debug mode
Fix default value of the pool size
Fix prefix handling of keys
Fix fixed-size buffers being too small
Fix fault-tolerant mode losing messages
Fix latest version lookup
Fix contest ranking
Fix changelog topic being deleted
Emergency fix for login page
Quick fix: cart is empty after login
"""

NOT_FIXES = """
feat: add gift cards
feat(cart): add crash reporter
feat: fix up prices on import
docs: fix example of the cart
docs(readme): fix link
doc: fix formatting
style: fix whitespace
test: fix flaky checkout
tests: fix order of fixtures
test(cart): cover the rounding bug
chore: fix lint
chore(deps): bump cart from 1.2 to 1.3 to fix an advisory
refactor: fix naming of helpers
ci: fix caching of wheels
build: fix path of the compiler
perf: fix quadratic join
DOC: Fix the description of axis
MAINT: Fix spelling of variables
TST: fix failing comparison on 32 bits
STY: Fix long lines
ENH: Fix exception causes
CI: fix the matrix
BLD: fix flags for clang
TYP: fix return type of sum
BENCH: fix setup of the sort benchmark
SHOP-12: docs: fix broken example
Fix typo
Fix a typo in the error message
Fixed typos in comments
fix misspelled variable
Fix spelling
Fix grammar of the prompt
Fix capitalization in the title
Fix lint
Fix flake8 errors
Fix PEP8 issues
Fix eslint complaints
fix indentation
Fix white space
Fix code style
Fix docstring of total()
Fix javadoc of Cart
Fix documentation of the endpoint
Fix README badges
Fix broken link in the guide
Fix comment about the lock
Fix license header
Fix CHANGELOG
Fix changelog
Fix release notes for 3.1
MINOR: Fix javadoc warning in Cart
MINOR: fix flaky CheckoutTest
SHOP-33: Fix flaky test of the cleaner
SHOP-33: Fix failing CartTest.shouldRound
Fix tests
Fix test of the parser
Fix unit and integration tests
Fix testCheckoutWithoutItems on Windows
Fix flaky integration suite
Add regression test for the overflow
Regression test for #825
Add a test for bug 593
Test: fix timing of the replication check
Merge branch 'fix-rounding'
Merge pull request #44 from ann/bugfix
Merge fixes from the release branch
Fix merge conflict
Fix bad merge
Fixed botched merge
fixup! Fix rounding
squash! fix tax
amend! Fix tax
Revert "Fix rounding of totals"
Revert fix for the race
revert: fix(cart): keep the cart
Backed out changeset 0123456789ab (bug 1234) for crashes
Release 2.3.1 (bugfix release)
Bump parser to 2.1 to fix a warning
Prepare bugfix release
1.4.2: bug fixes
Add linear regression
Implement logistic regression with penalties
Add bug report template
Update bug tracker address
Add a crash report dialog
Write crash dumps to a folder
Make the queue fault-tolerant
Add fault injection to the simulator
Count page faults
Use fixed-size arrays
Support fixed width columns
Support fixed point numbers
Set the fix version of the ticket
Add debug output
Change the default of the pool size
Use a prefix for keys
Add fixtures for carts
Support suffixes
Add gift cards
Rename Cart to Basket
Speed up the parser
Initial commit
Update dependencies
WIP
Add affix parser
Introduce a crashpad handler folder
Let users cancel an order
Refactor the ledger
Remove unused imports
"""

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


def lines(table: str) -> list[str]:
    return table.strip().split("\n")


def described(subject: str, body: str = "", *, is_merge: bool = False) -> dict[str, object]:
    frame = pl.DataFrame({"subject": [subject], "body": [body], "is_merge": [is_merge]})
    return describe_messages(frame).row(0, named=True)


@pytest.mark.parametrize("subject", lines(FIXES))
def test_says_it_is_a_fix(subject: str) -> None:
    assert described(subject)["is_fix"] is True


@pytest.mark.parametrize("subject", lines(NOT_FIXES))
def test_does_not_say_it_is_a_fix(subject: str) -> None:
    assert described(subject)["is_fix"] is False


@pytest.mark.parametrize(("subject", "body", "is_fix"), BODIES)
def test_a_body_says_fix_by_a_reference_alone(subject: str, body: str, is_fix: bool) -> None:
    assert described(subject, body)["is_fix"] is is_fix


def test_a_merge_is_never_a_fix() -> None:
    assert described("Fix rounding", is_merge=True)["is_fix"] is False


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


def test_fifty_thousand_messages_take_less_than_two_seconds() -> None:
    subjects = (lines(FIXES) + lines(NOT_FIXES)) * 300
    body = (
        f"Words of a body, at some length.\n\nReviewers: {ANN}, {BOB}\nCo-authored-by: {CY}\n" * 2
    )
    frame = pl.DataFrame({"subject": subjects[:50_000]}).with_columns(
        body=pl.lit(body), is_merge=pl.lit(value=False)
    )
    assert frame.height == 50_000
    started = time.perf_counter()
    describe_messages(frame)
    assert time.perf_counter() - started < 2
