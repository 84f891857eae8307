"""The gate: whether a challenger becomes champion, told from the figures of its contest alone."""

from typing import NamedTuple

from hyperion_pipelines.learning.registry.candidate import Contest


class Decision(NamedTuple):
    """Whether a challenger was accepted, and why, in one sentence with the figures."""

    accepted: bool
    reason: str


def decide(contest: Contest) -> Decision:
    """Accept a challenger that beats the baseline and is not worse than the champion.

    It is worse when the whole interval of the difference lies below zero. What is not a number wins
    nothing. Raises ValueError for a champion without a difference, or the other way round.
    """
    if (contest.champion is None) != (contest.difference is None):
        raise ValueError("a contest names a champion's figure and the difference, or neither")
    figures = f"{contest.metric} {contest.challenger:.3f}"
    against_baseline = f"the baseline's {contest.baseline:.3f}"
    if not contest.challenger > contest.baseline:
        return Decision(False, f"{figures} does not beat {against_baseline}")
    if contest.champion is None or contest.difference is None:
        outdated = "the champion cannot answer where it does"
        why = outdated if contest.is_champion_outdated else "there was no champion"
        return Decision(True, f"{figures} beats {against_baseline}; {why}")
    difference, low, high = contest.difference
    against_champion = (
        f"the champion's {contest.champion:.3f} "
        f"(difference {difference:+.3f}, 95 % interval {low:+.3f} to {high:+.3f})"
    )
    if high >= 0:
        said = f"beats {against_baseline} and is not worse than {against_champion}"
        return Decision(True, f"{figures} {said}")
    return Decision(False, f"{figures} is worse than {against_champion}")
