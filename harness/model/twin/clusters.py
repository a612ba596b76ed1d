"""The clusters of a run of the twin: the very model that stands behind SSH elsewhere, and a connector to each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from simpy import Event

from connector.dialects import load_dialect
from connector.values import replace
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.model import ClusterModel
from fake_clusters.plans import CommandPlan
from fake_clusters.spec import ClusterSpec
from harness.collect.cluster_log import effect_row, seen_on_cluster
from harness.model.environment import FastEnvironment
from harness.model.twin.connector import ModelConnector
from harness.model.twin.waiting import Wait
from pipeline.settings import CommandSettings
from reports.history import Effect, Injection, Reading, Sample
from reports.journal import ClusterNote

__all__ = ["TwinClusters"]


class TwinClusters:
    """Instants are the environment's: those before 0 are before the load."""

    def __init__(
        self,
        env: FastEnvironment,
        specs: Sequence[ClusterSpec],
        rules: Sequence[FaultRule],
        settings: CommandSettings,
        *,
        seed: int,
    ) -> None:
        self._env = env
        self._injections = InjectionLog()
        self._rules = rules
        self._injectors = [FaultInjector(spec.name, rules, seed=seed, log=self._injections) for spec in specs]
        self.models = {
            spec.name: ClusterModel(
                env,
                spec,
                seed=seed,
                wall=lambda: env.now,
                injector=injector,
                carries=load_dialect(spec.dialect).capabilities,
            )
            for spec, injector in zip(specs, self._injectors, strict=True)
        }
        self.connectors = {name: ModelConnector(env, model, settings, seed=seed) for name, model in self.models.items()}
        self._awaited: dict[str, list[Event]] = {name: [] for name in self.models}
        for name, model in self.models.items():
            model.listener = _Front(self.connectors[name], partial(self._wake, name))
        for injector in self._injectors:
            self._look(injector)

    def heal(self) -> None:
        """No fault strikes and no latency phase holds any more."""
        for injector, model in zip(self._injectors, self.models.values(), strict=True):
            injector.clear()
            model.set_profile(replace(model.profile, latency_phases=()))
            self._wake(model.spec.name)

    def until_open(self, name: str) -> Wait[None]:
        """Until a cluster takes connections."""
        while self.models[name].refuses_connections():
            turned = self._env.event()
            self._awaited[name].append(turned)
            yield turned

    def _look(self, injector: FaultInjector) -> None:
        """As `PortKeeper` does: a port may open or close now. One that a fault closes is logged, since no call comes by
        to be matched."""
        now, name = self._env.now, injector.cluster
        injector.note_refusing(now)
        self._wake(name)
        turn = min(injector.next_turn(now), self.models[name].profile.next_turn(now))
        if turn < float("inf"):
            self._env.call_at(turn, lambda _: self._look(injector))

    def _wake(self, name: str) -> None:
        """Let those look again who wait for a cluster to be open."""
        awaited, self._awaited[name] = self._awaited[name], []
        for event in awaited:
            event.succeed()

    def are_idle(self) -> bool:
        return not any(model.counters[gauge] for model in self.models.values() for gauge in ("in_service", "queued"))

    def last_effect_due(self) -> float:
        """The instant by which all late effects have landed, as far as their faults say."""
        delays = {rule.label: _effect_delay(rule) for rule in self._rules}
        return max((row.at + delays.get(row.label, 0.0) for row in self._injections.rows()), default=0.0)

    def effects(self) -> Iterator[Effect]:
        for name, model in self.models.items():
            yield from (effect_row(name, effect) for effect in model.effects())

    def injections(self) -> Iterator[Injection]:
        return iter(self._injections.rows())

    def left_open(self, *, seconds: float) -> Mapping[str, int]:
        """The sessions of each cluster that stayed open for so many seconds: a sweep may be under way at any moment."""
        left: dict[str, int] = {}
        for name, model in self.models.items():
            patience = self._env.now + seconds
            while model.counters["sessions"] and self._env.peek() <= patience:
                self._env.step()
            left[name] = model.counters["sessions"]
        return left

    def read(self, round: int, *, left_open: Mapping[str, int]) -> Iterator[Reading]:
        for name, model in self.models.items():
            yield Reading(
                number=0,
                at=self._env.now,
                side=name,
                round=round,
                shares=tuple(seen_on_cluster(name, view) for view in model.shares),
                sessions=left_open[name],
            )

    def samples(self) -> Iterator[Sample]:
        for name, model in self.models.items():
            counters = model.counters
            for gauge in ("in_service", "queued"):
                yield Sample(at=self._env.now, metric=f"{name}.{gauge}", value=float(counters[gauge]))

    def notes(self) -> tuple[ClusterNote, ...]:
        return tuple(
            ClusterNote(
                name=name,
                dialect=model.spec.dialect,
                profile=model.spec.profile.name,
                counters={**model.counters, "injections": self._injections.count(name)},
            )
            for name, model in self.models.items()
        )


class _Front:
    """Hears that the cluster went down, whereupon every connection to it is reset, and that it is back."""

    def __init__(self, connector: ModelConnector, back: Callable[[], None]) -> None:
        self._connector = connector
        self._back = back

    def went_down(self) -> None:
        self._connector.pool.lose_all()

    def came_back(self) -> None:
        self._back()

    def disconnected(self) -> None:
        self._connector.pool.lose_all()


def _effect_delay(rule: FaultRule) -> float:
    """How long after its service a command struck by this fault may still take effect."""
    if rule.kind.plan is not CommandPlan:
        return 0.0
    plan = rule.kind.apply(CommandPlan(), rule.parameters)
    return plan.effect_delay if isinstance(plan, CommandPlan) else 0.0
