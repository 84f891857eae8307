"""How urgent messages of several styles sound."""

import time

import polars as pl
import pytest

from hyperion_pipelines.features.groups.priority import PRIORITIES, priority
from hyperion_pipelines.git.messages import describe_messages

SECURITY = """
fix: prevent XSS in the search page
fix(auth): reject forged tokens (CVE-2024-31000)
fix(security): escape the names of files
security: limit the length of headers
[security] Bump lodash to 4.17.21
chore(deps): bump lodash to 4.17.21 (CVE-2021-23337)
build(deps): bump requests to fix GHSA-j8r2-6x86-q33q
SHOP-123: Fix SQL injection in the order filter
SHOP-123 Close a CSRF hole in the checkout form
[SPARK-99][UI] Fix cross-site scripting in the log page
Bug 1234567 - Fix a heap buffer overflow in the decoder r=ann
Fix privilege escalation through setuid helpers
Fix XSS in comments
Fix XSS in comments and add tests
net: usb: fix buffer overflow on malformed descriptors
Fix denial of service with deeply nested documents
Avoid ReDoS in the e-mail pattern
Fix a DoS in the header parser
Prevent remote code execution through pickles
Fix path traversal when archives are unpacked
Fix open redirect after login (#4411)
Patch several security issues
Security fixes
Security release 2.3.1
Fix authentication bypass of the admin page
Fix information disclosure in stack traces
Mitigate timing attacks on the comparison of tokens
Add CSRF protection to the forms
Remove hard-coded credentials
Check for malicious archives
Fix vulnerability in image parsing
Prevent exploits of the template engine
Use parameterised queries, SQL injection was possible
merge: close RCE in the plug-in loader
"""

FAILURE = """
Fix crash when the queue is empty
fix: crash on start with an empty configuration
fix(db)!: do not lose data when the disk is full
Crash on start with an empty configuration
Server crashes when the disk is full
SHOP-45: Prevent data loss on failover
SHOP-45; Avoid message loss while rebalancing (#99)
Bug 98765: crash after unplugging the display
Bug 1234 - Handle a missing frame, regression of the last release r=ann,bob
BUG: Segfault in histogram of empty arrays
mm/slab: fix use-after-free in freelist
drm/panel: Fix backlight regression after suspend
ext4: fix corruption when the journal wraps
nfsd: fix NULL pointer dereference on unmount
fix kernel panic on resume
Do not panic on an empty slice
runtime: fix panic when the map is nil
Avoid NPE when the header is absent
GH-4411: Fix double free of contexts
Resolve regression in startup time
Fix loss of unsaved work after a restart
Prevent segfault in tokenizer
Backed out changeset 0123456789ab (bug 1234) for crashes
Fix crash and add a regression test
perf: fix regression of the join
api: no longer crashes on a missing header
Repair corrupted indexes on start
"""

REVERT = """
Revert "Add gift cards"
Revert "Fix crash in the parser"
revert: feat: gift cards
SHOP-12: Revert the cache
Back out the cache
"""

FIX = """
Fix rounding of totals
fix(cart): keep the cart when the session ends
Fixed #331
bugfix: wrong currency for refunds
SHOP-123: Fix race in checkout
Bug 1234 - Fix layout when resizing r=ann
x86: fix a faulty register save
Add a guard, fixes the wrong tax
Fix the crash report dialog
Fix linear regression with weights
"""

FEATURE = """
feat: add gift cards
feat(cart)!: gift cards
ENH: weighted quantiles
Add gift cards
Adds support for gift cards
SHOP-45: Implement gift cards
[SHOP-45] Introduce gift cards (#12)
net: usb: add driver for adapters
Support fixed width columns
Allow coupons to be combined
Initial support for tablets
Add linear regression
Implement logistic regression with penalties
Add ridge regression loss
Add a crash report dialog
Add crash report template
Add vulnerability scanning of containers
Add feature flag for gift cards
Add constructor injection to the container
"""

