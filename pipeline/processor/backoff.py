"""Exponential backoff with full jitter, as a pure function of (seed, share, tries and deferrals, fence)."""

from connector.chance import Chance
from pipeline.record import ShareRecord
from pipeline.settings import RetrySettings

__all__ = ["backoff"]

_MOST_DOUBLINGS = 60
"""Beyond this a float would overflow long after `longest` has taken over."""


def backoff(retry: RetrySettings, record: ShareRecord, *, seed: int) -> float:
    """Seconds, uniform in (0, min(longest, first * 2**(attempt + deferrals - 1))).

    Whatever asks a cluster and gets nowhere rests longer each time, be it a command or a look. The record counts both,
    so that a processor that starts anew goes on where the last one was. The fence is a coordinate too: no two claims
    recur in step.
    """
    doublings = min(max(record.attempt + record.deferrals - 1, 0), _MOST_DOUBLINGS)
    ceiling = min(retry.longest, retry.first * 2.0**doublings)
    return ceiling * Chance(seed, "backoff", record.id).u01(record.attempt, record.fence)
