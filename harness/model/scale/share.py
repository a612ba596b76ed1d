"""What the quick twin keeps of a share under way, and of a cluster."""

from collections import deque
from collections.abc import Callable
from typing import Any

from connector.chance import Chance, word_index
from connector.operations import Verb
from fake_clusters.profile import Profile

__all__ = ["Cluster", "Share"]

_INDEX = {verb: index for index, verb in enumerate(Verb)}


class Share:
    """asked: when its create was due. create, show: uniform values of its first two commands. stamp: of its id.

    began, shown: of its create and its show. created: the end of the create, where the show had to wait for a slot.
    trouble: what is known of it once something has gone otherwise than it should.
    """

    __slots__ = ("asked", "began", "cluster", "create", "created", "number", "show", "shown", "stamp", "trouble")

    began: float
    shown: float

    def __init__(  # noqa: PLR0917 - by place: a million are made, and keywords cost
        self, number: int, asked: float, cluster: "Cluster", create: float, show: float, stamp: int
    ) -> None:
        self.number = number
        self.asked = self.began = asked
        self.cluster = cluster
        self.create = create
        self.show = show
        self.stamp = stamp
        self.created: float | None = None
        self.trouble: Any = None


class Cluster:
    """serving, places, queue: the cluster's own; an entry of the queue is what to do once there is a place.

    in_hand: claims being worked on. slots: commands that may be sent at once. ready: records that wait for room.
    """

    __slots__ = (
        "chance",
        "create",
        "in_hand",
        "is_known",
        "learners",
        "lists",
        "name",
        "places",
        "profile",
        "queue",
        "ready",
        "serving",
        "show",
        "slots",
        "swings",
        "waiting",
    )

    def __init__(self, name: str, places: int, width: int, profile: Profile, *, seed: int) -> None:
        self.name = name
        self.chance = Chance(seed, name, "service")
        self.create = profile.service.get(Verb.CREATE, profile.default).ppf
        self.show = profile.service.get(Verb.SHOW, profile.default).ppf
        self.places = places
        self.slots = width
        self.profile = profile
        self.serving = 0
        self.in_hand = 0
        self.lists = 0
        self.is_known = False
        self.swings = bool(profile.swings)
        self.queue: deque[Any] = deque()
        self.ready: list[tuple[float, int, Share]] = []
        self.waiting: deque[Callable[[], None]] = deque()
        self.learners: list[Callable[[], None]] = []

    def own_time(self, verb: Verb, now: float, attempt: int, name: str | None = None) -> float:
        """How long a command takes that arrives now, as the so-manieth of its kind (for its share)."""
        index = 0 if name is None else word_index(name)
        return self.profile.service_time(verb, now, self.chance.u01(index, _INDEX[verb], attempt))