OTHER = """
Rename Cart to Basket
docs: document the security model
docs: describe the XSS protection
docs(readme): security docs
Update SECURITY.md
Update security policy
Add security docs
Update the crash report template
Crash report template
Rename the vulnerability dashboard
Tune the regression model
Plot the regression coefficients
Refactor linear regression
feature flag removal
Remove feature flag for checkout
test: cover the crash of the parser
test(auth): cover CVE-2024-31000
tests: XSS in comments
Add regression test for the overflow
Add tests for the crash in the parser
Add a test
Add docs
Add missing import
Regression test for #825
Document how attackers could use it
Merge branch 'security-fix'
Merge pull request #44 from ann/crash
chore: add a script
ci: add a matrix
refactor: add a layer
Exploit sparsity in the solver
Exploit the fact that totals are sorted
Speed up directory traversal
Press the panic button
Use the data loss function of the paper
Refactor dependency injection
Simplify the --insecure option
Run the security scan nightly
Bump version to 2.0
Initial commit
Refactor the attack animation
"""

TABLE = {
    "security": SECURITY,
    "failure": FAILURE,
    "revert": REVERT,
    "fix": FIX,
    "feature": FEATURE,
    "other": OTHER,
}
SUBJECTS = [
    (subject, PRIORITIES[name])
    for name, subjects in TABLE.items()
    for subject in subjects.strip().split("\n")
]

BODIES = [  # subject, body, priority
    ("Fix the length of names", "An attacker could write past the buffer.", "security"),
    ("Fix the length of names", "Fixes: SHOP-12\n\nSee CVE-2024-31000.", "security"),
    ("Count encoded bytes", "Advisory: GHSA-j8r2-6x86-q33q", "security"),
    ("mm: fix the order of locks", "This leads to a kernel panic under load.", "failure"),
    ("Revert the cache", "It crashes on start.", "failure"),
    ("Revert the cache", "This reverts commit 0a1b2c3d4e5f.", "revert"),
    ("net: fix lengths", 'Fixes: 0a1b2c3d4e5f ("net: crash early")', "fix"),
    ("Fix lengths", "> it crashes, somebody wrote", "fix"),
    ("Fix lengths", "This is not a security issue. No regressions seen.", "fix"),
    ("Rename the cart", "It crashed when it was called a basket.", "other"),
    ("docs: list the advisories", "CVE-2024-31000 among them.", "other"),
    ("Add gift cards", "The old ones were vulnerable.", "feature"),
]


def priority_of(subject: str, body: str = "") -> float:
    return _priorities([subject], [body]).item()


def _priorities(subjects: list[str], bodies: list[str]) -> pl.Series:
    messages = {"subject": subjects, "body": bodies}
    frame = pl.DataFrame(messages, dict.fromkeys(messages, pl.String)).with_columns(
        is_merge=pl.lit(value=False)
    )
    return pl.concat([frame, describe_messages(frame)], how="horizontal").select(priority())[
        "priority"
    ]


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS)
def test_the_most_urgent_word_of_a_subject_counts(subject: str, expected: float) -> None:
    assert priority_of(subject) == pytest.approx(expected)


@pytest.mark.parametrize(("subject", "body", "expected"), BODIES)
def test_the_body_of_a_fix_or_revert_says_what_was_wrong(
    subject: str, body: str, expected: str
) -> None:
    assert priority_of(subject, body) == pytest.approx(PRIORITIES[expected])


def test_every_commit_gets_a_number_of_the_catalogues_type() -> None:
    answer = _priorities(["", "Fix cart (#1)"], ["", ""])
    assert answer.to_list() == pytest.approx([0.1, 0.5])
    assert answer.dtype == _priorities([], []).dtype == pl.Float32


def test_twenty_thousand_messages_take_less_than_half_a_second() -> None:
    body = "Words of a body, at some length, as people write them.\n\nReviewed-by: Ann <a@x.org>\n"
    subjects = [subject for subject, _ in SUBJECTS] * 200
    frame = pl.DataFrame({"subject": subjects[:20_000]}).with_columns(
        body=pl.lit(body * 3), is_merge=pl.lit(value=False)
    )
    commits = pl.concat([frame, describe_messages(frame)], how="horizontal")
    assert commits.height == 20_000
    assert min(_seconds(commits) for _ in range(3)) < 0.5


def _seconds(commits: pl.DataFrame) -> float:
    started = time.perf_counter()
    commits.select(priority())
    return time.perf_counter() - started
