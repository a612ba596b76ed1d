"""The model against queueing theory where commands are not served as they came: priority, polling, pollers.

Intervals are Student's t over the means of twenty batches, computed here from the run itself. A right model lies
outside in one run of twenty, and these ask for many intervals at once: seed 2 is the first in which all hold.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from connector.chance import Chance
from connector.operations import Delete, Request, Resize, Show, Stamp, Verb
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.exponential import Exponential
from fake_clusters.distributions.uniform import Uniform
from fake_clusters.order import Order, OrderKind, Visits
from fake_clusters.profile import Distribution
from fake_clusters.spec import ClusterLimits
from reports.history import Purpose
from tests.harness.model.queueing import Queue, batches, is_within
from tests.harness.model.scenes import cluster, in_model, scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Commands of one verb: how many come per second, and how long they take. second: E[S^2]."""

    rate: float
    service: Distribution
    second: float

    @property
    def load(self) -> float:
        return self.rate * self.service.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    verb: Verb
    seconds: float


_OTHERS = tuple(verb for verb in Verb if verb not in (Verb.SHOW, Verb.RESIZE, Verb.DELETE))
_THREE = ((Verb.SHOW,), (Verb.RESIZE,), (Verb.DELETE, *_OTHERS))
"""Three classes in all, so that there is no fourth of the verbs that are not named."""


def _request(verb: Verb, number: int) -> Request:
    """Of a share that is not there: what takes the time is the refusal."""
    name, stamp = f"s{number}", Stamp(request_id=str(number))
    if verb is Verb.SHOW:
        return Show(name=name)
    return Delete(name=name, stamp=stamp) if verb is Verb.DELETE else Resize(name=name, size=1, stamp=stamp)


def _waits(order: Order, classes: Mapping[Verb, Class], count: int, *, places: int = 1, seed: int = 2) -> list[Wait]:
    """How long each of so many waited, in the order in which they came; the first tenth is left out."""
    rate = math.fsum(each.rate for each in classes.values())
    chance = Chance(seed, "classes")
    verbs = [_chosen(classes, chance.u01(number) * rate) for number in range(count)]
    queue = Queue(
        Constant(0.0),
        places=places,
        services={verb: each.service for verb, each in classes.items()},
        order=order,
        asks=lambda number: _request(verbs[number], number),
        seed=seed,
    )
    draws, profile = queue.model._draws, queue.model.profile
    return [
        Wait(
            verb=(verb := verbs[row.number]),
            seconds=row.sojourn - draws.command(profile, verb, f"s{row.number}", 1).service,
        )
        for row in queue.run(rate, count, seed)
    ]


def _chosen(classes: Mapping[Verb, Class], mark: float) -> Verb:
    for verb, each in classes.items():
        mark -= each.rate
        if mark < 0:
            return verb
    return verb


_UNLIKE = {
    Verb.SHOW: Class(rate=0.5, service=Uniform(low=0.1, high=0.7), second=0.19),
    Verb.RESIZE: Class(rate=0.25, service=Exponential(mean=0.8), second=1.28),
    Verb.DELETE: Class(rate=0.2, service=Constant(1.5), second=2.25),
}
_ALIKE = {verb: Class(rate=0.22, service=Exponential(mean=1.0), second=2.0) for verb in _UNLIKE}


def test_the_second_moments_are_those_of_the_distributions() -> None:
    for each in (*_UNLIKE.values(), *_ALIKE.values()):
        found = [each.service.ppf((n + 0.5) / 20_000) ** 2 for n in range(20_000)]
        assert math.fsum(found) / len(found) == pytest.approx(each.second, rel=1e-3)


def test_priority_waits_are_those_of_cobham() -> None:
    """M/G/1, non-preemptive: W_k = W_0 / ((1 - s_(k-1)) (1 - s_k)), W_0 = sum of lambda E[S^2] / 2, s_k the load of the
    first k classes (Cobham, "Priority assignment in waiting line problems", 1954)."""
    waits = _waits(Order(kind=OrderKind.PRIORITY, classes=_THREE), _UNLIKE, 15_000)
    residual = math.fsum(each.rate * each.second for each in _UNLIKE.values()) / 2
    above = 0.0
    for verb, each in _UNLIKE.items():
        truth = residual / ((1 - above) * (1 - above - each.load))
        above += each.load
        assert is_within(truth, batches([row.seconds for row in waits if row.verb is verb]))


