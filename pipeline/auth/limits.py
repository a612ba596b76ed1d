"""How much may be asked: a token bucket for each tenant, and a bound on what is under way and on what waits."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import ceil

from connector.clock import Clock
from pipeline.problems import Cause, Problem, ProblemError

__all__ = ["Backpressure", "Buckets"]

_MOST_BUCKETS = 10_000
_LOOK_EVERY = 0.25


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """rate: requests a second in the long run, of each tenant. burst: at once.

    Of more than ten thousand tenants, the one that has asked for nothing the longest is forgotten: its bucket would be
    full again soonest.
    """

    def __init__(self, rate: float, burst: int, clock: Clock) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, tenant: str) -> None:
        """One request of this tenant. Raises `ProblemError` of cause `too-many-requests`."""
        now = self._clock()
        bucket = self._buckets.get(tenant)
        if bucket is None:
            bucket = self._buckets[tenant] = _Bucket(self._burst, now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(tenant)
            bucket.left = min(self._burst, bucket.left + max(0.0, now - bucket.at) * self._rate)
            bucket.at = now
        if bucket.left < 1.0:
            wait = str(max(1, ceil((1.0 - bucket.left) / self._rate)))
            detail = f"More than {self._rate:g} requests a second; repeat it after {wait} s."
            raise ProblemError(Problem(cause=Cause.TOO_MANY_REQUESTS, detail=detail, headers={"Retry-After": wait}))
        bucket.left -= 1.0


class Backpressure:
    """Refuses what would wait too long. backlog: how many records are on their way, counted up to the number given.

    most: of them, before creates and changes are refused. The count is a quarter of a second old at most, so that it
    may be exceeded by what is accepted meanwhile.
    """

    def __init__(self, backlog: Callable[[int], Awaitable[int]], most: int, clock: Clock, retry_after: str) -> None:
        self._backlog = backlog
        self._most = most
        self._clock = clock
        self._retry_after = retry_after
        self._looked_at = float("-inf")
        self._is_full = False

    async def check(self) -> None:
        """Raises `ProblemError` of cause `spool-full`."""
        now = self._clock()
        if now - self._looked_at >= _LOOK_EVERY:
            self._looked_at = now  # before the look: the others go by the last one meanwhile
            self._is_full = await self._backlog(self._most) >= self._most
        if self._is_full:
            detail = f"{self._most} records wait to be carried out; nothing was done."
            headers = {"Retry-After": self._retry_after}
            raise ProblemError(Problem(cause=Cause.SPOOL_FULL, detail=detail, headers=headers))
