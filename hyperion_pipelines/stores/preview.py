"""A few rows of a table for a person to look at, small enough for any page that shows it."""

import re

import polars as pl

ROWS = 8
COLUMNS = 12
CELL_CHARACTERS = 60
_SHA = re.compile(r"\b([0-9a-f]{10})[0-9a-f]{30}\b")


def preview(frame: pl.DataFrame) -> str:
    """The last rows of *frame* as a Markdown table, rows, columns and cells capped.

    Where rows are in the order of time, those are the newest. Object ids are cut to ten digits.
    """
    shown = frame.drop("repository", strict=False).tail(ROWS)
    names = shown.columns[:COLUMNS]
    rows = [[_cell(value) for value in row] for row in shown.select(names).rows()]
    more = len(shown.columns) - len(names)
    lines = [" | ".join(cells) for cells in (names, ["---"] * len(names), *rows)]
    table = "\n".join(f"| {line} |" for line in lines)
    return f"{table}\n\nand {more} columns more" if more > 0 else table


def _cell(value: object) -> str:
    text = _SHA.sub(r"\1", " ".join(str(value).split())).replace("|", "\\|")
    return text if len(text) <= CELL_CHARACTERS else f"{text[: CELL_CHARACTERS - 3]}..."
