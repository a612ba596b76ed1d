"""What a scenario needs so that a run of it comes to given crash points."""

from collections.abc import Collection, Iterator
from itertools import count, takewhile

from connector.operations import Verb
from connector.values import replace
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterSpec
from harness.mutants.mutant import notified
from harness.scenario.nemesis_kinds import remove_share
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.scenario.scripted import ScriptedKind, ScriptedRequest
from harness.service.reference import settings_of
from pipeline.settings import ReconcilerSettings
from tests.harness.live.scenes import fault

__all__ = ["coming_to"]

_GIVE_UP = frozenset({CrashPoint.BEFORE_GIVE_UP, CrashPoint.AFTER_GIVE_UP})
_AMPLE = ClusterSpec(name="ample", profile=Profile(name="quick", default=Constant(0.02)))
"""It knows sequences, and is never full."""
_RESIZES_APART = 2.0
_REMOVALS_APART = 6.0
"""Seconds, at most: in a long load there are more of them."""


def coming_to(points: Collection[CrashPoint], scenario: Scenario) -> Scenario:
    """The same with what its own load and faults do not bring."""
    if not _GIVE_UP.isdisjoint(points):
        scenario = _giving_up(scenario)
    if any(point.part is Role.NOTIFIER for point in points):
        scenario = notified(scenario)
    if any(point.is_of_the_reconciler for point in points):
        scenario = _reconciling(scenario)
    return scenario


def _giving_up(scenario: Scenario) -> Scenario:
    """Resizes that are lost on their way, and one try for each.

    Only where sequences are known is there something to give up, and of drawn resizes few are of shares there, in some
    runs none in time. So shares of a cluster that nothing drawn concerns are resized, too, each at its own instant.
    """
    lost = fault("disconnect_before", "no_resize", verbs=(Verb.RESIZE,))
    retry = settings_of(scenario).retry.model_copy(update={"attempts": 1})
    pipeline = settings_of(scenario).model_copy(update={"retry": retry})
    workload = replace(
        scenario.workload,
        locations={cluster.name: 1.0 for cluster in scenario.clusters},
        requests=_resizes(scenario.workload.duration),
    )
    return replace(
        scenario,
        clusters=(*scenario.clusters, _AMPLE),
        faults=(lost, *scenario.faults),
        pipeline=pipeline,
        workload=workload,
    )


def _resizes(duration: float) -> tuple[ScriptedRequest, ...]:
    """Of one share after the other, and their creates, of which faults and kills spoil some; the last with time for two
    leases."""
    apart = min(0.05 * duration, _RESIZES_APART)
    behind = 4 * apart

    def request(kind: ScriptedKind, number: int, at: float, size: int) -> ScriptedRequest:
        return ScriptedRequest(at=at, kind=kind, location=_AMPLE.name, name=f"resized-{number}", size=size)

    begins = list(enumerate(_every(apart, 0.0, 0.7 * duration - behind)))
    creates = (request(ScriptedKind.CREATE, number, at, 1 << 30) for number, at in begins)
    resizes = (request(ScriptedKind.RESIZE, number, at + behind, 2 << 30) for number, at in begins)
    return tuple(sorted((*creates, *resizes), key=lambda each: each.at))


def _reconciling(scenario: Scenario) -> Scenario:
    """Shares that go behind the pipeline's back, and a reconciler that sees to it."""
    reconciler = ReconcilerSettings(every=0.3, apply=True, grace=2.0, pause=0.05)
    pipeline = settings_of(scenario).model_copy(update={"reconciler": reconciler})
    duration, north = scenario.workload.duration, scenario.clusters[0].name
    apart = min(0.15 * duration, _REMOVALS_APART)
    removals = tuple(remove_share(north, at=at) for at in _every(apart, 2 * apart, 0.95 * duration))
    return replace(scenario, pipeline=pipeline, nemesis=(*scenario.nemesis, *removals))


def _every(apart: float, begins: float, ends: float) -> Iterator[float]:
    """Instants so far apart, from the beginning on and before the end."""
    return takewhile(lambda at: at < ends, count(begins, apart))
