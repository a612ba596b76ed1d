"""A retry storm: clients with a deadline and retries at one cluster that is slowed, or asked for more, for a while.

After Bronson, Aghayev, Charapko and Zhu, "Metastable failures in distributed systems" (HotOS 2021), and Huang and
others, "Metastable failures in the wild" (OSDI 2022), whose triggers take capacity away or add load: the trigger is
gone, the load is what it was, and the work that nobody waits for any more keeps the cluster too busy for the rest. The
cluster is the model that stands behind SSH elsewhere: it carries out what its caller has given up.
"""

import math
import sys
from collections import Counter, deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from simpy import Event

from connector.chance import Chance
from connector.operations import Reply, Show
from connector.protocol import Refusal
from fake_clusters.distributions.constant import Constant
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.model import ClusterModel, Ticket
from fake_clusters.plans import CutHow, OutputPlan
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from fake_clusters.speed import time_for
from fake_clusters.ticket import FINISHED
from harness.model.environment import FastEnvironment
from tests.harness.model.feeding import feed

__all__ = ["Cure", "Storm", "StormLoad", "play_storm"]


class Cure(StrEnum):
    """none: as it is. budget: a client may retry a tenth of its requests (a token bucket). drop: who has waited so long
    for a place that it could not be answered in time any more is not served."""

    NONE = "none"
    BUDGET = "budget"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class StormLoad:
    """rate: requests per second. places, service: the cluster's; capacity is their quotient. timeout, retries: of the
    clients. stands_still: how long the trigger lasts, from `trigger` on; meanwhile the cluster works at `speed` (0: not
    at all) and `surge` times as many requests arrive. watched: seconds after that. even: arrivals at equal distances,
    instead of Poisson."""

    rate: float
    places: int = 30
    service: float = 0.1
    timeout: float = 1.0
    retries: int = 1
    trigger: float = 10.0
    stands_still: float = 10.0
    speed: float = 0.0
    surge: float = 1.0
    watched: float = 180.0
    even: bool = False
    cure: Cure = Cure.NONE

    @property
    def capacity(self) -> float:
        return self.places / self.service

    @property
    def fluid_recovery(self) -> float:
        """Seconds from the trigger's end until the backlog is worth one timeout: (B - mu T) / (mu - (1 + R) lambda),
        with B what has piled up, R retries, T the timeout; infinite where more is offered than can be served."""
        offered = (1 + self.retries) * self.rate
        piled_up = (offered * self.surge - self.speed * self.capacity) * self.stands_still
        excess, spare = piled_up - self.capacity * self.timeout, self.capacity - offered
        if excess <= 0:
            return 0.0
        return excess / spare if spare > 0 else math.inf


@dataclass(slots=True, kw_only=True)
class Storm:
    """What came of it. good, offered: by second of arrival, requests answered in time, and tries of all requests."""

    load: StormLoad
    good: Counter[int] = field(default_factory=Counter)
    asked: Counter[int] = field(default_factory=Counter)
    offered: Counter[int] = field(default_factory=Counter)

    @property
    def ends(self) -> int:
        return int(self.load.trigger + self.load.stands_still + self.load.watched)

    def rate(self, counts: Counter[int], seconds: int = 20) -> float:
        """Per second, over the last so many seconds that all requests had time in."""
        last = self.ends - 1 - math.ceil(self.load.timeout * (1 + self.load.retries))
        return sum(counts[second] for second in range(last - seconds, last)) / seconds

    @property
    def recovers(self) -> bool:
        """Whether nine of ten requests are answered in time again by the end."""
        return self.rate(self.good) >= 0.9 * self.rate(self.asked)

    @property
    def recovered_after(self) -> float:
        """Seconds from the trigger's end to the first second from which on nine of ten are answered in time."""
        begins = int(self.load.trigger + self.load.stands_still)
        bad = [second for second in range(begins, self.ends - 3) if self.good[second] < 0.9 * self.asked[second]]
        return max(bad, default=begins - 1) + 1 - (self.load.trigger + self.load.stands_still)


def play_storm(load: StormLoad, *, seed: int = 1) -> Storm:
    """Play it to the end."""
    return _Clients(load, seed).run()


def _latency_phases(load: StormLoad, speed: float) -> tuple[LatencyPhase, ...]:
    """A speed, of the cluster or of the hour at which requests are due, for as long as the trigger lasts."""
    ends = load.trigger + load.stands_still
    if speed <= 0:
        return (LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=load.trigger, ends=ends),)
    return (LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=load.trigger, ends=ends, factor=1 / speed),)


class _Try:
    """One try; the model's listener for it."""

    __slots__ = ("over", "ticket")

    def __init__(self, over: Event) -> None:
        self.over = over
        self.ticket: Ticket = FINISHED

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        if not self.over.triggered:
            self.over.succeed()

    def cut(self, how: CutHow) -> None:
        raise AssertionError("this cluster keeps its connections")


