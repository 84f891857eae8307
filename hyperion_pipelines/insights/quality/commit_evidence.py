"""What the history says about a commit, in sentences: facts that a reviewer can look up.

No model is asked; which commits are worth a look is the business of `risky_commits`.
"""

import polars as pl

from hyperion_pipelines.code.languages import GRAMMARS, language_of
from hyperion_pipelines.insights.quality.phrases import commit, counted
from hyperion_pipelines.learning.scoring.numbers import plain

MOST_SENTENCES = 3  # of one kind


def commit_evidence(
    chosen: pl.DataFrame,
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    line_removals: pl.DataFrame,
    bug_labels: pl.DataFrame,
    tree: pl.DataFrame,
) -> pl.DataFrame:
    """`sha` and `evidence` (sentences) of each of the *chosen* rows of *commits* that has any.

    First the size of the change; then, the most lines first, the fixes whose code it rewrote
    (*line_removals* of languages whose syntax is read, blank lines and comments left out, and what
    *tree* has as tests, generated, vendored or documentation), and the later fixes that mended
    lines of it (*bug_labels*). Of the latter two at most three sentences each.
    """
    shas = chosen.select("sha")
    sentences = pl.concat(
        [
            _size(changes.join(shas, on="sha", how="semi")),
            _rewrote(line_removals.join(shas, on="sha", how="semi"), commits, tree),
            _mended(shas, bug_labels, commits),
        ]
    )
    return sentences.group_by("sha", maintain_order=True).agg(evidence="sentence")


def _size(changes: pl.DataFrame) -> pl.DataFrame:
    """How much a commit changed, and where most of that is."""
    churn = pl.col("added") + pl.col("deleted")
    one_file, several = (
        pl.format("in {}.", "path"),
        pl.format("in {}, the most of it in {}.", counted(pl.col("files"), "file"), "path"),
    )
    return (
        changes.with_columns(pl.col("added", "deleted").fill_null(0))
        .sort(churn, "path", descending=[True, False])
        .group_by("sha", maintain_order=True)
        .agg(pl.sum("added", "deleted"), pl.first("path"), files=pl.len())
        .select(
            "sha",
            sentence=pl.format(
                "It adds {} and deletes {} {}",
                counted(pl.col("added"), "line"),
                pl.when(pl.col("deleted") > 0)
                .then(plain(pl.col("deleted").cast(pl.Float64)))
                .otherwise(pl.lit("none")),
                pl.when(pl.col("files") == 1).then(one_file).otherwise(several),
            ),
        )
    )


def _rewrote(
    line_removals: pl.DataFrame, commits: pl.DataFrame, tree: pl.DataFrame
) -> pl.DataFrame:
    """The lines of code it removed that an earlier fix had written."""
    is_other = pl.any_horizontal("is_test", "is_generated", "is_vendored", "is_documentation")
    fixes = commits.filter("is_fix").select("commit_time", "author_name", origin_sha="sha")
    rewritten = (
        line_removals.filter(language_of(pl.col("path")).is_in(list(GRAMMARS)))
        .join(tree.filter(is_other), on="path", how="anti")
        .with_columns(lines=pl.col("lines") - pl.col("blank") - pl.col("comment"))
        .filter(pl.col("lines") > 0)
        .sort("lines", "path", descending=[True, False])
        .group_by("sha", "origin_sha", maintain_order=True)
        .agg(pl.sum("lines"), pl.first("path"), files=pl.len())
    )
    return (
        rewritten.join(fixes, on="origin_sha")
        .sort("lines", "commit_time", "origin_sha", descending=True)
        .group_by("sha", maintain_order=True)
        .head(MOST_SENTENCES)
        .select(
            "sha",
            sentence=pl.format(
                "It rewrote {} {} that the fix {} had written.",
                counted(pl.col("lines"), "line"),
                pl.when(pl.col("files") == 1)
                .then(pl.format("of {}", "path"))
                .otherwise(pl.format("in {} files", "files")),
                commit("origin_sha", "commit_time", "author_name"),
            ),
        )
    )


def _mended(shas: pl.DataFrame, bug_labels: pl.DataFrame, commits: pl.DataFrame) -> pl.DataFrame:
    """The later fixes that removed lines of it."""
    pairs = bug_labels.unique(["fix_sha", "inducing_sha", "path"]).rename({"inducing_sha": "sha"})
    fixes = commits.select("author_name", fix_sha="sha")
    return (
        pairs.join(shas, on="sha", how="semi")
        .group_by("sha", "fix_sha", "fix_time")
        .agg(pl.sum("lines"))
        .join(fixes, on="fix_sha")
        .sort("lines", "fix_time", "fix_sha", descending=True)
        .group_by("sha", maintain_order=True)
        .head(MOST_SENTENCES)
        .select(
            "sha",
            sentence=pl.format(
                "The fix {} mended {} of it.",
                commit("fix_sha", "fix_time", "author_name"),
                counted(pl.col("lines"), "line"),
            ),
        )
    )
