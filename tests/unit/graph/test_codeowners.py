"""CODEOWNERS as GitHub and GitLab document it: which pattern matches which file, and who wins."""

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern

from hyperion_pipelines.graph.teams.codeowners import find_codeowners, named_teams, owned_paths

PATHS = (
    "README.md",
    "apps/web/app.js",
    "apps/web/deep/page.js",
    "build/logs/a.log",
    "docs/intro.md",
    "docs/guide/first.md",
    "logs/b.log",
    "src/docs/api.md",
    "src/main.py",
    "web ui/#1.txt",
)
ALL = set(PATHS)
DOCUMENTS = {"docs/intro.md", "docs/guide/first.md"}


def owned(codeowners: str) -> dict[str, set[str]]:
    """The owners of each of PATHS that has any."""
    rows = owned_paths(codeowners, pl.Series("path", PATHS))
    return {path: set(owners) for path, owners in rows.group_by("path").agg("owner").rows()}


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*", ALL),
        ("**", ALL),
        ("*.js", {"apps/web/app.js", "apps/web/deep/page.js"}),
        ("/*", {"README.md"}),
        ("/*.md", {"README.md"}),
        ("README.md", {"README.md"}),
        ("/docs/", DOCUMENTS),
        ("/docs", DOCUMENTS),
        ("docs/", {*DOCUMENTS, "src/docs/api.md"}),
        ("docs", {*DOCUMENTS, "src/docs/api.md"}),
        ("docs/*", {"docs/intro.md"}),
        ("docs/**", DOCUMENTS),
        ("docs/**/first.md", {"docs/guide/first.md"}),
        ("docs/**/intro.md", {"docs/intro.md"}),
        ("**/logs", {"build/logs/a.log", "logs/b.log"}),
        ("/build/logs/", {"build/logs/a.log"}),
        ("web/app.js", set[str]()),
        ("apps/*/app.js", {"apps/web/app.js"}),
        ("apps/*/page.js", set[str]()),
        ("/src/main.p?", {"src/main.py"}),
        ("web\\ ui/", {"web ui/#1.txt"}),
        ("web\\ ui/#1.txt", {"web ui/#1.txt"}),
        ("readme.md", set[str]()),
        ("[R]EADME.md", set[str]()),
        ("/", set[str]()),
    ],
)
def test_patterns_match_as_github_documents(pattern: str, matched: set[str]) -> None:
    assert set(owned(f"{pattern} @bo")) == matched


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*", ALL),
        ("README.md", {"README.md"}),
        ("/docs/", DOCUMENTS),
        ("/docs", set[str]()),
        ("docs/", {*DOCUMENTS, "src/docs/api.md"}),
        ("docs/*.md", {"docs/intro.md", "src/docs/api.md"}),
        ("/docs/*.md", {"docs/intro.md"}),
        ("/docs/**/*.md", DOCUMENTS),
        ("web/app.js", {"apps/web/app.js"}),
        ("\\#1.txt", {"web ui/#1.txt"}),
    ],
)
def test_patterns_match_as_gitlab_documents(pattern: str, matched: set[str]) -> None:
    assert set(owned(f"[All]\n{pattern} @bo")) == matched


_PARTS = st.sampled_from(["a", "b", "a*", "*b", "?", "**", "c.d"])
_NAMES = st.sampled_from(["a", "b", "ab", "bb", "c.d", "cxd"])


@given(
    parts=st.lists(_PARTS, min_size=1, max_size=4),
    before=st.sampled_from(["", "/"]),
    after=st.sampled_from(["", "/"]),
    names=st.lists(_NAMES, min_size=1, max_size=5),
)
def test_patterns_that_mean_the_same_to_git_match_what_gitignore_matches(
    parts: list[str], before: str, after: str, names: list[str]
) -> None:
    """They differ where a pattern ends in `/*` and where it has brackets; neither is drawn.

    Of `a/**/` the library says what `a/**` matches, against git.
    """
    assume(not (after and parts[-1] == "**"))
    pattern, path = before + "/".join(parts) + after, "/".join(names)
    is_ignored = GitIgnoreBasicPattern(pattern).match_file(path) is not None
    found = owned_paths(f"{pattern} @bo", pl.Series("path", [path]))
    assert (not found.is_empty()) == is_ignored


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("**/", {"a/f", "a/a/f", "b/f"}),
        ("a/**/", {"a/a/f"}),
        ("**/a/**/", {"a/a/f"}),
        ("**/**/", {"a/f", "a/a/f", "b/f"}),
    ],
)
def test_two_stars_and_a_slash_mean_some_folder_as_to_git(pattern: str, matched: set[str]) -> None:
    """What `git check-ignore` says of these paths."""
    paths = pl.Series("path", ["f", "a/f", "a/a/f", "b/f"])
    assert set(owned_paths(f"{pattern} @bo", paths)["path"]) == matched


