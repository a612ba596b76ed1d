"""In which order a cluster serves the commands that wait for a place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.operations import Verb

__all__ = ["FIFO", "LOOKS", "Order", "OrderKind", "Visits"]

LOOKS = (Verb.PING, Verb.CAPABILITIES, Verb.SHOW, Verb.LIST, Verb.SNAPSHOT_LIST)
"""The verbs that change nothing."""


class OrderKind(StrEnum):
    """fifo: as they came. priority: each class only while none before it waits; what is in service goes on.

    in-turn: a controller goes from class to class and serves what waits there.
    """

    FIFO = "fifo"
    PRIORITY = "priority"
    IN_TURN = "in-turn"


class Visits(StrEnum):
    """How long a controller stays with a class. exhaustive: until none of it waits. gated: for those found there."""

    EXHAUSTIVE = "exhaustive"
    GATED = "gated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """classes: of verbs, the first comes first; verbs not named form one more, the last. Within a class: as they came.

    switch: seconds from one class to the next, on the way all the time; visits: both only `in-turn`.
    """

    kind: OrderKind = OrderKind.FIFO
    classes: tuple[tuple[Verb, ...], ...] = (LOOKS,)
    switch: float = 0.0
    visits: Visits = Visits.EXHAUSTIVE

    def __post_init__(self) -> None:
        if not all(self.classes):
            raise ValueError("a class needs at least one verb")
        twice = [verb for verb, count in Counter(verb for named in self.classes for verb in named).items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0].value!r} is named twice; a verb is of one class")
        if self.switch < 0:
            raise ValueError(f"switch must be at least 0, not {self.switch:g}")

    @property
    def ranks(self) -> Mapping[Verb, int]:
        """The class of each verb, from 0."""
        named = {verb: rank for rank, verbs in enumerate(self.classes) for verb in verbs}
        return {verb: named.get(verb, len(self.classes)) for verb in Verb}

    @property
    def class_count(self) -> int:
        """Those named, and one for the rest where there is a rest."""
        return 1 + max(self.ranks.values())


FIFO = Order()
"""As they came."""
