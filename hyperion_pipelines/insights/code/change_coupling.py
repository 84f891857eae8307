"""Which files change together, and which of them should know nothing of each other.

Code that imports nothing from a file and yet changes with it depends on it all the same, where no
compiler sees it. Made from the files at HEAD, their history and their imports.
"""

from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.features.file_features import COUPLING_FILES
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.shared.hypergeometric import upper_tail

FEWEST_COMMITS = 3
FALSE_DISCOVERIES = 0.05
UNEXPECTED_COMMITS = 5
UNEXPECTED_CONFIDENCE = 0.3
UNEXPECTED_SINCE = timedelta(days=2 * 365)
MOST_PAIRS = 20_000

INSIGHT = Insight(
    table="change_coupling",
    question="Which files change together, and which of these pairs does nothing explain?",
    columns={
        "path": Column(pl.String, "The file with fewer commits, so with the higher confidence."),
        "other": Column(pl.String, "The file that it changes with."),
        "support": Column(pl.UInt32, "Commits that changed both."),
        "commits": Column(pl.UInt32, "Counted commits that changed `path`."),
        "other_commits": Column(pl.UInt32, "Counted commits that changed `other`."),
        "confidence": Column(pl.Float64, "Share of the commits to `path` that changed `other`."),
        "other_confidence": Column(
            pl.Float64, "Share of the commits to `other` that changed `path`."
        ),
        "lift": Column(
            pl.Float64, "How many times as often they change together as chance would have it."
        ),
        "p_value": Column(
            pl.Float64,
            "Chance of that many common commits if they had nothing to do with each other.",
        ),
        "q_value": Column(
            pl.Float64, "Expected share of chance finds among the pairs that are at least as sure."
        ),
        "is_cross_area": Column(pl.Boolean, "The files lie in different areas."),
        "imports": Column(pl.Boolean, "One of them imports the other."),
        "is_test_pair": Column(pl.Boolean, "One of them is a test and the other is not."),
        "is_unexpected": Column(
            pl.Boolean,
            "Source files of different areas, no tests, that do not import each other, with five "
            "common commits or more, one in the newest two years, and a confidence of 0.3 or more.",
        ),
        "last_together": Column(TIME, "When they last changed together (UTC)."),
    },
    key=("path", "other"),
)


