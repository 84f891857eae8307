"""Searches the patches of commits for secrets, many patches at a time.

A keyword decides which patches are looked at, and which of their lines: most of a history has none.
What a secret is, `matching` says; which path a patch belongs to is the business of `update`, which
knows the files that a commit changed by their blobs.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.lines.patches import COMMITS, DIFF, by_their_blobs, hunks
from hyperion_pipelines.lines.records import read_records
from hyperion_pipelines.progress import Advance
from hyperion_pipelines.security.matching import find_secrets, has_keyword
from hyperion_pipelines.security.rules import SecretRules

LOG = (
    *(*DIFF, *COMMITS, "-p", "-U0", "-M", "--full-index", "--root"),
    *("--no-color", "--no-ext-diff", "--no-textconv"),
)
BATCH_BYTES = 16 << 20

# A secret that a patch adds or removes; `line` is that after the patch, or before it.
PATCH_SECRETS = pl.Schema(
    {
        "sha": pl.String,
        "old_blob": pl.String,
        "new_blob": pl.String,
        "line": pl.UInt32,
        "rule": pl.String,
        "fingerprint": pl.String,
        "shown": pl.String,
        "change": pl.String,
    }
)


class _Patch(NamedTuple):
    sha: str
    old_blob: str
    new_blob: str
    text: bytes


def search_patches(
    git_dir: Path, shas: Sequence[str], rules: SecretRules, *, workers: int, advance: Advance
) -> pl.DataFrame:
    """What the commits *shas* add and remove, as PATCH_SECRETS; merges show no patch.

    *advance* is told how many commits were searched since the last call. Raises MissingObjectsError
    where the repository lacks an object that a diff needs.
    """
    found = [PATCH_SECRETS.to_frame()]
    for patches, commits in _batches(git_dir, shas, workers):
        found.append(_search(patches, rules))
        advance(commits)
    return pl.concat(found)


def _batches(
    git_dir: Path, shas: Sequence[str], workers: int
) -> Iterator[tuple[list[_Patch], int]]:
    """Patches of about BATCH_BYTES, and how many commits they come from."""
    batch, size, commits = list[_Patch](), 0, 0
    for sha, record in read_records(git_dir, LOG, shas, workers=workers):
        patches = by_their_blobs(record.split(b"\ndiff --git ")[1:])
        batch += [_Patch(sha, *blobs, text) for blobs, text in patches.items()]
        size, commits = size + len(record), commits + 1
        if size >= BATCH_BYTES:
            yield batch, commits
            batch, size, commits = [], 0, 0
    yield batch, commits


def _search(patches: Sequence[_Patch], rules: SecretRules) -> pl.DataFrame:
    lines = _likely_lines(patches, rules)
    found = find_secrets(lines, rules).join(lines.drop("text"), on="place")
    places = found.select("patch", "row").unique(maintain_order=True)
    rows: Iterator[tuple[int, int]] = places.iter_rows()
    numbers = [_line_number(patches[patch].text, row) for patch, row in rows]
    numbered = places.with_columns(line=pl.Series(numbers, dtype=pl.UInt32))
    origin = pl.DataFrame(
        [patch[:3] for patch in patches],
        schema={"sha": pl.String, "old_blob": pl.String, "new_blob": pl.String},
        orient="row",
    ).with_row_index("patch")
    each = ["patch", "rule", "fingerprint"]
    return (
        found.join(numbered, on=["patch", "row"])
        # What a patch takes away and puts back has only moved.
        .filter(pl.n_unique("change").over(each) == 1)
        .sort("patch", "line")
        .unique(each, keep="first", maintain_order=True)
        .join(origin, on="patch", maintain_order="left")
        .select(PATCH_SECRETS.names())
    )


def _likely_lines(patches: Sequence[_Patch], rules: SecretRules) -> pl.DataFrame:
    """The added and removed lines with a keyword: `patch`, `row` in its hunks, `change`, `text`."""
    bodies = pl.Series(
        "text", [_body(patch.text).decode("utf-8", "replace") for patch in patches], pl.String
    )
    sign = pl.col("text").str.head(1)
    return (
        bodies.to_frame()
        .with_row_index("patch")
        .filter(has_keyword(pl.col("text"), rules))
        .with_columns(pl.col("text").str.split("\n"))
        .explode("text", empty_as_null=False)
        .with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32).over("patch"))
        .filter(sign.is_in(["+", "-"]), has_keyword(pl.col("text"), rules))
        .select(
            *("patch", "row"),
            change=sign.replace_strict({"+": "added", "-": "removed"}),
            text=pl.col("text").str.slice(1),
        )
        .with_row_index("place")
    )


def _body(patch: bytes) -> bytes:
    """The hunks, without the headers of the patch, which begin with signs too."""
    return patch.partition(b"\n@@ ")[2]


def _line_number(patch: bytes, row: int) -> int:
    """The number, from 1, of the line in *row* of the patch's body: in the file that has it."""
    shift = 0  # how much further down a line is after the patch than before it
    for hunk in hunks(patch):
        lines = hunk.text.count(b"\n") + 1
        if row < lines:
            before = hunk.text.split(b"\n", row)[:row]
            sign = hunk.text.split(b"\n", row + 1)[row][:1]
            earlier = sum(line[:1] == sign for line in before[1:])
            return hunk.start + earlier + 1 + (shift if sign == b"+" else 0)
        row -= lines
        shift += hunk.added - hunk.removed
    raise ValueError(f"the patch has no such row: {row} are too many")
