"""How many claims a cluster gets at once by what it says of its load: fewer while it answers `busy`, more again after.

Additive increase and multiplicative decrease (Chiu and Jain, "Analysis of the increase and decrease algorithms for
congestion avoidance", 1989), as TCP finds the share of a link that is its own; one at a time is followed by a pause.
"""

__all__ = ["Pace"]


class Pace:
    """width: the most claims at once. pause: seconds in which none is taken, once a single one was too many.

    is_full: nothing holds it back, whatever the time is.
    """

    __slots__ = ("_limit", "_pause", "_until", "_width", "is_full", "slowed")

    def __init__(self, width: int, pause: float) -> None:
        self._width = width
        self._pause = pause
        self._limit = float(width)
        self._until: float | None = None
        self.is_full = True
        self.slowed = 0
        """How often it has been slowed: an answer to what was asked before the last time is no news."""

    def allowed(self, at: float) -> int:
        """How many claims may be in hand at once."""
        return 0 if self._until is not None and at < self._until else int(self._limit)

    def busy(self, at: float, slowed: int) -> bool:
        """The cluster had too much to do. slowed: as it was when the cluster was asked. True: that is news."""
        if slowed != self.slowed:
            return False
        self.slowed += 1
        self.is_full = False
        if self._limit > 1.0:
            self._limit = max(1.0, self._limit / 2)
        else:
            self._until = at + self._pause
        return True

    def served(self) -> None:
        """The cluster took something up: one more at once for each round of answers."""
        self._until = None
        if self._limit < self._width:
            self._limit = min(float(self._width), self._limit + 1.0 / self._limit)
        self.is_full = self._limit >= self._width
