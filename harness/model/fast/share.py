"""What the fast path keeps of a share under way, and of a cluster."""

from collections import deque
from collections.abc import Callable
from typing import Any

from connector.chance import Chance, word_index
from connector.operations import Verb
from fake_clusters.profile import Profile
from harness.model.fast.batched_rng import draws

__all__ = ["FastCluster", "Share"]

_INDEX = {verb: index for index, verb in enumerate(Verb)}


class Share:
    """asked: when its create was due; accepted: when it came to the spool. create, show: seconds of work of its first
    two commands. stamps: tells, by its number, what its id is stamped with.

    began, shown: of its create and its show. created: the end of the create, where the show had to wait for a slot.
    trouble: what is known of it once something has gone otherwise than it should. is_struck: a fault may strike it, so
    that the pipeline's own code works on it.
    """

    __slots__ = (
        "accepted",
        "asked",
        "began",
        "cluster",
        "create",
        "created",
        "is_struck",
        "number",
        "retry",
        "show",
        "shown",
        "stamps",
    )

    began: float
    shown: float

    def __init__(  # noqa: PLR0917 - by place: one is made for each create that has to wait, and keywords cost
        self,
        number: int,
        asked: float,
        accepted: float,
        cluster: "FastCluster",
        create: float,
        show: float,
        stamps: Callable[[int], int],
    ) -> None:
        self.number = number
        self.asked = self.began = asked
        self.accepted = accepted
        self.cluster = cluster
        self.create = create
        self.show = show
        self.stamps = stamps
        self.created: float | None = None
        self.retry: Any = None
        self.is_struck = False

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
    """serving, places, queue: the cluster's own; an entry of the queue is what to do once there is a place.

    lists: how many were sent. in_hand: claims being worked on. slots: commands that may be sent at once. ready: records
    that wait for room. calm: what `ForeseenCommands` keeps, none of which the others count; list_is_settled: the list
    under way was kept there, and is counted by now. open: places that it may fill. room: how much it may keep for sure;
    0 where it has to be looked at what else goes on.
    """

    __slots__ = (
        "_chance",
        "_list_draw",
        "_list_draws",
        "_list_ppf",
        "calm",
        "in_hand",
        "is_known",
        "key",
        "latency_phases",
        "learners",
        "list_is_settled",
        "lists",
        "name",
        "open",
        "places",
        "profile",
        "queue",
        "ready",
        "room",
        "serving",
        "slots",
        "waiting",
    )

    def __init__(self, name: str, places: int, width: int, profile: Profile, *, seed: int) -> None:
        self.name = name
        self._chance = Chance(seed, name, "service")
        self._list_draws = draws(self._chance.under(0, _INDEX[Verb.LIST]))
        self._list_draw = 0.0
        self._list_ppf = profile.service.get(Verb.LIST, profile.default).ppf
        self.key = self._chance.key
        self.places = places
        self.slots = width
        self.profile = profile
        self.serving = 0
        self.in_hand = 0
        self.is_known = False
        self.list_is_settled = False
        self.latency_phases = bool(profile.latency_phases)
        self.queue: deque[Callable[[], None]] = deque()
        self.ready: list[tuple[float, int, Share]] = []
        self.waiting: deque[Callable[[], None]] = deque()
        self.learners: list[Callable[[], None]] = []
        self.lists = 0
        self.calm: list[Any] = []
        self.open = 0
        self.room = 0

    def with_phases(self, work: float, now: float) -> float:
        """Seconds that so much work takes from now on."""
        return self.profile.time_for(work, now) if self.latency_phases else work

    def own_work(self, verb: Verb, attempt: int, name: str | None = None) -> float:
        """Seconds of work of a command, the n-th of its kind (for its share)."""
        index = 0 if name is None else word_index(name)
        return self.profile.service_work(verb, self._chance.u01(index, _INDEX[verb], attempt))

    def list_work(self) -> float:
        """The same of the next list."""
        if not self._list_draw:
            self._list_draw = next(self._list_draws)
        return self._list_ppf(self._list_draw)

    def list_sent(self) -> None:
        """The next list is another one."""
        self.lists += 1
        self._list_draw = 0.0

    def lists_sent(self, lists: int) -> None:
        """So many were sent by now, all in all."""
        while self.lists < lists:
            self.list_work()
            self.list_sent()
