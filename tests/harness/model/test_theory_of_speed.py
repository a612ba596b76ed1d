"""The model against what is known of queues whose speed changes: by chance, in a period, or up and down.

Intervals as in `test_theory`. A speed that changes by chance is set by hand at each change, as the admin API sets it;
one that is known ahead is a latency phase.
"""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import integrate, linalg

from connector.chance import Chance
from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.exponential import Exponential
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.distributions.uniform import Uniform
from fake_clusters.profile import Distribution, LatencyPhase, LatencyPhaseKind
from tests.harness.model.queueing import Customer, Queue, batches, is_within

_EVER = 1e9
_MOST = 150
"""Customers of a chain that is cut off there."""


def _phase(speed: float) -> tuple[LatencyPhase, ...]:
    if speed <= 0:
        return (LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=0.0, ends=_EVER),)
    return (LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=0.0, ends=_EVER, factor=1 / speed),)


def _modulated(
    service: Distribution, rate: float, speeds: tuple[float, float], leaves: tuple[float, float], count: int
) -> Sequence[Customer]:
    """A queue whose speed is now the one, now the other, each for an exponential time. leaves: rates of that."""
    served: list[Customer] = []
    queue = Queue(service, latency_phases=_phase(speeds[0]), done=served.append)
    chance = Chance(1, "speeds")

    def change(turn: int) -> None:
        state = turn % 2
        queue.model.set_profile(replace(queue.model.profile, latency_phases=_phase(speeds[state])))
        if len(served) < count:
            queue.env.call_in(-math.log1p(-chance.u01(turn)) / leaves[state], change, turn + 1)

    queue.env.call_in(0.0, change, 0)
    return queue.run(rate, count)


def _mean_number(rate: float, speeds: tuple[float, float], leaves: tuple[float, float]) -> float:
    """E[N] of M/M/1 in a random environment (Yechiali and Naor 1971), from its chain, solved as it stands."""
    size = 2 * (_MOST + 1)
    flows = np.zeros((size, size))
    for number in range(_MOST + 1):
        for state in (0, 1):
            here = 2 * number + state
            flows[here, 2 * number + 1 - state] += leaves[state]
            if number < _MOST:
                flows[here, here + 2] += rate
            if number:
                flows[here, here - 2] += speeds[state]
    flows -= np.diag(flows.sum(axis=1))
    flows[:, 0] = 1.0  # one balance follows from the others; probabilities add up to one
    found = linalg.solve(flows.T, np.eye(size)[0])
    assert found[-2:].sum() < 1e-9
    return float(sum(number * found[2 * number : 2 * number + 2].sum() for number in range(_MOST + 1)))


@pytest.mark.parametrize(
    ("rate", "speeds", "leaves"),
    [
        pytest.param(0.5, (1.0, 0.4), (0.2, 0.5), id="slower now and then"),
        pytest.param(0.4, (1.0, 0.0), (0.25, 1.0), id="at a standstill now and then", marks=pytest.mark.soak),
        pytest.param(
            0.6, (2.0, 0.25), (1.0, 2.0), id="overloaded now and then, and fast otherwise", marks=pytest.mark.soak
        ),
    ],
)
def test_m_m_1_with_a_speed_that_changes_by_chance(
    rate: float, speeds: tuple[float, float], leaves: tuple[float, float]
) -> None:
    """Mean time in the cluster is E[N] / lambda (Little)."""
    truth = _mean_number(rate, speeds, leaves) / rate
    sojourns = [row.sojourn for row in _modulated(Exponential(mean=1.0), rate, speeds, leaves, 60_000)]
    assert is_within(truth, batches(sojourns))
    assert not is_within(1.2 * truth, batches(sojourns))


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(Constant(0.8), id="constant", marks=pytest.mark.soak),
        pytest.param(Lognormal(median=0.4, p99=2.0), id="lognormal"),
        pytest.param(Uniform(low=0.2, high=1.4), id="uniform", marks=pytest.mark.soak),
    ],
)
def test_m_g_1_that_stands_still_now_and_then(service: Distribution) -> None:
    """E[V] of a server that breaks down whether or not it serves, and resumes (Avi-Itzhak and Naor 1963).

    V is the work in the cluster, up and down its states, f and r the rates of leaving them. From the generator applied
    to V ^ 2 and to V in up, with rho = P(V > 0, up): E[V; up] = lambda E[S^2] / 2 + rho E[V] and
    r E[V; down] = f E[V; up] + rho (1 - P(up)). Whoever comes finds V (PASTA), and S on top of it takes
    (V + S) (1 + f / r), and 1 / r more where it comes in down.
    """
    rate, f, r = 0.6, 0.2, 0.8
    second, _ = integrate.quad(lambda u: service.ppf(u) ** 2, 0.0, 1.0, limit=200)
    rho, down = rate * service.mean, f / (f + r)
    up_work = (rate * second / 2 + rho**2 * down / r) / (1 - rho - rho * f / r)
    work = up_work + (f * up_work + rho * down) / r
    truth = (work + service.mean) * (1 + f / r) + down / r
    sojourns = [row.sojourn for row in _modulated(service, rate, (1.0, 0.0), (f, r), 60_000)]
    assert is_within(truth, batches(sojourns))
    assert not is_within(1.2 * truth, batches(sojourns))


