"""The plan of an open-loop load: a pure function of (workload, seed), whatever becomes of what is asked.

Instants are drawn in operational time, where arrivals have rate 1, and mapped back through the integral of the rate: a
surge compresses the instants of its phase and leaves every other draw alone. Kind and location are chosen by weighted
rendezvous (each option draws an exponential of its own weight, the shortest wins): a new option, or a new weight, moves
only the arrivals that it wins or loses. Among more than a handful of equally likely clusters one draw picks: a thousand
draws for each of a million arrivals would buy little.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import accumulate, count, pairwise
from operator import attrgetter

from connector.chance import Chance
from connector.values import fast_frozen
from harness.scenario.scenario import Phase, Workload, WorkloadKind
from harness.scenario.scripted import ScriptedRequest
from harness.workload.names import NAMING, drawn_name

__all__ = ["MOST_RIVALS", "Arrival", "ArrivalSpacing", "drawn", "instants", "locator", "phase_at", "plan"]

MOST_RIVALS = 8
"""Up to so many equally likely clusters are chosen by rendezvous."""
_AT_ONCE = 64
_CONCERNS_NONE = frozenset({WorkloadKind.CREATE, WorkloadKind.LIST})
"""Kinds that choose no share of those there are: all their choices would be a third of the time of a plan."""
_NO_CHOICE = 0.5
_FIRST_SCRIPTED = 1_000_000_000


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One thing that the load will do. at: seconds from the start of the load.

    name, key, size: of the share that a create makes; other kinds use the key for themselves and `size` as needed.
    pick: in (0, 1), chooses among the shares that an arrival other than a create can concern when its time comes.
    status, operation, shrink: in (0, 1) as well, each for one choice alone: the status of the share that a
    premature operation concerns, which operation that is, and whether a resize makes the share smaller. scripted: what
    it asks, of one that was not drawn. tenant, priority: of a create.
    """

    number: int
    at: float
    kind: WorkloadKind
    phase: str
    location: str
    name: str
    key: str
    size: int
    pick: float = _NO_CHOICE
    status: float = _NO_CHOICE
    operation: float = _NO_CHOICE
    shrink: float = _NO_CHOICE
    scripted: ScriptedRequest | None = None
    tenant: str | None = None
    priority: int | None = None


def plan(
    workload: Workload, *, seed: int, phases: Sequence[Phase] = (), clusters: Sequence[str] = ()
) -> tuple[Arrival, ...]:
    """All arrivals before `workload.duration`, in order."""
    return tuple(drawn(workload, seed=seed, phases=phases, clusters=clusters))


def drawn(
    workload: Workload,
    *,
    seed: int,
    phases: Sequence[Phase] = (),
    clusters: Sequence[str] = (),
    part: tuple[int, int] = (0, 1),
) -> Iterator[Arrival]:
    """The same, each when it is asked for: there may be millions, and the load may be stopped before they come.

    clusters: equally likely where no location is weighed. part: (i, n), those arrivals alone whose numbers leave i when
    divided by n; the others cost little.
    """
    random = _drawn(workload, seed=seed, phases=phases, clusters=clusters, part=part)
    if not workload.requests:
        return random
    return merge(random, _scripted(workload, seed, phases, part), key=attrgetter("at"))


def _scripted(workload: Workload, seed: int, phases: Sequence[Phase], part: tuple[int, int]) -> Iterator[Arrival]:
    """Requests that are not drawn; their numbers lie above those of all that are."""
    key = Chance(seed, "workload.scripted")
    for number, request in enumerate(workload.requests, start=_FIRST_SCRIPTED):
        if number % part[1] == part[0]:
            yield Arrival(
                number=number,
                at=request.at,
                kind=WorkloadKind.CREATE,
                phase=phase_at(phases, request.at),
                location=request.location,
                name=request.name,
                key=request.key or f"{key.bits(number, 0):016x}{key.bits(number, 1):016x}",
                size=request.size or 1,
                scripted=request,
            )


