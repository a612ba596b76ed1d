"""The clusters of a run: what the course of it asks them and does to them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fake_clusters.cluster import FakeCluster
from fake_clusters.errors import WaitError
from fake_clusters.farm import Farm
from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan
from harness.collect.cluster_log import effect_row, seen_on_cluster
from harness.nemesis.target import Undo
from harness.run.holds import ClusterHold
from harness.scenario.nemesis_kinds import (
    CLUSTER_KINDS,
    AddShare,
    CrashAction,
    HoldAction,
    NemesisKind,
    NemesisStep,
    RemoveShare,
    WhichShare,
)
from reports.connector_lacks import lacks_of
from reports.history import Effect, Injection, Reading
from reports.journal import ClusterNote

__all__ = ["ClusterTarget", "Clusters", "last_effect_due"]

_LONGEST_OUTAGE = 3600.0
_GAUGES = ("in_service", "queued")
"""What a cluster is busy with."""


class Clusters:
    """All clusters of one farm. rules: its faults, as the scenario sets them.

    are_fake: whether they break as the scenario says, and log the effects on them.
    """

    are_fake = True

    def __init__(self, farm: Farm, rules: Sequence[FaultRule]) -> None:
        self._farm = farm
        self._rules = rules

    def __iter__(self) -> Iterator[FakeCluster]:
        return iter(self._farm.clusters.values())

    def begin(self, *, after: float) -> None:
        """The load begins in so many seconds: instants count from there, and no fault applies before."""
        self._farm.begin(after=after)

    def lift_faults(self) -> None:
        """No fault applies and no latency phase holds any more."""
        self._farm.heal()

    async def until_open(self) -> None:
        """Until every cluster takes connections again; the longest crash says how long that is."""
        for cluster in self:
            await _until_open(cluster)

    def idle(self) -> bool:
        """Whether no command is in service or waits for its turn."""
        return not any(counters[gauge] for counters in [one.gauges() for one in self] for gauge in _GAUGES)

    async def left_open(self, *, seconds: float) -> Mapping[str, int]:
        """The sessions of each cluster that stayed open for so many seconds.

        A sweeper may be looking at any moment, at one cluster after the other: so each has an instant of its own at
        which none is open, and there need be none at which that holds of all.
        """
        left: dict[str, int] = {}
        for cluster in self:
            try:
                await cluster.wait_for(lambda seen: not seen.gauges()["sessions"], timeout=seconds)
                left[cluster.name] = 0
            except WaitError:
                left[cluster.name] = cluster.gauges()["sessions"]
        return left

    def last_effect_due(self) -> float:
        """The instant by which all late effects have landed, as far as their faults say: service comes on top."""
        return last_effect_due(self._rules, self._farm.injections())

    def effects(self) -> Iterator[Effect]:
        for cluster in self:
            yield from self.effects_of(cluster.name)

    def effects_of(self, name: str, *, after: int = 0) -> Sequence[Effect]:
        """Those of one cluster with a higher number."""
        return [effect_row(name, effect) for effect in self._farm.cluster(name).effects(after)]

    def injections(self, *, after: int = 0) -> Sequence[Injection]:
        """Those with a higher number."""
        return self._farm.injections(after)

    async def read(self, round: int, at: float, *, left_open: Mapping[str, int]) -> Sequence[Reading]:
        """What is on each cluster now, and the sessions that do not end."""
        return [
            Reading(
                number=0,
                at=at,
                side=cluster.name,
                round=round,
                shares=tuple(seen_on_cluster(cluster.name, view) for view in cluster.shares()),
                sessions=left_open[cluster.name],
            )
            for cluster in self
        ]

    async def look(self) -> Mapping[str, float]:
        """What each cluster is busy with, for the samples."""
        seen = [(cluster.name, cluster.gauges()) for cluster in self]
        return {f"{name}.{gauge}": float(counters[gauge]) for name, counters in seen for gauge in _GAUGES}

    def notes(self) -> tuple[ClusterNote, ...]:
        return tuple(
            ClusterNote(
                name=cluster.name,
                dialect=cluster.spec.dialect,
                profile=cluster.spec.profile.name,
                counters=dict(cluster.counters()),
                lacks=lacks_of(cluster.capabilities, cluster.dialect),
            )
            for cluster in self
        )


class ClusterTarget:
    """A cluster that the nemesis can crash, whereupon it comes back by itself, reset the connections of, or change by
    hand. hold: how the service leaves it alone; None: it cannot."""

    def __init__(self, cluster: FakeCluster, hold: ClusterHold | None = None) -> None:
        self._cluster = cluster
        self._hold = hold
        self._down = False

    @property
    def kinds(self) -> frozenset[NemesisKind]:
        return CLUSTER_KINDS if self._hold is not None else CLUSTER_KINDS - {NemesisKind.HOLD}

    def healthy(self) -> bool:
        """A cluster whose port a fault keeps closed can crash all the same."""
        return not self._down

    def obstacle(self, step: NemesisStep) -> str | None:
        if isinstance(step.parameters, HoldAction):
            return None if self._hold is None or not self._hold.is_held else "it was held already"
        if self._down:
            return f"it was down when {step.kind} was due"
        names = self._cluster.share_names
        match step.parameters:
            case AddShare(share=name) if name in names:
                return f"it held a share {name} already"
            case RemoveShare() if not names:
                return "it held no share that could be removed"
            case _:
                return None

    async def inject(self, step: NemesisStep) -> Undo:
        match step.parameters:
            case HoldAction() as action:
                assert self._hold is not None, "only a service that can hold a cluster is asked to"
                return await self._hold.put(action)
            case AddShare(share=name, size=size):
                self._cluster.add_share(name, size)
            case RemoveShare(which=which):
                self._cluster.remove_share(self._cluster.share_names[0 if which is WhichShare.OLDEST else -1])
            case CrashAction(duration=duration, wipe=wipe):
                self._down = True
                self._cluster.crash(down_for=duration, wipe=wipe)
                return self._until_back
            case _:
                self._cluster.disconnect()
        return _nothing

    async def _until_back(self) -> None:
        await _until_open(self._cluster)
        self._down = False


async def _nothing() -> None:
    """There is nothing to be undone."""


async def _until_open(cluster: FakeCluster) -> None:
    await cluster.wait_for(lambda seen: seen.is_open, timeout=_LONGEST_OUTAGE)


def last_effect_due(rules: Iterable[FaultRule], injections: Iterable[Injection]) -> float:
    """The instant by which all late effects have landed, as far as the faults say: service comes on top."""
    delays = {rule.label: _effect_delay(rule) for rule in rules}
    return max((row.at + delays.get(row.label, 0.0) for row in injections), default=0.0)


def _effect_delay(rule: FaultRule) -> float:
    """How long after its service a command with this fault may still take effect."""
    if rule.kind.plan is not CommandPlan:
        return 0.0
    plan = rule.kind.apply(CommandPlan(), rule.parameters)
    return plan.effect_delay if isinstance(plan, CommandPlan) else 0.0
