"""A fake cluster as a queue, fed by Poisson arrivals on the fast environment; and how sure its averages are."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from scipy import stats

from connector.chance import Chance
from connector.operations import Reply, Request, Show, Verb
from connector.protocol import Refusal
from fake_clusters.model import ClusterModel, Ticket
from fake_clusters.order import FIFO, Order
from fake_clusters.plans import CutHow, OutputPlan
from fake_clusters.profile import Distribution, LatencyPhase, Profile
from fake_clusters.spec import ClusterLimits, ClusterSpec
from harness.model.environment import FastEnvironment
from tests.harness.model.feeding import feed

__all__ = ["Customer", "Queue", "batches", "is_within", "poisson"]


def poisson(rate: float, count: int, seed: int) -> Iterator[tuple[float, int]]:
    """(instant, number) of so many arrivals."""
    chance, at = Chance(seed, "arrivals"), 0.0
    for number in range(count):
        at -= math.log1p(-chance.u01(number)) / rate
        yield at, number


@dataclass(slots=True, eq=False)
class Customer:
    """One command and its caller. left: gave up. refused: the cluster turned it away."""

    number: int
    came: float
    queue: "Queue"
    answered_at: float | None = None
    refused: bool = False
    left: bool = False
    ticket: Ticket | None = field(default=None)

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        self.answered_at = self.queue.env.now
        self.refused = isinstance(answer, Refusal) and answer.code == "busy"
        self.queue.served(self)

    def cut(self, how: CutHow) -> None:
        self.queue.was_cut(self)

    @property
    def sojourn(self) -> float:
        assert self.answered_at is not None
        return self.answered_at - self.came


def _show(number: int) -> Request:
    return Show(name=f"s{number}")


class Queue:
    """A cluster of `places` that answers commands: `show`, unless `asks` says what a customer asks.

    done: by whoever waits for a customer's answer.
    """

    def __init__(
        self,
        service: Distribution,
        *,
        places: int = 1,
        queue: int | None = None,
        latency_phases: tuple[LatencyPhase, ...] = (),
        services: Mapping[Verb, Distribution] | None = None,
        order: Order = FIFO,
        asks: Callable[[int], Request] = _show,
        seed: int = 1,
        done: Callable[[Customer], None] | None = None,
    ) -> None:
        self.env = FastEnvironment()
        profile = Profile(name="queue", service=services or {}, default=service, latency_phases=latency_phases)
        spec = ClusterSpec(
            name="queue", profile=profile, limits=ClusterLimits(commands=places, queue=queue), order=order
        )
        self.model = ClusterModel(self.env, spec, seed=seed, wall=lambda: self.env.now)
        self.customers: list[Customer] = []
        self.asks = asks
        self._done = done

    def come(self, number: int) -> None:
        """A customer arrives now."""
        customer = Customer(number, self.env.now, self)
        self.customers.append(customer)
        self.send(customer)

    def send(self, customer: Customer) -> None:
        """Its command arrives, for the first time or again."""
        customer.ticket = self.model.submit(self.asks(customer.number), 1, customer)

    def served(self, customer: Customer) -> None:
        if self._done is not None:
            self._done(customer)

    def was_cut(self, customer: Customer) -> None:
        raise AssertionError("nothing cuts this cluster's connections")

    def run(self, rate: float, count: int, seed: int = 1) -> Sequence[Customer]:
        """All customers, once the last is gone; the first tenth is left out, as warming up."""
        feed(self.env, poisson(rate, count, seed), self.come)
        self.env.run()
        return self.customers[count // 10 :]


def batches(values: Sequence[float], count: int = 20) -> list[float]:
    """Means of so many batches in a row: long ones depend on each other hardly at all."""
    size = len(values) // count
    return [fmean(values[place * size : (place + 1) * size]) for place in range(count)]


def is_within(truth: float, means: Sequence[float]) -> bool:
    """Whether the truth lies in the 95 % interval of independent means (Student's t)."""
    half = stats.t.ppf(0.975, len(means) - 1) * stats.sem(means)
    return bool(abs(fmean(means) - truth) <= half)
