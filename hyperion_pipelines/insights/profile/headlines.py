"""Sums each insight up as a number and a sentence, and says which of them are a concern.

The sentences are made by theme: `code_headlines`, `people_headlines`, `quality_headlines`,
`delivery_headlines`. A headline's docstring says when it is a concern.
"""

from collections.abc import Callable, Mapping

from hyperion_pipelines.insights.profile.code_headlines import CODE_HEADLINES
from hyperion_pipelines.insights.profile.delivery_headlines import DELIVERY_HEADLINES
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Headline
from hyperion_pipelines.insights.profile.people_headlines import PEOPLE_HEADLINES
from hyperion_pipelines.insights.profile.quality_headlines import QUALITY_HEADLINES

# Table of the insight -> what sums its rows up; it is asked only where there are rows.
HEADLINES: Mapping[str, Callable[[Facts], Headline | None]] = {
    **QUALITY_HEADLINES,
    **CODE_HEADLINES,
    **PEOPLE_HEADLINES,
    **DELIVERY_HEADLINES,
}


def headlines(facts: Facts) -> list[Headline]:
    """The headlines of the insights that have rows: concerns first, then in their usual order."""
    said = [
        summed
        for table, summed_up in HEADLINES.items()
        if facts.has(table) and (summed := summed_up(facts))
    ]
    return sorted(said, key=lambda headline: not headline.is_concern)
