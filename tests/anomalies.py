"""Plants commits that anyone would call odd into a copy of a repository, as its newest history.

Each is odd in one way and plain in the others: authors who are not meant to be new are the one who
commits most, at the hour and weekday of their newest commit. Commits are written by `fast-import`,
so that neither a work tree nor hooks are needed; whether they are found is the tests' business.
"""

import random
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.learning.models.anomaly import commit_signals
from hyperion_pipelines.sample.history_writer import Commit, Content, HistoryWriter, Person
from hyperion_pipelines.workspace import Workspace

NEWCOMER = Person("Nell Nightly", "nell@planted.example")
DOCUMENTER = Person("Doris Docs", "doris@planted.example")
RELEASE_BRANCH = "release/1.x"
DOCUMENTER_COMMITS = 20
BINARY_BYTES = 64 * 1024
SOURCES = frozenset({".c", ".go", ".java", ".js", ".py", ".rs", ".ts"})


@dataclass(frozen=True)
class Planted:
    """The shas of the planted commits."""

    night: str
    """5,000 lines at 04:10 by a newcomer, in the directory that is worked on most."""
    deletion: str
    """A third of all files deleted, at most 300."""
    binaries: str
    """Twelve binary files."""
    release: str
    """The code changed on a release branch, by an author of documentation alone."""


def plant_anomalies(git_dir: Path) -> Planted:
    """Add the planted commits to the bare repository *git_dir*: HEAD's branch and a release's.

    Before them go twenty commits to the documentation, all the earlier work of one author.
    """
    ground = _Ground.of(git_dir)
    with _Continuation(git_dir) as writer:
        writer.continue_from(ground.branch, ground.head)
        marks = _plant_on_head(writer, ground)
        writer.continue_from(RELEASE_BRANCH, ground.release_point)
        release = writer.add(
            Commit(
                message="Backport the new limits",
                files=ground.longer_sources(),
                author=DOCUMENTER,
                time=ground.day(DOCUMENTER_COMMITS + 1, hour=10),
                branch=RELEASE_BRANCH,
            )
        )
    shas = {name: writer.shas[mark] for name, mark in {**marks, "release": release}.items()}
    return Planted(**shas)


def detector_inputs(workspace: Workspace, slug: str) -> pl.DataFrame:
    """The commits of an analysed repository as the detector takes them."""
    commits, changes, refs, features = (
        workspace.lake.read(table, slug)
        for table in ("commits", "changes", "refs", "commit_features")
    )
    signals = commit_signals(commits, changes, refs, workspace.filters(slug))
    return features.join(signals, on="sha")


def _plant_on_head(writer: HistoryWriter, ground: "_Ground") -> dict[str, int]:
    """The commits to HEAD's branch in the order of their times; the marks of the anomalies."""

    def add(message: str, files: dict[str, Content], author: Person, time: datetime) -> int:
        commit = Commit(
            message=message, files=files, author=author, time=time, branch=ground.branch
        )
        return writer.add(commit)

    for day in range(1, DOCUMENTER_COMMITS + 1):
        text = "\n".join(f"Question {number}" for number in range(day + 4))
        add("Answer a question", {"docs/questions.md": text}, DOCUMENTER, ground.day(day, hour=10))
    regular, usual_time = ground.regular, ground.usual_time
    return {
        "night": add(
            "Add engine", ground.new_sources(), NEWCOMER, ground.day(DOCUMENTER_COMMITS + 1, hour=4)
        ),
        "deletion": add("Remove unused files", ground.deletions(), regular, usual_time),
        "binaries": add(
            "Add build results", _binaries(), regular, usual_time + timedelta(minutes=50)
        ),
    }


class _Continuation(HistoryWriter):
    """A writer that goes on where a repository stands."""

    def continue_from(self, branch: str, sha: str) -> None:
        """Make *branch* lie at *sha*; what is added to it next is the commit after."""
        self._write(b"reset refs/heads/%s\nfrom %s\n\n" % (branch.encode(), sha.encode()))


