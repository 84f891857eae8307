"""How often an address has failed to say who it is: so that keys cannot be guessed quickly.

They are counted in this process, whatever counts requests: a refusal waits for nothing.
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from hyperion_pipelines.serving.access.rate_limits import too_many_requests
from hyperion_pipelines.serving.access.request_counts import allowance_of

FAILURES_PER_MINUTE = 60
POLICY = "failed-attempts"


class FailedAttempts:
    """The failures of every address in the last minute."""

    def __init__(self) -> None:
        self._limit = RateLimitItemPerMinute(FAILURES_PER_MINUTE)
        self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, address: str) -> None:
        """Raises ProblemError (429) where *address* has failed too often to be heard again."""
        if not self._counts.test(self._limit, address):
            allowance = allowance_of(self._counts, self._limit, (address,), is_granted=False)
            raise too_many_requests(POLICY, allowance)

    def count(self, address: str) -> None:
        """Count a failure of *address*."""
        self._counts.hit(self._limit, address)
