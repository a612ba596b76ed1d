"""Exponential backoff with full jitter, as a pure function of (seed, share, attempt, fence)."""

from connector.chance import Chance
from pipeline.record import ShareRecord
from pipeline.settings import RetrySettings

__all__ = ["backoff"]

_MOST_DOUBLINGS = 60
"""Beyond this a float would overflow long after `longest` has taken over."""


def backoff(retry: RetrySettings, record: ShareRecord, *, seed: int) -> float:
    """Seconds, uniform in (0, min(longest, first * 2**(attempt - 1))).

    The fence is a coordinate too, since a look that failed counts as no attempt and still must not recur in step.
    """
    doublings = min(max(record.attempt - 1, 0), _MOST_DOUBLINGS)
    ceiling = min(retry.longest, retry.first * 2.0**doublings)
    return ceiling * Chance(seed, "backoff", record.id).u01(record.attempt, record.fence)