@dataclass(frozen=True)
class _Ground:
    """The repository as it was before: what the planted commits have to know of it."""

    git_dir: Path
    branch: str
    head: str
    release_point: str
    newest: datetime
    regular: Person
    usual_time: datetime
    core: str

    @classmethod
    def of(cls, git_dir: Path) -> "_Ground":
        first_parents = _git(git_dir, "rev-list", "--first-parent", "--max-count=20", "HEAD")
        authors = _git(git_dir, "log", "--no-merges", "--max-count=2000", "--format=%an\t%ae")
        people = Counter(line for line in authors.splitlines() if "[bot]" not in line)
        name, email = people.most_common(1)[0][0].split("\t")
        by_regular = ("--fixed-strings", f"--author=<{email}>", "--no-merges")
        last = _git(git_dir, "log", "--max-count=1", *by_regular, "--format=%aI")
        times = _git(git_dir, "log", "--branches", "--max-count=1000", "--format=%cI").split()
        newest = max(datetime.fromisoformat(time) for time in times)
        usual_time = datetime.fromisoformat(last.strip())
        while usual_time < newest + timedelta(days=DOCUMENTER_COMMITS + 1):
            usual_time += timedelta(days=7)
        return cls(
            git_dir=git_dir,
            branch=_git(git_dir, "symbolic-ref", "--short", "HEAD").strip(),
            head=first_parents.split()[0],
            release_point=first_parents.split()[-1],
            newest=newest,
            regular=Person(name, email),
            usual_time=usual_time,
            core=_core(git_dir, first_parents.split()[-1]),
        )

    def day(self, number: int, *, hour: int) -> datetime:
        """Ten minutes past an hour of the *number*th day after the newest commit."""
        day = self.newest.astimezone(UTC) + timedelta(days=number)
        return day.replace(hour=hour, minute=10, second=0)

    def new_sources(self) -> dict[str, Content]:
        """Five new files of 1,000 lines each in the core directory."""
        lines = [f"value_{number} = compute({number})" for number in range(1000)]
        suffix = PurePosixPath(self._core_files()[0]).suffix
        return {
            f"{self.core}engine_{part}{suffix}": "\n".join([f"part = {part}", *lines[1:]]) + "\n"
            for part in range(5)
        }

    def deletions(self) -> dict[str, Content]:
        """Every third file of HEAD, at most 300."""
        return dict.fromkeys(self._files(self.head)[::3][:300])

    def longer_sources(self) -> dict[str, Content]:
        """Two core files with thirty more lines at their end."""
        more = b"".join(b"limit_%d = 1\n" % number for number in range(30))
        return {
            path: _git_bytes(self.git_dir, "show", f"{self.release_point}:{path}") + more
            for path in self._core_files()[:2]
        }

    def _core_files(self) -> list[str]:
        sources = _sources(self._files(self.release_point))
        return [path for path in sources if _directory(path) == self.core]

    def _files(self, commit: str) -> list[str]:
        return _git(self.git_dir, "ls-tree", "-r", "-z", "--name-only", commit).split("\0")[:-1]


def _core(git_dir: Path, commit: str) -> str:
    """The directory of sources that the newest 2,000 commits touch most, with `/` at its end."""
    touched = _git(git_dir, "log", "--max-count=2000", "--format=", "--name-only").splitlines()
    existing = set(_git(git_dir, "ls-tree", "-r", "--name-only", commit).splitlines())
    sources = _sources([path for path in touched if path in existing])
    return Counter(map(_directory, sources)).most_common(1)[0][0]


def _directory(path: str) -> str:
    folder, separator, _ = path.rpartition("/")
    return folder + separator


def _sources(paths: Sequence[str]) -> list[str]:
    """Those of *paths* that are source of the project's own: no tests, nothing generated."""
    files = pl.DataFrame({"path": paths}, schema={"path": pl.String})
    kinds = files.with_columns(read_filters().columns(pl.col("path")))
    own = kinds.filter(~pl.any_horizontal(pl.exclude("path")))["path"].to_list()
    return [path for path in own if PurePosixPath(path).suffix in SOURCES]


def _binaries() -> dict[str, Content]:
    chance = random.Random(0)
    return {f"assets/build/part-{n}.bin": chance.randbytes(BINARY_BYTES) for n in range(12)}


def _git(git_dir: Path, *arguments: str) -> str:
    return _git_bytes(git_dir, *arguments).decode()


def _git_bytes(git_dir: Path, *arguments: str) -> bytes:
    command = ["git", f"--git-dir={git_dir}", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout
