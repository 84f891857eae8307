"""Which signatures are one person, which persons are bots, and how the answer says so."""

import time
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.git.identities import (
    IdentityOverrides,
    merge_identities,
    read_overrides,
)
from hyperion_pipelines.schemas import IDENTITIES

Pair = tuple[str, str]


def signatures(*pairs: Pair, commits: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        [(name, email, commits) for name, email in pairs],
        schema={"name": pl.String, "email": pl.String, "commits": pl.UInt32},
        orient="row",
    )


def persons(frame: pl.DataFrame) -> dict[Pair, str]:
    return {
        (name, email): person
        for name, email, person in frame.select("name", "email", "person_id").iter_rows()
    }


def are_one(*pairs: Pair, mailmap: str = "", overrides: IdentityOverrides | None = None) -> bool:
    merged = merge_identities(
        signatures(*pairs), mailmap=mailmap, overrides=overrides or IdentityOverrides()
    )
    return merged["person_id"].n_unique() == 1


ONE_PERSON: dict[str, list[Pair]] = {
    "e-mail in another case": [("jd", "jane@x.org"), ("Jane Doe", "Jane@X.org")],
    "GitHub's numbered noreply address": [
        ("jane", "12+janed@users.noreply.github.com"),
        ("JD", "janed@users.noreply.github.com"),
    ],
    "GitLab's numbered noreply address": [
        ("jane", "12-janed@users.noreply.gitlab.com"),
        ("JD", "janed@users.noreply.gitlab.com"),
    ],
    "plus-addressing": [("jd", "jane+git@x.org"), ("Jane", "jane@x.org")],
    "the same full name": [("Jane Doe", "jane@home.net"), ("Jane Doe", "jd@work.com")],
    "accents and case": [("Döe, Jané", "a@x.org"), ("jane doe", "b@y.org")],
    "letters that do not decompose": [("Łukasz Øster", "a@x.org"), ("Lukasz Oster", "b@y.org")],
    "a title": [("Dr. Jane Doe", "a@x.org"), ("Jane Doe, PhD", "b@y.org")],
    "an aside": [("Jane Doe (Acme)", "a@x.org"), ("Jane Doe [Acme]", "b@y.org")],
    "a middle initial": [("Jane M. Doe", "a@x.org"), ("Jane Doe", "b@y.org")],
    "a full name at a machine": [("Jane Doe", "jane@laptop.local"), ("Jane Doe", "jd@x.org")],
    "a name in another script": [("渡邉 美希", "a@x.org"), ("渡邉 美希", "b@y.org")],
    "a nickname with the same local part": [("janed", "janed@a.org"), ("janed", "janed@b.org")],
    "one thing after another": [
        ("Jane Doe", "jane@a.org"),
        ("Jane Doe", "jane@b.org"),
        ("jd", "jane@b.org"),
    ],
}


@pytest.mark.parametrize("pairs", ONE_PERSON.values(), ids=ONE_PERSON.keys())
def test_one_person(pairs: list[Pair]) -> None:
    assert are_one(*pairs)


NOBODY = ["", "none@none", "root@localhost", "(none)", "jane@pc.(none)", "noreply@github.com"]
TWO_PERSONS: dict[str, list[Pair]] = {
    **{f"the e-mail {email!r}": [("Ann", email), ("Bob", email)] for email in NOBODY},
    **{
        f"the name {name!r}": [(name, "ann@a.org"), (name, "bob@b.org")]
        for name in ["root", "admin", "unknown", "user", "Your Name", "", "jane", "."]
    },
    "different middle initials": [("John A. Smith", "a@x.org"), ("John B. Smith", "b@y.org")],
    "a nickname with a short local part": [("jd", "jd@a.org"), ("jd", "jd@b.org")],
    "a bot with a person's e-mail": [("release-bot", "jane@x.org"), ("Jane", "jane@x.org")],
}


