"""The model against queueing theory: means, tails and losses lie in the 95 % interval of each run.

Intervals are Student's t over the means of twenty batches, computed here from the run itself. Clusters here serve as
commands come; `test_theory_of_orders` has the other orders. A command that its caller has given up is carried out all
the same, as under OpenSSH, so impatience is tested where the product has it: in the queue for a session.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from statistics import fmean

import pytest
from scipy import integrate, stats

from connector.chance import Chance
from connector.codes import Code
from connector.operations import Verb
from connector.pooled.link import Answer, Link
from connector.pooled.pool import Pool
from connector.pooled.stops import CallStopped
from connector.protocol import Deadlines
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.exponential import Exponential
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.distributions.uniform import Uniform
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.profile import Distribution
from harness.virtual.loop import run_virtually
from reports.history import Hop
from tests.harness.model.feeding import feed
from tests.harness.model.queueing import Customer, Queue, batches, is_within, poisson
from tests.harness.model.scenes import cluster, in_model, scenario


def _erlang_c(places: int, load: float) -> float:
    """P(wait), load = rate x mean service (Erlang 1917; Kleinrock, Queueing Systems I, 1975, 3.5)."""
    terms = [load**n / math.factorial(n) for n in range(places)]
    last = load**places / math.factorial(places) * places / (places - load)
    return last / (sum(terms) + last)


def _waits(customers: Sequence[Customer], service: Callable[[Customer], float]) -> list[float]:
    return [customer.sojourn - service(customer) for customer in customers]


def _service(queue: Queue, customer: Customer) -> float:
    """What the model drew for it."""
    draws = queue.model._draws
    return draws.command(queue.model.profile, Verb.SHOW, f"s{customer.number}", 1).service


def test_m_m_1_mean_and_tail() -> None:
    """Sojourns are exponential with rate mu - lambda (Kleinrock, Queueing Systems I, 1975, 3.2)."""
    rate, mu = 0.6, 1.0
    sojourns = [row.sojourn for row in Queue(Exponential(mean=1 / mu)).run(rate, 60_000)]
    assert is_within(1 / (mu - rate), batches(sojourns))
    for instant in (1.0, 4.0):
        tail = math.exp(-(mu - rate) * instant)
        assert is_within(tail, batches([float(sojourn > instant) for sojourn in sojourns]))


def test_m_m_c_waits_as_erlang_c_says() -> None:
    """P(wait > t) = C exp(-(c mu - lambda) t), mean wait C / (c mu - lambda) (Erlang 1917)."""
    places, rate = 6, 4.5
    queue = Queue(Exponential(mean=1.0), places=places)
    waits = _waits(queue.run(rate, 50_000), lambda row: _service(queue, row))
    busy = _erlang_c(places, rate)
    assert is_within(busy / (places - rate), batches(waits))
    for instant in (0.0, 0.5):
        tail = busy * math.exp(-(places - rate) * instant)
        assert is_within(tail, batches([float(wait > instant + 1e-9) for wait in waits]))


@pytest.mark.parametrize(
    ("service", "rate"),
    [
        pytest.param(Lognormal(median=0.5, p99=2.5), 0.9, id="lognormal"),
        pytest.param(Constant(0.8), 0.9, id="M/D/1"),
        pytest.param(Uniform(low=0.2, high=1.4), 0.8, id="uniform", marks=pytest.mark.soak),
    ],
)
def test_m_g_1_mean_wait_is_that_of_pollaczek_and_khinchine(service: Distribution, rate: float) -> None:
    """W = lambda E[S^2] / (2 (1 - rho)); nobody waits with probability 1 - rho (Pollaczek 1930, Khinchine 1932)."""
    second, _ = integrate.quad(lambda u: service.ppf(u) ** 2, 0.0, 1.0, limit=200)
    rho = rate * service.mean
    queue = Queue(service)
    waits = _waits(queue.run(rate, 50_000), lambda row: _service(queue, row))
    assert is_within(rate * second / (2 * (1 - rho)), batches(waits))
    assert is_within(1 - rho, batches([float(wait < 1e-9) for wait in waits]))


def test_m_g_infinity_has_poisson_many_in_service() -> None:
    """Whatever the service: Poisson with mean lambda E[S] (Riordan 1951; seen by arrivals: PASTA, Wolff 1982)."""
    rate, service = 3.0, Lognormal(median=0.6, p99=3.0)
    queue = Queue(service, places=10_000)
    seen: list[int] = []

    def comes(number: int) -> None:
        seen.append(queue.model.counters["in_service"])
        queue.come(number)

    feed(queue.env, poisson(rate, 30_000, 1), comes)
    queue.env.run()
    settled, load = seen[3_000:], rate * service.mean
    assert is_within(load, batches([float(count) for count in settled]))
    for most in (0, 2, 4):
        share = float(stats.poisson.cdf(most, load))
        assert is_within(share, batches([float(count <= most) for count in settled]))


def test_m_m_c_k_turns_away_as_many_as_the_birth_death_chain_says() -> None:
    """P(n) from the cut equations; loss = P(K), mean wait by Little from the mean queue (Kleinrock 1975, 3.6)."""
    places, room, rate = 3, 5, 3.6
    weights = [1.0]
    for n in range(1, places + room + 1):
        weights.append(weights[-1] * rate / min(n, places))
    chances = [weight / sum(weights) for weight in weights]
    loss = chances[-1]
    queued = sum((n - places) * chance for n, chance in enumerate(chances) if n > places)
    queue = Queue(Exponential(mean=1.0), places=places, queue=room)
    rows = queue.run(rate, 50_000)
    assert is_within(loss, batches([float(row.refused) for row in rows]))
    accepted = [row for row in rows if not row.refused]
    waits = _waits(accepted, lambda row: _service(queue, row))
    assert is_within(queued / (rate * (1 - loss)), batches(waits))


class _Line(Link[None]):
    """A connection that never ends; its places are all that matters."""

    lost = False

    async def run(self, command: None, deadlines: Deadlines, patience: float, limit: int) -> Answer:
        raise NotImplementedError

    async def close(self) -> None:
        """There is nothing to close."""

    def _hang_up(self) -> None:
        """There is nobody to tell."""


def _losses(places: int, rate: float, patience: Callable[[int], float], count: int) -> list[float]:
    """By caller, 1 where it left the pool's queue without a place; a place is held for an exponential second."""
    service = Chance(1, "sessions")
    lost = [0.0] * count

    async def open_line(deadlines: Deadlines, changed: Callable[[], None]) -> _Line:
        return _Line(places, changed)

    async def call(pool: Pool[_Line], number: int) -> None:
        try:
            grant = await pool.take(Deadlines(), patience(number))
        except CallStopped:
            lost[number] = 1.0
            return
        await asyncio.sleep(-math.log1p(-service.u01(number)))
        grant.link.vacate()

    async def run() -> None:
        pool: Pool[_Line] = Pool(open_line, 1)
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            for at, number in poisson(rate, count, 2):
                await asyncio.sleep(at - loop.time())
                group.create_task(call(pool, number))

    run_virtually(run())
    return lost[count // 10 :]


def _abandonment(places: int, rate: float, survival_integral: Callable[[float], float]) -> float:
    """P(abandon) of M/M/n+G with mean service 1; survival_integral(x): of P(patience > u) from 0 to x.

    (1 + (lambda - n) J) / (E + lambda J) (Baccelli and Hebuterne 1981, as in Zeltyn and Mandelbaum 2005, eq. 3.4 f).
    """
    terms = [rate**n / math.factorial(n) for n in range(places)]
    j, _ = integrate.quad(lambda x: math.exp(rate * survival_integral(x) - places * x), 0.0, 60.0, limit=400)
    return float((1 + (rate - places) * j) / (sum(terms) / terms[-1] + rate * j))


def test_erlang_a_exponential_patience() -> None:
    """Palm 1957; also P(abandon) = theta E[Q] / lambda from the birth-death chain, which must say the same."""
    places, rate, theta = 4, 4.4, 0.5
    weights = [1.0]
    for n in range(1, 200):
        weights.append(weights[-1] * rate / (min(n, places) + max(0, n - places) * theta))
    queued = sum((n - places) * weight for n, weight in enumerate(weights) if n > places) / sum(weights)
    truth = _abandonment(places, rate, lambda x: (1 - math.exp(-theta * x)) / theta)
    assert truth == pytest.approx(theta * queued / rate, rel=1e-6)
    chance = Chance(1, "patience")
    lost = _losses(places, rate, lambda number: -math.log1p(-chance.u01(number)) / theta, 40_000)
    assert is_within(truth, batches(lost))


def test_deterministic_patience() -> None:
    """M/M/n+D: everybody leaves after the same time (Barrer 1957)."""
    places, rate, patience = 3, 3.3, 1.25
    truth = _abandonment(places, rate, lambda x: min(x, patience))
    assert is_within(truth, batches(_losses(places, rate, lambda number: patience, 40_000)))


class _Breaking:
    """One customer after the other at a cluster that breaks down while it serves; who was cut begins again."""

    def __init__(self, service: Distribution, rate: float, repair: float) -> None:
        self.queue = Queue(service, done=self._done)
        self.queue.was_cut = self._again  # type: ignore[method-assign]  # this queue's customers are patient
        self._chance = Chance(1, "breakdowns")
        self._rate = rate
        self._repair = repair
        self._breaks = 0
        self.took: list[float] = []

    def run(self, count: int) -> list[float]:
        self._breakdown_later()
        self.queue.come(0)
        while len(self.took) < count:
            self.queue.env.step()
        return self.took

    def _breakdown_later(self) -> None:
        self._breaks += 1
        gap = -math.log1p(-self._chance.u01(self._breaks, 0)) / self._rate
        self.queue.env.call_in(gap, self._break)

    def _break(self, argument: object) -> None:
        repair = -math.log1p(-self._chance.u01(self._breaks, 1)) * self._repair
        self.queue.model.crash(repair)
        self.queue.env.call_in(repair, self._repaired)

    def _repaired(self, argument: object) -> None:
        self._breakdown_later()
        self.queue.send(self.queue.customers[-1])

    def _again(self, customer: Customer) -> None:
        return

    def _done(self, customer: Customer) -> None:
        self.took.append(customer.sojourn)
        self.queue.env.call_in(0.0, lambda argument: self.queue.come(customer.number + 1))


def _uniform_transform(rate: float) -> float:
    """S*(rate) of a service uniform in (0.5, 2)."""
    return (math.exp(-0.5 * rate) - math.exp(-2 * rate)) / (1.5 * rate)


@pytest.mark.parametrize(
    ("service", "transform"),
    [
        pytest.param(Constant(1.2), lambda rate: math.exp(-1.2 * rate), id="the same again"),
        pytest.param(Uniform(low=0.5, high=2.0), _uniform_transform, id="with a new draw"),
    ],
)
def test_breakdowns_with_repeat(service: Distribution, transform: Callable[[float], float]) -> None:
    """E[completion] = (1/lambda + E[repair]) (1/S*(lambda) - 1): preemptive repeat, drawn anew (Gaver 1962)."""
    rate, repair = 0.5, 0.7
    truth = (1 / rate + repair) * (1 / transform(rate) - 1)
    assert is_within(truth, batches(_Breaking(service, rate, repair).run(20_000)))


def test_breakdowns_with_resume() -> None:
    """E[completion] = E[S] (1 + lambda E[repair]): an exponential service has no memory, so that to begin anew is to
    resume (White and Christie 1958)."""
    rate, repair, mean = 0.4, 0.9, 1.3
    took = _Breaking(Exponential(mean=mean), rate, repair).run(20_000)
    assert is_within(mean * (1 + rate * repair), batches(took))


_SECONDS = pytest.mark.parametrize("seconds", [50.0, pytest.param(150.0, marks=pytest.mark.soak)])
"""Of a load of 20 creates a second."""


@_SECONDS
def test_capped_retries_are_geometric(seconds: float) -> None:
    """With n tries of which each fails with p: (1 - p^n) / (1 - p) tries on average, none succeeds with p^n."""
    chance_of_failure, most = 0.4, 3
    kind = FAULTS["error_exit"]
    fault = FaultRule(
        label="full",
        kind=kind,
        parameters=kind.parameters(code=Code.FULL),
        selector=CallSelector(probability=chance_of_failure, verbs=(Verb.CREATE,)),
    )
    quick = cluster(create=Constant(0.01), other=Constant(0.01))
    retry = {"retry": {"attempts": most, "first": "100ms", "longest": "200ms"}, "processor": {"scan": "100ms"}}
    played = scenario(quick, rate=20.0, duration=seconds, faults=(fault,), pipeline=retry)
    history = in_model(played, seed=1).history
    tries: dict[str, int] = {}
    for row in history.attempts:
        if row.hop is Hop.PROCESSOR and row.verb == "create" and row.began_at < seconds - 5.0:
            tries[row.name] = tries.get(row.name, 0) + 1
    failed = {change.name for change in history.changes if change.after == "failing"}
    settled = list(tries)
    assert len(settled) > 14 * seconds
    mean = (1 - chance_of_failure**most) / (1 - chance_of_failure)
    assert is_within(mean, batches([float(tries[name]) for name in settled]))
    assert is_within(chance_of_failure**most, batches([float(name in failed) for name in settled]))


@_SECONDS
def test_a_poller_finds_what_comes_at_random_after_half_its_period(seconds: float) -> None:
    """Poisson arrivals fall uniformly into the period between two looks (Kleinrock 1975, 5.2)."""
    idle = cluster(create=Constant(0.001), other=Constant(0.001))
    played = scenario(idle, rate=20.0, duration=seconds, pipeline={"processor": {"scan": "60s"}})
    history = in_model(played, seed=1).history
    asked = {op.name: op.intended_at for op in history.ops if op.kind == "create"}
    waits = [
        row.began_at - asked[row.name] for row in history.attempts if row.hop is Hop.PROCESSOR and row.verb == "create"
    ]
    assert len(waits) > 17 * seconds
    assert is_within(0.025, batches(waits))
    assert is_within(0.2, batches([float(wait < 0.01) for wait in waits]))


def test_the_interval_excludes_what_is_not_so() -> None:
    """A check that cannot fail is none: a rate that is off by a tenth is seen."""
    sojourns = [row.sojourn for row in Queue(Exponential(mean=1.0)).run(0.6, 60_000)]
    assert not is_within(1 / (1.0 - 0.66), batches(sojourns))
    assert fmean(sojourns) > 0
