"""M/M/c three times: bare callbacks on the fast environment, SimPy by the book, and Ciw where it is installed."""

import importlib.util
import math
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any

from simpy import Environment, Event, Resource

from connector.chance import Chance
from harness.model.environment import FastEnvironment
from tests.harness.model.feeding import feed

__all__ = ["by_callbacks", "by_ciw", "by_the_book", "has_ciw", "prepared"]

_SERVERS, _RATE = 10, 8.0
"""Mean service is one second: eight of ten servers are busy."""


def _draws(customers: int) -> Iterator[tuple[float, float]]:
    """(instant, service), drawn beforehand by the same cheap means for both."""
    gaps, services = Chance(1, "gaps"), Chance(1, "services")
    at = 0.0
    for number in range(customers):
        at -= math.log1p(-gaps.u01(number)) / _RATE
        yield at, -math.log1p(-services.u01(number))


def prepared(customers: int) -> list[tuple[float, float]]:
    return list(_draws(customers))


def by_callbacks(draws: list[tuple[float, float]]) -> float:
    """The mean wait."""
    env = FastEnvironment()
    waiting: deque[tuple[float, float]] = deque()
    busy, waited = 0, 0.0

    def ends(argument: object) -> None:
        nonlocal busy, waited
        if waiting:
            came, service = waiting.popleft()
            waited += env._now - came
            env.call_in(service, ends)
        else:
            busy -= 1

    def comes(service: float) -> None:
        nonlocal busy
        if busy < _SERVERS:
            busy += 1
            env.call_in(service, ends)
        else:
            waiting.append((env._now, service))

    feed(env, draws, comes)
    env.run()
    return waited / len(draws)


def by_the_book(draws: list[tuple[float, float]]) -> float:
    env = Environment()
    servers = Resource(env, _SERVERS)
    waited = 0.0

    def customer(service: float) -> Generator[Event, Any, None]:
        nonlocal waited
        came = env.now
        with servers.request() as turn:
            yield turn
            waited += env.now - came
            yield env.timeout(service)

    def source() -> Generator[Event, Any, None]:
        for at, service in draws:
            yield env.timeout(at - env.now)
            env.process(customer(service))

    env.process(source())
    env.run()
    return waited / len(draws)


def has_ciw() -> bool:
    return importlib.util.find_spec("ciw") is not None


def by_ciw(customers: int) -> float:
    ciw: Any = importlib.import_module("ciw")
    ciw.seed(1)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=_RATE)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[_SERVERS],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers, method="Finish")
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return float(sum(waits) / len(waits))
