"""How fast blobs are measured: against parsing alone, against lizard, and in two processes.

Single files are what is on every machine: Python's standard library, and the fixtures of Java,
JavaScript and C repeated to the size of real files; medians of interleaved rounds of processor
time. Versions of files are those of the repositories that `repositories` names.
"""

import importlib
import statistics
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.analysis import analyse_blobs
from hyperion_pipelines.code.grammar import load_grammar
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.syntax import analyse
from hyperion_pipelines.errors import SourceError
from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from tests.benchmarks.figures import Figure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories

FIXTURES = Path(__file__).parents[1] / "unit" / "code" / "fixtures"
ROUNDS = 5
COPIES = 20
VERSIONS = 4_000

Corpus = list[bytes]


def run() -> list[Figure]:
    """The figures of the syntax engine."""
    library = standard_library()
    corpora = {"Python": library[:60]} | {
        language: [(FIXTURES / file).read_bytes() * COPIES] * 10
        for language, file in (("Java", "java.java"), ("JavaScript", "javascript.js"), ("C", "c.c"))
    }
    figures: list[Figure] = []
    for language, corpus in corpora.items():
        figures += compare(language, corpus)
    with mirrored_repositories() as repositories:
        for repository in repositories:
            figures += whole_history(repository)
    return figures


def standard_library() -> Corpus:
    """Files of Python's standard library that the engine parses, in the order of their names."""
    folder = Path(sysconfig.get_path("stdlib"))
    contents = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
    return [content for content in contents if analyse("Python", content).metrics.skipped is None]


def compare(language: str, corpus: Corpus) -> list[Figure]:
    """Analysing against parsing and against lizard, on the same files in turn."""
    parser = load_grammar(language).parser
    extension = {"Python": "py", "Java": "java", "JavaScript": "js", "C": "c"}[language]
    texts = [content.decode(errors="replace") for content in corpus]
    lizard = importlib.import_module("lizard")  # it has no types
    lizards = lizard.FileAnalyzer(lizard.get_extensions([]))

    parsing, analysing, by_lizard = interleaved(
        lambda: [parser.parse(content) for content in corpus],
        lambda: [analyse(language, content) for content in corpus],
        lambda: [lizards.analyze_source_code(f"x.{extension}", text) for text in texts],
    )
    lines = sum(content.count(b"\n") for content in corpus)
    return [
        Figure(f"{language}: analysing / parsing", analysing / parsing, 1.7, "lower"),
        Figure(f"{language}: speed", lines / analysing / 1000, 200, "higher", "klines/s a core"),
        Figure(f"{language}: lizard / analysing", by_lizard / analysing, 2, "higher"),
    ]


def interleaved(*works: Callable[[], object]) -> list[float]:
    """The median processor seconds of each of *works*, done in turn for some rounds."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for taken, work in zip(seconds, works, strict=True):
            started = time.process_time()
            work()
            taken.append(time.process_time() - started)
    return [statistics.median(taken) for taken in seconds]


def versions(repository: BenchRepository) -> pl.DataFrame:
    """Source blobs of a repository, from the middle of them all, as `analyse_blobs` wants them."""
    git_dir, refs = repository.git_dir, Mirror(repository.git_dir, "").refs()
    if refs is None:
        raise SourceError(f"{git_dir} is not a whole mirror")
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, nothing, workers=2)
    filters = read_filters()
    sources = source_blobs(history.changes, read_tree(git_dir, refs.head_sha, filters), filters)
    return sources.slice(max(0, sources.height - VERSIONS) // 2, VERSIONS).select(
        *("blob", "path"),
        language="path_language",
        is_generated="path_generated",
        details="at_head",
    )


def whole_history(repository: BenchRepository) -> list[Figure]:
    """Many versions of each file, read from git: what the pipeline does all day."""
    wanted = versions(repository)
    blobs = read_blobs(repository.git_dir, wanted["blob"])
    languages = wanted["language"].to_list()
    contents = [
        (language, content)
        for language, (_, _, content) in zip(languages, blobs, strict=True)
        if content is not None and analyse(language, content).metrics.skipped is None
    ]
    elapsed: dict[int, float] = {}
    spent = 0.0
    for workers in (1, 2):
        started, used = time.perf_counter(), time.process_time()
        analyse_blobs(repository.git_dir, wanted, workers=workers, progress=lambda _: None)
        elapsed[workers] = time.perf_counter() - started
        spent = spent or time.process_time() - used
    started = time.process_time()
    for language, content in contents:
        load_grammar(language).parser.parse(content)
    parsing = time.process_time() - started
    lines = sum(content.count(b"\n") for _, content in contents)
    name = repository.name
    return [
        Figure(f"{name}: versions, all work / parsing each afresh", spent / parsing, 1.7, "lower"),
        Figure(f"{name}: versions, speed", lines / spent / 1000, 200, "higher", "klines/s a core"),
        Figure(f"{name}: two processes, speed-up", elapsed[1] / elapsed[2], 1.8, "higher"),
    ]