class _Clients:
    def __init__(self, load: StormLoad, seed: int) -> None:
        self._load = load
        self._env = env = FastEnvironment()
        profile = Profile(
            name="storm", default=Constant(load.service), latency_phases=_latency_phases(load, load.speed)
        )
        spec = ClusterSpec(name="storm", profile=profile, limits=ClusterLimits(commands=load.places, sessions=None))
        self._cluster = ClusterModel(env, spec, seed=seed, wall=lambda: env.now)
        self._free = load.places
        self._turns: deque[Event] = deque()
        self._chance = Chance(seed, "storm")
        self._surges = _latency_phases(load, load.surge)
        self._tokens = 0.0
        self._storm = Storm(load=load)

    def run(self) -> Storm:
        env = self._env
        feed(env, self._arrivals(), lambda number: env.process(self._request(number)))
        env.run(until=self._storm.ends)
        return self._storm

    def _arrivals(self) -> Iterator[tuple[float, int]]:
        at, number = 0.0, 0
        while at < self._storm.ends:
            number += 1
            gap = (1.0 if self._load.even else -math.log1p(-self._chance.u01(number))) / self._load.rate
            at += time_for(gap, at, self._surges)
            yield at, number

    def _request(self, number: int) -> Generator[Event, Any, None]:
        storm, second = self._storm, int(self._env.now)
        storm.asked[second] += 1
        self._tokens = min(self._tokens + 0.1, 100.0)
        for tried in range(1 + self._load.retries):
            if tried and not self._may_retry():
                return
            storm.offered[int(self._env.now)] += 1
            if (yield from self._try(f"s{number}")):
                storm.good[second] += 1
                return

    def _may_retry(self) -> bool:
        if self._load.cure is not Cure.BUDGET:
            return True
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def _try(self, name: str) -> Generator[Event, Any, bool]:
        """Whether it was answered in time."""
        left, drops = self._load.timeout, self._load.cure is Cure.DROP
        if drops:
            began = self._env.now
            if not (yield from self._take_place(left - self._load.service)):
                return False
            left -= self._env.now - began
        one = _Try(self._env.event())
        one.ticket = self._cluster.submit(Show(name=name), 1, one)
        if drops:
            one.over.callbacks.append(self._leave_place)
        if (yield from _within(self._env, one.over, left)):
            return True
        if not drops:
            one.ticket.abandon()
        return False

    def _take_place(self, seconds: float) -> Generator[Event, Any, bool]:
        """Whether there was one before so many seconds had passed, in the order of those who wait."""
        if self._free:
            self._free -= 1
            return True
        turn = self._env.event()
        self._turns.append(turn)
        if (yield from _within(self._env, turn, seconds)):
            return True
        if turn.triggered:
            self._leave_place(turn)
        else:
            self._turns.remove(turn)
        return False

    def _leave_place(self, event: Event) -> None:
        if self._turns:
            self._turns.popleft().succeed()
        else:
            self._free += 1


def _within(env: FastEnvironment, event: Event, seconds: float) -> Generator[Event, Any, bool]:
    """Wait for an event, at most so many seconds; whether it came before its deadline."""
    if event.triggered:
        return True
    gate = env.event()

    def opens(in_time: bool) -> None:
        if not gate.triggered:
            gate.succeed(in_time)

    event.callbacks.append(lambda happened: opens(True))
    env.deadline_at(env.now + max(0.0, seconds), lambda argument: opens(False))
    return bool((yield gate))


def _table() -> Iterator[str]:
    yield "| requests/s | cure | recovers | answered in time/s | offered/s | recovered after | fluid model |"
    yield "|---|---|---|---|---|---|---|"
    cases = [(rate, Cure.NONE) for rate in (100.0, 120.0, 140.0, 150.0, 200.0, 280.0)]
    for rate, cure in (*cases, *((rate, cure) for cure in (Cure.BUDGET, Cure.DROP) for rate in (200.0, 280.0))):
        storm = play_storm(StormLoad(rate=rate, cure=cure, even=True))
        fluid = storm.load.fluid_recovery if cure is Cure.NONE else math.nan
        after = f"{storm.recovered_after:.0f} s" if storm.recovers else "never"
        model = "" if math.isnan(fluid) else "never" if math.isinf(fluid) else f"{fluid:.0f} s"
        good, offered = storm.rate(storm.good), storm.rate(storm.offered)
        found = "yes" if storm.recovers else "no"
        yield f"| {rate:g} | {cure} | {found} | {good:.0f} | {offered:.0f} | {after} | {model} |"


if __name__ == "__main__":
    for line in _table():
        sys.stdout.write(line + "\n")
