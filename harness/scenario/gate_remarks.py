"""Gates that cannot pass, cannot fail, or have nothing to measure under this load."""

import math
from collections.abc import Iterator
from typing import assert_never

from connector.operations import Verb
from harness.metrics import METRICS, Measure
from harness.scenario.expectations import arrivals_within
from harness.scenario.remark import Remark
from harness.scenario.scenario import Comparison, Gate, Scenario, Statistic, WorkloadKind
from harness.scenario.unreachable_faults import knows, verbs_sent

__all__ = ["COUNTS", "gate_remarks"]

COUNTS = frozenset({Statistic.COUNT, Statistic.RATE, Statistic.RATIO})
"""The statistics that are no time, whatever they are of."""
_DELETES = (WorkloadKind.DELETE, WorkloadKind.PREMATURE)
_RESIZES = (WorkloadKind.RESIZE, WorkloadKind.PREMATURE)
_CREATES = (WorkloadKind.CREATE, WorkloadKind.RECREATE)
_ASKED = {
    "create.accept": _CREATES,
    "create.active": _CREATES,
    "create.removed": _CREATES,
    "goodput": _CREATES,
    "delete.accept": _DELETES,
    "delete.gone": _DELETES,
    "resize.accept": _RESIZES,
    "list": (WorkloadKind.LIST,),
    "allow.accept": (WorkloadKind.ALLOW,),
    "deny.accept": (WorkloadKind.DENY,),
}
"""The arrivals that a metric measures."""
_OF_OPS = frozenset({"errors", "unclear"})
"""At most one for each op, so that their ratio is at most 1."""


def gate_remarks(scenario: Scenario) -> Iterator[Remark]:
    for index, gate in enumerate(scenario.gates):
        reason = _bounded(gate) or _unmeasured(gate, scenario) or _beyond_the_load(gate, scenario)
        if reason:
            yield Remark(key=("gates", index), reason=f"'{gate.expression}' {reason}")


def _bounded(gate: Gate) -> str | None:
    """By the values that a statistic can have."""
    least = 0.0
    most = 1.0 if gate.statistic is Statistic.RATIO and gate.metric in _OF_OPS else math.inf
    match gate.comparison:
        case Comparison.BELOW:
            never, always = gate.threshold <= least, gate.threshold > most
        case Comparison.AT_MOST:
            takes_time = METRICS[gate.metric].measure is Measure.LATENCY and gate.statistic not in COUNTS
            never, always = takes_time and gate.threshold <= least, gate.threshold >= most
        case Comparison.ABOVE:
            never, always = gate.threshold >= most, False
        case Comparison.AT_LEAST:
            never, always = gate.threshold > most, gate.threshold <= least
        case _:
            assert_never(gate.comparison)
    if never:
        return "can never pass: no possible value satisfies it"
    return "can never fail: every possible value satisfies it" if always else None


def _unmeasured(gate: Gate, scenario: Scenario) -> str | None:
    mix, locations = scenario.workload.mix, scenario.workload.locations
    nothing = "there is nothing to measure"
    kinds = _ASKED.get(gate.metric)
    if kinds is not None and not any(mix.get(kind) for kind in kinds):
        return f"is of {' or '.join(kinds)}, which workload.mix lacks: {nothing}"
    if gate.metric.startswith("attempt."):
        verb = Verb(gate.metric.removeprefix("attempt."))
        asked = [cluster for cluster in scenario.clusters if gate.cluster in (None, cluster.name)]
        if verb not in verbs_sent(scenario) or not any(knows(cluster, verb) for cluster in asked):
            sent = ", ".join(sorted(verbs_sent(scenario)))
            return f"is of the command {verb}, and none is sent; the load sends {sent}: {nothing}"
    if gate.cluster is not None and locations and not locations.get(gate.cluster):
        return f"is of {gate.cluster}, which gets no load (workload.locations): {nothing}"
    for phase in scenario.phases:
        if phase.name == gate.phase and arrivals_within(scenario, phase.begins, phase.ends) < 1:
            return f"is of the phase {phase.name}, in which less than one arrival is due: {nothing}"
    return None


def _beyond_the_load(gate: Gate, scenario: Scenario) -> str | None:
    """More shares than the load can ever make; chance may bring some more arrivals than are due."""
    mix = scenario.workload.mix
    counted = gate.metric in {"goodput", "create.active"} and gate.statistic is Statistic.COUNT
    if not counted or gate.phase is not None or gate.comparison not in {Comparison.ABOVE, Comparison.AT_LEAST}:
        return None
    creates = math.fsum(mix.get(kind, 0.0) for kind in _CREATES) / math.fsum(mix.values())
    due = arrivals_within(scenario, 0.0, math.inf) * creates
    if gate.threshold <= due + 5 * math.sqrt(due):
        return None
    return f"can hardly pass: about {due:.1f} creates are due"
