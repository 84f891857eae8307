"""How fast blobs are measured: against parsing alone, against lizard, and in two processes.

Single files are those of Python's standard library, medians of interleaved rounds of processor
time. Versions of files are those of the repositories that `repositories` names.
"""

import importlib
import statistics
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.analysis import analyse_blobs
from hyperion_pipelines.code.grammar import load_grammar
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.snapshots import read_snapshots
from hyperion_pipelines.code.syntax import analyse, skip_reason
from hyperion_pipelines.errors import SourceError
from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from tests.benchmarks.figures import Figure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories

ROUNDS = 5
VERSIONS = 3_000
LIZARD_SHARE = 20  # every so many versions are enough to know its speed
SPEED = "klines/s a core"

Corpus = list[bytes]


def run() -> Iterator[Figure]:
    """The figures of the syntax engine."""
    yield from single_files(standard_library()[:60])
    with mirrored_repositories() as repositories:
        for repository in repositories:
            yield from versions_of_files(repository)


def standard_library() -> Corpus:
    """Files of Python's standard library that the engine parses, in the order of their names."""
    folder = Path(sysconfig.get_path("stdlib"))
    contents = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    return [content for content in contents if analyse("Python", content).metrics.skipped is None]


def single_files(corpus: Corpus) -> list[Figure]:
    """Files of Python, each parsed afresh: analysing against parsing and against lizard."""
    parser = load_grammar("Python").parser
    lizard = Lizard()
    parsing, analysing, by_lizard = interleaved(
        lambda: [parser.parse(content) for content in corpus],
        lambda: [analyse("Python", content) for content in corpus],
        lambda: [lizard.analyse("x.py", content) for content in corpus],
    )
    lines = sum(content.count(b"\n") for content in corpus)
    return [
        Figure("single files: analysing / parsing", analysing / parsing, 1.7, "lower"),
        Figure("single files: speed", lines / analysing / 1000, 200, "higher", SPEED),
        Figure("single files: lizard / analysing", by_lizard / analysing, 2, "higher"),
    ]


class Lizard:
    """The analyser that we measure against, which has no types."""

    def __init__(self) -> None:
        lizard = importlib.import_module("lizard")
        self._files = lizard.FileAnalyzer(lizard.get_extensions([]))

    def analyse(self, path: str, content: bytes) -> None:
        """Let lizard measure a file; *path* tells it the language."""
        self._files.analyze_source_code(path, content.decode(errors="replace"))


def interleaved(*works: Callable[[], object]) -> list[float]:
    """The median processor seconds of each of *works*, done in turn for some rounds."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for taken, work in zip(seconds, works, strict=True):
            started = time.process_time()
            work()
            taken.append(time.process_time() - started)
    return [statistics.median(taken) for taken in seconds]


def versions_of_files(repository: BenchRepository) -> list[Figure]:
    """Many versions of each file, read from git: what the pipeline does all day."""
    wanted = wanted_versions(repository)
    elapsed: dict[int, float] = {}
    spent = 0.0
    for workers in (1, 2):
        started, used = time.perf_counter(), time.process_time()
        analyse_blobs(repository.git_dir, wanted, workers=workers, progress=lambda _: None)
        elapsed[workers] = time.perf_counter() - started
        spent = spent or time.process_time() - used
    contents = parsed_contents(repository, wanted)
    parsing = seconds(
        lambda: [load_grammar(language).parser.parse(content) for _, language, content in contents]
    )
    sample = contents[::LIZARD_SHARE]
    lizard = Lizard()
    by_lizard = seconds(lambda: [lizard.analyse(path, content) for path, _, content in sample])
    speed, lizards_speed = (
        sum(content.count(b"\n") for *_, content in files) / taken / 1000
        for files, taken in ((contents, spent), (sample, by_lizard))
    )
    name = repository.name
    return [
        Figure(f"{name}: all work / parsing each afresh", spent / parsing, 1.7, "lower"),
        Figure(f"{name}: speed", speed, 200, "higher", SPEED),
        Figure(f"{name}: speed / lizard's", speed / lizards_speed, 2, "higher"),
        Figure(f"{name}: two processes, speed-up", elapsed[1] / elapsed[2], 1.8, "higher"),
    ]


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of *work*."""
    started = time.process_time()
    work()
    return time.process_time() - started


def wanted_versions(repository: BenchRepository) -> pl.DataFrame:
    """Source blobs of a repository, from the middle of them all, as `analyse_blobs` wants them."""
    git_dir, refs = repository.git_dir, Mirror(repository.git_dir, "").refs()
    if refs is None:
        raise SourceError(f"{git_dir} is not a whole mirror")
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, nothing, workers=2)
    filters = read_filters()
    tree = read_tree(git_dir, refs.head_sha, filters)
    past = read_snapshots(git_dir, history.commits, refs.head_sha).versions
    sources = source_blobs(history.changes, tree, past, filters)
    return sources.slice(max(0, sources.height - VERSIONS) // 2, VERSIONS).select(
        *("blob", "path"),
        language="path_language",
        is_generated="path_generated",
        functions="at_head",
        imports="at_head",
    )


def parsed_contents(
    repository: BenchRepository, wanted: pl.DataFrame
) -> list[tuple[str, str, bytes]]:
    """Path, language and content of those of *wanted* that the engine parses."""
    blobs = read_blobs(repository.git_dir, wanted["blob"])
    rows = wanted.select("path", "language").rows()
    return [
        (path, language, content)
        for (path, language), (_, _, content) in zip(rows, blobs, strict=True)
        if content is not None and skip_reason(language, content, is_generated=False) is None
    ]
