"""The code that fixes removed, and who had written it: the candidates of SZZ.

Whatever a fix deletes or replaces may have held its bug. Lines are followed in the stage lines;
here they are narrowed to code that can have held it, written when it can have been written.
"""

from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.learning.labels.fixes import find_fixes


class TracedFixes(NamedTuple):
    """The fixes of a repository, and the code that they removed from its source files.

    `fixes` has the columns of `find_fixes` and `source_files` (how many it changed). `removed` has
    a row per fix, path and origin (a file's path before the fix): `inducing_sha`, `inducing_time`,
    `inducing_position` (null where the origin is a merge), `lines` (of code), and two booleans:
    `is_earlier` (the origin is older than the fix) and `is_before_report` (it is no younger than
    the report of the bug, or none is known). Where both hold, the origin is a candidate.
    """

    fixes: pl.DataFrame
    removed: pl.DataFrame

    @property
    def candidates(self) -> pl.DataFrame:
        """The rows of `removed` whose origin may have induced the bug."""
        return self.removed.filter("is_earlier", "is_before_report")


def trace_fixes(
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    line_removals: pl.DataFrame,
    filters: PathFilters,
    issues: pl.DataFrame | None = None,
) -> TracedFixes:
    """Trace every fix of a repository to the origins of the code that it removed.

    Code are lines of source files that are neither blank nor comment; a source file has a language
    by its path, and is neither test, generated, vendored nor documentation by *filters*.
    """
    fixes = find_fixes(commits, issues)
    source = _source_paths(pl.concat([changes["path"], line_removals["path"]]), filters)
    source_files = (
        changes.join(source, on="path", how="semi")
        .group_by(fix_sha="sha")
        .agg(source_files=pl.col("path").n_unique())
    )
    fixes = fixes.join(source_files, on="fix_sha", how="left").with_columns(
        pl.col("source_files").fill_null(0)
    )
    code = line_removals.join(source, on="path", how="semi").select(
        fix_sha="sha",
        path="path",
        inducing_sha="origin_sha",
        lines=pl.col("lines") - pl.col("blank") - pl.col("comment"),
    )
    removed = (
        code.filter(pl.col("lines") > 0)
        .join(fixes, on="fix_sha")
        .join(_origins(commits), on="inducing_sha", how="left")
        .with_columns(
            is_earlier=_is_earlier().fill_null(value=False),
            is_before_report=(pl.col("inducing_time") <= pl.col("reported_at")).fill_null(
                value=True
            ),
        )
    )
    return TracedFixes(fixes, removed)


def _origins(commits: pl.DataFrame) -> pl.DataFrame:
    """The commits that can have induced a bug: a merge writes none of the lines it takes over."""
    return commits.filter(~pl.col("is_merge")).select(
        inducing_sha="sha", inducing_time="commit_time", inducing_position="position"
    )


def _is_earlier() -> pl.Expr:
    """Whether the origin comes before the fix, by time, then by place in the history."""
    time, position = pl.col("inducing_time"), pl.col("inducing_position")
    is_as_old = time == pl.col("fix_time")
    return (time < pl.col("fix_time")) | (is_as_old & (position < pl.col("fix_position")))


def _source_paths(paths: pl.Series, filters: PathFilters) -> pl.DataFrame:
    path = pl.col("path")
    described = paths.unique().to_frame().with_columns(filters.columns(path))
    is_other = pl.any_horizontal("is_test", "is_generated", "is_vendored", "is_documentation")
    return described.filter(language_of(path).is_not_null(), ~is_other).select("path")
