"""`hyperion serve` as a process of its own, for tests that ask it over a real connection."""

import re
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.e2e.commands import HYPERION, clean_environment


@contextmanager
def listening(home: Path, variables: Mapping[str, str] | None = None) -> Generator[str]:
    """The address of a sidecar over *home*; it ends with the block."""
    with subprocess.Popen(
        [HYPERION, "serve", "--port", "0", "--home", home],
        env=clean_environment(variables),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"answers at (http://\S+)", said)
        if found is None:
            raise RuntimeError(said + process.stderr.read())
        # It would wait for a reader at last, if nobody read what it writes.
        reader = Thread(target=process.stderr.read, daemon=True)
        reader.start()
        try:
            yield found[1]
        finally:
            process.terminate()
            reader.join()
