"""How far a person is an author of a file, from who created it and who changed it how often.

The model is fitted and the thresholds are chosen in the papers that the functions name; what is
made of authors (owners, truck factor, knowledge at risk) is elsewhere.
"""

import polars as pl

LEAST_DEGREE = 3.293
LEAST_AUTHORSHIP = 0.75


def degree_of_authorship() -> pl.Expr:
    """The degree of authorship (DOA) of a row per file and person, with a window over `path`.

    DOA = 3.293 + 1.098 FA + 0.164 DL - 0.321 ln(1 + AC): FA is 1 if the person created the file
    (`is_creator`), DL the person's changes to it (`commits`), AC the changes of all others. The
    weights are those of Fritz, Ou, Murphy & Murphy-Hill, "A Degree-of-Knowledge Model to Capture
    Source Code Familiarity" (ICSE 2010), as used by Avelino, Passos, Hora & Valente, "A Novel
    Approach for Estimating Truck Factors" (ICPC 2016).
    """
    changes = pl.col("commits").cast(pl.Int64)
    by_others = changes.sum().over("path") - changes
    created = pl.col("is_creator").cast(pl.Float64)
    return 3.293 + 1.098 * created + 0.164 * changes - 0.321 * by_others.log1p()


def of_the_most(column: str) -> pl.Expr:
    """The values of *column* over the largest of their `path`, 0 to 1; 0 where none is positive."""
    value = pl.col(column).clip(lower_bound=0)
    largest = value.max().over("path")
    return pl.when(largest > 0).then(value / largest).otherwise(0.0)


def is_author(degree: str, authorship: str) -> pl.Expr:
    """Whether a person is an author of the file: DOA of at least 3.293, and above 0.75 of the most.

    *degree* is the column of the DOA, *authorship* that of `of_the_most` of it. The thresholds are
    those of Avelino et al. (ICPC 2016).
    """
    return (pl.col(degree) >= LEAST_DEGREE) & (pl.col(authorship) > LEAST_AUTHORSHIP)
