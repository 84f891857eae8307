"""The sample repository is deterministic, plausible and free of syntax errors."""

import io
import posixpath
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_python
from tree_sitter import Language, Parser

from hyperion_pipelines.sample import SampleRepository, write_sample_repository
from hyperion_pipelines.sample.sources import Sources
from hyperion_pipelines.sample.story import tell

Git = Callable[..., str]

HEAD = "800976372f920b33c9e33bdd8846b65e39c668c2"
PARSERS = {
    ".py": Parser(Language(tree_sitter_python.language())),
    ".js": Parser(Language(tree_sitter_javascript.language())),
    ".java": Parser(Language(tree_sitter_java.language())),
}


def source_blobs(git: Git) -> Iterator[tuple[str, bytes]]:
    """Yield suffix and content of every distinct version of every source file."""
    listed = git("rev-list", "--objects", "--all").splitlines()
    paths = dict(line.split(" ", 1) for line in listed if Path(line).suffix in PARSERS)
    for oid, content in zip(paths, contents(git, list(paths)), strict=True):
        yield Path(paths[oid]).suffix, content


def contents(git: Git, oids: list[str]) -> Iterator[bytes]:
    stream = io.BytesIO(git("cat-file", "--batch", text="\n".join(oids)).encode())
    while header := stream.readline():
        yield stream.read(int(header.split()[2]))
        stream.readline()


def test_the_same_ids_come_out_every_time(
    sample: SampleRepository, git: Git, tmp_path: Path
) -> None:
    again = write_sample_repository(tmp_path)
    assert again.ground_truth.read_bytes() == sample.ground_truth.read_bytes()
    assert git("rev-parse", "HEAD").strip() == HEAD
    assert git(f"--git-dir={again.git_dir}", "show-ref") == git("show-ref")


def test_the_repository_is_sound(git: Git) -> None:
    assert git("fsck", "--strict") == ""


def test_a_folder_that_holds_a_sample_is_refused(sample: SampleRepository) -> None:
    with pytest.raises(FileExistsError):
        write_sample_repository(sample.git_dir.parent)


def test_about_six_hundred_commits_over_two_years(git: Git) -> None:
    times = [
        datetime.fromisoformat(line) for line in git("log", "--all", "--format=%cI").splitlines()
    ]
    assert 580 <= len(times) <= 640
    assert 700 <= (max(times) - min(times)).days <= 720
    assert times == sorted(times, reverse=True)


def test_eight_people_of_many_zones_one_of_them_twice_and_one_a_bot(git: Git) -> None:
    lines = git("log", "--all", "--format=%an <%ae>").splitlines()
    authors = Counter(lines)
    assert len(authors) == 9
    assert min(authors.values()) >= 20
    assert sum("[bot]" in author for author in authors) == 1
    assert len({author.split(" <")[0].replace("é", "e") for author in authors}) == 8
    zones = set(git("log", "--all", "--format=%ad", "--date=format:%z").split())
    assert len(zones) >= 6


def test_people_come_and_go(git: Git) -> None:
    tom = git("log", "--author=Tom", "--format=%aI").split()
    grace = git("log", "--author=Grace", "--format=%aI").split()
    assert tom[0] < "2024-01-15"
    assert grace[-1] > "2024-06-01"


def test_branches_are_merged_and_some_are_left(git: Git) -> None:
    merges = git("log", "--merges", "--format=%P").splitlines()
    assert len(merges) >= 50
    both_sides = [
        parents for parents in merges if git("merge-base", *parents.split()).strip() not in parents
    ]
    assert len(both_sides) >= 10
    assert len(git("branch", "--no-merged", "main").split()) >= 2


def test_every_commit_but_merges_changes_something(git: Git) -> None:
    log = git("log", "--all", "--no-merges", "--shortstat", "--format=%x00%h")
    assert [entry for entry in log.split("\0")[1:] if "changed" not in entry] == []


def test_messages_refer_to_issues_people_and_reverted_commits(git: Git) -> None:
    log = git("log", "--all", "--format=%B%x00")
    assert len(re.findall(r"\(#\d+\)|Fixes #\d+", log)) >= 20
    assert len(re.findall(r"\(SHOP-\d+\)", log)) >= 20
    assert len(re.findall(r"^Reviewed-by: ", log, re.MULTILINE)) >= 30
    assert len(re.findall(r"^Co-authored-by: ", log, re.MULTILINE)) >= 10
    assert len(re.findall(r"This reverts commit [0-9a-f]{40}\.", log)) >= 5


def test_every_version_of_every_source_file_parses(git: Git) -> None:
    versions = list(source_blobs(git))
    broken = [
        content.decode()
        for suffix, content in versions
        if PARSERS[suffix].parse(content).root_node.has_error
    ]
    assert {suffix for suffix, _ in versions} == set(PARSERS)
    assert broken == []


def test_the_story_takes_every_step_of_the_sources_once() -> None:
    """A step that no source knows would be an empty commit; one never taken, dead text."""
    sources = Sources.load()
    steps = Counter(
        event.step for event in tell(sources.series, random.Random(1)) if event.action == "step"
    )
    assert set(steps) == set(sources.by_step())
    assert set(steps.values()) == {1}


def test_imports_resolve_within_every_release(git: Git) -> None:
    for revision in [*git("tag", "--list").split(), "main"]:
        paths = set(git("ls-tree", "-r", "--name-only", revision).splitlines())
        imported = list(imported_paths(git, revision))
        assert len(imported) >= 10
        assert [target for target in imported if target not in paths] == []


def imported_paths(git: Git, revision: str) -> Iterator[str]:
    """Yield the path that every import of the project's own code stands for."""
    pattern = r"^from shop|^import com\.sampleshop|^import .* from \"\."
    for line in git("grep", "-E", pattern, revision).splitlines():
        _, path, text = line.split(":", 2)
        match Path(path).suffix:
            case ".py":
                yield text.split()[1].replace(".", "/") + ".py"
            case ".java":
                module = text.split()[1].rstrip(";").replace(".", "/")
                yield f"backend/src/main/java/{module}.java"
            case _:
                target = text.split('"')[1]
                yield posixpath.normpath(f"{posixpath.dirname(path)}/{target}")
