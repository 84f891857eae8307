"""Reads the contents of blobs, many at a time, from one git process.

What the contents mean is the callers' business: the code stage reads sources with it, the
resolution of imports configuration files.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.commands import stream_git

MAXIMUM_BYTES = 1 << 20
_PIECE = 1 << 20


def read_blobs(
    git_dir: Path, oids: Iterable[str], *, maximum_bytes: int = MAXIMUM_BYTES
) -> Iterator[tuple[str, int, bytes | None]]:
    """(oid, size, content) of every blob, in the order asked for.

    The content of a blob above *maximum_bytes* is passed over without being held, and is None.
    Raises MissingObjectsError if the repository lacks an object or cannot read it.
    """
    command = ["cat-file", "--batch", "--buffer"]
    with stream_git(command, git_dir=git_dir, lines=oids, what="reading blobs") as output, output:
        while header := output.readline():
            oid, *kind_and_size = header.decode().split()
            if len(kind_and_size) != 2:
                raise MissingObjectsError(
                    f"object {oid} is missing from {git_dir}: fetch the repository in full "
                    "(`git fetch --refetch --no-filter`) and run again"
                )
            size = int(kind_and_size[1])
            content = output.read(size) if size <= maximum_bytes else _pass_over(output, size)
            if not output.read(1):  # the newline that ends every object
                return  # git broke off in a damaged one; its status, checked here, says so
            yield oid, size, content


def _pass_over(output: IO[bytes], size: int) -> None:
    while size and (piece := output.read(min(size, _PIECE))):
        size -= len(piece)
