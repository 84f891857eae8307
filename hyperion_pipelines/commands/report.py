"""`hyperion report SLUG...`: what the tables of repositories say, for a person or a program."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperion_pipelines.commands.options import with_workspace
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.report.publishing import replace_text
from hyperion_pipelines.workspace import Workspace

if TYPE_CHECKING:
    from hyperion_pipelines.insights.profile.model import Profile


@click.command()
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json", "md"]),
    default="html",
    show_default=True,
    help="A page that needs no network, one JSON document, or Markdown.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write  [default: report-SLUG.html for a page, else standard output]",
)
@with_workspace
def command(slugs: Sequence[str], form: str, output: Path | None, *, workspace: Workspace) -> None:
    """Report on a repository: what to do this week, and where risk sits. Several are compared."""
    from hyperion_pipelines.insights.catalogue import all_insights
    from hyperion_pipelines.report.reading import read_profile

    profiles = [read_profile(workspace, slug, all_insights()) for slug in dict.fromkeys(slugs)]
    alone = len(profiles) == 1
    text = _of_one(profiles[0], form, workspace) if alone else _of_several(profiles, form)
    if output is None and form == "html":
        output = Path(f"report-{profiles[0].repository if alone else 'comparison'}.html")
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(text, output)


def _of_one(profile: "Profile", form: str, workspace: Workspace) -> str:
    if form == "json":
        return profile.model_dump_json(indent=2)
    if form == "md":
        from hyperion_pipelines.report.markdown import render_markdown

        return render_markdown(profile)
    from hyperion_pipelines.report.page.render import render_page
    from hyperion_pipelines.report.reading import read_page_data

    return render_page(profile, read_page_data(workspace, profile.repository))


def _of_several(profiles: Sequence["Profile"], form: str) -> str:
    from hyperion_pipelines.report.comparison import compare

    comparison = compare(profiles)
    if form == "json":
        return json.dumps(asdict(comparison), indent=2)
    if form == "md":
        from hyperion_pipelines.report.markdown import render_comparison

        return render_comparison(comparison)
    from hyperion_pipelines.report.page.render import render_comparison_page

    return render_comparison_page(comparison)


def _write(text: str, output: Path) -> None:
    try:
        replace_text(output, text)
    except OSError as error:
        message = f"{output} cannot be written ({error.strerror}): name another file with -o"
        raise HyperionError(message) from error
    place = output.absolute()
    opened = f"; open it in a browser: {place.as_uri()}" if output.suffix == ".html" else ""
    click.echo(f"{output}: {place.stat().st_size / 1000:,.0f} kB{opened}", err=True)