@pytest.mark.parametrize("pairs", TWO_PERSONS.values(), ids=TWO_PERSONS.keys())
def test_two_persons(pairs: list[Pair]) -> None:
    assert not are_one(*pairs)


COLLEAGUES: list[Pair] = [(f"Colleague {n}", f"c{n}@acme.com") for n in "xyz"]


def test_an_organisation_that_gives_a_name_two_mailboxes_knows_two_people() -> None:
    """Then only equal local parts join what the name would have joined."""
    pairs: list[Pair] = [
        ("Tong Li", "tong1@acme.com"),
        ("Tong Li", "tong2@acme.com"),
        ("Tong Li", "tong2@home.net"),
    ]
    person = persons(merge_identities(signatures(*pairs, *COLLEAGUES)))
    first, second, home = (person[pair] for pair in pairs)
    assert first != second == home


def test_mailboxes_at_two_organisations_are_one_person_who_moved() -> None:
    others: list[Pair] = [(f"Other {n}", f"o{n}@initech.com") for n in "xyz"]
    pairs: list[Pair] = [("Jane Doe", "jane@acme.com"), ("Jane Doe", "jdoe@initech.com")]
    person = persons(merge_identities(signatures(*pairs, *COLLEAGUES, *others)))
    assert person[pairs[0]] == person[pairs[1]]


def test_the_mailmap_goes_before_the_other_rules() -> None:
    """It tells apart who shares an e-mail, joins what nothing else does, and names the person."""
    mailmap = """
Ann Lee <ann@x.org> ann <team@x.org>
Bob Ray <bob@x.org> bob <team@x.org>
Ann Lee <ann@x.org> <al@old.net>
"""
    merged = merge_identities(
        signatures(("ann", "team@x.org"), ("bob", "team@x.org"), ("al", "al@old.net")),
        mailmap=mailmap,
    )
    assert merged.select("name", "person_id", "person_name", "reason", "confidence").rows() == [
        ("al", "ann@x.org", "Ann Lee", "mailmap", 1.0),
        ("ann", "ann@x.org", "Ann Lee", "mailmap", 1.0),
        ("bob", "bob@x.org", "Bob Ray", "mailmap", 1.0),
    ]


def test_each_row_says_its_reason_and_how_sure_it_is() -> None:
    frame = pl.concat(
        [
            signatures(("Jane Doe", "jane@x.org"), commits=9),
            signatures(("jd", "jane@x.org"), ("Jane Doe", "jane@home.net"), ("Ann Lee", "a@a.org")),
        ]
    )
    merged = merge_identities(frame)
    assert merged.select("name", "email", "person_id", "reason", "confidence").rows() == [
        ("Ann Lee", "a@a.org", "a@a.org", "alone", 1.0),
        (
            "Jane Doe",
            "jane@home.net",
            "jane@x.org",
            "same name, compatible e-mails: no two mailboxes at one organisation",
            0.9,
        ),
        ("Jane Doe", "jane@x.org", "jane@x.org", "same e-mail", 0.99),
        ("jd", "jane@x.org", "jane@x.org", "same e-mail", 0.99),
    ]


def test_who_is_joined_through_another_row_has_that_rows_reason() -> None:
    """A nickname at an e-mail, whose other bearer's full name joins both to the chief."""
    merged = merge_identities(
        pl.concat(
            [
                signatures(("Jane Doe", "jane@x.org"), commits=9),
                signatures(("jd", "jane@home.net"), ("Jane Doe", "jane@home.net")),
            ]
        )
    )
    reasons = dict(merged.select(pl.format("{} {}", "name", "email"), "reason").iter_rows())
    assert reasons["jd jane@home.net"] == (
        "same name, compatible e-mails: no two mailboxes at one organisation"
    )


