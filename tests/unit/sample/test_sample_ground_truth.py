"""What the sample says about itself is what git says about it."""

import re
from collections.abc import Callable
from typing import Any

Git = Callable[..., str]
DELETED = re.compile(r"^@@ -(\d+)(?:,(\d+))? ", re.MULTILINE)


def origins_of_deleted_lines(git: Git, fix: str, path: str) -> set[str]:
    """Return the commits that `git blame -w` names for the lines *fix* deletes from *path*."""
    diff = git("diff", "-U0", "-w", f"{fix}~", fix, "--", path)
    ranges = [(start, count or "1") for start, count in DELETED.findall(diff)]
    regions = [f"-L{start},+{count}" for start, count in ranges if count != "0"]
    if not regions:
        return set()
    blame = git("blame", "-w", "--porcelain", *regions, f"{fix}~", "--", path)
    return set(re.findall(r"^([0-9a-f]{40}) ", blame, re.MULTILINE))


def test_line_origin_finds_the_planting_commits_and_only_those_it_is_said_to_find(
    git: Git, truth: dict[str, Any]
) -> None:
    found = {
        bug["id"]: bug["induced_by"]
        in origins_of_deleted_lines(git, bug["fixed_by"], bug["fixed_path"])
        for bug in truth["bugs"]
    }
    assert found == {bug["id"]: bug["found_by_line_origin"] for bug in truth["bugs"]}
    assert sum(found.values()) >= 25
    assert 3 <= list(found.values()).count(False) <= 6


def test_bugs_are_planted_in_their_file_before_they_are_mended(
    git: Git, truth: dict[str, Any]
) -> None:
    for bug in truth["bugs"]:
        planted = git("show", "--format=", "--name-only", bug["induced_by"]).split()
        mended = git("show", "--format=", "--name-only", bug["fixed_by"]).split()
        assert bug["path"] in planted
        assert bug["fixed_path"] in mended
        git("merge-base", "--is-ancestor", bug["induced_by"], bug["fixed_by"])


def test_some_bugs_live_through_a_rename_and_through_other_changes(
    git: Git, truth: dict[str, Any]
) -> None:
    assert sum(bug["path"] != bug["fixed_path"] for bug in truth["bugs"]) >= 3
    between = [
        git(
            "rev-list",
            "--no-merges",
            f"{bug['induced_by']}..{bug['fixed_by']}~",
            "--",
            bug["fixed_path"],
        ).split()
        for bug in truth["bugs"]
    ]
    assert sum(len(commits) >= 2 for commits in between) >= 10


def test_bugs_live_for_days_to_months(git: Git, truth: dict[str, Any]) -> None:
    days = [
        (
            int(git("show", "--no-patch", "--format=%ct", bug["fixed_by"]))
            - int(git("show", "--no-patch", "--format=%ct", bug["induced_by"]))
        )
        / 86_400
        for bug in truth["bugs"]
    ]
    assert min(days) < 30
    assert max(days) > 300
    assert 60 <= sorted(days)[len(days) // 2] <= 180


def test_people_are_the_authors_git_knows(git: Git, truth: dict[str, Any]) -> None:
    emails = {email for person in truth["people"] for email in person["emails"]}
    assert emails == set(git("log", "--all", "--format=%ae").split())
    assert [person["name"] for person in truth["people"] if person["is_bot"]] == ["dependabot[bot]"]
    assert sum(len(person["emails"]) == 2 for person in truth["people"]) == 1


def test_renames_are_those_git_sees(git: Git, truth: dict[str, Any]) -> None:
    log = git("log", "--no-merges", "-M", "--diff-filter=R", "--name-status", "--format=%H")
    seen: set[tuple[str, str, str]] = set()
    sha = ""
    for line in filter(None, log.splitlines()):
        if line.startswith("R"):
            _, old, new = line.split("\t")
            seen.add((sha, old, new))
        else:
            sha = line
    told = {(rename["sha"], rename["from"], rename["to"]) for rename in truth["renames"]}
    assert seen == told
    assert len(told) >= 10


def test_reverts_and_releases_are_those_of_the_messages_and_tags(
    git: Git, truth: dict[str, Any]
) -> None:
    for revert in truth["reverts"]:
        body = git("show", "--no-patch", "--format=%B", revert["sha"])
        assert f"This reverts commit {revert['reverted']}." in body
        subject = git("show", "--no-patch", "--format=%s", revert["reverted"]).strip()
        assert body.startswith(f'Revert "{subject}"\n')
    tags = {tag: git("rev-parse", tag).strip() for tag in git("tag", "--list").split()}
    assert tags == {release["tag"]: release["sha"] for release in truth["releases"]}
    assert len(tags) == 12


def test_merges_are_the_commits_with_two_parents(git: Git, truth: dict[str, Any]) -> None:
    merges = git("log", "--all", "--merges", "--format=%H").split()
    assert sorted(truth["merges"]) == sorted(merges)
