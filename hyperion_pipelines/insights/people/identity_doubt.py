"""What could be otherwise if some signatures were taken for the wrong person.

It draws other readings of who is who; what follows from each is counted elsewhere.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

SEED = 20160516  # any: the same tables give the same answer


def with_doubt(signatures: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """*signatures* (`author_name`, `author_email`) with `doubt` that they are their person's, 0-1.

    It is what `confidence` of *identities* (the table) lacks to 1; 0 for one that is not there.
    """
    doubts = identities.select(
        author_name="name", author_email="email", doubt=1 - pl.col("confidence")
    )
    return signatures.join(
        doubts, on=["author_name", "author_email"], how="left", maintain_order="left"
    ).with_columns(pl.col("doubt").fill_null(0.0))


def drawn_persons(person: pl.Series, doubt: pl.Series, draws: int) -> Iterator[pl.Series]:
    """Number the person of each signature anew, *draws* times; nothing without any doubt.

    *person* numbers those whom the signatures were taken for, *doubt* is the probability of each
    signature to be somebody else's: it then gets a number of its own, above all others. The draws
    are independent and seeded.
    """
    taken_for, doubts = person.to_numpy(), doubt.to_numpy()
    if not doubts.any():
        return
    own = int(taken_for.max()) + 1 + np.arange(len(taken_for))
    random = np.random.default_rng(SEED)
    for _ in range(draws):
        is_split = random.random(len(doubts)) < doubts
        yield pl.Series(np.where(is_split, own, taken_for))
