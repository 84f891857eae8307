"""The mirror: a bare copy of a source's branches and tags, in Hyperion's home.

Everything else reads the mirror, never the source. It is written by one process at a time; a fetch
that was killed leaves a mirror that the next fetch completes.
"""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hyperion_pipelines.errors import HyperionError, MissingObjectsError, SourceError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.git.sources import RefList, local_path, read_refs
from hyperion_pipelines.locks import exclusive

# A detached HEAD may be on no branch: it is kept under a name of its own.
DETACHED_HEAD = "refs/hyperion/HEAD"
REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
LOCK_WAIT = 5.0


@dataclass(frozen=True)
class Mirror:
    """A bare repository of ours and the source that it follows."""

    git_dir: Path
    source: str
    timeout: float = 3600.0

    @property
    def is_there(self) -> bool:
        """Whether there is a git directory; what it holds, `refs` says."""
        return (self.git_dir / "HEAD").exists()

    def refs(self) -> RefList | None:
        """What is mirrored now; None before the first fetch has ended."""
        if not self.is_there:
            return None
        listing = run_git(
            ["for-each-ref", "--format=%(objectname) %(refname)"], git_dir=self.git_dir
        ).output.decode(errors="backslashreplace")
        rows = (line.split(" ", 1) for line in listing.splitlines())
        refs = {name: sha for sha, name in rows}
        detached = refs.pop(DETACHED_HEAD, None)
        head = (self.git_dir / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return RefList(detached or head, None, refs)
        branch = head.removeprefix("ref: ")
        return RefList(refs[branch], branch, refs) if branch in refs else None

    def remote_refs(self) -> RefList:
        """What the source holds now. Raises SourceError when it cannot be read or analysed."""
        return read_refs(self.source, timeout=self.timeout)

    def update(self) -> RefList:
        """Bring the mirror to the source's present state and return its refs.

        Raises LockedError while another process updates it, SourceError when the source is not
        reachable, not complete or empty; the mirror keeps its last state then, unless it lacks
        objects itself: it is removed, and the next update makes it anew.
        """
        with exclusive(
            self.git_dir.with_suffix(".lock"), doing="mirroring", wait=LOCK_WAIT
        ) as lock:
            remote = self.remote_refs()
            mirrored = self.refs()
            if mirrored is not None and mirrored.digest == remote.digest:
                return mirrored
            self._remove_stale_locks()
            try:
                if mirrored is None:
                    self._create(remote, lock)
                self._fetch(remote, lock)
            except MissingObjectsError:
                if not self._is_whole():
                    self.remove()
                raise
            updated = self.refs()
        if updated is None:
            raise SourceError(f"{self.source} changed while it was read: run again")
        return updated

    def remove(self) -> None:
        """Delete the mirror; the next update makes it anew."""
        shutil.rmtree(self.git_dir, ignore_errors=True)

    @contextmanager
    def reading(self) -> Generator[Path]:
        """The git directory to read from.

        When objects turn out to be missing, the mirror is removed: a copy of a damaged source must
        not outlive the repair of that source.
        """
        try:
            yield self.git_dir
        except MissingObjectsError:
            self.remove()
            raise

    def _create(self, remote: RefList, lock: int) -> None:
        """Make the mirror: by hard links from a folder on this machine, else empty.

        From elsewhere HEAD's branch is fetched first, so that a transfer that breaks off later has
        its larger part behind it.
        """
        folder = local_path(self.source)
        if folder is not None and not self.source.startswith("file:"):
            partial = self.git_dir.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.parent.mkdir(parents=True, exist_ok=True)
            clone = ["clone", "--quiet", "--bare", "--template=", str(folder), str(partial)]
            self._git(clone, lock, git_dir=None)
            shutil.rmtree(self.git_dir, ignore_errors=True)
            partial.rename(self.git_dir)
            return
        run_git(["init", "--quiet", "--bare", "--template=", str(self.git_dir)])
        if remote.head_branch:
            self._fetch_refs([f"+{remote.head_branch}:{remote.head_branch}"], lock)

    def _fetch(self, remote: RefList, lock: int) -> None:
        detached = [] if remote.head_branch else [f"+HEAD:{DETACHED_HEAD}"]
        self._fetch_refs([*REFSPECS, *detached], lock)
        if (self.git_dir / "shallow").exists():
            self.remove()
            raise SourceError(
                f"{self.source} is a shallow clone: complete it with `git fetch --unshallow`"
            )
        if remote.head_branch:
            self._git(["symbolic-ref", "HEAD", remote.head_branch], lock)
            self._git(["update-ref", "-d", DETACHED_HEAD], lock)
        else:
            self._git(["update-ref", "--no-deref", "HEAD", DETACHED_HEAD], lock)
        self._git(["commit-graph", "write", "--reachable", "--split"], lock)

    def _fetch_refs(self, refspecs: list[str], lock: int) -> None:
        command = ["fetch", "--quiet", "--prune", "--no-tags", "--force", "--update-head-ok"]
        # Else git would pass over the refs of a shallow source without a word.
        options = ["--update-shallow", "--no-write-fetch-head"]
        self._git([*command, *options, "--", self.source, *refspecs], lock)

    def _git(self, arguments: list[str], lock: int, **options: Path | None) -> None:
        """Run git on the mirror while it is locked; git's own children keep the lock."""
        # A transfer that stalls ends; housekeeping is done before the command ends, not behind it;
        # a user's hooks are for the user's own repositories.
        settings = {
            "http.lowSpeedLimit": "1000",
            "http.lowSpeedTime": "60",
            "gc.autoDetach": "false",
            "maintenance.autoDetach": "false",
            "core.hooksPath": os.devnull,
        }
        options = {"git_dir": self.git_dir} | options
        run_git(
            [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
            + arguments,
            timeout=self.timeout,
            user_configuration=True,
            keep_open=[lock],
            what=f"mirroring {self.source}",
            git_dir=options["git_dir"],
        )

    def _remove_stale_locks(self) -> None:
        """Remove what a killed git left behind; nobody else is here, since we hold the lock."""
        patterns = ("*.lock", "refs/**/*.lock", "objects/**/*.lock", "objects/pack/tmp_*")
        for pattern in (*patterns, "packed-refs.new"):
            for stale in self.git_dir.glob(pattern):
                stale.unlink()

    def _is_whole(self) -> bool:
        """Whether every object that a ref reaches is there (the commit-graph may outlive them)."""
        every = ["rev-list", "--all", "--objects", "--quiet"]
        try:
            run_git(["-c", "core.commitGraph=false", *every], git_dir=self.git_dir)
        except HyperionError:
            return False
        return True
