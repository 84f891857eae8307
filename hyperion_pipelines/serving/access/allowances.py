"""How often a caller may ask for a resource: the settings' limits, and what is left of them.

A resource is what the path names after `/v1/`; whatever is none of the sidecar's shares the limit
of `other`, so that made-up paths have no limits of their own.
"""

from collections.abc import Generator
from contextlib import contextmanager

import limits

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.serving.access.request_counts import RequestCounts
from hyperion_pipelines.serving.access.sliding_windows import Allowance
from hyperion_pipelines.settings import Settings

OTHER = "other"
RESOURCES = frozenset(
    {"predictions", "anomalies", "impact", "repositories", "features", "graph", "search"}
    | {"answers", "chat", "models", "analyses", "hooks", OTHER}
)
FORM = "write it as `6000/minute`, a whole number above 0 of requests per second, minute, hour, day"


class Allowances:
    """The limits of every resource. Raises ConfigurationError, naming the setting that is wrong."""

    def __init__(self, settings: Settings) -> None:
        unknown = ", ".join(sorted(settings.rate_limits.keys() - RESOURCES))
        if unknown:
            there = ", ".join(sorted(RESOURCES))
            message = (
                f"HYPERION_RATE_LIMITS limits what is not there: {unknown}; there are: {there}"
            )
            raise ConfigurationError(message)
        default = parse_limit(settings.rate_limit, "HYPERION_RATE_LIMIT")
        own = {
            resource: parse_limit(text, f"HYPERION_RATE_LIMITS, {resource}")
            for resource, text in settings.rate_limits.items()
        }
        self._limits = dict.fromkeys(RESOURCES, default) | own
        self._counts = RequestCounts(settings.redis_url.get_secret_value())

    @contextmanager
    def running(self) -> Generator[None]:
        """Within the block requests are counted; its end closes connections."""
        with self._counts.running():
            yield

    async def take(self, resource: str, who: str) -> Allowance:
        """Count a request of *who* for *resource*, and say whether it is within the limit."""
        return await self._counts.take(self._limits[resource], resource, who)


def resource_of(path: str) -> str:
    """The resource that *path* belongs to, one of RESOURCES."""
    below = path.removeprefix("/v1/")
    resource = below.partition("/")[0]
    return resource if below != path and resource in RESOURCES else OTHER


def parse_limit(text: str, setting: str) -> limits.RateLimitItem:
    """*text* as a limit, for example `6000/minute`. Raises ConfigurationError naming *setting*."""
    try:
        parsed = limits.parse_many(text)
    except ValueError as error:
        raise ConfigurationError(f"{setting}: {text!r} is no limit; {FORM}") from error
    if len(parsed) > 1 or parsed[0].amount < 1:
        raise ConfigurationError(f"{setting}: {text!r} is no limit; {FORM}")
    return parsed[0]
