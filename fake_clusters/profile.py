"""How a cluster behaves when nothing is broken: a latency distribution per phase and verb, and a speed over time."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connector.operations import Verb
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.distribution import Distribution
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.speed import time_for

__all__ = ["Constant", "Distribution", "LatencyPhase", "LatencyPhaseKind", "LoginPhase", "Profile"]


class LoginPhase(StrEnum):
    """The phases of a connection that have a latency of their own."""

    BANNER = "banner"
    KEX = "kex"
    AUTH = "auth"
    CHANNEL = "channel"


_INSTANT = Constant()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Latencies at full speed, in seconds. `service` by verb, `default` for verbs not named there; a login phase not
    named is instant. background: from the answer to a create until the share is whole; None: it is whole by then.

    Latencies are work: how long they take follows from the speed while they last. latency_phases: those that
    overlap multiply.
    Instants are model seconds.
    """

    name: str = "instant"
    login: Mapping[LoginPhase, Distribution] = field(default_factory=dict)
    service: Mapping[Verb, Distribution] = field(default_factory=dict)
    default: Distribution = _INSTANT
    background: Distribution | None = None
    latency_phases: tuple[LatencyPhase, ...] = ()

    def service_work(self, verb: Verb, u: float) -> float:
        """Seconds of work of a command, for the uniform value u, 0 < u < 1."""
        return self.service.get(verb, self.default).ppf(u)

    def login_work(self, phase: LoginPhase, u: float) -> float:
        """Seconds of work that a phase of a connection adds, for the uniform value u, 0 < u < 1."""
        return self.login.get(phase, _INSTANT).ppf(u)

    def time_for(self, work: float, at: float) -> float:
        """Seconds that so much work takes from this instant on."""
        return time_for(work, at, self.latency_phases) if self.latency_phases else work

    def closed(self, at: float) -> bool:
        """Whether an outage has the port closed at this instant."""
        return any(phase.closes_at(at) for phase in self.latency_phases)

    def next_turn(self, at: float) -> float:
        """The next instant after `at` at which `closed` may change; infinity for never."""
        outages = (phase for phase in self.latency_phases if phase.kind is LatencyPhaseKind.OUTAGE)
        return min((edge for phase in outages for edge in (phase.begins, phase.ends) if edge > at), default=math.inf)
