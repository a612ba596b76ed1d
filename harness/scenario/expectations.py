"""Advice on expectations that the load cannot meet: fewer calls come than a fault must apply to."""

import math
from collections.abc import Iterator
from itertools import pairwise

from connector.operations import Verb
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import Per
from fake_clusters.plans import CommandPlan
from harness.scenario.remark import Remark
from harness.scenario.scenario import Scenario, WorkloadKind

__all__ = ["arrivals_within", "expectation_remarks", "expected_count"]

_CHANGES = {
    WorkloadKind.CREATE: Verb.CREATE,
    WorkloadKind.RECREATE: Verb.CREATE,
    WorkloadKind.RESIZE: Verb.RESIZE,
    WorkloadKind.DELETE: Verb.DELETE,
    WorkloadKind.ALLOW: Verb.ALLOW,
    WorkloadKind.DENY: Verb.DENY,
    WorkloadKind.SNAPSHOT_CREATE: Verb.SNAPSHOT_CREATE,
    WorkloadKind.SNAPSHOT_DELETE: Verb.SNAPSHOT_DELETE,
}
"""The kinds of arrival that end in a command on a cluster, and which."""


def expectation_remarks(scenario: Scenario) -> Iterator[Remark]:
    if arrivals_within(scenario, 0.0, math.inf) < 1:
        yield Remark(key=("workload", "rate"), reason="less than one arrival is due in all")
    if not scenario.workload.mix.get(WorkloadKind.CREATE):
        yield Remark(key=("workload", "mix"), reason="no creates, so the other operations have no shares")
    for name, wanted in scenario.expect.items():
        rules = [rule for rule in scenario.faults if name in (rule.label, rule.kind.name)]
        likely = [expected_count(rule, scenario) for rule in rules]
        if likely and None not in likely and math.fsum(value or 0.0 for value in likely) < wanted:
            reason = f"expects {wanted}, and only about {math.fsum(value or 0.0 for value in likely):.1f} are likely"
            yield Remark(key=("expect", name), reason=f"{reason}: the verdict will be unknown")


def arrivals_within(scenario: Scenario, begins: float, ends: float) -> float:
    """How many arrivals are due, on average, in this window of the load."""
    load = scenario.workload
    bounds = {0.0, load.duration, *(bound for phase in scenario.phases for bound in (phase.begins, phase.ends))}
    cuts = sorted({min(max(bound, begins), ends, load.duration) for bound in bounds | {begins}})
    total = float(sum(begins <= request.at < ends for request in load.requests))
    for start, stop in pairwise(cuts):
        surges = (load.surges.get(phase.name, 1.0) for phase in scenario.phases if phase.begins <= start < phase.ends)
        total += load.rate * math.prod(surges) * (stop - start)
    return total


def expected_count(rule: FaultRule, scenario: Scenario) -> float | None:
    """How often a rule applies, on average, if every command is tried once; None where the load does not say."""
    selector = rule.selector
    if rule.kind.standing or rule.kind.plan is not CommandPlan or selector.keys or selector.attempts:
        return None
    verbs = selector.verbs or rule.kind.verbs
    calls = arrivals_within(scenario, rule.window.begins, rule.window.ends) * _share_of_clusters(rule, scenario)
    calls *= _commands_per_arrival(verbs, scenario)
    if selector.every:
        calls /= selector.every
    if selector.first and selector.per is Per.CLUSTER:
        calls = min(calls, selector.first * len(selector.clusters or scenario.clusters))
    return calls * selector.probability


def _share_of_clusters(rule: FaultRule, scenario: Scenario) -> float:
    weights = scenario.workload.locations or {cluster.name: 1.0 for cluster in scenario.clusters}
    chosen = rule.selector.clusters or tuple(weights)
    return math.fsum(weights.get(name, 0.0) for name in chosen) / math.fsum(weights.values())


def _commands_per_arrival(verbs: tuple[Verb, ...], scenario: Scenario) -> float:
    """Each change is one command and one `show` that confirms it."""
    mix = scenario.workload.mix
    weights = dict.fromkeys(_CHANGES.values(), 0.0)
    for kind, verb in _CHANGES.items():
        weights[verb] += mix.get(kind, 0.0)
    weights[Verb.SHOW] = math.fsum(weights.values())
    wanted = verbs or tuple(weights)
    return math.fsum(weights.get(verb, 0.0) for verb in wanted) / math.fsum(mix.values())
