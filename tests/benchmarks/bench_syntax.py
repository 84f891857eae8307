"""How fast blobs are measured: against parsing alone, against lizard, and in two processes.

Reads what is on every machine: Python's standard library, and the fixtures of Java, JavaScript and
C repeated to the size of real files. Medians of interleaved rounds of processor time.
"""

import importlib
import statistics
import sysconfig
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from hyperion_pipelines.code.analysis import analyse_blobs
from hyperion_pipelines.code.grammar import load_grammar
from hyperion_pipelines.code.syntax import analyse
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from tests.benchmarks.figures import Figure

FIXTURES = Path(__file__).parents[1] / "unit" / "code" / "fixtures"
ROUNDS = 5
COPIES = 20
POOL_BLOBS = 4_000

MOMENT = datetime(2024, 1, 1, tzinfo=UTC)

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
    return [*figures, two_processes(library)]


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


def two_processes(library: Corpus) -> Figure:
    """Elapsed time of one process over that of two, on a repository of many versions."""
    versions = {
        f"m{number}.py": library[number % len(library)] + b"# %d\n" % number
        for number in range(POOL_BLOBS)
    }
    author = Person("Ada", "ada@example.org")
    with TemporaryDirectory() as folder:
        git_dir = Path(folder) / "repository.git"
        with HistoryWriter(git_dir) as writer:
            writer.add(Commit(message="All", files=versions, author=author, time=MOMENT))
        listed = run_git(["ls-tree", "-r", "HEAD"], git_dir=git_dir).output.decode().splitlines()
        wanted = pl.DataFrame({"blob": [line.split()[2] for line in listed]}).with_columns(
            language=pl.lit("Python"), is_generated=pl.lit(value=False), details=pl.lit(value=False)
        )
        elapsed: dict[int, float] = {}
        for workers in (1, 2):
            started = time.perf_counter()
            analyse_blobs(git_dir, wanted, workers=workers, progress=lambda _: None)
            elapsed[workers] = time.perf_counter() - started
    return Figure("two processes: speed-up", elapsed[1] / elapsed[2], 1.8, "higher")
