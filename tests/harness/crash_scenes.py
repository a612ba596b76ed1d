"""What a scenario needs so that a run of it comes to given crash points."""

from collections.abc import Collection

from connector.operations import Verb
from connector.values import replace
from harness.mutants.mutant import notified
from harness.scenario.nemesis_kinds import remove_share
from harness.scenario.points import CrashPoint
from harness.scenario.roles import Role
from harness.scenario.scenario import Scenario
from harness.service.reference import settings_of
from pipeline.settings import ReconcilerSettings
from tests.harness.live.scenes import fault

__all__ = ["coming_to"]

_GIVE_UP = frozenset({CrashPoint.BEFORE_GIVE_UP, CrashPoint.AFTER_GIVE_UP})


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
    """Resizes that are lost on their way, and one try for each."""
    lost = fault("disconnect_before", "no_resize", verbs=(Verb.RESIZE,))
    retry = settings_of(scenario).retry.model_copy(update={"attempts": 1})
    pipeline = settings_of(scenario).model_copy(update={"retry": retry})
    return replace(scenario, faults=(lost, *scenario.faults), pipeline=pipeline)


def _reconciling(scenario: Scenario) -> Scenario:
    """Shares that go behind the pipeline's back, and a reconciler that sees to it."""
    reconciler = ReconcilerSettings(every=0.3, apply=True, grace=2.0, pause=0.05)
    pipeline = settings_of(scenario).model_copy(update={"reconciler": reconciler})
    duration, north = scenario.workload.duration, scenario.clusters[0].name
    removals = tuple(remove_share(north, at=at * duration) for at in (0.3, 0.45, 0.6, 0.75, 0.9))
    return replace(scenario, pipeline=pipeline, nemesis=(*scenario.nemesis, *removals))