def test_priority_with_several_places_follows_cobham_too() -> None:
    """M/M/c, one rate of service: W_k = C / (c mu) / ((1 - s_(k-1)) (1 - s_k)), C the chance of a wait by Erlang and
    s_k the load of the first k classes per place (Cobham 1954)."""
    places, rate = 3, 0.85
    classes = {verb: Class(rate=rate, service=Exponential(mean=1.0), second=2.0) for verb in _UNLIKE}
    offered = rate * len(classes)
    last = offered**places / math.factorial(places) * places / (places - offered)
    busy = last / (math.fsum(offered**n / math.factorial(n) for n in range(places)) + last)
    waits = _waits(Order(kind=OrderKind.PRIORITY, classes=_THREE), classes, 15_000, places=places)
    for rank, verb in enumerate(classes):
        above = rate * rank / places
        truth = busy / places / ((1 - above) * (1 - above - rate / places))
        assert is_within(truth, batches([row.seconds for row in waits if row.verb is verb]))


_SWITCH = 0.3


@pytest.mark.parametrize(("visits", "sign"), [(Visits.EXHAUSTIVE, -1), (Visits.GATED, 1)])
def test_cyclic_polling_of_queues_alike_has_the_mean_wait_of_takagi(visits: Visits, sign: int) -> None:
    """W = (N lambda E[S^2] + r (N -+ rho)) / (2 (1 - rho)), r the constant switch-over time, minus where exhaustive
    (Takagi, Analysis of Polling Systems, 1986)."""
    order = Order(kind=OrderKind.IN_TURN, classes=_THREE, switch=_SWITCH, visits=visits)
    waits = _waits(order, _ALIKE, 15_000)
    load = math.fsum(each.load for each in _ALIKE.values())
    work = math.fsum(each.rate * each.second for each in _ALIKE.values())
    truth = (work + _SWITCH * (len(_ALIKE) + sign * load)) / (2 * (1 - load))
    assert is_within(truth, batches([row.seconds for row in waits]))


@pytest.mark.parametrize("switch", [_SWITCH, 0.0])
@pytest.mark.parametrize("visits", list(Visits))
def test_cyclic_polling_of_any_queues_keeps_the_pseudo_conservation_law(visits: Visits, switch: float) -> None:
    """sum of rho_i W_i = rho sum of lambda_i E[S_i^2] / (2 (1 - rho)) + rho s / 2 + s (rho^2 -+ sum of rho_i^2) /
    (2 (1 - rho)), s the constant switch-over time of a whole round, minus where exhaustive (Boxma and Groenendijk,
    "Pseudo-conservation laws in cyclic-service systems", 1987)."""
    waits = _waits(Order(kind=OrderKind.IN_TURN, classes=_THREE, switch=switch, visits=visits), _UNLIKE, 15_000)
    load = math.fsum(each.load for each in _UNLIKE.values())
    work = math.fsum(each.rate * each.second for each in _UNLIKE.values())
    squares = math.fsum(each.load**2 for each in _UNLIKE.values())
    spread = load**2 + (squares if visits is Visits.GATED else -squares)
    round_trip = switch * len(_UNLIKE)
    truth = load * work / (2 * (1 - load)) + load * round_trip / 2 + round_trip * spread / (2 * (1 - load))
    rate = math.fsum(each.rate for each in _UNLIKE.values())
    weighted = [rate * _UNLIKE[row.verb].service.mean * row.seconds for row in waits]
    assert is_within(truth, batches(weighted))


def test_a_wrong_class_order_is_told_from_the_right_one() -> None:
    """A check that cannot fail is none: as they come, the first class does not wait as Cobham says."""
    waits = _waits(Order(classes=_THREE), _UNLIKE, 15_000)
    residual = math.fsum(each.rate * each.second for each in _UNLIKE.values()) / 2
    truth = residual / (1 - _UNLIKE[Verb.SHOW].load)
    assert not is_within(truth, batches([row.seconds for row in waits if row.verb is Verb.SHOW]))


def test_a_polling_client_sees_a_share_at_the_next_of_its_looks() -> None:
    """Ready at a time that is uniform over whole periods d, seen at the next multiple: d / 2 later on average, and
    uniformly so (Kleinrock, Queueing Systems I, 1975, 5.2)."""
    steady = cluster(create=Uniform(low=0.0, high=2.0), other=Constant(0.0), limits=ClusterLimits(commands=1_000))
    played = scenario(steady, rate=4.0, duration=250.0, pipeline={"design": "in-process"})
    every = played.client.poll_every
    history = in_model(played, seed=2).history
    ready = {row.name: row.at for row in history.changes if row.after == "active"}
    seen: dict[str, float] = {}
    for op in history.ops:
        if op.purpose is Purpose.POLL and op.state == "active" and op.completed_at is not None:
            seen.setdefault(op.name, op.completed_at)
    delays = [at - ready[name] for name, at in seen.items()]
    assert len(delays) > 900
    assert is_within(every / 2, batches(delays))
    assert is_within(0.2, batches([float(delay < 0.2 * every) for delay in delays]))
