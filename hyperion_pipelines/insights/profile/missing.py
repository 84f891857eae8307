"""What a profile cannot say because a stage has not run: a sentence a stage.

An insight whose tables were never made is empty, which must not read as good news: it is left out
of the profile, and named here.
"""

from collections.abc import Collection, Mapping

from hyperion_pipelines.insights.insight import Insight
from hyperion_pipelines.insights.make import tables_read
from hyperion_pipelines.insights.profile.words import counted, joined, sentence
from hyperion_pipelines.stages import STAGES

QUESTIONS_SHOWN = 3


def unanswered(absent: Collection[str], insights: Collection[str]) -> frozenset[str]:
    """Those of *insights* that are absent, or made from one or a table that is."""
    lost = set(absent)
    while more := {table for table in insights if table not in lost and tables_read(table) & lost}:
        lost |= more
    return frozenset(lost.intersection(insights))


def missing_parts(
    absent: Collection[str], insights: Mapping[str, Insight], repository: str
) -> list[str]:
    """What the *absent* tables, those never made of *repository*, leave out: a sentence a stage."""
    said: list[str] = []
    for stage in STAGES.values():
        tables = [table for table in stage.tables if table in absent]
        lost = unanswered(tables, insights)
        if lost:
            questions = [f"“{insights[table].question}”" for table in insights if table in lost]
            said.append(
                f"The stage `{stage.name}` has not made {_named(tables)} yet, so there is no "
                f"answer to {joined(questions, QUESTIONS_SHOWN)}: "
                f"`hyperion analyze {repository} --stages {stage.name}` runs it."
            )
    return said


def outdated_parts(
    outdated: Collection[str], insights: Mapping[str, Insight], repository: str
) -> list[str]:
    """That the insights *outdated* are of an older commit than the history; none where none is."""
    of_these = [table for table in insights if table in outdated]
    if not of_these:
        return []
    are = "is" if len(of_these) == 1 else "are"
    told = f"{counted(len(of_these), 'answer')} {are} of an older commit than this history"
    return [f"{sentence(told)}: `hyperion analyze {repository}` brings all up to date."]


def _named(tables: list[str]) -> str:
    return joined([f"`{table}`" for table in tables], QUESTIONS_SHOWN)
