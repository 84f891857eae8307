"""How many lines a file had before and after each change.

The syntax metrics know it of source; of other text files it follows from the changes themselves.
"""

import numpy as np
import polars as pl


def with_lines(touches: pl.DataFrame, blob_metrics: pl.DataFrame) -> pl.DataFrame:
    """*touches* with `lines_before` and `lines_after`; null for binaries, and where unknown.

    *touches* has `rank`, `old_blob`, `new_blob`, `added`, `deleted` and `is_binary`, by rank. What
    `blob_metrics` does not count follows from the earlier change that made the blob first: the
    lines of the blob before, plus those added, less those deleted, and so on back to an added file.
    A blob that only a merge made, and one that was binary before, stay unknown.
    """
    counted = blob_metrics.select("blob", counted=pl.col("lines").cast(pl.Float64))
    rows = touches.with_row_index("row")
    made_first = rows.drop_nulls("new_blob").unique("new_blob", keep="first", maintain_order=True)
    makers = made_first.select(blob="new_blob", maker="row", maker_rank="rank")
    before, after = (
        rows.select("rank", blob=side)
        .join(counted, on="blob", how="left", maintain_order="left")
        .join(makers, on="blob", how="left", maintain_order="left")
        for side in ("old_blob", "new_blob")
    )
    grown = touches.select(
        pl.when(~pl.col("is_binary")).then(pl.col("added") - pl.col("deleted").cast(pl.Float64))
    ).to_series()
    began = before.select(
        known=pl.when(pl.col("blob").is_null()).then(0.0).otherwise("counted"),
        maker=pl.when(pl.col("maker_rank") < pl.col("rank")).then("maker"),
    )
    lines_before = _followed(began["known"], began["maker"], grown)
    lines_made = (lines_before + grown).gather(after["maker"])
    text = pl.when(~pl.col("is_binary"))
    return touches.with_columns(
        lines_before=text.then(lines_before),
        lines_after=text.then(after["counted"].fill_null(lines_made)),
    )


def _followed(known: pl.Series, maker: pl.Series, grown: pl.Series) -> pl.Series:
    """Lines before each change: those *known*, or those before its *maker* and what that added.

    Each round doubles how far back a row has looked.
    """
    here = np.arange(len(known))
    is_open = known.is_null() & maker.is_not_null()
    origin = np.where(is_open, maker.fill_null(0).to_numpy(), here)
    lines = np.where(is_open, grown.cast(pl.Float64).fill_null(np.nan).to_numpy()[origin], 0.0)
    while not np.array_equal(origin, further := origin[origin]):
        lines, origin = lines + lines[origin], further
    total = lines + known.fill_null(np.nan).to_numpy()[origin]
    return pl.Series("lines_before", total).fill_nan(None)
