"""What was asked and broken by hand, as a scenario: the values by which it is judged, and which a file can spell."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from connector.values import replace
from fake_clusters.faults.rule import FaultRule
from fake_clusters.rules.rule import Window
from harness.sandbox.by_hand import STARTED
from harness.sandbox.switched_faults import Switched
from harness.scenario.nemesis_kinds import (
    HoldHow,
    NemesisKind,
    NemesisStep,
    crash,
    disconnect,
    hold,
    kill,
    pause,
    terminate,
)
from harness.scenario.receivers import ReceiverRule
from harness.scenario.roles import is_processor
from harness.scenario.scenario import Scenario
from harness.service.reference import with_processors
from harness.toxics.rule import ToxicRule
from reports.history import History, NemesisAction

__all__ = ["played_scenario", "steps_by_hand"]

_UNDONE = {
    NemesisKind.KILL: "restart",
    NemesisKind.TERMINATE: "restart",
    NemesisKind.PAUSE: "resume",
    NemesisKind.CRASH: "return",
    NemesisKind.HOLD: "lift",
}


def played_scenario(
    scenario: Scenario, history: History, switched: Sequence[Switched], receivers: Sequence[ReceiverRule] = ()
) -> Scenario:
    """The scenario, with what was broken by hand in place of what it would break by itself. Its load is as it was.

    receivers: how those misbehaved to whom notices come.
    """
    return replace(
        _with_started(scenario, history.nemesis),
        clusters=tuple(
            replace(cluster, profile=replace(cluster.profile, latency_phases=())) for cluster in scenario.clusters
        ),
        phases=(),
        faults=tuple(_faults(switched)),
        toxics=tuple(_toxics(switched)),
        nemesis=tuple(steps_by_hand(history.nemesis)),
        deliveries=(),
        store_faults=(),
        receivers=tuple(receivers) if _notifies(scenario) else (),
        gates=(),
        expect={},
    )


def _notifies(scenario: Scenario) -> bool:
    """Whether the service itself sends anything to the inbox."""
    return scenario.pipeline is not None and scenario.pipeline.notifier.enabled


def _with_started(scenario: Scenario, actions: Sequence[NemesisAction]) -> Scenario:
    """With the processors that were started by hand, from the beginning on."""
    started = {row.target for row in actions if row.action == STARTED and is_processor(row.target)}
    if scenario.pipeline is None or not started:
        return scenario
    return with_processors(scenario, scenario.pipeline.processor.processes + len(started))


def _faults(switched: Sequence[Switched]) -> Iterator[FaultRule]:
    for row in switched:
        if row.rule.kind.section == "faults":
            yield _lasting(row)


def _toxics(switched: Sequence[Switched]) -> Iterator[ToxicRule]:
    for row in switched:
        if row.rule.kind.section == "toxics":
            yield _lasting(row)


def _lasting(row: Switched) -> Any:
    """A window that has a length: what was switched on and off at once was on for a moment."""
    begins, ends = row.rule.window.begins, row.rule.window.ends
    return replace(row.rule, window=Window(begins=begins, ends=max(ends, begins + 0.001)))


def steps_by_hand(actions: Sequence[NemesisAction]) -> Iterator[NemesisStep]:
    """What was done to processes and clusters, each for as long as it lasted."""
    for index, row in enumerate(actions):
        try:
            kind = NemesisKind(row.action)
        except ValueError:
            continue
        after = (one.at for one in actions[index + 1 :] if (one.action, one.target) == (_UNDONE.get(kind), row.target))
        lasted = next(after, math.inf) - row.at
        seconds = lasted if math.isfinite(lasted) else 3600.0
        match kind:
            case NemesisKind.KILL:
                yield kill(row.target, at=row.at, duration=seconds)
            case NemesisKind.TERMINATE:
                yield terminate(row.target, at=row.at, duration=seconds)
            case NemesisKind.PAUSE:
                yield pause(row.target, at=row.at, duration=seconds)
            case NemesisKind.CRASH:
                yield crash(row.target, at=row.at, duration=seconds, wipe="wiped" in row.detail)
            case NemesisKind.DISCONNECT:
                yield disconnect(row.target, at=row.at)
            case NemesisKind.HOLD:
                yield hold(row.target, at=row.at, duration=seconds, how=HoldHow(row.detail.partition(" ")[0]))
            case NemesisKind.ADD_SHARE | NemesisKind.REMOVE_SHARE | NemesisKind.SKEW:
                continue
