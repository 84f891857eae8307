"""The stage profile: what the tables tell a person, a table an insight, and all as one page."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, all_insights, insight_of
from hyperion_pipelines.insights.figures.catalogue import FIGURES
from hyperion_pipelines.insights.figures.draw import figure_markdown
from hyperion_pipelines.insights.make import make_insights, tables_read
from hyperion_pipelines.report.markdown import this_week
from hyperion_pipelines.report.page.render import render_page
from hyperion_pipelines.report.publishing import profile_row, publish_report
from hyperion_pipelines.report.reading import READ, read_page_data, read_profile
from resources.workspace import WorkspaceResource

PROFILE = "repository_profile"


@dg.multi_asset(
    name="insights",
    specs=[table_spec(table, deps=sorted(tables_read(table))) for table in INSIGHT_TABLES],
    check_specs=check_specs(INSIGHT_TABLES),
)
def insights(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Answers each question from the tables, and draws the answer."""
    slug, state = context.partition_key, workspace.open()
    given = {"filters": state.filters(slug), "suppressions": state.suppressions(slug)}
    with state.running("profile", slug) as inputs:
        for table, rows in make_insights(lambda name: state.lake.read(name, slug), given):
            question = insight_of(table).question
            picture = figure_markdown(question, rows, FIGURES[table])
            yield table_result(table, rows, inputs, {"figure": dg.MetadataValue.md(picture)})


@dg.multi_asset(
    name="profile",
    specs=[table_spec(PROFILE, deps=sorted({*INSIGHT_TABLES, *READ}))],
    check_specs=check_specs([PROFILE]),
)
def repository_profile(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Sums the insights up, says what to do first, and publishes document and page."""
    slug, state = context.partition_key, workspace.open()
    with state.running("profile", slug) as inputs:
        profile = read_profile(state, slug, all_insights())
        page = render_page(profile, read_page_data(state, slug))
        # As numbers, the UI plots them from run to run.
        figures = {
            f"{headline.insight} ({headline.unit})": headline.value
            for headline in profile.headlines
            if headline.value is not None
        }
        notes = {
            **figures,
            "report": dg.MetadataValue.path(
                publish_report(state.profile_folder(slug), profile, page)
            ),
            "this_week": dg.MetadataValue.md(this_week(profile)),
        }
        yield table_result(PROFILE, profile_row(profile), inputs, notes)
