"""`hyperion features`: what a model is told of a commit or a file, with its meaning.

It reads what the stage features made, which `features.described` puts in words. How that looks at
a terminal is the business of `features_text`.
"""

import difflib
import json
import posixpath
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import click
import polars as pl

from hyperion_pipelines.commands.as_of import as_of_option, version_as_of
from hyperion_pipelines.commands.features_text import print_features
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.errors import GitError, HyperionError, SourceError, UsageError
from hyperion_pipelines.features.catalogue import ENTITY, EVENT_TIME, FEATURES
from hyperion_pipelines.features.described import described
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.workspace import Workspace

DESCRIBED = ("sha", "author_name", "subject", "is_merge", "is_on_head", "position")
NEAR_PATHS = 3


@dataclass(frozen=True)
class Entity:
    """A commit or file: its row, the rows that it is ranked among, and words about it."""

    repository: str
    table: str
    version: int
    row: pl.DataFrame
    peers: pl.DataFrame
    heading: tuple[str, ...]
    note: str | None = None

    def document(self) -> dict[str, Any]:
        """All that is known of it, as JSON has it; `percentile` is 0 to 100."""
        values = self.row.row(0, named=True)
        time: datetime = values[EVENT_TIME[self.table]]
        return {
            "repository": self.repository,
            {"sha": "commit", "path": "file"}[ENTITY[self.table]]: values[ENTITY[self.table]],
            "time": time.isoformat(),
            "version": self.version,
            "features": [asdict(each) for each in described(self.table, self.row, self.peers)],
        }


