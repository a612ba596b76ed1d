"""How long a record may need to come to rest after healing, as a sum of named terms."""

from collections.abc import Iterator
from dataclasses import dataclass

from fake_clusters.faults.rule import FaultRule
from fake_clusters.plans import CommandPlan, EffectPlan
from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.roles import Server, is_processor
from harness.scenario.scenario import Scenario
from harness.scenario.service import CommandSettings, Design, ServiceSettings

__all__ = ["Term", "call_seconds", "default_settle", "settling"]

_LEAST = 30.0
_LOSES_LEASES = frozenset({NemesisKind.KILL, NemesisKind.TERMINATE, NemesisKind.PAUSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A part of that time, in words."""

    seconds: float
    what: str

    def __str__(self) -> str:
        return f"{self.what} ({self.seconds:g}s)"


def call_seconds(command: CommandSettings) -> float:
    """The longest that one connector call can take, with what the clocks may disagree."""
    return command.total + command.skew


def settling(scenario: Scenario) -> tuple[Term, ...]:
    """The terms of their sum; none where nothing goes on after the answer, or nothing is known of it.

    A processor that is killed or paused leaves records that nobody may take before its lease ends.
    """
    pipeline = scenario.pipeline
    if pipeline is None or pipeline.design == Design.BLOCKING:
        return ()
    left = max(_leases_left(scenario, pipeline.processor.lease), default=0.0)
    killed = _after_a_lease(pipeline, left) if left > 0 else ()
    return (*killed, *_usual(pipeline), *_being_made(scenario, pipeline))


def default_settle(scenario: Scenario) -> float:
    """Long enough whenever the processor is killed, and for one sweep; at least half a minute, and no more than that
    for a service without known settings."""
    pipeline = scenario.pipeline
    if pipeline is None or pipeline.design == Design.BLOCKING:
        return _LEAST
    sweep = pipeline.sweeper.every + pipeline.sweeper.grace
    killed = _after_a_lease(pipeline, pipeline.processor.lease)
    terms = (*killed, *_usual(pipeline), *_being_made(scenario, pipeline))
    return max(_LEAST, sweep, sum(term.seconds for term in terms))


def _usual(pipeline: ServiceSettings) -> Iterator[Term]:
    yield Term(seconds=call_seconds(pipeline.command), what="one command")
    yield Term(seconds=max(pipeline.retry.longest, pipeline.breaker.pause), what="the longest pause")
    if pipeline.retry.budget is not None:
        yield Term(seconds=pipeline.retry.longest, what="a pause for the retry budget")
    yield Term(seconds=pipeline.processor.scan, what="one scan")


def _after_a_lease(pipeline: ServiceSettings, left: float) -> Iterator[Term]:
    """The lease ends, a scan finds the record, and a command is waited out whole before the record is removed."""
    yield Term(seconds=left, what="what is left of a lease after the processor was killed or paused")
    yield Term(seconds=pipeline.processor.scan, what="the scan after that")


def _being_made(scenario: Scenario, pipeline: ServiceSettings) -> Iterator[Term]:
    """Where a create may be answered as done before its share is whole: that is looked at, and then cleaned up."""
    in_background = any(cluster.profile.background is not None for cluster in scenario.clusters)
    if in_background or any(map(_leaves_half_done, scenario.faults)):
        yield Term(seconds=pipeline.command.whole, what="a share that is not whole yet")
        yield Term(seconds=call_seconds(pipeline.command), what="its cleanup")


def _leaves_half_done(rule: FaultRule) -> bool:
    plan = rule.kind.apply(rule.kind.plan(), rule.parameters)
    return isinstance(plan, CommandPlan) and plan.effect is EffectPlan.HALF and plan.lie


def _leases_left(scenario: Scenario, lease: float) -> Iterator[float]:
    """Seconds after the load, when all is healed. A crash point may be met as late as that."""
    ends = scenario.workload.duration
    for step in scenario.nemesis if scenario.design == Design.SPOOL else ():  # no other takes records up again
        target = step.selector.target
        claims = is_processor(target) or target == Server.DATABASE
        if step.kind in _LOSES_LEASES and claims and step.window.begins < ends:
            yield lease if step.selector.site is not None else step.window.begins + lease - ends