@pytest.mark.parametrize(("factor", "duty"), [(4.0, 0.3), (2.0, 0.5)])
def test_m_m_1_with_a_speed_that_changes_in_a_period(factor: float, duty: float) -> None:
    """E[N] over a period, from the forward equations of the chain over its two halves, started where they end."""
    rate, period, most = 0.5, 8.0, 60

    def flows(speed: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        up, down = np.diag(np.full(most, rate), 1), np.diag(np.full(most, speed), -1)
        both = up + down
        return np.asarray(both - np.diag(both.sum(axis=1)), dtype=np.float64)

    steps = 200
    slow, fast = flows(1 / factor), flows(1.0)
    over_slow = linalg.expm(slow * duty * period / steps)
    over_fast = linalg.expm(fast * (1 - duty) * period / steps)
    once_round = np.linalg.matrix_power(over_slow, steps) @ np.linalg.matrix_power(over_fast, steps)
    start = np.linalg.matrix_power(once_round, 400)[0]
    assert start[-1] < 1e-9
    numbers, row, means = np.arange(most + 1), start, []
    for over in (over_slow, over_fast):
        seen = []
        for _ in range(steps + 1):
            seen.append(float(row @ numbers))
            row = row @ over
        row = np.linalg.solve(over.T, row)  # the last step of a half is the first of the next
        means.append(integrate.simpson(seen) / steps)
    truth = (duty * means[0] + (1 - duty) * means[1]) / rate
    phase = LatencyPhase(
        kind=LatencyPhaseKind.PERIODIC, begins=0.0, ends=_EVER, factor=factor, period=period, duty=duty
    )
    sojourns = [row.sojourn for row in Queue(Exponential(mean=1.0), latency_phases=(phase,)).run(rate, 60_000)]
    assert is_within(truth, batches(sojourns))
    assert not is_within(1.2 * truth, batches(sojourns))


@pytest.mark.parametrize("places", [1, 3])
def test_a_speed_that_never_changes_is_another_unit_of_time(places: int) -> None:
    """To the last customer: at a quarter of the speed all takes four times as long, where all comes at a quarter."""
    phase = LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=0.0, ends=_EVER, factor=4.0)
    slow, fast = (
        Queue(Exponential(mean=1.0), places=places, latency_phases=(phase,)),
        Queue(Exponential(mean=1.0), places=places),
    )
    slowly = [row.sojourn for row in slow.run(0.2 * places, 5_000)]
    quickly = [row.sojourn for row in fast.run(0.8 * places, 5_000)]
    assert slowly == pytest.approx([4 * sojourn for sojourn in quickly], rel=1e-6)


def test_all_that_is_served_is_the_integral_of_the_speed_while_somebody_is_there() -> None:
    """The cluster is never idle with work to do: by the end of each busy period just its work has been done."""
    latency_phases = (
        LatencyPhase(kind=LatencyPhaseKind.PERIODIC, begins=0.0, ends=_EVER, factor=3.0, period=5.0, duty=0.4),
        LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=100.0, ends=130.0),
        LatencyPhase(kind=LatencyPhaseKind.RAMP, begins=200.0, ends=260.0, factor=4.0),
    )

    def speed(at: float) -> float:
        if 100.0 <= at < 130.0:
            return 0.0
        slowness = 3.0 if at % 5.0 < 2.0 else 1.0
        if 200.0 <= at < 260.0:
            slowness *= 1 + 3 * (at - 200.0) / 60.0
        return 1 / slowness

    queue = Queue(Constant(0.6), latency_phases=latency_phases)
    queue.run(0.7, 300)
    rows = queue.customers
    began, served, checked = rows[0].came, 0, 0
    for customer, following in zip(rows, [*rows[1:], None], strict=True):
        served += 1
        ends = customer.came + customer.sojourn
        if following is None or following.came > ends:
            strips = 4000
            width = (ends - began) / strips
            done = sum(speed(began + (strip + 0.5) * width) for strip in range(strips)) * width
            assert done == pytest.approx(0.6 * served, rel=0.01, abs=0.01)
            checked += 1
            if following is not None:
                began, served = following.came, 0
    assert checked > 20