def test_the_last_matching_line_names_the_owners() -> None:
    text = "* @shop/all\n*.js @bo @shop/web\n/apps/web/deep/ cleo@shop.org\n"
    owners = owned(text)
    assert owners["README.md"] == {"@shop/all"}
    assert owners["apps/web/app.js"] == {"@bo", "@shop/web"}
    assert owners["apps/web/deep/page.js"] == {"cleo@shop.org"}


def test_a_line_without_owners_takes_files_from_the_lines_before() -> None:
    owners = owned("/docs/ @bo\n/docs/guide # nobody's\n")
    assert set(owners) == {"docs/intro.md"}


@pytest.mark.parametrize("line", ["!*.md @bo", "\\#1.txt @bo", "*.md bo", "*.md @bo @/web"])
def test_github_ignores_a_line_that_it_does_not_understand(line: str) -> None:
    assert owned(f"* @all\n{line}\n") == {path: {"@all"} for path in PATHS}


def test_comments_and_blank_lines_own_nothing() -> None:
    owners = owned("# *.md @bo\n\n  \n/README.md   @alma\t@bo # @cleo\n")
    assert owners == {"README.md": {"@alma", "@bo"}}


def test_each_section_of_gitlab_names_owners_by_its_own_last_line() -> None:
    text = "* @all\n\n[Web][2]\n*.js @bo\n/apps/ @cleo\n\n^[Documents]\ndocs/ @dora\n"
    owners = owned(text)
    assert owners["apps/web/app.js"] == {"@all", "@cleo"}
    assert owners["docs/intro.md"] == {"@all", "@dora"}
    assert owners["src/main.py"] == {"@all"}


def test_the_owners_of_a_section_own_what_its_lines_leave_open() -> None:
    text = "[Web] @shop/web bo@shop.org\n*.js\n/apps/web/deep/ @cleo\n"
    assert owned(text) == {
        "apps/web/app.js": {"@shop/web", "bo@shop.org"},
        "apps/web/deep/page.js": {"@cleo"},
    }


def test_sections_of_one_name_are_one_in_which_the_last_line_wins() -> None:
    owners = owned("[Web]\n*.js @bo\n[Other]\n*.md @cleo\n[WEB]\n/apps/web/deep/ @dora\n")
    assert owners["apps/web/app.js"] == {"@bo"}
    assert owners["apps/web/deep/page.js"] == {"@dora"}


def test_what_a_section_excludes_no_later_line_of_it_takes_back() -> None:
    owners = owned("[Web]\n*.js @bo\n!deep/\n/apps/web/deep/page.js @cleo\n[More]\n*.js @dora\n")
    assert owners["apps/web/app.js"] == {"@bo", "@dora"}
    assert owners["apps/web/deep/page.js"] == {"@dora"}


def test_gitlab_ignores_an_owner_that_is_none() -> None:
    assert owned("[Web]\nREADME.md @@developer @bo\n") == {"README.md": {"@bo"}}


def test_teams_are_those_with_a_slash_and_one_however_they_are_cased() -> None:
    text = "[Web] @Shop/Web\n*.js @bo\nnowhere/ @shop/web @shop/a/b\n*.md bo/x@shop.org\n"
    assert named_teams(text) == {
        "@Shop/Web": "Shop/Web",
        "@shop/web": "Shop/Web",
        "@shop/a/b": "shop/a/b",
    }


def test_an_empty_text_names_nobody() -> None:
    assert owned("") == {}
    assert named_teams("# nobody yet\n") == {}


def test_the_file_is_looked_for_where_github_and_gitlab_do_in_their_order() -> None:
    texts = {"docs/CODEOWNERS": "docs", ".gitlab/CODEOWNERS": "gitlab", "src/CODEOWNERS": "src"}
    assert find_codeowners(texts.get) == "docs"
    assert find_codeowners({**texts, "CODEOWNERS": ""}.get) == ""
    assert find_codeowners({"src/CODEOWNERS": "src"}.get) is None
