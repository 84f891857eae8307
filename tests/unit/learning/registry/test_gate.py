"""The gate accepts what beats the baseline and is not worse than the champion."""

import math
from dataclasses import replace

import pytest

from hyperion_pipelines.learning.registry.candidate import Contest
from hyperion_pipelines.learning.registry.gate import decide


def contest(
    challenger: float,
    baseline: float,
    champion: float | None = None,
    difference: tuple[float, float, float] | None = None,
) -> Contest:
    return Contest("average_precision", challenger, baseline, champion, difference)


@pytest.mark.parametrize(
    ("found", "accepted"),
    [
        pytest.param(contest(0.5, 0.4), True, id="better than the baseline, no champion"),
        pytest.param(contest(0.4, 0.4), False, id="as good as the baseline"),
        pytest.param(contest(0.3, 0.4), False, id="worse than the baseline"),
        pytest.param(contest(math.nan, 0.4), False, id="not a number"),
        pytest.param(
            contest(0.6, 0.4, 0.5, (0.1, 0.05, 0.15)), True, id="better than the champion"
        ),
        pytest.param(contest(0.49, 0.4, 0.5, (-0.01, -0.03, 0.01)), True, id="within the interval"),
        pytest.param(contest(0.49, 0.4, 0.5, (-0.01, -0.02, 0.0)), True, id="touching zero"),
        pytest.param(contest(0.45, 0.4, 0.5, (-0.05, -0.07, -0.02)), False, id="worse"),
        pytest.param(contest(0.3, 0.4, 0.2, (0.1, 0.05, 0.15)), False, id="no match for lines"),
        pytest.param(contest(0.5, 0.4, 0.5, (0.0, math.nan, math.nan)), False, id="no interval"),
    ],
)
def test_a_challenger_is(found: Contest, accepted: bool) -> None:
    assert decide(found).accepted == accepted


def test_the_reason_has_the_figures() -> None:
    assert decide(contest(0.45, 0.4, 0.5, (-0.05, -0.07, -0.02))).reason == (
        "average_precision 0.450 is worse than the champion's 0.500 "
        "(difference -0.050, 95 % interval -0.070 to -0.020)"
    )
    assert decide(contest(0.3, 0.4)).reason == (
        "average_precision 0.300 does not beat the baseline's 0.400"
    )


@pytest.mark.parametrize("half", [(0.5, None), (None, (0.1, 0.0, 0.2))])
def test_half_a_comparison_is_a_mistake_of_the_caller(
    half: tuple[float | None, tuple[float, float, float] | None],
) -> None:
    with pytest.raises(ValueError, match="or neither"):
        decide(contest(0.6, 0.4, *half))


def test_an_outdated_champion_is_followed_by_what_beats_the_baseline() -> None:
    assert decide(replace(contest(0.5, 0.4), is_champion_outdated=True)).accepted
    assert not decide(replace(contest(0.3, 0.4), is_champion_outdated=True)).accepted
