"""Nodes of people, and who wrote and reviewed which commit."""

import polars as pl

from hyperion_pipelines.git.identities import merge_identities
from hyperion_pipelines.graph.building.mentions import people_meant
from hyperion_pipelines.graph.building.people import authored, people_nodes, reviewed
from hyperion_pipelines.insights.shared.people import people
from tests.unit.insights.history_rows import before, commits_of

SIGNATURES = [  # of one commit each
    ("Alma Ekström", "alma@shop.org"),
    ("Alma Ekström", "alma@shop.org"),
    ("Alma Ekström", "alma@ekstrom.se"),
    ("Bo", "bo@shop.org"),
    ("Cleo Ng", "7+cleo@users.noreply.github.com"),
    ("Sam Li", "sam@north.org"),
    ("Sam Li", "sam.li@north.org"),
    ("Sam Li", "s@north.org"),
    ("renovate[bot]", "bot@renovateapp.com"),
]
IDENTITIES = merge_identities(
    pl.DataFrame(
        [(*signature, 1) for signature in SIGNATURES], ["name", "email", "commits"], orient="row"
    )
)
CLEO = "cleo@users.noreply.github.com"


def meant(*mentions: str) -> dict[str, str]:
    return dict(people_meant(pl.Series(mentions), IDENTITIES).rows())


def test_everybody_is_a_node_with_their_commits_on_head() -> None:
    commits = commits_of(
        {"sha": "1", "author_id": "alma@shop.org", "commit_time": before(400)},
        {"sha": "2", "author_id": "alma@shop.org", "commit_time": before(300), "is_merge": True},
        {"sha": "3", "author_id": "bo@shop.org", "commit_time": before(0)},
        {"sha": "4", "author_id": CLEO, "commit_time": before(1), "is_on_head": False},
    )
    nodes = people_nodes(IDENTITIES, people(commits, IDENTITIES))
    assert sorted(nodes["key"]) == sorted(IDENTITIES["person_id"].unique())
    columns = ("name", "commits", "first_commit", "last_commit", "is_active", "is_bot")
    rows = {key: row for key, *row in nodes.select("key", *columns).rows()}
    assert rows["alma@shop.org"] == ["Alma Ekström", 2, before(400), before(300), False, False]
    assert rows["bo@shop.org"] == ["Bo", 1, before(0), before(0), True, False]
    assert rows[CLEO] == ["Cleo Ng", 0, None, None, False, False]
    assert nodes.filter("is_bot")["name"].to_list() == ["renovate[bot]"]


def test_a_text_means_the_person_of_its_address_handle_name_or_identity() -> None:
    assert meant(
        "Somebody Else <ALMA+git@ekstrom.se>",
        "Cleo <cleo@users.noreply.github.com>",
        "@Cleo",
        "ekstrom, ALMA",
        "Alma Ekström <alma@new.se>",
        "bo@shop.org",
    ) == {
        "Somebody Else <ALMA+git@ekstrom.se>": "alma@shop.org",
        "Cleo <cleo@users.noreply.github.com>": CLEO,
        "@Cleo": CLEO,
        "ekstrom, ALMA": "alma@shop.org",
        "Alma Ekström <alma@new.se>": "alma@shop.org",
        "bo@shop.org": "bo@shop.org",
    }


def test_a_text_that_may_mean_several_people_or_one_of_one_word_means_nobody() -> None:
    """Two mailboxes at one organisation show that Sam Li are several people."""
    assert IDENTITIES.filter(pl.col("name") == "Sam Li")["person_id"].n_unique() == 3
    assert meant("Sam Li", "Bo", "@bo", "Zoë Nobody <zoe@shop.org>", "") == {}
    assert meant("Sam Li <s@north.org>") == {"Sam Li <s@north.org>": "s@north.org"}


def test_authors_and_co_authors_are_known_people_each_once() -> None:
    """Alma stands as co-author of her own commit, Bo twice, and Zoë is nobody of the history."""
    co_authors = [
        "Alma Ekström <alma@ekstrom.se>",
        "Bo <bo@shop.org>",
        "Bo B. <BO@shop.org>",
        "Zoë Nobody <zoe@nowhere.org>",
    ]
    commits = commits_of(
        {"sha": "1", "author_id": "alma@shop.org", "co_authors": co_authors},
        {"sha": "2", "author_id": CLEO, "is_on_head": False},
    )
    edges = authored(commits, IDENTITIES)
    assert edges.select("source", "target", "role").rows() == [
        ("alma@shop.org", "1", "author"),
        ("bo@shop.org", "1", "co-author"),
        (CLEO, "2", "author"),
    ]


def test_reviewers_are_those_that_the_message_names_and_the_history_knows() -> None:
    named = ["Cleo Ng", "Bo <bo@shop.org>", "nick", "bo@shop.org"]
    commits = commits_of({"sha": "1", "reviewers": named}, {"sha": "2"})
    assert reviewed(commits, IDENTITIES).rows() == [("bo@shop.org", "1"), (CLEO, "1")]


def test_a_history_without_commits_has_no_people() -> None:
    identities, commits = IDENTITIES.clear(), commits_of()
    assert people_nodes(identities, people(commits, identities)).is_empty()
    assert authored(commits, identities).is_empty()
    assert reviewed(commits, identities).is_empty()
