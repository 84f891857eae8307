"""Commits that move no origins: those that the repository lists in `.git-blame-ignore-revs`.

Such a commit (a mass reformatting, say) rewrites lines without being their author. Which old line a
new one stands for is git's own guess, so it is git that is asked: `git blame --ignore-rev`, once
for every file of such a commit. They are few.
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.git.log_stream import path_argument
from hyperion_pipelines.lines.versions import NOWHERE, Numbers

FILE = ".git-blame-ignore-revs"

_SHA = re.compile(r"^\s*([0-9a-f]{40})\s*(?:#.*)?$", re.MULTILINE)
_LINE = re.compile(rb"^([0-9a-f]{40}) (\d+) \d+", re.MULTILINE)


def read_shas(text: str) -> frozenset[str]:
    """The commits that the text of `.git-blame-ignore-revs` names: a full sha a line."""
    return frozenset(_SHA.findall(text))


@dataclass(frozen=True)
class IgnoredCommits:
    """The ignored commits of a repository, and what they made of which line."""

    git_dir: Path
    shas: frozenset[str]
    workers: int = 1

    def sources(
        self, sha: str, parents: Sequence[str], paths: Sequence[str]
    ) -> Mapping[str, Sequence[Numbers]]:
        """For each of *paths* and each parent, the place there of every line, or NOWHERE.

        It is empty for a commit that is not ignored. A line that *sha* has to keep has no place in
        any parent.
        """
        if sha not in self.shas:
            return {}

        def read(path: str) -> list[Numbers]:
            return self._read(sha, parents, path)

        with ThreadPoolExecutor(self.workers) as pool:
            return dict(zip(paths, pool.map(read, paths), strict=True))

    def _read(self, sha: str, parents: Sequence[str], path: str) -> list[Numbers]:
        options = ["-w", "--line-porcelain", "--ignore-rev", sha, f"{sha}^!"]
        command = ["blame", *options, "--", path_argument(path)]
        # A line of the file itself follows a tab, so none of them can pass for a header.
        blamed = _LINE.findall(run_git(command, git_dir=self.git_dir).output)
        commits = np.array([commit.decode("ascii") for commit, _ in blamed])
        lines = np.array([int(line) - 1 for _, line in blamed], np.int32)
        return [np.where(commits == parent, lines, np.int32(NOWHERE)) for parent in parents]