def _drawn(
    workload: Workload, *, seed: int, phases: Sequence[Phase], clusters: Sequence[str], part: tuple[int, int]
) -> Iterator[Arrival]:
    locations = dict(workload.locations) or dict.fromkeys(clusters, 1.0)
    located = locator(locations, seed)
    kind_of = _winner({kind.value: weight for kind, weight in workload.mix.items()}, seed, "workload.kind")
    kinds = {kind.value: kind for kind in WorkloadKind}
    naming = Chance(seed, NAMING)
    size = Chance(seed, "workload.size")
    key = Chance(seed, "workload.key")
    pick = Chance(seed, "workload.pick")
    status = Chance(seed, "workload.standing")
    operation = Chance(seed, "workload.operation")
    shrink = Chance(seed, "workload.shrink")
    priority = Chance(seed, "workload.priority")
    tenant_of = _winner(workload.tenants, seed, "workload.tenant") if workload.tenants else lambda _: None
    priorities = workload.priorities
    for number, at in enumerate(instants(workload, seed, phases), start=1):
        if number % part[1] != part[0] or (workload.only is not None and number not in workload.only):
            continue
        kind = kinds[kind_of(number)]
        chooses = kind not in _CONCERNS_NONE
        yield Arrival(
            number=number,
            at=at,
            kind=kind,
            phase=phase_at(phases, at),
            location=located(number),
            name=drawn_name(naming, number),
            key=f"{key.bits(number, 0):016x}{key.bits(number, 1):016x}",
            size=max(1, round(workload.size.ppf(size.u01(number)))),
            pick=pick.u01(number) if chooses else _NO_CHOICE,
            status=status.u01(number) if chooses else _NO_CHOICE,
            operation=operation.u01(number) if chooses else _NO_CHOICE,
            shrink=shrink.u01(number) if chooses else _NO_CHOICE,
            tenant=tenant_of(number),
            priority=priorities[priority.choice(len(priorities), number)] if priorities else None,
        )


def phase_at(phases: Sequence[Phase], at: float) -> str:
    """The name of the phase at this instant: of those that overlap, the last one named; "" outside all."""
    return next((phase.name for phase in reversed(phases) if phase.begins <= at < phase.ends), "")


def locator(locations: Mapping[str, float], seed: int) -> Callable[[int], str]:
    """Says whom an arrival concerns, by weight."""
    purpose = "workload.location"
    if len(locations) > MOST_RIVALS and len(set(locations.values())) == 1:
        names, chance = tuple(locations), Chance(seed, purpose)
        return lambda number: names[chance.choice(len(names), number)]
    return _winner(locations, seed, purpose)


def _winner(weights: Mapping[str, float], seed: int, purpose: str) -> Callable[[int], str]:
    """Says which option an arrival draws. The only one there is wins whatever it draws."""
    rivals = [(option, weight, Chance(seed, purpose, option)) for option, weight in weights.items() if weight > 0]
    if len(rivals) == 1:
        return lambda _: rivals[0][0]
    return lambda number: min((-math.log(chance.u01(number)) / weight, option) for option, weight, chance in rivals)[1]


def instants(workload: Workload, seed: int, phases: Sequence[Phase]) -> Iterator[float]:
    """When arrivals come."""
    chance, spacing = Chance(seed, "workload.spacing"), ArrivalSpacing(workload, phases)
    for first in count(1, _AT_ONCE):
        batch = spacing.instants([chance.u01(number) for number in range(first, first + _AT_ONCE)])
        yield from batch
        if len(batch) < _AT_ONCE:
            return


class ArrivalSpacing:
    """The instants of a load, in batches, from the uniform values of the gaps between them."""

    def __init__(self, workload: Workload, phases: Sequence[Phase]) -> None:
        self._spacing = workload.spacing
        self._pieces = _pieces(workload, phases)
        self._begins, self._ends, self._rate = next(self._pieces) if workload.rate > 0 else (0.0, 0.0, 0.0)
        self._due = self._passed = 0.0

    def instants(self, draws: Sequence[float]) -> list[float]:
        """Those of the next arrivals: of all, or of so many as come before the load ends."""
        dues = list(accumulate(self._gaps(draws), initial=self._due))[1:]
        self._due = dues[-1]
        begins, passed, rate = self._begins, self._passed, self._rate
        if self._due - passed < rate * (self._ends - begins):  # all in one piece
            return [begins + (due - passed) / rate for due in dues]
        found: list[float] = []
        for due in dues:
            while due - self._passed >= self._rate * (self._ends - self._begins):
                self._passed += self._rate * (self._ends - self._begins)
                following = next(self._pieces, None)
                if following is None:
                    self._ends = self._begins
                    return found
                self._begins, self._ends, self._rate = following
            found.append(self._begins + (due - self._passed) / self._rate)
        return found

    def _gaps(self, draws: Sequence[float]) -> list[float]:
        if self._spacing is None:
            log1p = math.log1p
            return [-log1p(-u) for u in draws]
        return [self._spacing.ppf(u) for u in draws]


def _pieces(workload: Workload, phases: Sequence[Phase]) -> Iterator[tuple[float, float, float]]:
    """Stretches of constant rate that cover the load: (begins, ends, arrivals per second)."""
    surges = [phase for phase in phases if phase.name in workload.surges]
    inside = {bound for phase in surges for bound in (phase.begins, phase.ends) if 0 < bound < workload.duration}
    bounds = [0.0, *sorted(inside), workload.duration]
    for begins, ends in pairwise(bounds):
        factors = (workload.surges[phase.name] for phase in surges if phase.begins <= begins < phase.ends)
        yield begins, ends, workload.rate * math.prod(factors)
