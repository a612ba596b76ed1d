"""From where messages are looked for, so that those which are done cost their takers nothing.

Messages are taken in the order in which they became visible, so that behind the newest one taken nothing is left but
what is done. While a snapshot is held somewhere, PostgreSQL keeps all of that, with an entry for each in the index, and
whoever looks from the beginning passes it each time: a million jobs make each look take seconds.
"""

from math import inf

from connector.clock import Clock

__all__ = ["MessagePosition"]

_OVERLAP = 0.1
"""Seconds: what was sent at the same time by another process may be committed a little later."""
_SOONEST = 1.0
_SHARE = 0.01
"""Of the time, that looks from the beginning may take."""


class MessagePosition:
    """Of one process. A message that came to lie behind it, as one that is committed late, is found by a look from the
    beginning: each second, or so seldom that these looks take a hundredth of the time. clock: seconds, of this process.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = -inf
        self._all_at = -inf

    @property
    def since(self) -> float:
        """Where those begin that may be there."""
        return self._since

    def begin(self) -> tuple[float, float]:
        """Where this look begins, and the instant of it; for `end`."""
        began = self._clock()
        return (-inf if began >= self._all_at else self._since), began

    def end(self, look: tuple[float, float], sent_at: float | None) -> None:
        """A look is over. sent_at: of the message that was taken; it cannot have been visible before."""
        since, began = look
        if since == -inf:
            now = self._clock()
            self._all_at = now + max(_SOONEST, (now - began) / _SHARE)
        if sent_at is not None:
            self._since = max(self._since, sent_at - _OVERLAP)