def change_coupling(
    files: pl.DataFrame, touches: pl.DataFrame, dependencies: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """The pairs of own files, tests included, that change together more often than by chance.

    Counted are the commits by people to at most 50 files of HEAD that changed an own file. Of N
    such commits, a and b that changed either file, and s that changed both, the confidences are
    s/a and s/b, the lift is s * N / (a * b) (Brin et al., "Dynamic Itemset Counting", 1997), and
    the p-value is that of Fisher's exact test, one-sided. The q-values (Benjamini & Hochberg,
    "Controlling the False Discovery Rate", 1995) are over all pairs that ever changed together.

    Pairs with a support of 3 and a q-value of 0.05 at most are kept. Unexpected ones come first,
    then those of the greatest strength, which is support times confidence; 20,000 of them at most.
    """
    counted = _counted(files, touches)
    pairs = _with_chance(_together(counted), counted["commit"].n_unique())
    found = pairs.filter(
        pl.col("support") >= FEWEST_COMMITS, pl.col("q_value") <= FALSE_DISCOVERIES
    )
    recent = pl.col("last_together") >= head_time - UNEXPECTED_SINCE
    rows = _described(_by_path(found, files), files, dependencies).with_columns(
        pl.col("is_unexpected") & recent
    )
    strength = pl.col("support") * pl.col("confidence")
    return INSIGHT.frame(
        rows.sort(~pl.col("is_unexpected"), -strength, "path", "other").head(MOST_PAIRS)
    )


def counted_changes(files: pl.DataFrame, touches: pl.DataFrame) -> pl.DataFrame:
    """Who changed which own file: `path`, `commit` (its position), `commit_time`, each pair once.

    Of the commits that `change_coupling` counts.
    """
    by_people = touches.filter(~pl.col("is_bot")).select("path", "commit_time", commit="position")
    changed = by_people.unique(["path", "commit"])
    is_small = pl.len().over("commit") <= COUPLING_FILES
    return changed.filter(is_small).join(files, on="path", how="semi")


def _counted(files: pl.DataFrame, touches: pl.DataFrame) -> pl.DataFrame:
    """Who changed which own file: `commit`, `file` (a number), `commit_time`, each pair once."""
    changes = counted_changes(files, touches).join(_numbered(files), on="path")
    return changes.select("commit", "file", "commit_time")


def _numbered(files: pl.DataFrame) -> pl.DataFrame:
    return files.select("path").with_row_index("file")


def _together(counted: pl.DataFrame) -> pl.DataFrame:
    """A row per pair `first` < `second`: `support`, their own commits, `last_together`.

    Streamed: what is in memory are the pairs that there are, not each of their commits.
    """
    changes = counted.lazy()
    sizes = counted.group_by("file").agg(commits=pl.len())
    return (
        changes.select("commit", first="file")
        .join(changes.select("commit", "commit_time", second="file"), on="commit")
        .filter(pl.col("first") < pl.col("second"))
        .group_by("first", "second")
        .agg(support=pl.len(), last_together=pl.max("commit_time"))
        .collect(engine="streaming")
        .join(sizes.rename({"file": "first", "commits": "first_commits"}), on="first")
        .join(sizes.rename({"file": "second", "commits": "second_commits"}), on="second")
    )


def _with_chance(pairs: pl.DataFrame, commits: int) -> pl.DataFrame:
    """*pairs* with `lift`, `p_value` and `q_value`, among so many *commits*."""
    from scipy import stats

    counts = ["support", "first_commits", "second_commits"]
    # Many pairs have the same counts: each triple is worked out once.
    distinct = pairs.select(counts).unique()
    common, first, second = (distinct[name].cast(pl.Float64).to_numpy() for name in counts)
    chances = distinct.with_columns(
        p_value=pl.Series(upper_tail(common, commits, first, second), dtype=pl.Float64),
        lift=pl.Series(common * commits / (first * second), dtype=pl.Float64),
    )
    described = pairs.join(chances, on=counts)
    adjusted = stats.false_discovery_control(described["p_value"].to_numpy())
    return described.with_columns(q_value=pl.Series(adjusted, dtype=pl.Float64))


def _by_path(pairs: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """*pairs* under their paths: `path` is the file with fewer commits, then the first."""
    names = _numbered(files)
    is_turned = pl.col("second_commits") < pl.col("first_commits")
    commits, others = pl.col("first_commits"), pl.col("second_commits")
    fewer = pl.when(is_turned).then
    return (
        pairs.join(names.rename({"file": "first", "path": "first_path"}), on="first")
        .join(names.rename({"file": "second", "path": "second_path"}), on="second")
        .with_columns(
            path=fewer("second_path").otherwise("first_path"),
            other=fewer("first_path").otherwise("second_path"),
            commits=fewer(others).otherwise(commits),
            other_commits=fewer(commits).otherwise(others),
        )
        .with_columns(
            confidence=pl.col("support") / pl.col("commits"),
            other_confidence=pl.col("support") / pl.col("other_commits"),
        )
    )


def _described(
    pairs: pl.DataFrame, files: pl.DataFrame, dependencies: pl.DataFrame
) -> pl.DataFrame:
    """*pairs* with what is known of their files beside their changes."""
    is_source = pl.col("cyclomatic").is_not_null() & ~pl.col("is_test")
    place = files.select("path", "area", "is_test", is_source=is_source)
    edges = dependencies.drop_nulls("to_path").select(path="from_path", other="to_path")
    imports = pl.concat([edges, edges.select(path="other", other="path")]).unique()
    described = (
        pairs.join(place, on="path")
        .join(place.rename({"path": "other"}), on="other", suffix="_other")
        .join(imports.with_columns(imports=True), on=["path", "other"], how="left")
        .with_columns(
            pl.col("imports").fill_null(value=False),
            is_cross_area=pl.col("area") != pl.col("area_other"),
            is_test_pair=pl.col("is_test") != pl.col("is_test_other"),
        )
    )
    return described.with_columns(
        is_unexpected=pl.col("is_cross_area")
        & pl.col("is_source")
        & pl.col("is_source_other")
        & ~pl.col("imports")
        & (pl.col("support") >= UNEXPECTED_COMMITS)
        & (pl.col("confidence") >= UNEXPECTED_CONFIDENCE)
    )
