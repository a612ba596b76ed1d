"""The same model as a SimPy textbook would have it: a process per create, Resources, a Store, conditions for timeouts.

It has the same arrivals, the same keyed services and the same polls, so that it comes to the same shares; what differs
is how. Only the processor's looks at the spool, every 50 ms there, are at once here.
"""

from collections.abc import Generator
from typing import Any

from simpy import Environment, Event, Resource, Store

from connector.operations import Verb
from fake_clusters.draws import Draws
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from harness.workload.arrivals import Arrival, plan

__all__ = ["Textbook"]


class Textbook:
    """after: seconds from each create's instant to its share's being active. polls: how often clients asked."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.env = Environment()
        self.after: list[float] = []
        self.polls = 0
        self._gateway = Resource(self.env, settings_of(scenario).gateway.max_connections)
        self._scenario = scenario
        self._seed = seed
        self._spool = Store(self.env)
        self._draws = {spec.name: Draws(seed, spec.name) for spec in scenario.clusters}
        self._profiles = {spec.name: spec.profile for spec in scenario.clusters}
        self._places = {spec.name: Resource(self.env, spec.limits.commands) for spec in scenario.clusters}
        workers = settings_of(scenario).processor.workers
        self._workers = {spec.name: Resource(self.env, workers) for spec in scenario.clusters}

    def run(self) -> None:
        """Until all is done."""
        names = [spec.name for spec in self._scenario.clusters]
        arrivals = plan(self._scenario.workload, seed=self._seed, phases=(), clusters=names)
        self.env.process(self._clients(arrivals))
        self.env.process(self._processor())
        for name in names:
            self.env.process(self._sweeper(name))
        self.env.run(until=self._scenario.workload.duration + 60.0)

    def _clients(self, arrivals: tuple[Arrival, ...]) -> Generator[Event, Any, None]:
        for arrival in arrivals:
            yield self.env.timeout(max(0.0, arrival.at - self.env.now))
            self.env.process(self._client(arrival))

    def _client(self, arrival: Arrival) -> Generator[Event, Any, None]:
        with self._gateway.request() as connection:
            yield connection
            active = self.env.event()
            yield self._spool.put((arrival, active))
        while not active.triggered:
            yield self.env.timeout(self._scenario.client.poll_every)
            with self._gateway.request() as connection:
                yield connection
                self.polls += 1

    def _processor(self) -> Generator[Event, Any, None]:
        while True:
            arrival, active = yield self._spool.get()
            self.env.process(self._work(arrival, active))

    def _work(self, arrival: Arrival, active: Event) -> Generator[Event, Any, None]:
        with self._workers[arrival.location].request() as worker:
            yield worker
            for verb in (Verb.CREATE, Verb.SHOW):
                command = self.env.process(self._command(arrival.location, verb, arrival.name, 1))
                yield command | self.env.timeout(settings_of(self._scenario).command.command)
        active.succeed()
        self.after.append(self.env.now - arrival.at)

    def _command(self, location: str, verb: Verb, name: str | None, attempt: int) -> Generator[Event, Any, None]:
        plan = self._draws[location].command(self._profiles[location], verb, name, attempt)
        with self._places[location].request() as place:
            yield place
            yield self.env.timeout(plan.service)

    def _sweeper(self, location: str) -> Generator[Event, Any, None]:
        sweep = 0
        while True:
            yield self.env.timeout(settings_of(self._scenario).sweeper.every)
            sweep += 1
            yield self.env.process(self._command(location, Verb.LIST, None, sweep))
