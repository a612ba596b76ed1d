"""A breaker per cluster: after some outages in a row it lets nothing through, then one trial at a time."""

from pipeline.settings import BreakerSettings

__all__ = ["Breaker"]


class Breaker:
    """Closed: all may pass. Open: none. Half-open, after the pause: one, and its fate decides. Instants in seconds.

    closed: all may pass, whatever the time is.
    """

    __slots__ = ("_outages", "_settings", "_until", "closed")

    def __init__(self, settings: BreakerSettings) -> None:
        self._settings = settings
        self._outages = 0
        self._until: float | None = None
        self.closed = True

    def allowed(self, at: float, width: int) -> int:
        """How many may be under way at once, of at most `width`."""
        if self._until is None:
            return width
        return 0 if at < self._until else 1

    def contact(self) -> None:
        """The cluster answered, whatever it said."""
        self._outages = 0
        self._until = None
        self.closed = True

    def outage(self, at: float) -> bool:
        """The cluster could not be reached. True: that opened the breaker, which was closed."""
        self._outages += 1
        was_closed = self.closed
        if was_closed and self._outages < self._settings.failures:
            return False
        if self._until is None or at >= self._until:  # else: late news of those that were under way when it opened
            self._until = at + self._settings.pause
            self.closed = False
        return was_closed
