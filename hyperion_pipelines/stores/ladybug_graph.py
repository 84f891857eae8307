"""The graph store in a folder: a Ladybug database for each repository and version, no server.

```
root/SLUG/VERSION.lbug      a graph, whole
root/SLUG/.VERSION.new/     one that is being loaded, or that a killed load left
root/SLUG/published.json    the version that readers find, replaced in one step
```

There is one writer a repository; readers are any number of threads and processes. A database that
is open stays whole when its file is deleted: it ends with the last query in it. How graphs get in
is the business of `ladybug_loading`, what queries may do and say that of `ladybug_queries`.
"""

import shutil
import threading
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hyperion_pipelines.graph.schema import Graph
from hyperion_pipelines.stores.graph import (
    LONGEST_SECONDS,
    MOST_ROWS,
    Answer,
    GraphStoreError,
    Written,
)
from hyperion_pipelines.stores.ladybug_loading import (
    LARGEST_BYTES,
    THREADS,
    build,
    difference,
    whole,
)
from hyperion_pipelines.stores.ladybug_queries import answer, forbid_files
from hyperion_pipelines.stores.records import read_record, replace_record

if TYPE_CHECKING:
    from ladybug import Database

READING_BYTES = 256 * 1024**2  # of a database's pages in memory, for all threads together
_REMEDY = "remove the repository, and add it again"


@dataclass(frozen=True)
class _Published:
    """What readers find; `build` tells two of one name apart."""

    version: str
    before: str | None
    build: str
    bytes: int


class LadybugGraphs:
    """The graphs of repositories under *root*; for any number of threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._open: dict[str, tuple[_Published, Database]] = {}

    def load(self, slug: str, version: str, graph: Graph) -> Written:
        """Let readers find *graph*; see GraphStore.

        It is built anew; what is said to be written is what differs from what readers found before.
        """
        before = self._published(slug)
        is_there = before is not None and self._is_whole(slug, before)
        if before and before.version == version and is_there:
            return Written()
        folder = self._root / slug
        for left in folder.glob(".*.new"):
            shutil.rmtree(left)
        new, file = folder / f".{version}.new", folder / f"{version}.lbug"
        new.mkdir(parents=True)
        build(new, graph, slug)
        written = difference(self._opened(slug), graph) if is_there else whole(graph)
        (new / "graph.lbug").replace(file)
        new.rmdir()
        last = before.version if before and before.version != version else None
        published = _Published(version, last, uuid.uuid4().hex, file.stat().st_size)
        replace_record(folder / "published.json", asdict(published))
        for other in folder.glob("*.lbug"):
            if other.stem not in {version, last}:
                other.unlink()
        return written

    def loaded(self, slug: str) -> str | None:
        """The version that readers find; None before the first."""
        published = self._published(slug)
        return published.version if published else None

    def query(
        self,
        slug: str,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float = LONGEST_SECONDS,
        most_rows: int = MOST_ROWS,
    ) -> Answer:
        """What *cypher* finds in the graph of a repository; see GraphStore."""
        given = {**(parameters or {}), "repository": slug}
        database = self._opened(slug)
        return answer(database, cypher, given, seconds=seconds, most_rows=most_rows)

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        folder = self._root / slug
        (folder / "published.json").unlink(missing_ok=True)
        if folder.exists():
            shutil.rmtree(folder)
        with self._lock:
            self._open.pop(slug, None)

    def _published(self, slug: str) -> _Published | None:
        said = read_record(self._root / slug / "published.json")
        return _Published(**said) if said else None

    def _file(self, slug: str, published: _Published) -> Path:
        return self._root / slug / f"{published.version}.lbug"

    def _is_whole(self, slug: str, published: _Published) -> bool:
        file = self._file(slug, published)
        return file.exists() and file.stat().st_size == published.bytes

    def _opened(self, slug: str) -> "Database":
        """The database that is published, opened once; one before it closes with its last query.

        Between reading what is published and opening it, a writer may have published twice: what
        is deleted then is looked for once more.
        """
        published = self._published(slug)
        while published:
            try:
                return self._database(slug, published)
            except GraphStoreError:
                before, published = published, self._published(slug)
                if published == before:
                    raise
        raise GraphStoreError(f"no graph of {slug} is loaded: analyse {slug} first")

    def _database(self, slug: str, published: _Published) -> "Database":
        """The database of a version. Raises GraphStoreError unless it is whole."""
        with self._lock:
            known = self._open.get(slug)
            if known is None or known[0] != published:
                if not self._is_whole(slug, published):
                    raise GraphStoreError(f"the graph of {slug} is damaged: {_REMEDY}")
                known = published, _open_for_reading(self._file(slug, published), slug)
                self._open[slug] = known
            return known[1]


def _open_for_reading(file: Path, slug: str) -> "Database":
    from ladybug import Database

    try:
        database = Database(
            file,
            read_only=True,
            buffer_pool_size=READING_BYTES,
            max_num_threads=THREADS,
            max_db_size=LARGEST_BYTES,
        )
        forbid_files(database)
    except (RuntimeError, ValueError) as error:  # all that Ladybug raises
        raise GraphStoreError(f"the graph of {slug} is damaged: {_REMEDY} ({error})") from error
    return database
