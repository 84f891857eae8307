"""`hyperion analyze SOURCE`: from a path or URL to tables and a summary, without set-up."""

import json
import logging
import time
from dataclasses import dataclass
from pathlib import Path

import click

from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.progress_bars import terminal_progress
from hyperion_pipelines.commands.summary_text import print_summary
from hyperion_pipelines.git.sources import read_refs, resolve_source
from hyperion_pipelines.insights.summary import summarise
from hyperion_pipelines.report.publishing import REPORT
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.stages import STAGES, Stage, resolve_stages
from hyperion_pipelines.workspace import Workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Analysis:
    """What an analysis did: `steps` maps each step that ran to its seconds; none if nothing did."""

    repository: Repository
    head_sha: str
    head_branch: str | None
    steps: dict[str, float]
    seconds: float


@click.command()
@click.argument("source")
@click.option("--name", "slug", help="Slug of the repository  [default: the source's name]")
@click.option(
    "--stages", default=",".join(STAGES), show_default=True, help="Stages, and what they need."
)
@json_option
@with_workspace
def command(
    source: str, slug: str | None, stages: str, *, as_json: bool, workspace: Workspace
) -> None:
    """Analyse SOURCE, a path, a URL or the slug of a known repository, and print a summary."""
    names = [name.strip() for name in stages.split(",") if name.strip()]
    analysis = analyse(workspace, source, slug, resolve_stages(names))
    report(workspace, analysis, as_json=as_json)


def analyse(workspace: Workspace, source: str, slug: str | None, stages: list[Stage]) -> Analysis:
    """Bring the tables of *stages* up to date with *source*; cheap where nothing is new.

    Raises a HyperionError that says what to do.
    """
    started = time.monotonic()
    resolved = _known_source(workspace, source) or resolve_source(source)
    refs = read_refs(resolved, timeout=workspace.settings.git_timeout)
    repository = workspace.catalogue.add(resolved, slug)
    if refs.head_branch is None:
        logger.warning("HEAD is detached: analysing %s as it is checked out", refs.head_sha[:12])
    steps: dict[str, float] = {}
    if not workspace.is_current(repository.slug, refs, stages):
        # Dagster takes seconds to import, which a look that finds nothing new need not pay.
        from hyperion_pipelines.definitions import run_stages

        done = run_stages(workspace, repository.slug, stages, terminal_progress())
        steps = {step.step: step.seconds for step in done}
    seconds = time.monotonic() - started
    logger.info(
        "%s analysed in %.1f s",
        repository.slug,
        seconds,
        extra={"steps": steps, "source": resolved},
    )
    return Analysis(repository, refs.head_sha, refs.head_branch, steps, seconds)


def report(workspace: Workspace, analysis: Analysis, *, as_json: bool) -> None:
    """Print what *analysis* found."""
    slug = analysis.repository.slug
    run = {
        "source": analysis.repository.source,
        "head_sha": analysis.head_sha,
        "head_branch": analysis.head_branch,
        "is_new": bool(analysis.steps),
        "steps": analysis.steps,
        "seconds": round(analysis.seconds, 3),
        "home": str(workspace.home),
        "report": _published_report(workspace, slug),
    }
    summary = summarise(workspace.lake, slug, workspace.filters(slug))
    if as_json:
        click.echo(json.dumps({**summary, "run": run}, indent=2, default=str))
    else:
        print_summary(summary, run)


def _published_report(workspace: Workspace, slug: str) -> str | None:
    """The page of the repository's profile; None where that was never made."""
    page = workspace.profile_folder(slug) / REPORT
    return str(page) if page.exists() else None


def _known_source(workspace: Workspace, text: str) -> str | None:
    """The source of the repository whose slug *text* is, unless a path has that name too."""
    if Path(text).exists():
        return None
    known = {repository.slug: repository.source for repository in workspace.catalogue.list()}
    return known.get(text)
