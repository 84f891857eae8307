"""Builds the profile of a repository from its tables: the one place that knows all its parts.

Each part has its module: overview, headlines, actions, quality of the models, what is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
import polars.selectors as cs

from hyperion_pipelines.insights.insight import Insight
from hyperion_pipelines.insights.profile.actions import actions
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.headlines import headlines
from hyperion_pipelines.insights.profile.missing import missing_parts, outdated_parts, unanswered
from hyperion_pipelines.insights.profile.model import InsightRows, ModelQuality, Profile
from hyperion_pipelines.insights.profile.overview import overview

# What the overview is read from; each insight brings its own table.
BASE = {
    "commits": (
        *("sha", "author_id", "commit_time"),
        *("is_merge", "is_fix", "is_on_head"),
    ),
    "identities": ("person_id", "person_name", "is_bot"),
    "tree": (
        *("path", "language", "lines"),
        *("is_test", "is_vendored", "is_generated", "is_documentation"),
    ),
}
SIGNIFICANT_FIGURES = 6


@dataclass(frozen=True)
class ProfileContext:
    """What a profile holds beside tables.

    `insights` are those that it asks. Of all tables, insights' own among them, `absent` were never
    made; of insights, `outdated` were made at an older HEAD. `judged_by` and `models` are as in the
    profile; `generator` names the program and its version.
    """

    repository: str
    head_sha: str
    generator: str
    insights: Mapping[str, Insight]
    absent: frozenset[str] = frozenset()
    outdated: frozenset[str] = frozenset()
    judged_by: Mapping[str, str] = field(default_factory=dict[str, str])
    models: Sequence[ModelQuality] = ()


def build_profile(tables: Mapping[str, pl.DataFrame], context: ProfileContext) -> Profile:
    """The profile from *tables*: those of `BASE`, and each insight that can be answered.

    Numbers of rows are rounded to six significant figures; times are ISO texts in UTC.
    """
    seen = overview(tables["commits"], tables["identities"], tables["tree"])
    lost = unanswered(context.absent, context.insights)
    made = {table: insight for table, insight in context.insights.items() if table not in lost}
    asked = {table: tables[table] for table in ("tree", *made)}
    facts = Facts(asked, seen, seen.last_commit)
    return Profile(
        repository=context.repository,
        head_sha=context.head_sha,
        head_time=seen.last_commit,
        generator=context.generator,
        overview=seen,
        actions=actions(facts),
        headlines=headlines(facts),
        judged_by=dict(context.judged_by),
        models=list(context.models),
        insights={table: _rows(tables[table], insight) for table, insight in made.items()},
        missing=[
            *missing_parts(context.absent, context.insights, context.repository),
            *outdated_parts(context.outdated - lost, context.insights, context.repository),
        ],
    )


def _rows(table: pl.DataFrame, insight: Insight) -> InsightRows:
    shown = table if insight.shown is None else table.head(insight.shown)
    said = shown.select(insight.columns.keys()).with_columns(
        cs.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        cs.date().dt.strftime("%Y-%m-%d"),
        cs.float().round_sig_figs(SIGNIFICANT_FIGURES),
    )
    return InsightRows(question=insight.question, total=table.height, rows=said.to_dicts())
