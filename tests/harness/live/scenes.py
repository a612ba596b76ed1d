"""Small scenarios that run in seconds: short deadlines, quick clusters, a mix of everything."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from connector.operations import Verb
from connector.values import replace
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.profile import Constant, Profile
from fake_clusters.rules.rule import Window
from fake_clusters.spec import ClusterSpec
from harness.checkers.run_checkers import run_checkers
from harness.journal import bounds_of
from harness.live.runner import LiveRunner
from harness.run.player import OpenPlayer, open_clients
from harness.run.result import RunResult
from harness.scenario.scenario import ClientPolicy, Scenario, Workload, WorkloadKind
from pipeline.settings import (
    CommandSettings,
    GatewaySettings,
    PipelineSettings,
    ProcessorSettings,
    RetrySettings,
    SweeperSettings,
)
from reports.verdicts import Finding, Verdict

__all__ = ["EVERYTHING", "QUICK", "calm", "fault", "faulty", "findings", "invalid", "played_with_room"]

EVERYTHING: Mapping[WorkloadKind, float] = MappingProxyType(
    {
        **dict.fromkeys(WorkloadKind, 1.0),
        WorkloadKind.CREATE: 6.0,
        WorkloadKind.DELETE: 2.0,
        WorkloadKind.RESIZE: 2.0,
    }
)

QUICK = PipelineSettings(
    gateway=GatewaySettings(read=1.5, total=2.0),
    command=CommandSettings(connect=0.5, login=0.75, channel=0.5, command=0.75, skew=0.1),
    processor=ProcessorSettings(lease=4.0, scan=0.25),
    retry=RetrySettings(first=0.1, longest=0.5),
    sweeper=SweeperSettings(every=1.0, grace=4.0),
)


def fault(kind: str, label: str | None = None, parameters: Mapping[str, Any] | None = None, **chosen: Any) -> FaultRule:
    """A rule of a kind of fault; `chosen` are conditions of its selector, and its window."""
    window = Window(**{key: chosen.pop(key) for key in ("begins", "ends") if key in chosen})
    found = FAULTS[kind]
    values = found.parameters(**(parameters or {}))
    return FaultRule(label=label or kind, kind=found, parameters=values, selector=CallSelector(**chosen), window=window)


def calm(duration: float = 3.0) -> Scenario:
    """Two quick clusters of two dialects, ten arrivals a second of every kind."""
    profile = Profile(name="quick", default=Constant(0.02))
    return Scenario(
        name="calm",
        title="",
        shows="",
        text="",
        path=None,
        seed=1,
        clusters=(
            ClusterSpec(name="north", profile=profile),
            ClusterSpec(name="south", dialect="filer", profile=profile),
        ),
        workload=Workload(rate=10.0, duration=duration, mix=EVERYTHING),
        client=ClientPolicy(total=3.0, retry_wait=0.1, poll_every=0.2, poll_deadline=30.0),
        pipeline=QUICK,
        settle=40.0,
        fence=0.5,
    )


def faulty(duration: float = 4.0) -> Scenario:
    """The same with what hurts most: replies that get lost, half-made shares, connections that break."""
    create = (Verb.CREATE,)
    return replace(
        calm(duration),
        faults=(
            fault("reply_lost", verbs=create, probability=0.25),
            fault("partial_effect", verbs=create, every=4),
            fault("disconnect_after", verbs=(Verb.CREATE, Verb.DELETE), every=5),
            fault("disconnect_before", verbs=create, every=6),
        ),
        expect={"reply_lost": 1, "partial_effect": 1},
    )


def findings(scenario: Scenario, played: RunResult) -> tuple[Finding, ...]:
    """What the checkers say of a run."""
    return run_checkers(played.history, bounds_of(scenario, played))


def invalid(scenario: Scenario, played: RunResult) -> dict[str, list[str]]:
    """Every invariant that is not shown to hold, with what was found; empty for a valid run."""
    return {
        finding.invariant: [f"{row.location}/{row.name}: {row.message}" for row in finding.anomalies]
        or [finding.summary]
        for finding in findings(scenario, played)
        if finding.judged and finding.verdict is not Verdict.VALID
    }


_ROOM = (1.0, 3.0, 8.0)


async def played_with_room(
    scenario: Scenario, *, seed: int, open_player: OpenPlayer = open_clients
) -> tuple[Scenario, RunResult]:
    """Play a live run, with its kills and its load as far apart as this machine needs.

    A kill that is due while its target is still coming up from the one before strikes nobody, and how long a process
    takes to come up is nothing that a test can rely on. So a run that cannot tell, since not all of it occurred or the
    machine had no time, is played again, slower; one that is invalid is not.
    """
    runner = LiveRunner(open_player=open_player)
    for factor in _ROOM[:-1]:
        roomy = _stretched(scenario, factor)
        played = await runner.run(roomy, seed=seed)
        if not any(row.judged and row.verdict is Verdict.UNKNOWN for row in findings(roomy, played)):
            return roomy, played
    roomy = _stretched(scenario, _ROOM[-1])
    return roomy, await runner.run(roomy, seed=seed)


def _stretched(scenario: Scenario, factor: float) -> Scenario:
    workload = scenario.workload
    return replace(
        scenario,
        workload=replace(
            workload,
            duration=factor * workload.duration,
            requests=tuple(replace(request, at=factor * request.at) for request in workload.requests),
        ),
        phases=tuple(
            replace(phase, begins=factor * phase.begins, ends=factor * phase.ends) for phase in scenario.phases
        ),
        nemesis=tuple(replace(step, window=Window(begins=factor * step.window.begins)) for step in scenario.nemesis),
    )