@click.command()
@click.argument("slug", required=False)
@click.option("--commit", "revision", metavar="REV", help="A commit, as git names it.")
@click.option("--file", "path", metavar="PATH", help="A file, by its path in the repository.")
@as_of_option
@json_option
@with_workspace
def command(
    slug: str | None,
    revision: str | None,
    path: str | None,
    as_of: int | datetime | None,
    *,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Print the features of a commit or a file of SLUG, of its newest commit if none is named.

    SLUG may be left out where there is one repository. The percentile says how many of a hundred
    commits (files) of the repository have a smaller value, equal ones counted half.
    """
    if revision is not None and path is not None:
        raise UsageError("a commit or a file: give --commit or --file, not both")
    slug = _only_repository(workspace) if slug is None else workspace.catalogue.get(slug).slug
    table = "commit_features" if path is None else "file_features"
    version = version_as_of(workspace, table, as_of)
    if path is None:
        entity = _commit(workspace, slug, revision, version)
    else:
        entity = _file(workspace, slug, path, version)
    if as_json:
        click.echo(json.dumps(entity.document(), indent=2))
        if entity.note:
            click.echo(entity.note, err=True)
    else:
        notes = [entity.note] if entity.note else []
        print_features([*entity.heading, *notes], FEATURES[entity.table], entity.document())


def _only_repository(workspace: Workspace) -> str:
    slugs = [repository.slug for repository in workspace.catalogue.list()]
    if len(slugs) != 1:
        there = ", ".join(slugs) or "none yet; `hyperion analyze SOURCE` adds one"
        raise UsageError(f"name a repository; there are: {there}")
    return slugs[0]


def _commit(workspace: Workspace, slug: str, revision: str | None, version: int | None) -> Entity:
    """The commit that *revision* names, or the newest that has features."""
    features = workspace.lake.read("commit_features", slug, as_of=version)
    if version is None or features.is_empty():
        raise _nothing_of(slug, "commit_features", version)
    commits = workspace.lake.read("commits", slug, columns=DESCRIBED)
    if revision is None:
        sha, note = _newest(workspace, slug, features, commits)
    else:
        sha, note = _resolve(workspace, slug, revision), None
    row = features.filter(pl.col("sha") == sha)
    described = {each["sha"]: each for each in commits.filter(pl.col("sha") == sha).to_dicts()}
    if row.is_empty():
        is_merge = sha in described and described[sha]["is_merge"]
        raise _merge(workspace, slug, sha) if is_merge else _unknown_commit(slug, sha, version)
    about = described.get(sha, {"author_name": "", "subject": "(no longer in the history)"})
    when = _moment(row["commit_time"].item())
    heading = (f"{slug}  {sha}", f"{when}  {about['author_name']}", about["subject"])
    return Entity(slug, "commit_features", version, row, features, heading, note)


def _newest(
    workspace: Workspace, slug: str, features: pl.DataFrame, commits: pl.DataFrame
) -> tuple[str, str | None]:
    """HEAD, else the newest commit before it that has features; and words that say so."""
    refs = workspace.mirror(slug).refs()
    head = None if refs is None else refs.head_sha
    if head in features["sha"]:
        return str(head), None
    on_head = features.join(commits.filter("is_on_head"), on="sha").sort("commit_time", "position")
    if on_head.is_empty():
        raise HyperionError(f"no commit that HEAD of {slug} reaches has features: name a --commit")
    is_merge = head in commits.filter("is_merge")["sha"]
    reason = "is a merge" if is_merge else "has no features yet"
    return str(
        on_head["sha"].last()
    ), f"HEAD, {head}, {reason}: this is the newest commit before it."


def _resolve(workspace: Workspace, slug: str, revision: str) -> str:
    """The sha of the commit that git takes *revision* for. Raises UsageError if there is none."""
    mirror = workspace.mirror(slug)
    if mirror.refs() is None:
        raise SourceError(f"{slug} is not mirrored yet: run `hyperion analyze {slug}`")
    verify = ["rev-parse", "--verify", "--end-of-options"]
    try:
        named = run_git([*verify, revision], git_dir=mirror.git_dir).output.decode().strip()
        peeled = run_git([*verify, f"{named}^{{commit}}"], git_dir=mirror.git_dir).output
    except GitError as error:
        raise UsageError(
            f"{slug} has no commit {revision!r}: name a sha, a branch, a tag, or what else "
            "`git rev-parse` takes for one commit"
        ) from error
    return peeled.decode().strip()


def _merge(workspace: Workspace, slug: str, sha: str) -> UsageError:
    """What to ask for in place of a merge: the newest commit that it brought in or follows."""
    newest = ["rev-list", "--no-merges", "--max-count=1", sha]
    ordinary = run_git(newest, git_dir=workspace.mirror(slug).git_dir).output.decode().strip()
    return UsageError(
        f"{sha} is a merge, and merges have no features: ask for a commit that it merged, "
        f"the newest with --commit {ordinary[:12]}"
    )


def _unknown_commit(slug: str, sha: str, version: int) -> HyperionError:
    return HyperionError(
        f"{sha} has no features in version {version} of commit_features: it was not analysed yet, "
        f"or is on no branch; `hyperion analyze {slug}` brings the newest version up to date"
    )


def _nothing_of(slug: str, table: str, version: int | None) -> HyperionError:
    if version is None:
        return HyperionError(f"there are no features yet: run `hyperion analyze {slug}`")
    return HyperionError(
        f"version {version} of {table} holds nothing of {slug}: run `hyperion analyze {slug}`, "
        "or name another version with --as-of"
    )


def _file(workspace: Workspace, slug: str, path: str, version: int | None) -> Entity:
    """The last row of a file, ranked among the files of the newest window's end."""
    lake, table = workspace.lake, "file_features"
    rows = lake.read(table, slug, columns=["path", "window_end"], as_of=version)
    if version is None or rows.is_empty():
        raise _nothing_of(slug, table, version)
    path = posixpath.normpath(path)
    newest, end = rows["window_end"].max(), rows.filter(pl.col("path") == path)["window_end"].max()
    if not isinstance(end, datetime):
        raise _unknown_file(slug, path, rows.filter(pl.col("window_end") == newest)["path"])
    wanted = pl.col("window_end").is_in([newest, end])
    there = lake.read(table, slug, where=wanted, as_of=version)
    row = there.filter(pl.col("path") == path, pl.col("window_end") == end)
    peers = there.filter(pl.col("window_end") == newest)
    note = None if end == newest else "It is deleted or renamed since: this is its last row."
    heading = (f"{slug}  {path}", f"window's end {_moment(end)}")
    return Entity(slug, table, version, row, peers, heading, note)


def _unknown_file(slug: str, path: str, paths: pl.Series) -> UsageError:
    """The error for a path that there is not, with those that it may have meant."""
    endings = paths.filter(paths.str.ends_with(f"/{path}")).head(NEAR_PATHS).to_list()
    near = endings or difflib.get_close_matches(path, paths.to_list(), n=NEAR_PATHS)
    hint = f"did you mean {', '.join(near)}?" if near else "paths start at its root"
    return UsageError(f"{slug} has no file {path}: {hint}")


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
