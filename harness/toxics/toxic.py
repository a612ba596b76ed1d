"""What a toxic is: a name on a link, a direction, the connections it meets, and pure functions of what passes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Annotated, Any

from pydantic import Field

from fake_clusters.rules.keys import Key, keys_of
from fake_clusters.rules.rule import NoParameters

__all__ = [
    "Direction",
    "DoorState",
    "Ending",
    "Item",
    "LinkSelector",
    "Passing",
    "Timed",
    "Toxic",
    "ToxicKind",
    "pass_on",
]


class Direction(StrEnum):
    """Seen from the side that connects: up is what it sends, down is what it hears."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"

    def includes(self, way: "Direction") -> bool:
        return self is Direction.BOTH or self is way


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSelector:
    """Which connections a rule applies to. link: a name, or `processor-*`. direction None: that of the kind."""

    link: str = field(
        metadata={"doc": "`client-gateway`, `gateway-api`, `processor-CLUSTER`, or `processor-*` for all"}
    )
    direction: Direction | None = field(
        default=None, metadata={"doc": "seen from the side that connects: `up` is what it sends"}
    )
    toxicity: Annotated[float, Field(ge=0, le=1)] = field(
        default=1.0, metadata={"doc": "fraction of connections that it applies to"}
    )


class Ending(Enum):
    """What can come after the bytes. FIN: no more of them this way. CLOSE, RESET: both ends are closed, or reset."""

    FIN = "fin"
    CLOSE = "close"
    RESET = "reset"


class DoorState(Enum):
    """How a relay takes new connections. HELD: they hang, as behind a firewall that drops. CLOSED: they are refused."""

    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"


Item = bytes | Ending
Timed = tuple[float, Item]
"""When a piece goes on, in seconds of the loop, and the piece. Infinity: not before the toxic changes or leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What a toxic knows of the piece that has come to it, on one direction of one connection.

    at: when it came. free_at: when the piece before it goes on. before: bytes that were let through before it.
    draw: uniform in (0, 1) by this toxic, connection, piece, and the index given.
    """

    at: float
    free_at: float
    before: int
    draw: Callable[[int], float]


def pass_on(parameters: object, item: Item, passing: Passing) -> Iterable[Timed]:
    """Nothing is done to what passes."""
    return ((passing.at, item),)


def _never(parameters: object) -> tuple[float, Ending] | None:
    return None


def _at_once(parameters: object) -> float:
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicKind:
    """One kind of toxic, as listed by `spoolproof toxics`.

    parameters: a frozen dataclass whose fields have defaults and a `doc` as metadata. does, seen: one sentence each, on
    what it does and on what the side that connects sees. counterpart: Toxiproxy's toxic and how its attributes are
    spelled here. direction: unless another is given; None: it concerns only how connections open. standing: a state of
    the whole link, so it meets every connection. stops: while it is there, something may not get through at all.

    shape: (parameters, piece, passing) -> what goes on, and when; never earlier than what went before it. ends: after
    how many seconds on a connection it ends it, and how. door: how new connections fare. before_accept, before_dial:
    seconds until a connection opens, and from then until its first byte is relayed. parting: how connections end when
    the toxic leaves them.
    """

    name: str
    parameters: type[Any]
    does: str
    seen: str
    counterpart: str = ""
    direction: Direction | None = Direction.DOWN
    standing: bool = False
    stops: bool = False
    shape: Callable[[Any, Item, Passing], Iterable[Timed]] = pass_on
    ends: Callable[[Any], tuple[float, Ending] | None] = _never
    door: DoorState = DoorState.OPEN
    before_accept: Callable[[Any], float] = _at_once
    before_dial: Callable[[Any], float] = _at_once
    parting: Ending | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def section(self) -> str:
        return "toxics"

    @property
    def instant(self) -> bool:
        return False

    @property
    def selector(self) -> type[LinkSelector]:
        return LinkSelector

    @property
    def keys(self) -> Mapping[str, Key]:
        """A state of the whole link takes no part of it, and what concerns only how connections open no direction."""
        keys = keys_of(LinkSelector)
        found = {"link": keys["link"]}
        if self.direction is not None and not self.standing:
            found["direction"] = Key(hint=Direction, default=self.direction, doc=keys["direction"].doc)
        return found if self.standing else {**found, "toxicity": keys["toxicity"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxic:
    """A toxic on a link. name: unique there. direction None: its kind's own. toxicity: fraction of connections."""

    name: str
    kind: ToxicKind
    parameters: Any = field(default_factory=NoParameters)
    direction: Direction | None = None
    toxicity: float = 1.0

    def works(self, way: Direction) -> bool:
        """Whether it has to do with what passes this way."""
        direction = self.direction or self.kind.direction
        return self.kind.direction is not None and direction is not None and direction.includes(way)
