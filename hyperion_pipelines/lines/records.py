"""Reads what `git log` prints of many commits, ahead of the replay that asks for them in turn.

What the records mean is the business of `patches` and `merges`.
"""

import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from hyperion_pipelines.errors import GitError
from hyperion_pipelines.git.commands import stream_git
from hyperion_pipelines.git.log_stream import split_stream
from hyperion_pipelines.git.sources import SHA_LENGTH

# One process reads this many commits; its output is held until they are replayed. Fewer would cost
# more: git's cache of deltas starts cold in each process.
SLICE_COMMITS = 1_000
READ_AHEAD = 2  # slices beyond those being read


def read_records(
    git_dir: Path, command: Sequence[str], shas: Sequence[str], *, workers: int = 1
) -> Iterator[tuple[str, bytes]]:
    """(sha, record) of each of *shas*, in their order; the record is what follows the sha.

    *command* is a `git log` that takes the commits from its standard input; a commit that it passes
    over has an empty record. *workers* git processes read ahead, each a slice of the commits.
    Raises MissingObjectsError where the repository lacks an object that a diff needs.
    """
    slices = [shas[start : start + SLICE_COMMITS] for start in range(0, len(shas), SLICE_COMMITS)]
    waiting = iter(slices)
    with ThreadPoolExecutor(max_workers=workers) as pool:

        def read(part: Sequence[str]) -> Future[dict[str, bytes]]:
            return pool.submit(_read_slice, git_dir, command, part)

        reading = deque(read(part) for part in islice(waiting, workers + READ_AHEAD))
        for part in slices:
            records = reading.popleft().result()
            reading.extend(read(following) for following in islice(waiting, 1))
            for sha in part:
                yield sha, records.pop(sha, b"")


def _read_slice(git_dir: Path, command: Sequence[str], shas: Sequence[str]) -> dict[str, bytes]:
    nonce = secrets.token_hex(16)
    with stream_git(
        [*command, f"--format={nonce}%H"], git_dir=git_dir, lines=shas, what="reading the hunks"
    ) as stream:
        records = {
            record[:SHA_LENGTH].decode("ascii"): record[SHA_LENGTH:]
            for record in split_stream(stream, nonce.encode())
        }
    if unasked := records.keys() - set(shas):
        raise GitError(f"git log told of {min(unasked)}, for which it was not asked")
    return records
