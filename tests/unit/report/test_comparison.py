"""Which numbers compare repositories, and who stands best and worst by them."""

import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.insights.profile.model import Headline, Profile
from hyperion_pipelines.report.comparison import ComparedNumber, compare
from tests.unit.report.profiles import redis_profile, small_profile


def profile(slug: str, **values: float | None) -> Profile:
    """That of a small repository with a headline of each value."""
    headlines = [
        Headline(insight=insight, value=value, unit="%", sentence=f"{slug} has {value}.")
        for insight, value in values.items()
    ]
    return small_profile(slug).model_copy(update={"headlines": headlines})


def number(insight: str, *values: float | None) -> ComparedNumber:
    """That of the repositories a, b, c, ... with those values."""
    profiles = [
        profile(slug, **{insight: value}) for slug, value in zip("abcd", values, strict=False)
    ]
    (compared,) = compare(profiles).numbers
    return compared


def test_least_is_best_of_what_should_be_low_and_most_of_what_should_be_high() -> None:
    debt = number("technical_debt", 1.0, 3.0, 2.0)
    assert (debt.best, debt.worst) == ("a", "b")
    people = number("truck_factor", 1.0, 3.0, 2.0)
    assert (people.best, people.worst) == ("b", "a")
    assert people.values == {"a": 1.0, "b": 3.0, "c": 2.0}
    assert people.sentences["a"] == "a has 1.0."


def test_numbers_without_better_or_worse_get_no_verdict() -> None:
    pace = number("delivery_weeks", 1.0, 3.0)
    assert (pace.best, pace.worst) == (None, None)


def test_a_shared_place_is_nobodys_and_the_unknown_is_not_judged() -> None:
    shared = number("fix_times", 1.0, 1.0, 5.0)
    assert (shared.best, shared.worst) == (None, "c")
    unknown = number("fix_times", 1.0, None)
    assert (unknown.best, unknown.worst) == (None, None)
    assert unknown.values == {"a": 1.0, "b": None}


def test_a_repository_without_the_headline_is_unknown() -> None:
    (compared,) = compare([profile("a", fix_times=3.0), profile("b")]).numbers
    assert compared.values == {"a": 3.0, "b": None}


def test_totals_are_compared_in_size_alone() -> None:
    compared = compare([redis_profile(), small_profile()])
    assert "refactoring_targets" in redis_profile().insights
    assert not any("functions" in each.name for each in compared.numbers)
    assert {each.best for each in compared.sizes} == {None}
    assert compared.sizes[0].values == {"redis": 13_026.0, "tiny": 1.0}


def test_each_brings_its_most_urgent_action_its_risk_and_what_it_lacks() -> None:
    compared = compare([redis_profile(), small_profile()])
    assert compared.repositories == ["redis", "tiny"]
    assert compared.actions == {"redis": redis_profile().actions[0].what}
    assert list(compared.risk_by_month) == ["redis"]
    assert compared.missing["tiny"] == small_profile().missing


def test_one_repository_compares_with_nothing() -> None:
    with pytest.raises(UsageError, match="two repositories or more"):
        compare([redis_profile(), redis_profile()])
