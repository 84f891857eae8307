"""Chooses what to do this week: every rule looks for its own kind of thing to do.

The rules are in `risk_actions`, `people_actions` and `code_actions`; here is which of what they
find is shown.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hyperion_pipelines.insights.profile import code_actions, people_actions, risk_actions
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Action

MOST = 7
MOST_OF_A_KIND = 2
# The second of a kind waits until the first of other kinds that are about as urgent are done.
SECOND = 0.6


class Rule(NamedTuple):
    """What finds things to do, the most urgent first; it is asked where *tables* have rows."""

    tables: tuple[str, ...]
    find: Callable[[Facts], Sequence[Action]]


RULES = (
    Rule(("exposed_secrets",), risk_actions.rotate_secrets),
    Rule(("risky_commits",), risk_actions.review_commits),
    Rule(("dangerous_code",), risk_actions.replace_dangerous_calls),
    Rule(("fix_times",), risk_actions.mend_reopened_fixes),
    Rule(("knowledge_at_risk", "hotspots"), people_actions.read_orphaned_files),
    Rule(("file_owners", "hotspots"), people_actions.pass_on_knowledge),
    Rule(("review_capacity", "hotspots"), people_actions.find_second_reviewers),
    Rule(("refactoring_targets",), code_actions.split_functions),
    Rule(("test_gaps",), code_actions.write_missing_tests),
    Rule(("change_coupling",), code_actions.look_into_coupling),
    Rule(("stale_documents",), code_actions.update_documents),
)


def actions(facts: Facts, rules: Sequence[Rule] = RULES) -> list[Action]:
    """At most seven things to do, two of a kind at most, the most urgent first.

    The second of a kind counts 0.6 of its urgency.
    """
    found = [
        action.model_copy(update={"urgency": round(action.urgency * SECOND**place, 3)})
        for rule in rules
        if facts.has(*rule.tables)
        for place, action in enumerate(rule.find(facts)[:MOST_OF_A_KIND])
    ]
    return sorted(found, key=lambda action: (-action.urgency, action.insight, action.what))[:MOST]
