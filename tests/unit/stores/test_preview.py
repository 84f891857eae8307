"""A preview is small, whatever the table holds."""

import polars as pl

from hyperion_pipelines.stores.preview import CELL_CHARACTERS, COLUMNS, ROWS, preview


def test_rows_become_a_markdown_table_without_the_repository() -> None:
    frame = pl.DataFrame({"repository": ["shop"], "path": ["a|b"], "body": ["two\nlines"]})
    assert preview(frame) == "| path | body |\n| --- | --- |\n| a\\|b | two lines |"


def test_rows_columns_and_cells_are_capped() -> None:
    wide = {f"column {number}": ["x" * 500] * 50 for number in range(COLUMNS + 3)}
    lines = preview(pl.DataFrame(wide)).splitlines()
    rows = [line for line in lines if line.startswith("| x")]
    assert len(rows) == ROWS
    assert all(len(cell.strip()) == CELL_CHARACTERS for cell in rows[0].strip("|").split("|"))
    assert lines[-1] == "and 3 columns more"


def test_an_empty_frame_shows_its_columns() -> None:
    assert preview(pl.DataFrame({"path": []})) == "| path |\n| --- |"
