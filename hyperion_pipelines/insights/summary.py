"""The summary of a repository: its size, its people, its age, and where to look first.

It reads tables and returns plain values, for the terminal and for JSON alike.
"""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.insights.code.hotspots import hotspots
from hyperion_pipelines.insights.lines.ages import age_of_lines, line_authors
from hyperion_pipelines.insights.lines.line_lifetimes import line_lifetimes
from hyperion_pipelines.insights.make import head_time
from hyperion_pipelines.insights.predictions import judged_by
from hyperion_pipelines.insights.quality.risky_commits import commits_to_review
from hyperion_pipelines.insights.quality.risky_files import files_to_watch
from hyperion_pipelines.insights.shared.own_files import own_files
from hyperion_pipelines.insights.shared.touches import touches
from hyperion_pipelines.stores.lake import Lake

Row = dict[str, object]
Summary = Mapping[str, Row | list[Row] | dict[str, str] | str | None]

# Of the largest tables, what is looked at: messages, blobs and smells weigh more than all of it.
READ = {
    "commits": (
        *("sha", "position", "author_id", "author_name", "author_email", "author_time"),
        *("commit_time", "subject", "is_merge", "is_fix", "is_revert", "is_bot", "is_on_head"),
    ),
    "changes": (
        *("sha", "path", "old_path", "status", "added", "deleted", "old_blob", "new_blob"),
    ),
    "blob_metrics": (
        *("blob", "functions", "code_lines", "cyclomatic_sum", "cognitive_sum"),
        *("maintainability_index", "smells"),
    ),
}
ROWS = 10
RISKS = 5
REASONS = 2  # of a risk


def summarise(lake: Lake, slug: str, filters: PathFilters) -> Summary:
    """The summary of *slug*: its history, languages, code age, functions, files and hotspots.

    Lists hold the first ten, those of risks the first five. Where the stage lines has not run,
    `code_age` is None and `line_authors` is empty; they judge paths by *filters*. Where nothing was
    judged yet, the risks and `judged_by` are empty.
    """
    commits, changes, metrics = (
        lake.read(table, slug, columns=columns) for table, columns in READ.items()
    )
    tree = lake.read("tree", slug)
    touched = touches(commits, changes, tree)
    identities = lake.read("identities", slug)
    return {
        "repository": slug,
        "history": _history(commits, identities, lake.read("refs", slug)),
        "languages": _languages(tree).head(ROWS).to_dicts(),
        **_lines(commits, identities, lake, slug, filters),
        "complex_functions": _complex_functions(lake.read("functions", slug), tree).to_dicts(),
        "changed_files": _changed_files(touched).head(ROWS).to_dicts(),
        "hotspots": hotspots(own_files(tree, metrics), touched, metrics, head_time(commits))
        .select("path", "score", "commits", "cyclomatic", "code_lines", "authors")
        .head(ROWS)
        .to_dicts(),
        "imports": _imports(lake.read("dependencies", slug)),
        "risky_commits": _risky_commits(lake, slug, commits).to_dicts(),
        "risky_files": _risky_files(lake, slug, tree).to_dicts(),
        "judged_by": judged_by(lake, slug),
    }


def _history(commits: pl.DataFrame, identities: pl.DataFrame, refs: pl.DataFrame) -> Row:
    people = identities.join(
        commits.select(person_id="author_id").unique(), on="person_id", how="semi"
    ).unique("person_id")
    return {
        "commits": commits.height,
        "merges": commits["is_merge"].sum(),
        "fixes": commits["is_fix"].sum(),
        "reverts": commits["is_revert"].sum(),
        "authors": people.filter(~pl.col("is_bot")).height,
        "bots": people.filter("is_bot").height,
        "first_commit": _date(commits["author_time"].min()),
        "last_commit": _date(commits["author_time"].max()),
        "branches": refs.filter(pl.col("kind") == "branch").height,
        "tags": refs.filter(pl.col("kind") == "tag").height,
    }


def _date(time: object) -> str:
    return str(time)[:10]


def _languages(tree: pl.DataFrame) -> pl.DataFrame:
    """Files and lines of each language at HEAD, vendored and generated files left out."""
    own = tree.filter(~pl.col("is_vendored"), ~pl.col("is_generated"))
    return (
        own.drop_nulls("language")
        .group_by("language")
        .agg(files=pl.len(), lines=pl.col("lines").sum())
        .sort(["lines", "language"], descending=[True, False])
    )


def _lines(
    commits: pl.DataFrame, identities: pl.DataFrame, lake: Lake, slug: str, filters: PathFilters
) -> Summary:
    """How old the lines at HEAD are, how long they live, and who wrote them."""
    origins, removals = (lake.read(table, slug) for table in ("line_origins", "line_removals"))
    lifetimes = line_lifetimes(commits, origins, removals, filters)
    if lifetimes is None:
        return {"code_age": None, "line_authors": []}
    return {
        "code_age": age_of_lines(lifetimes),
        "line_authors": line_authors(lifetimes, identities).head(ROWS).to_dicts(),
    }


def _complex_functions(functions: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    own = tree.filter(~pl.col("is_test"), ~pl.col("is_vendored")).select("path")
    return (
        functions.join(own, on="path", how="semi")
        .sort(["cyclomatic", "cognitive", "path"], descending=[True, True, False])
        .select(
            *("path", "start_line", "qualified_name"),
            *("cyclomatic", "cognitive", "nesting", "lines"),
        )
        .head(ROWS)
    )


def _changed_files(touched: pl.DataFrame) -> pl.DataFrame:
    """Commits, lines changed and authors of each file at HEAD, the most changed first."""
    return (
        touched.group_by("path")
        .agg(
            commits=pl.len(),
            churn=pl.sum("added") + pl.sum("deleted"),
            authors=pl.n_unique("author_id"),
        )
        .sort(["commits", "churn", "path"], descending=[True, True, False])
    )


def _imports(dependencies: pl.DataFrame) -> Row:
    inside = dependencies.drop_nulls("to_path")
    return {"imports": dependencies.height, "resolved_inside": inside.height}


def _risky_commits(lake: Lake, slug: str, commits: pl.DataFrame) -> pl.DataFrame:
    columns = ("sha", "commit_time", "probability", "percentile", "priority", "reasons")
    scores = lake.read("commit_scores", slug, columns=columns)
    return (
        commits_to_review(scores, commits)
        .head(RISKS)
        .select("sha", "subject", "author_name", "probability", "percentile", why=_why())
    )


def _risky_files(lake: Lake, slug: str, tree: pl.DataFrame) -> pl.DataFrame:
    columns = ("path", "probability", "percentile", "reasons")
    own = tree.filter(~pl.col("is_vendored"), ~pl.col("is_generated"), ~pl.col("is_documentation"))
    return (
        files_to_watch(
            lake.read("file_scores", slug, columns=columns),
            own.drop_nulls("language").select("path", "is_test"),
        )
        .head(RISKS)
        .select("path", "probability", "percentile", why=_why())
    )


def _why() -> pl.Expr:
    """The largest of `reasons` (texts)."""
    return pl.col("reasons").list.head(REASONS).list.join("; ")
