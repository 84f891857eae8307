"""Small JSON files that say how something stands: whole before and after they are replaced.

What they say is the business of who writes them: `publications`, `edge_vectors`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_record(file: Path) -> dict[str, Any] | None:
    """What was recorded in *file*; None without one. A writer may take it away at any moment."""
    try:
        return json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None


def replace_record(file: Path, record: Mapping[str, Any]) -> None:
    """Replace *file* in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(record) + "\n", "utf-8")
    new.replace(file)
