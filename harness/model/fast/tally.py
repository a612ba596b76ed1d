"""What the fast path counts exactly."""

import math
from array import array
from collections import Counter
from itertools import repeat
from operator import truediv

from connector.operations import Verb
from harness.model.fast.share import Share

__all__ = ["Tally"]


class Tally:
    """after: seconds from the due instant to active, of every share that came to it. every: one share in so many is
    recorded, with all that concerns it; watched: those of them that are under way, as objects of their own.

    calm: creates that were, with their shows, known beforehand to go through."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.watched: dict[int, Share] = {}
        self.after = array("d")
        self.asked = 0
        self.calm = 0
        self.failing = 0
        self.removed = 0
        self.timeouts = 0
        self.retries = 0
        self.commands: Counter[Verb] = Counter()

    def polls(self, every: float) -> int:
        """How often the clients of the active shares asked: up to the answer that said so."""
        return sum(map(math.ceil, map(truediv, self.after, repeat(every))))

    @property
    def active(self) -> int:
        return len(self.after)

    def words(self, poll_every: float) -> str:
        """The counts, in one line. poll_every: seconds between two polls of a client."""
        commands = ", ".join(f"{count} {verb}" for verb, count in sorted(self.commands.items()))
        return (
            f"exact counts: {self.asked} creates asked, {self.active} active, {self.failing} failing, "
            f"{self.removed} removed, {self.timeouts} command timeouts, {self.retries} retries, "
            f"{self.polls(poll_every)} polls; "
            f"commands: {commands}"
        )
