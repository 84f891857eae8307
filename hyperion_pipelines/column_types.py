"""Types of columns that every schema shares; the schemas themselves are in `schemas`."""

import polars as pl

TIME = pl.Datetime("us", "UTC")
