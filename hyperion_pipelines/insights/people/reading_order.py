"""Which files to read first to understand each area, and whom to ask about them.

Made from the files at HEAD, their imports and functions, and who knows them.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.centrality import page_rank
from hyperion_pipelines.insights.shared.scales import log2
from hyperion_pipelines.insights.shared.words import counted

MOST_AREAS = 12
MOST_FILES = 10
SETTLED_DAYS = 180  # a file that was left alone for so long is half way to being stable
DOCUMENTED_SHARE = 0.5

INSIGHT = Insight(
    table="reading_order",
    question="What should a newcomer read first, and whom to ask about it?",
    columns={
        "area": Column(pl.String, "An area: the 12 with most lines of source code are here."),
        "rank": Column(pl.UInt32, "Place in the order of reading, from 1, at most 10."),
        "path": Column(pl.String, "The file to read."),
        "centrality": Column(
            pl.Float64, "PageRank over imports: 1 is the average source file of the repository."
        ),
        "last_changed_days": Column(
            pl.Float64, "Days since a person last changed it; null where none ever did."
        ),
        "is_documented": Column(
            pl.Boolean, "Half of its functions or more are documented; null without functions."
        ),
        "ask": Column(
            pl.String, "Who of the active people knows it best; null where nobody is left."
        ),
        "why": Column(pl.List(pl.String), "The reasons, in sentences."),
    },
    key=("area", "path"),
    shown=None,
)


def reading_order(
    files: pl.DataFrame,
    dependencies: pl.DataFrame,
    file_owners: pl.DataFrame,
    functions: pl.DataFrame,
    head_time: datetime,
) -> pl.DataFrame:
    """Up to ten source files of each of the twelve largest areas, in the order to read them.

    Source files were parsed and are no tests; the area of the best file comes first. The order is
    by log2(1 + centrality) x log2(1 + lines of code) x (1 + stability + documentation): what much
    of the code builds on, and has something to say, comes first, and of that what will still be
    true tomorrow and explains itself. Centrality is the PageRank over imports times the
    number of source files. Stability is d / (d + 180), d the days since a person last changed the
    file. Documentation is the share of its functions that are documented, 0 without functions.
    """
    source = files.filter(~pl.col("is_test")).drop_nulls("cyclomatic")
    largest = (
        source.group_by("area")
        .agg(area_lines=pl.sum("code_lines"))
        .sort("area_lines", "area", descending=[True, False])
        .head(MOST_AREAS)
    )
    days, documented = pl.col("last_changed_days").fill_null(0), pl.col("documented").fill_null(0)
    stability = days / (days + SETTLED_DAYS)
    described = (
        source.join(_centrality(source, dependencies), on="path")
        .join(largest, on="area", how="semi")
        .join(_known(file_owners, head_time), on="path", how="left")
        .join(_documented(functions), on="path", how="left")
        .with_columns(
            score=log2("centrality") * log2("code_lines") * (1 + stability + documented),
            is_documented=pl.col("documented") >= DOCUMENTED_SHARE,
        )
        .with_columns(best=pl.max("score").over("area"))
        .sort("best", "area", "score", "path", descending=[True, False, True, False])
    )
    first = described.with_columns(rank=1 + pl.int_range(pl.len()).over("area")).filter(
        pl.col("rank") <= MOST_FILES
    )
    return INSIGHT.frame(first.with_columns(why=_why()))


def _centrality(source: pl.DataFrame, dependencies: pl.DataFrame) -> pl.DataFrame:
    """`path`, `centrality` and `dependents`, the source files that import it."""
    edges = dependencies.drop_nulls("to_path").filter(pl.col("from_path") != pl.col("to_path"))
    dependents = (
        edges.join(source.select(from_path="path"), on="from_path", how="semi")
        .group_by(path="to_path")
        .agg(dependents=pl.n_unique("from_path"))
    )
    return (
        page_rank(source["path"], edges)
        .with_columns(pl.col("centrality") * source.height)
        .join(dependents, on="path", how="left")
        .with_columns(pl.col("dependents").fill_null(0))
    )


def _known(file_owners: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """When people last changed each file, and whom to ask about it."""
    age = (head_time - pl.col("last_touch").max()) / pl.duration(days=1)
    best = pl.col("person_name").sort_by("authorship", "person_id", descending=[True, False])
    is_active = pl.col("is_active").sort_by("authorship", "person_id", descending=[True, False])
    return file_owners.group_by("path").agg(
        last_changed_days=age.clip(lower_bound=0), ask=best.filter(is_active).first()
    )


def _documented(functions: pl.DataFrame) -> pl.DataFrame:
    is_documented = pl.col("docstring").fill_null("").str.strip_chars() != ""
    return functions.group_by("path").agg(documented=is_documented.mean())


def _why() -> pl.Expr:
    """The reasons that hold, of those below."""
    verb = pl.when(pl.col("dependents") == 1).then(pl.lit("imports")).otherwise(pl.lit("import"))
    importing = counted("dependents", "source file", "source files")
    settled = pl.col("last_changed_days").round().cast(pl.Int64)
    documented = (100 * pl.col("documented")).round().cast(pl.Int64)
    return pl.concat_list(
        pl.when(pl.col("dependents") > 0).then(pl.format("{} {} it.", importing, verb)),
        pl.when(settled >= SETTLED_DAYS).then(
            pl.format("Nobody has had to change it for {} days.", settled)
        ),
        pl.when("is_documented").then(
            pl.format("{} % of its functions are documented.", documented)
        ),
        pl.format("It has {} of code.", counted("code_lines", "line", "lines")),
    ).list.drop_nulls()
