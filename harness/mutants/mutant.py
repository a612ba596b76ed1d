"""What a seeded bug is: a module with `OVERRIDES`, the part that has it, what it takes to show, and who must see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from connector.operations import Capability, Verb
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterSpec
from harness.live.part_command import PartCommand
from harness.mutants.base import base_scenario
from harness.scenario.nemesis_kinds import NemesisStep, crash, kill, skew
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.scenario.store_faults import StoreCall, StoreFaultKind, StoreFaultRule, StoreSelector
from harness.service.reference import settings_of
from pipeline.overrides import Overrides

__all__ = ["ORDERED", "Mutant", "always", "failing", "killed", "notified", "outage", "skewed", "struck"]

ORDERED = ClusterSpec(
    name="ordered",
    profile=Profile(name="quick", default=Constant(0.02)),
    capabilities=frozenset({Capability.MARK, Capability.SEQUENCE}),
)
"""A cluster in the place of the base's, for bugs that only show where sequences are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A pipeline with one bug. part: the one that has it. needs: what a scenario must bring for the bug to show.

    faults, nemesis, store_faults, mix: that, as its scenario brings it (no mix: that of the base). caught_by:
    invariants, each of which must find an anomaly; none: the world itself reports a livelock. clusters: in the place of
    the base's, where those could show nothing. tenants, priorities: as in `Workload`. settings: of the pipeline, by
    table. guided: exploring begins with that scenario, since what this bug needs is seldom drawn all at once.
    """

    name: str
    does: str
    part: Role
    needs: str
    caught_by: tuple[str, ...]
    faults: tuple[FaultRule, ...] = ()
    nemesis: tuple[NemesisStep, ...] = ()
    store_faults: tuple[StoreFaultRule, ...] = ()
    mix: Mapping[WorkloadKind, float] | None = None
    clusters: tuple[ClusterSpec, ...] = ()
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    tenants: Mapping[str, float] = field(default_factory=dict)
    priorities: tuple[int, ...] = ()
    guided: bool = False

    @property
    def words(self) -> Mapping[str, str]:
        """By part, where the bug is to be loaded from."""
        return {self.part: f"{self._module}:OVERRIDES"}

    @property
    def overrides(self) -> Mapping[str, Overrides]:
        """For a world that plays in this process."""
        loaded = import_module(self._module).OVERRIDES
        assert isinstance(loaded, Overrides)
        return {self.part: loaded}

    @property
    def commands(self) -> Mapping[str, PartCommand]:
        """How the parts are started, for `LiveRunner`."""
        return {part: PartCommand(extra=("--overrides", words)) for part, words in self.words.items()}

    @property
    def scenario(self) -> Scenario:
        """The small common scenario, with what this bug needs."""
        base = self._base
        workload = replace(
            base.workload, mix=self.mix or base.workload.mix, tenants=self.tenants, priorities=self.priorities
        )
        return replace(
            base, faults=self.faults, nemesis=self.nemesis, store_faults=self.store_faults, workload=workload
        )

    @property
    def explored(self) -> Scenario:
        """What exploring begins with."""
        return self.scenario if self.guided else self._base

    @property
    def _base(self) -> Scenario:
        base = notified(base_scenario()) if self.part is Role.NOTIFIER else base_scenario()
        settings = settings_of(base)
        for table, values in self.settings.items():
            settings = settings.model_copy(update={table: getattr(settings, table).model_copy(update=values)})
        return replace(base, clusters=self.clusters or base.clusters, pipeline=settings)

    @property
    def _module(self) -> str:
        return f"harness.mutants.{self.name}"


def notified(scenario: Scenario) -> Scenario:
    """The same scenario with somebody who is notified, by a notifier that tries again soon."""
    pipeline = scenario.pipeline
    assert pipeline is not None, "a scenario about the reference pipeline"
    update = {"enabled": True, "scan": 0.1, "timeout": 0.5, "lease": 1.0, "retries": (0.2,) * 9, "pause": 0.1}
    notifier = pipeline.notifier.model_copy(update={**update, "longest_pause": 0.5})
    return replace(scenario, pipeline=pipeline.model_copy(update={"notifier": notifier}))


def struck(
    kind: str, label: str | None = None, *, on: str | None = None, probability: float = 0.5, **parameters: object
) -> FaultRule:
    """A fault that strikes some commands, about every other one. on: only this verb."""
    return _rule(
        kind, label or kind, CallSelector(probability=probability, verbs=() if on is None else (Verb(on),)), parameters
    )


def always(kind: str, *, on: str, **parameters: object) -> FaultRule:
    """A fault that strikes every command of a verb."""
    return _rule(kind, kind, CallSelector(verbs=(Verb(on),)), parameters)


def _rule(kind: str, label: str, selector: CallSelector, parameters: Mapping[str, object]) -> FaultRule:
    found = FAULTS[kind]
    return FaultRule(label=label, kind=found, parameters=found.parameters(**parameters), selector=selector)


def failing(kind: StoreFaultKind, call: StoreCall) -> tuple[StoreFaultRule, ...]:
    """A fault of the store that strikes every other transaction of a kind."""
    selector = StoreSelector(call=call, every=2)
    return (StoreFaultRule(kind=kind, label=kind.value, selector=selector, parameters=kind.parameters()),)


def killed(part: Role) -> tuple[NemesisStep, ...]:
    """Kills of a part, spread over the load."""
    return tuple(kill(part, at=at, duration=0.2) for at in (0.7, 1.3, 1.9, 2.6))


def skewed(part: Role) -> tuple[NemesisStep, ...]:
    """The clock of a part jumps ahead, by more than a lease, and back again."""
    return tuple(skew(part, at=at, offset=1.6, duration=0.5) for at in (0.9, 2.9))


def outage(cluster: str) -> tuple[NemesisStep, ...]:
    """A crash of a cluster, long enough that a breaker opens."""
    return (crash(cluster, at=0.9, duration=2.0),)