def test_a_name_of_common_words_joins_with_less_confidence() -> None:
    rare = signatures(("Zed Quux", "a@x.org"), ("Zed Quux", "b@y.org"))
    crowd = [(f"{first} {last}", f"{first}{last}@z.org") for first in "AB" for last in "CD"]
    names: list[Pair] = [
        (f"{first} {last}", f"{first}.{last}@{host}.org")
        for first in ("Wei", "Li", "Min")
        for last in ("Wang", "Chen", "Zhang")
        for host in ("x", "y")
    ]
    merged = merge_identities(pl.concat([rare, signatures(*crowd, *names)]))
    confidence = dict(merged.select("name", "confidence").iter_rows())
    assert confidence["Zed Quux"] == 0.9
    assert confidence["Wei Wang"] == 0.7


def test_the_person_is_called_by_a_real_mailbox_and_a_full_name() -> None:
    merged = merge_identities(
        pl.concat(
            [
                signatures(("jd", "5+jd@users.noreply.github.com"), commits=50),
                signatures(("Jane Doe", "jd@users.noreply.github.com"), ("Jane Doe", "Jane@X.org")),
            ]
        )
    )
    assert set(merged.select("person_id", "person_name", "person_email").rows()) == {
        ("jane@x.org", "Jane Doe", "Jane@X.org")
    }


def test_ids_are_slugs_where_the_email_leads_to_nobody_and_never_shared() -> None:
    pairs: list[Pair] = [
        ("Jane Doe", "none@none"),
        ("root", "root@localhost"),
        ("root", "root@(none)"),
        ("", ""),
    ]
    assert persons(merge_identities(signatures(*pairs))) == {
        ("Jane Doe", "none@none"): "jane-doe",
        ("root", "root@localhost"): "root <root@localhost>",
        ("root", "root@(none)"): "root <root@(none)>",
        ("", ""): "unknown",
    }


def test_a_bot_is_one_whatever_its_emails() -> None:
    assert are_one(("dependabot[bot]", "dependabot[bot]@x.org"), ("dependabot", "support@y.org"))


def test_overrides_merge_and_split_whatever_the_rules_say() -> None:
    overrides = IdentityOverrides(
        merge=(("ann@a.org", "Annie <A@B.org>"),),
        split=(("Jane Doe <jane@y.org>",),),
    )
    pairs: list[Pair] = [
        ("Ann", "ann@a.org"),
        ("Annie", "a@b.org"),
        ("Jane Doe", "jane@x.org"),
        ("Jane Doe", "jane@y.org"),
    ]
    merged = merge_identities(signatures(*pairs), overrides=overrides)
    assert merged.select("person_id", "reason", "confidence").rows() == [
        ("ann@a.org", "override", 1.0),
        ("ann@a.org", "override", 1.0),
        ("jane@x.org", "alone", 1.0),
        ("jane@y.org", "override", 1.0),
    ]


def test_those_split_from_an_email_get_ids_of_their_own() -> None:
    overrides = IdentityOverrides(split=(("Bob <team@x.org>",),))
    assert not are_one(("Ann", "team@x.org"), ("Bob", "team@x.org"), overrides=overrides)


def test_overrides_say_who_is_a_bot() -> None:
    overrides = IdentityOverrides(bots=("nightly@x.org",), not_bots=("Jan Bot <jan@x.org>",))
    merged = merge_identities(
        signatures(("Jan Bot", "jan@x.org"), ("Nightly", "nightly@x.org")), overrides=overrides
    )
    assert dict(merged.select("name", "is_bot").iter_rows()) == {"Jan Bot": False, "Nightly": True}


