"""Exponential backoff with full jitter, as a pure function of a seed and of who asks how often."""

from connector.chance import Chance
from pipeline.record import ShareRecord
from pipeline.settings import RetrySettings

__all__ = ["backoff", "backoff_of_cluster", "pause_of_sweep"]

_MOST_DOUBLINGS = 60
"""Beyond this a float would overflow long after `longest` has taken over."""


def backoff(retry: RetrySettings, record: ShareRecord, *, seed: int) -> float:
    """Seconds, uniform in (0, min(longest, first * 2**(attempt + deferrals - 1))).

    Whatever asks a cluster and gets nowhere rests longer each time, be it a command or a look. The record counts both,
    so that a processor that starts anew goes on where the last one was. The fence is a coordinate too: no two claims
    recur in step.
    """
    ceiling = _ceiling(retry, record.attempt + record.deferrals)
    return ceiling * Chance(seed, "backoff", record.id).u01(record.attempt, record.fence)


def backoff_of_cluster(retry: RetrySettings, cluster: str, tries: int, *, seed: int) -> float:
    """The same after what is asked of a cluster for no single share. tries: in vain, in a row."""
    return _ceiling(retry, tries) * Chance(seed, "backoff", cluster).u01(tries)


def pause_of_sweep(retry: RetrySettings, every: float, unswept: int) -> float:
    """Seconds to the next sweep after so many in a row that could not list the cluster: twice as many each time.

    One processor sweeps a cluster, so there is nobody to fall in step with.
    """
    return min(every * 2.0 ** min(unswept, _MOST_DOUBLINGS), max(every, retry.longest))


def _ceiling(retry: RetrySettings, tries: int) -> float:
    return min(retry.longest, retry.first * 2.0 ** min(max(tries - 1, 0), _MOST_DOUBLINGS))
