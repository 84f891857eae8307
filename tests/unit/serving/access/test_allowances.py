"""The settings' limits hold for each resource, and wrong ones are named at the start."""

import asyncio

import pytest

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.serving.access.allowances import Allowances, resource_of
from hyperion_pipelines.settings import Settings


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/v1/predictions/commits", "predictions"),
        ("/v1/search", "search"),
        ("/v1/chat/completions", "chat"),
        ("/v1/made-up", "other"),
        ("/v1/", "other"),
        ("/metrics", "other"),
        ("/x/v1/search", "other"),
        ("", "other"),
    ],
)
def test_a_resource_is_what_the_path_names_first(path: str, resource: str) -> None:
    assert resource_of(path) == resource


def test_a_resource_has_its_own_limit_or_that_of_all() -> None:
    allowances = Allowances(Settings(rate_limit="5/minute", rate_limits={"answers": "2/hour"}))

    async def quotas() -> list[tuple[int, int]]:
        taken = [await allowances.take(resource, "ann") for resource in ("answers", "search")]
        return [(each.quota, each.window_seconds) for each in taken]

    assert asyncio.run(quotas()) == [(2, 3600), (5, 60)]


@pytest.mark.parametrize(
    "text", ["", "many", "0/minute", "-1/minute", "5/fortnight", "1/second;2/day"]
)
def test_what_is_no_limit_is_refused_by_the_name_of_its_setting(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"HYPERION_RATE_LIMIT: .* is no limit"):
        Allowances(Settings(rate_limit=text))
    with pytest.raises(ConfigurationError, match=r"HYPERION_RATE_LIMITS, search: .* is no limit"):
        Allowances(Settings(rate_limits={"search": text}))


def test_a_limit_of_what_is_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(ConfigurationError, match=r"not there: serach; there are: .*search"):
        Allowances(Settings(rate_limits={"serach": "5/minute"}))
