"""The pipeline and its clusters for calm creates: a claim, a create, a show, and the share is active.

Each instant is the sum that the general path would come to. What does not go so is left to `StruckShares`.
"""

from math import inf

from connector.operations import Verb
from connector.values import replace
from fake_clusters.profile import Profile
from harness.model.environment import FastEnvironment
from harness.model.fast.claims import Claims
from harness.model.fast.creates import Creates
from harness.model.fast.foreseen import ForeseenCommands
from harness.model.fast.records import Records
from harness.model.fast.routing import Routing
from harness.model.fast.share import FastCluster
from harness.model.fast.spool import FastSpool
from harness.model.fast.stream import stream
from harness.model.fast.tally import Tally
from harness.model.fast.upkeep import Upkeep
from harness.scenario.scenario import Scenario
from harness.service.reference import PipelineSettings, deadlines_of, settings_of

__all__ = ["Parts", "width_of"]


class Parts:
    """The parts of one run, put together. every: one share in so many is recorded in full."""

    def __init__(self, scenario: Scenario, *, seed: int, every: int) -> None:
        self.env = env = FastEnvironment()
        self.settings = settings = settings_of(scenario)
        self.tally = tally = Tally(every)
        self.records = Records(settings, seed=seed)
        width, deadlines = width_of(settings), deadlines_of(settings.command)
        patience = deadlines.command
        self.clusters = {
            spec.name: FastCluster(spec.name, spec.limits.commands, width, _lifted(scenario, spec.profile), seed=seed)
            for spec in scenario.clusters
        }
        self.routing = Routing(scenario.faults, tuple(self.clusters), seed=seed, reach=2 * patience + 1.0)
        routed = self.routing if scenario.faults else None
        load = stream(scenario.workload, self.clusters, seed=seed, phases=scenario.phases, routing=routed)
        self.calm = ForeseenCommands(env, self.clusters.values(), tally, width=width, patience=patience)
        self.spool = FastSpool(load)
        self.upkeep = Upkeep(
            env, self.calm, tally, self.routing, deadlines=deadlines, sweep=settings.sweeper.every, retry=settings.retry
        )
        self.claims = Claims(env, self.spool, self.calm, self.upkeep, width=width, scan=settings.processor.scan)
        self.creates = Creates(self.claims, self.calm, tally, self.routing, patience=patience)
        self.claims.create = self.creates.create
        self.calm.go_on = self.creates.go_on

    def start(self) -> None:
        """The processor's looks, scans and sweeps begin now."""
        for cluster in self.clusters.values():
            self.upkeep.sweep_later(cluster)
        self.claims.start()

    def finish(self) -> None:
        """The tally is complete, and what is under way in it."""
        self.calm.close()
        every, watched = self.tally.every, self.tally.watched
        for verb in (Verb.CREATE, Verb.SHOW):
            self.tally.commands[verb] += self.tally.calm
        while self.spool.next_at < inf:
            batch, rows = self.spool.some()
            numbers = [number for number, *_ in rows]
            watched.update((number, batch.share(number)) for number in numbers if not number % every)
            self.spool.taken(numbers[-1])


def width_of(settings: PipelineSettings) -> int:
    """Shares that are worked on at once, per cluster."""
    return min(settings.processor.workers, settings.command.connections * settings.command.sessions)


def _lifted(scenario: Scenario, profile: Profile) -> Profile:
    """Latency phases end with the load, as where they are lifted then: here all that is to come must be known ahead."""
    ends = scenario.workload.duration
    return replace(
        profile, latency_phases=tuple(phase.cut(ends) for phase in profile.latency_phases if phase.begins < ends)
    )
