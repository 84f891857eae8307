"""How often an address has failed to say who it is: so that keys cannot be guessed quickly.

They are counted in this process, whatever counts requests: a refusal waits for nothing.
"""

from limits import RateLimitItemPerMinute

from hyperion_pipelines.serving.access.rate_limits import too_many_requests
from hyperion_pipelines.serving.access.sliding_windows import SlidingWindows

FAILURES_PER_MINUTE = 60
POLICY = "failed-attempts"


class FailedAttempts:
    """The failures of every address in the last minute."""

    def __init__(self) -> None:
        self._limit = RateLimitItemPerMinute(FAILURES_PER_MINUTE)
        self._counts = SlidingWindows()

    def check(self, address: str) -> None:
        """Raises ProblemError (429) where *address* has failed too often to be heard again."""
        allowance = self._counts.look(self._limit, address)
        if not allowance.is_granted:
            raise too_many_requests(POLICY, allowance)

    def count(self, address: str) -> None:
        """Count a failure of *address*."""
        self._counts.take(self._limit, address)
