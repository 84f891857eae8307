"""How long all insights of a long history take, how long its report, and how much memory.

The history is made up, as in `bench_features`; `HYPERION_BENCH_HOMES=/a:/b` names homes whose
repositories are measured too, from the tables that they hold, which stay as they are. The insights
of every repository are made in a process of its own, whose peak memory is that of this work alone;
the report is the whole command.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.insights.make import make_insights
from hyperion_pipelines.insights.security.suppressions import NO_SUPPRESSIONS
from hyperion_pipelines.learning.labels.bug_labels import labels_of
from hyperion_pipelines.learning.labels.candidates import trace_fixes
from hyperion_pipelines.learning.scoring.commit_scores import commit_scores
from hyperion_pipelines.learning.scoring.file_scores import file_scores
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import DeltaLake
from hyperion_pipelines.stores.publications import Publication
from tests.benchmarks.bench_features import VARIABLE, long_history
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import hyperion, measure, own_peak
from tests.homes import open_home
from tests.made_up_tables import filled, made_up_tables

COMMITS = 15_000
FEWEST = 5_000  # commits, from which on a repository is measured
SECONDS = 20  # for COMMITS
PEAK_MIB = 1.5 * 1024
REPORT_SECONDS = 3
REPORT_MB = 3
LINES_A_RUN = 10
SLUG = "measured"


class Measured(NamedTuple):
    """Seconds that the insights took, and the peak memory in MiB."""

    seconds: float
    peak: float


def run() -> Iterator[Figure]:
    """Figures of the made-up history, then of every long repository of the homes named."""
    filters = read_filters()
    yield from _figures("made-up history", _made_up(filters), filters)
    for home in filter(None, os.environ.get(VARIABLE, "").split(":")):
        workspace = open_home(Path(home))
        for repository in workspace.catalogue.list():
            slug = repository.slug
            tables = {
                table: workspace.lake.read(table, slug)
                for table in TABLES
                if table not in {*INSIGHT_TABLES, "repository_profile"}
            }
            if tables["commits"].height >= FEWEST:
                yield from _figures(slug, tables, workspace.filters(slug))


def _figures(
    name: str, tables: Mapping[str, pl.DataFrame], filters: PathFilters
) -> Iterator[Figure]:
    commits = tables["commits"].height
    label = f"{name}, {commits:,} commits"
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for table, frame in tables.items():
            _publish(home, table, frame.drop("repository", strict=False))
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawning) as process:
            found = process.submit(_measured, home, filters).result()
        yield Figure(f"{label}: insights", found.seconds, SECONDS * commits / COMMITS, "lower", "s")
        yield Figure(f"{label}: peak memory", found.peak, PEAK_MIB, "lower", "MiB")
        page = Path(folder) / "report.html"
        wall = measure(hyperion("report", SLUG, "-o", str(page), home=home)).wall
        yield Figure(f"{label}: report", wall, REPORT_SECONDS, "lower", "s")
        yield Figure(f"{label}: its page", page.stat().st_size / 1e6, REPORT_MB, "lower", "MB")


def _publish(home: Path, table: str, rows: pl.DataFrame) -> None:
    """Put a table into a home, as a run would."""
    workspace = open_home(home)
    if not workspace.catalogue.list():
        workspace.catalogue.add("/nowhere", SLUG)
    workspace.lake.write(table, SLUG, rows)
    made = Publication.now(data_version="1", code_version="1", head_sha="0" * 40, rows=rows.height)
    workspace.publications.record(table, SLUG, made)


def _measured(home: Path, filters: PathFilters) -> Measured:
    """Make the insights of the repository in *home*, and put them there."""
    lake = DeltaLake(home / "lake")
    started = time.perf_counter()
    given = {"filters": filters, "suppressions": NO_SUPPRESSIONS}
    made = dict(make_insights(lambda table: lake.read(table, SLUG), given))
    found = Measured(time.perf_counter() - started, own_peak())
    for table, rows in made.items():
        _publish(home, table, rows)
    return found


def _made_up(filters: PathFilters) -> dict[str, pl.DataFrame]:
    """All tables of the made-up history, ranked by size as where there is no model."""
    tables = made_up_tables(COMMITS, filters)
    commits, changes, removals = (
        tables[table] for table in ("commits", "changes", "line_removals")
    )
    made = {
        "blob_metrics": long_history(COMMITS).blob_metrics,
        "identities": _identities(commits),
        "line_origins": _origins(changes),
        "functions": _functions(tables["tree"]),
        "bug_labels": labels_of(trace_fixes(commits, changes, removals, filters)),
        "commit_scores": commit_scores(tables["commit_features"], None),
        "file_scores": file_scores(tables["file_features"], None),
    }
    others = set(TABLES) - {*INSIGHT_TABLES, "repository_profile", *tables, *made}
    return tables | made | {table: TABLES[table].to_frame() for table in others}


def _identities(commits: pl.DataFrame) -> pl.DataFrame:
    people = commits.select(
        name="author_name", email="author_email", person_id="author_id"
    ).unique()
    described = people.with_columns(person_name="name", is_bot=False, confidence=0.9)
    return filled(described, "identities")


def _origins(changes: pl.DataFrame) -> pl.DataFrame:
    """Each of the newest ten commits to a file wrote ten lines of it."""
    newest = changes.group_by("path", maintain_order=True).tail(10)
    start = pl.int_range(pl.len()).over("path") * LINES_A_RUN + 1
    runs = newest.select("path", start_line=start, lines=LINES_A_RUN, origin_sha="sha")
    return filled(runs, "line_origins")


def _functions(tree: pl.DataFrame) -> pl.DataFrame:
    """Five functions in each file, of twenty lines and twenty points of complexity."""
    numbered = tree.select("path", "blob").join(pl.DataFrame({"number": range(5)}), how="cross")
    first = pl.col("number") * 20 + 1
    described = numbered.with_columns(
        name=pl.format("f{}", "number"),
        qualified_name=pl.format("f{}", "number"),
        start_line=first,
        end_line=first + 19,
        is_public=True,
        **{name: pl.lit(20) for name in ("cyclomatic", "cognitive", "nesting", "lines")},
        parameters=pl.lit(2),
    )
    return filled(described, "functions")
