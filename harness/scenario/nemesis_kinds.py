"""What the nemesis can do to a process or a cluster, and a step of its schedule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from connector.units import Duration, Size, parse_duration
from fake_clusters.rules.keys import Key, keys_of
from fake_clusters.rules.rule import NoParameters, Rule, Window
from harness.scenario.points import CrashPoint

__all__ = [
    "CLUSTER_KINDS",
    "AddShare",
    "CrashAction",
    "HoldAction",
    "HoldHow",
    "NemesisKind",
    "NemesisStep",
    "Outage",
    "RemoveShare",
    "Skew",
    "TargetSelector",
    "WhichShare",
    "add_share",
    "crash",
    "disconnect",
    "hold",
    "kill",
    "label_of",
    "pause",
    "remove_share",
    "skew",
    "terminate",
]

Seconds = Annotated[Duration, Field(gt=0)]


def _offset(value: object) -> float:
    """Raises `ValueError` for what is no duration behind a sign."""
    if isinstance(value, str) and value.startswith("-"):
        seconds = -parse_duration(value.removeprefix("-").strip())
    elif isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        seconds = -parse_duration(-value)
    else:
        seconds = parse_duration(value)
    if not seconds:
        raise ValueError("a clock that is 0 s off is not skewed")
    return seconds


Offset = Annotated[float, BeforeValidator(_offset, json_schema_input_type=float | str)]
"""Seconds, such as `"-200ms"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Of a process that is killed or paused."""

    duration: Seconds = field(default=1.0, metadata={"doc": "after which it is undone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashAction:
    duration: Seconds = field(default=1.0, metadata={"doc": "until the cluster is back"})
    wipe: bool = field(default=False, metadata={"doc": "it comes back without its state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    offset: Offset = field(
        metadata={
            "doc": "how far the clock is ahead, or behind with a minus; the pipeline tolerates "
            "`pipeline.command.skew` between any two clocks"
        }
    )
    duration: Seconds = field(default=1.0, metadata={"doc": "after which it is undone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddShare:
    share: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f/][^\x00-\x1f\x7f]*$")] = field(
        default="by-hand", metadata={"doc": "its name; nothing happens where that is taken"}
    )
    size: Annotated[Size, Field(ge=1)] = field(default=1 << 30, metadata={"doc": "its bytes"})


class HoldHow(StrEnum):
    PAUSE = "pause"
    DRAIN = "drain"


Words = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAction:
    duration: Seconds = field(default=1.0, metadata={"doc": "after which it ends"})
    how: HoldHow = field(
        default=HoldHow.PAUSE,
        metadata={"doc": "`pause`: none of its records is worked on; `drain`: no request for it is accepted"},
    )
    expires: bool = field(
        default=False, metadata={"doc": "it is given its end date, and is over by itself; else it is lifted"}
    )
    reason: Words = field(default="a scenario", metadata={"doc": "as the pipeline shows it"})
    who: Words = field(default="nemesis", metadata={"doc": "as the pipeline shows it"})


class WhichShare(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveShare:
    which: WhichShare = field(
        default=WhichShare.NEWEST, metadata={"doc": "of those on the cluster then: shares that were there before, too"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSelector:
    """site, nth: not at the step's instant but before, or after, the nth call there from then on, counted over all
    lives of the process."""

    target: str = field(
        metadata={
            "doc": "a cluster, or a part: `processor` (of several `processor-2`, ... too), `api`, `gateway`, with "
            '`spool = "nats"` also `relay`, or one of `[[service.parts]]` by its name; `database` with '
            '`store = "postgresql"`, `broker` with `spool = "nats"` (live world)'
        }
    )
    site: CrashPoint | None = field(
        default=None,
        metadata={"doc": "the call right before or after which it is killed; calls count from `at` on"},
    )
    nth: Annotated[int, Field(ge=1)] = field(default=1, metadata={"doc": "which of the calls at `site`"})


class NemesisKind(StrEnum):
    """What the nemesis can do to a process (kill -9 and start again, ask it to end and start again, pause, skew its
    clock) or a cluster: crash it, disconnect whoever is connected, so that the pool opens its connections anew, add
    and remove shares by hand, or have the pipeline hold it up, as an operator does."""

    KILL = "kill"
    TERMINATE = "terminate"
    PAUSE = "pause"
    CRASH = "crash"
    SKEW = "skew"
    DISCONNECT = "disconnect"
    HOLD = "hold"
    ADD_SHARE = "add_share"
    REMOVE_SHARE = "remove_share"

    @property
    def is_undone(self) -> bool:
        """Whether it lasts: what happens in an instant needs no undoing."""
        return self not in {NemesisKind.DISCONNECT, NemesisKind.ADD_SHARE, NemesisKind.REMOVE_SHARE}

    @property
    def targets_clusters(self) -> bool:
        """Whether its target is a cluster, and not a process."""
        return self in CLUSTER_KINDS

    @property
    def is_asked(self) -> bool:
        """Whether the service does it: it is done once the service has said so."""
        return self is NemesisKind.HOLD

    @property
    def strikes_servers(self) -> bool:
        """Whether its target may be a server, and not only a part of the service."""
        return self in {NemesisKind.KILL, NemesisKind.TERMINATE}

    @property
    def section(self) -> str:
        return "nemesis"

    @property
    def instant(self) -> bool:
        return True

    @property
    def does(self) -> str:
        return _DOES[self]

    @property
    def parameters(self) -> type[Any]:
        return _PARAMETERS[self]

    @property
    def selector(self) -> type[TargetSelector]:
        return TargetSelector

    @property
    def keys(self) -> Mapping[str, Key]:
        keys = keys_of(TargetSelector)
        return keys if self is NemesisKind.KILL else {"target": keys["target"]}


_DOES = {
    NemesisKind.KILL: "A process is killed (kill -9) and started again.",
    NemesisKind.TERMINATE: "A process is asked to end (SIGTERM), killed where it does not, and started again.",
    NemesisKind.PAUSE: "A process is stopped and goes on later (SIGSTOP, SIGCONT).",
    NemesisKind.CRASH: "A cluster goes down: connections are reset, commands in service are lost; it comes back.",
    NemesisKind.SKEW: "The clock of a process is set ahead or back (virtual world).",
    NemesisKind.DISCONNECT: "Every connection to a cluster is reset, those of the pool included; the cluster stays up.",
    NemesisKind.HOLD: "An operator pauses or drains a cluster, through the pipeline (design `spool`).",
    NemesisKind.ADD_SHARE: "Somebody makes a share on a cluster by hand: without a mark, and past the connector.",
    NemesisKind.REMOVE_SHARE: "Somebody removes a share from a cluster by hand, past the connector.",
}
CLUSTER_KINDS = frozenset(
    {
        NemesisKind.CRASH,
        NemesisKind.DISCONNECT,
        NemesisKind.HOLD,
        NemesisKind.ADD_SHARE,
        NemesisKind.REMOVE_SHARE,
    }
)
"""What is done to a cluster, and not to a process."""
_PARAMETERS: Mapping[NemesisKind, type[Any]] = {
    NemesisKind.KILL: Outage,
    NemesisKind.TERMINATE: Outage,
    NemesisKind.PAUSE: Outage,
    NemesisKind.CRASH: CrashAction,
    NemesisKind.SKEW: Skew,
    NemesisKind.DISCONNECT: NoParameters,
    NemesisKind.HOLD: HoldAction,
    NemesisKind.ADD_SHARE: AddShare,
    NemesisKind.REMOVE_SHARE: RemoveShare,
}

NemesisStep = Rule[NemesisKind, TargetSelector]
"""Its label follows from kind and target: see `label_of`."""


def label_of(kind: NemesisKind, target: str) -> str:
    """Such as `kill processor`."""
    return f"{kind} {target}"


def kill(target: str, *, at: float, duration: float = 1.0, site: CrashPoint | None = None, nth: int = 1) -> NemesisStep:
    return _step(NemesisKind.KILL, TargetSelector(target=target, site=site, nth=nth), at, Outage(duration=duration))


def terminate(target: str, *, at: float, duration: float = 1.0) -> NemesisStep:
    return _step(NemesisKind.TERMINATE, TargetSelector(target=target), at, Outage(duration=duration))


def pause(target: str, *, at: float, duration: float = 1.0) -> NemesisStep:
    return _step(NemesisKind.PAUSE, TargetSelector(target=target), at, Outage(duration=duration))


def crash(target: str, *, at: float, duration: float = 1.0, wipe: bool = False) -> NemesisStep:
    return _step(NemesisKind.CRASH, TargetSelector(target=target), at, CrashAction(duration=duration, wipe=wipe))


def skew(target: str, *, at: float, offset: float, duration: float = 1.0) -> NemesisStep:
    return _step(NemesisKind.SKEW, TargetSelector(target=target), at, Skew(offset=offset, duration=duration))


def disconnect(target: str, *, at: float) -> NemesisStep:
    return _step(NemesisKind.DISCONNECT, TargetSelector(target=target), at, NoParameters())


def hold(
    target: str, *, at: float, duration: float = 1.0, how: HoldHow = HoldHow.PAUSE, expires: bool = False
) -> NemesisStep:
    action = HoldAction(duration=duration, how=how, expires=expires)
    return _step(NemesisKind.HOLD, TargetSelector(target=target), at, action)


def add_share(target: str, *, at: float, share: str = "by-hand", size: int = 1 << 30) -> NemesisStep:
    return _step(NemesisKind.ADD_SHARE, TargetSelector(target=target), at, AddShare(share=share, size=size))


def remove_share(target: str, *, at: float, which: WhichShare = WhichShare.NEWEST) -> NemesisStep:
    return _step(NemesisKind.REMOVE_SHARE, TargetSelector(target=target), at, RemoveShare(which=which))


def _step(kind: NemesisKind, selector: TargetSelector, at: float, parameters: Any) -> NemesisStep:
    return NemesisStep(
        kind=kind,
        label=label_of(kind, selector.target),
        selector=selector,
        window=Window(begins=at),
        parameters=parameters,
    )
