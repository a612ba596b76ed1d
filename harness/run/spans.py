"""The stretches of a run for shading and gates: the scenario's phases, and when something was broken on purpose."""

import math
from collections.abc import Iterator, Sequence

from harness.scenario.nemesis_kinds import NemesisKind
from harness.scenario.scenario import Scenario
from reports.history import NemesisAction, PartEnd
from reports.journal import PhaseSpan, SpanKind

__all__ = ["spans"]

_UNDONE = {
    NemesisKind.KILL: "restart",
    NemesisKind.TERMINATE: "restart",
    NemesisKind.PAUSE: "resume",
    NemesisKind.CRASH: "return",
    NemesisKind.SKEW: "reset",
    NemesisKind.HOLD: "lift",
}
_KINDS = {
    "faults": SpanKind.FAULT,
    "toxics": SpanKind.TOXIC,
    "deliveries": SpanKind.DELIVERY,
    "store_faults": SpanKind.STORE_FAULT,
    "receivers": SpanKind.DELIVERY,
}
_INSTANT = 0.1
"""Seconds for which a span shows what does not last."""


def spans(
    scenario: Scenario, actions: Sequence[NemesisAction], load_ends: float, ends: Sequence[PartEnd] = ()
) -> tuple[PhaseSpan, ...]:
    """Phases first, as the scenario names them, then what disturbed them: faults, toxics, latency phases, the nemesis,
    outages.

    Everything ends with the load at the latest: that is when faults are lifted.
    """
    broken = [
        *_rules(scenario, load_ends),
        *_latency_phases(scenario, load_ends),
        *_stops(actions, load_ends),
        *_outages(ends, actions, load_ends),
    ]
    phases = [
        PhaseSpan(
            name=phase.name,
            begins=phase.begins,
            ends=min(phase.ends, load_ends),
            disturbed=any(span.begins < phase.ends and span.ends > phase.begins for span in broken),
        )
        for phase in scenario.phases
        if phase.begins < load_ends
    ]
    return (*phases, *sorted(broken, key=lambda span: (span.begins, span.ends, span.name)))


def _span(kind: SpanKind, name: str, begins: float, ends: float, load_ends: float) -> Iterator[PhaseSpan]:
    begins, ends = max(begins, 0.0), min(ends, load_ends)
    if begins < ends:
        yield PhaseSpan(name=name, begins=begins, ends=ends, disturbed=True, kind=kind)


def _rules(scenario: Scenario, load_ends: float) -> Iterator[PhaseSpan]:
    for rule in scenario.rules:
        kind = _KINDS[rule.kind.section]
        yield from _span(kind, rule.label, rule.window.begins, rule.window.ends, load_ends)


def _latency_phases(scenario: Scenario, load_ends: float) -> Iterator[PhaseSpan]:
    for cluster in scenario.clusters:
        for phase in cluster.profile.latency_phases:
            yield from _span(
                SpanKind.LATENCY_PHASE, f"{phase.kind} of {cluster.name}", phase.begins, phase.ends, load_ends
            )


def _stops(actions: Sequence[NemesisAction], load_ends: float) -> Iterator[PhaseSpan]:
    """What was done, not what was planned: a restart takes as long as it takes."""
    for index, action in enumerate(actions):
        if action.action in {kind.value for kind in NemesisKind}:
            undoing = (action.target, _UNDONE.get(NemesisKind(action.action)))
            undone = (row.at for row in actions[index:] if (row.target, row.action) == undoing)
            lasts = NemesisKind(action.action).is_undone
            name, until = f"{action.action} {action.target}", next(undone, math.inf) if lasts else action.at + _INSTANT
            yield from _span(SpanKind.NEMESIS, name, action.at, until, load_ends)


def _outages(ends: Sequence[PartEnd], actions: Sequence[NemesisAction], load_ends: float) -> Iterator[PhaseSpan]:
    """From an unplanned end to the restart, if there was one."""
    for end in ends:
        restarts = (row.at for row in actions if (row.target, row.action) == (end.part, "restart") and row.at >= end.at)
        yield from _span(SpanKind.OUTAGE, f"outage of {end.part}", end.at, next(restarts, math.inf), load_ends)
