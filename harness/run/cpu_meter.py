"""How much of a core this process takes, where it took most: a load generator that has none left measures itself."""

import time
from collections import deque
from collections.abc import Callable

__all__ = ["CpuMeter"]

_SPAN = 5.0
"""Seconds: long enough that a burst of work is not taken for a process that cannot keep up."""


class CpuMeter:
    """busy: the largest share of a core over `_SPAN` seconds, or over all where that was less. cpu: seconds in all
    since it was made. used: seconds of processor time so far."""

    def __init__(self, used: Callable[[], float] = time.process_time) -> None:
        self.busy = 0.0
        self.cpu = 0.0
        self._used = used
        self._before = used()
        self._seen: deque[tuple[float, float]] = deque()

    def look(self, now: float) -> None:
        """Look at the clock; a few times a second. now: seconds of any origin."""
        used = self._used()
        self.cpu = used - self._before
        self._seen.append((now, used))
        while now - self._seen[0][0] > _SPAN and len(self._seen) > 2:
            self._seen.popleft()
        begins, before = self._seen[0]
        if now - begins >= min(_SPAN, 1.0):
            self.busy = max(self.busy, (used - before) / (now - begins))