def test_a_file_of_overrides_is_read(tmp_path: Path) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(
        "merge:\n  - [a@x, b@y]\nsplit:\n  - ['Ann <a@z>']\nbots: [c@x]\nnot_bots: []\n"
    )
    assert read_overrides(file) == IdentityOverrides(
        merge=(("a@x", "b@y"),), split=(("Ann <a@z>",),), bots=("c@x",)
    )


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ("merged: []", "merged", "merge, split, bots, not_bots"),
        ("merge: [a@x, b@y]", "merge.0", "tuple"),
        ("bots: a@x", "bots", "tuple"),
        ("merge: [[a@x]]\nsplit: [[A@X]]", "in merge and in split", "keep one"),
        ("split: [[a@x], [a@x]]", "twice in split", "keep one"),
        ("bots: [a@x]\nnot_bots: [a@x]", "in bots and in not_bots", "keep one"),
        ("merge: [", "not YAML", "correct it"),
    ],
)
def test_wrong_overrides_are_refused_with_file_key_and_remedy(
    tmp_path: Path, text: str, key: str, remedy: str
) -> None:
    file = tmp_path / "people.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read_overrides(file)
    assert str(file) in str(caught.value)
    assert key in str(caught.value)
    assert remedy in str(caught.value)


def test_no_signatures_give_an_empty_table_of_the_schema() -> None:
    assert merge_identities(signatures()).schema == {
        name: dtype for name, dtype in IDENTITIES.items() if name != "repository"
    }


def test_twenty_thousand_signatures_take_about_a_second() -> None:
    many = signatures(
        *(
            (f"First{n % 4000} Last{n % 6000}", f"user{n % 15000}@host{n % 700}.org")
            for n in range(20000)
        )
    )
    merge_identities(many.head(10))
    started = time.perf_counter()
    merge_identities(many)
    assert time.perf_counter() - started < 2


NAMES = ["Jane Doe", "doe, jane", "Jane M. Doe", "Jane K. Doe", "jd", "root", "", "x-bot", "Li Wu"]
EMAILS = [
    *(f"{local}@{host}" for local in ("jane", "jdoe", "root") for host in ("acme.com", "home.net")),
    *("lee@acme.com", "3+jane@users.noreply.github.com", "none@none", "", "Jane+git@acme.com"),
]
Row = tuple[str, str, int]
recorded = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(EMAILS), st.integers(0, 9)), max_size=25
)
named = st.sampled_from(NAMES)
mailed = st.sampled_from([email for email in EMAILS if email])
mailmaps = st.lists(st.builds("{} <{}> {} <{}>".format, named, mailed, named, mailed), max_size=3)
property_test = settings(max_examples=40, deadline=None)


def merged(rows: list[Row], mailmap: list[str]) -> pl.DataFrame:
    schema = {"name": pl.String, "email": pl.String, "commits": pl.UInt32}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return merge_identities(frame, mailmap="\n".join(mailmap))


@property_test
@given(recorded, mailmaps, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    rows: list[Row], mailmap: list[str], random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert merged(rows, mailmap).equals(merged(shuffled, mailmap))


@property_test
@given(recorded, mailmaps)
def test_every_signature_is_one_person_and_no_commit_is_lost(
    rows: list[Row], mailmap: list[str]
) -> None:
    answer = merged(rows, mailmap)
    assert answer.select("name", "email").rows() == sorted(
        {(name, email) for name, email, _ in rows}
    )
    assert answer["commits"].sum() == sum(commits for _, _, commits in rows)
    assert answer.null_count().sum_horizontal().sum() == 0
    assert answer["confidence"].is_between(0.6, 1).all()


@property_test
@given(recorded, mailmaps)
def test_a_person_has_one_name_one_email_and_is_a_bot_or_not(
    rows: list[Row], mailmap: list[str]
) -> None:
    columns = ["person_id", "person_name", "person_email", "is_bot"]
    answer = merged(rows, mailmap).select(columns).unique()
    assert answer["person_id"].is_unique().all()


@property_test
@given(recorded, recorded, mailmaps)
def test_more_signatures_part_only_what_a_name_joined(
    rows: list[Row], more: list[Row], mailmap: list[str]
) -> None:
    before = merged(rows, mailmap).filter(pl.col("reason").is_in(["mailmap", "same e-mail"]))
    after = before.join(merged(rows + more, mailmap), on=["name", "email"], suffix="_after")
    persons_after = after.group_by("person_id").agg(pl.col("person_id_after").n_unique())
    assert (persons_after["person_id_after"] == 1).all()
