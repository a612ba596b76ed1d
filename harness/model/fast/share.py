"""What the fast path keeps of a share under way, and of a cluster."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from typing import Any

from connector.chance import Chance, word_index
from connector.operations import Verb
from fake_clusters.profile import Profile

__all__ = ["FastCluster", "Share"]

_INDEX = {verb: index for index, verb in enumerate(Verb)}


@dataclass(slots=True, eq=False)
class Share:
    """asked: when its create was due; accepted: when it came to the spool. create, show: seconds of work of its first
    two commands. stamps: tells, by its number, what its id is stamped with.

    began, shown: of its create and its show. created: the end of the create, where the show had to wait for a slot.
    is_struck: a fault may strike it, or a deadline of its runs out, so that the pipeline's own code works on it.
    """

    number: int
    asked: float
    accepted: float
    cluster: "FastCluster"
    create: float
    show: float
    stamps: Callable[[int], int]
    began: float = 0.0
    shown: float = 0.0
    created: float | None = None
    is_struck: bool = False

    def foresee(self) -> float:
        """When its show ends, if it begins as the create ends and neither has to wait."""
        cluster = self.cluster
        self.shown = self.began + cluster.with_phases(self.create, self.began)
        return self.shown + cluster.with_phases(self.show, self.shown)

    @property
    def create_ended(self) -> float:
        """When its create was answered: as a rule the show is sent at that instant."""
        return self.shown if self.created is None else self.created


class FastCluster:
    """places: commands served at once. busy: a heap of when each of them is free again, of those that are not. As
    commands are served as they come, it is known of each, as it comes, when it will be: there is no line to stand in.

    lists: how many were sent; unswept: how many sweeps in a row could not list it. in_hand: claims being worked on.
    slots: commands that may be sent at once; waiting: what to do once there is one. ready: records that wait for room.
    calm: what `ForeseenCommands` keeps, none of which the others count. open: places that it may fill. room: how much
    it may keep for sure; 0 where it has to be looked at what else goes on.
    """

    def __init__(self, name: str, places: int, width: int, profile: Profile, *, seed: int) -> None:
        self.name = name
        self._chance = Chance(seed, name, "service")
        self.key = self._chance.key
        self.places = places
        self.slots = width
        self.profile = profile
        self.busy: list[float] = []
        self.in_hand = 0
        self.is_known = False
        self.latency_phases = bool(profile.latency_phases)
        self.ready: list[tuple[float, int, Share]] = []
        self.waiting: deque[Callable[[], None]] = deque()
        self.learners: list[Callable[[], None]] = []
        self.lists = 0
        self.unswept = 0
        self.calm: list[Any] = []
        self.open = 0
        self.room = 0

    def serving(self, now: float) -> int:
        """How many places are taken."""
        busy = self.busy
        while busy and busy[0] <= now:
            heappop(busy)
        return len(busy)

    def occupy(self, ends: float) -> None:
        """The place that is free first is taken until then."""
        if len(self.busy) == self.places:
            heapreplace(self.busy, ends)
        else:
            heappush(self.busy, ends)

    def in_slot(self, go: Callable[[], None]) -> None:
        """As soon as a command may be sent; its slot is taken then."""
        if self.slots:
            self.slots -= 1
            go()
        else:
            self.waiting.append(lambda: self.in_slot(go))

    def free_slot(self) -> None:
        """Whoever has waited for one gets it."""
        self.slots += 1
        if self.waiting:
            self.waiting.popleft()()

    def with_phases(self, work: float, now: float) -> float:
        """Seconds that so much work takes from now on."""
        return self.profile.time_for(work, now) if self.latency_phases else work

    def own_work(self, verb: Verb, attempt: int, name: str | None = None) -> float:
        """Seconds of work of a command, the n-th of its kind (for its share)."""
        index = 0 if name is None else word_index(name)
        return self.profile.service_work(verb, self._chance.u01(index, _INDEX[verb], attempt))
