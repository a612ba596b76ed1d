"""How a cluster behaves when nothing is broken: a latency distribution per phase and verb, changing over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from connector.operations import Verb

__all__ = ["Constant", "Distribution", "LoginPhase", "Profile", "Swing", "SwingKind"]


class Distribution(Protocol):
    """A distribution of seconds, by its quantile function."""

    def ppf(self, u: float) -> float:
        """The quantile at u, 0 < u < 1."""
        ...

    @property
    def mean(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Constant:
    value: float = 0.0

    def ppf(self, u: float) -> float:
        return self.value

    @property
    def mean(self) -> float:
        return self.value


class LoginPhase(StrEnum):
    """The phases of a connection that have a latency of their own."""

    BANNER = "banner"
    KEX = "kex"
    AUTH = "auth"
    CHANNEL = "channel"


class SwingKind(StrEnum):
    """brownout: times `factor`; ramp: from 1 to `factor` over the span; outage: the port is closed;
    periodic: times `factor` during the first `duty` of every `period`."""

    BROWNOUT = "brownout"
    RAMP = "ramp"
    OUTAGE = "outage"
    PERIODIC = "periodic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A change of the profile over a span of model seconds [begins, ends)."""

    kind: SwingKind
    begins: float
    ends: float
    factor: float = 1.0
    period: float = 1.0
    duty: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Latencies in seconds. `service` by verb, `default` for verbs not named there."""

    name: str = "instant"
    login: Mapping[LoginPhase, Distribution] = field(default_factory=dict)
    service: Mapping[Verb, Distribution] = field(default_factory=dict)
    default: Distribution = Constant()
    swings: tuple[Swing, ...] = ()
