"""The table of the stage secrets, brought up to date: only commits not searched before are read.

What a commit adds and removes depends on its patch alone, so rows of known commits stay. Where a
file is today, and whether it still has the secret, is derived anew.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.git.log_stream import NO_OBJECT
from hyperion_pipelines.git.modes import IS_FILE
from hyperion_pipelines.git.renames import with_present_path
from hyperion_pipelines.lines.order import CommitOrder
from hyperion_pipelines.lines.update import HistoryTables
from hyperion_pipelines.lines.versions import MAXIMUM_BYTES
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import SECRETS
from hyperion_pipelines.security.known import KnownSecrets
from hyperion_pipelines.security.matching import FOUND, find_secrets, has_keyword
from hyperion_pipelines.security.patches import search_patches
from hyperion_pipelines.security.rules import SecretRules, read_secret_rules

_COLUMNS = [name for name in SECRETS if name != "repository"]
_OF_HEAD = ["present_path", "head_line"]
_OF_COMMITS = [name for name in _COLUMNS if name not in _OF_HEAD]


@dataclass(frozen=True)
class SecretsUpdate:
    """The table secrets without `repository`; `searched` counts the commits read."""

    rows: pl.DataFrame
    searched: int


def update_secrets(
    git_dir: Path,
    tables: HistoryTables,
    *,
    known: KnownSecrets | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> SecretsUpdate:
    """The secrets in the history of *tables*, by commit, path and line; what is *known* stays.

    Rows of commits that no branch reaches any longer fall out. Raises MissingObjectsError where the
    repository lacks an object.
    """
    rules = read_secret_rules()
    order = CommitOrder.of(tables.commits)
    seen = order.reached_by(known.tips) if known else set[str]()
    is_merge = set(tables.commits.filter("is_merge")["sha"])
    unseen = [sha for sha in reversed(order.shas) if sha not in seen and sha not in is_merge]
    with (progress or Silent()).stage("secrets", len(unseen), "commits") as advance:
        found = search_patches(git_dir, unseen, rules, workers=workers, advance=advance)
    new = _with_paths(found, tables.changes)
    kept = known.rows.filter(pl.col("sha").is_in(seen)) if known else new.clear()
    rows = pl.concat([kept.select(_OF_COMMITS), new.select(_OF_COMMITS)])
    positions = tables.commits.select("sha", "position")
    placed = rows.join(positions, on="sha").join(
        _present_paths(tables.changes, positions), on=["sha", "path"]
    )
    at_head = _lines_at_head(git_dir, placed, tables.tree, rules)
    ordered = placed.join(at_head, on=["present_path", "rule", "fingerprint"], how="left").sort(
        "position", "path", "line", "rule", "fingerprint", "change"
    )
    return SecretsUpdate(ordered.select(_COLUMNS), len(unseen))


def _with_paths(found: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """*found* under the path that has the line; each path of those that a commit changed alike."""
    blobs = pl.col("old_blob", "new_blob").fill_null(NO_OBJECT)
    named = changes.select("sha", "path", "old_path", "status", blobs)
    # A change of type, such as a file that becomes a link, prints a patch for each of the two.
    of_type = named.filter(pl.col("status") == "T")
    halves = [
        of_type.with_columns(**{blob: pl.lit(NO_OBJECT)}) for blob in ("old_blob", "new_blob")
    ]
    path = pl.when(pl.col("change") == "removed").then(pl.coalesce("old_path", "path"))
    return found.join(
        pl.concat([named, *halves]), on=["sha", "old_blob", "new_blob"], maintain_order="left"
    ).with_columns(path=path.otherwise("path"))


def _present_paths(changes: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """Where the file of each `sha` and `path`, before the commit or after it, is today."""
    columns = ["sha", "path", "old_path", "status"]
    moved = with_present_path(changes.select(columns).join(positions, on="sha"))
    before = moved.drop_nulls("old_path").with_columns(path="old_path")
    both = pl.concat([moved, before]).select("sha", "path", "present_path")
    return both.unique(["sha", "path"], keep="first", maintain_order=True)


def _lines_at_head(
    git_dir: Path, rows: pl.DataFrame, tree: pl.DataFrame, rules: SecretRules
) -> pl.DataFrame:
    """The first line of each secret that its file has at HEAD, as `head_line`."""
    files = tree.filter(IS_FILE).select("blob", present_path="path")
    files = files.join(rows.select("present_path").unique(), on="present_path", how="semi")
    found = [pl.DataFrame(schema={"blob": pl.String, **FOUND})]
    blobs = files["blob"].unique().sort().to_list()
    for blob, _, content in read_blobs(git_dir, blobs, maximum_bytes=MAXIMUM_BYTES):
        if content is not None:
            secrets = _secrets_in(content, rules).select(pl.lit(blob).alias("blob"), pl.all())
            found.append(secrets)
    return (
        pl.concat(found)
        .group_by("blob", "rule", "fingerprint")
        .agg(head_line=(pl.col("place").min() + 1).cast(pl.UInt32))
        .join(files, on="blob")
        .drop("blob")
    )


def _secrets_in(content: bytes, rules: SecretRules) -> pl.DataFrame:
    """The secrets of a whole file, as FOUND; places are lines, from 0."""
    text = content.decode("utf-8", "replace").split("\n")
    lines = pl.DataFrame({"text": text}, schema={"text": pl.String}).with_row_index("place")
    return find_secrets(lines.filter(has_keyword(pl.col("text"), rules)), rules)
