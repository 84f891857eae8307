"""Who counts as knowing a file well enough to change it alone, and which files that is asked of.

The one rule for knowledge at risk, departures and review; `file_owners` has the evidence.
"""

import polars as pl

from hyperion_pipelines.code.selection import DATA_AND_PROSE

ONE_LINE_IN = 10
ONE_COMMIT_IN = 20
LEAST_COMMITS = 5


def source_files(files: pl.DataFrame) -> pl.DataFrame:
    """Those of own *files* that hold source, tests included; data such as JSON is known by nobody.

    A commit that splits a file of data makes its author the owner of hundreds: it would drown what
    is said of programs.
    """
    return files.filter(~pl.col("language").is_in(DATA_AND_PROSE))


def knowers(file_owners: pl.DataFrame) -> pl.DataFrame:
    """The rows of *file_owners* of people who know the file, by any of three signs.

    They are its authors by degree of authorship (`is_author`), or wrote at least a tenth of the
    lines that are left, or `changed_much`. The degree alone forgets who keeps a file that its
    creator changed a thousand times.
    """
    lines = pl.col("lines").cast(pl.Int64)
    wrote_much = (lines > 0) & (lines * ONE_LINE_IN >= lines.sum().over("path"))
    return file_owners.filter(pl.col("is_author") | wrote_much | changed_much("commits", of="path"))


def changed_much(commits: str, *, of: str) -> pl.Expr:
    """Whether a person made at least a twentieth of the *commits* (a column) to each *of*, and 5.

    A twentieth makes a major contributor: Bird, Nagappan, Murphy, Gall & Devanbu, "Don't Touch My
    Code! Examining the Effects of Ownership on Software Quality" (ESEC/FSE 2011). Five keep those
    out who came once to what is seldom changed.
    """
    made = pl.col(commits).cast(pl.Int64)
    return (made >= LEAST_COMMITS) & (made * ONE_COMMIT_IN >= made.sum().over(of))
