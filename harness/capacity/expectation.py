"""Where a search begins: first what the clusters can do by their mean service times, then what the model world says."""

import math
from collections.abc import Mapping

from connector.operations import Verb
from connector.values import replace
from fake_clusters.spec import ClusterSpec
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.scenario.service import Design, default_settings

__all__ = ["FASTEST", "first_guess", "modelled"]

FASTEST = 1000.0
"""Arrivals per second that are guessed where clusters take no time."""

_VERBS: Mapping[WorkloadKind, Verb] = {
    WorkloadKind.CREATE: Verb.CREATE,
    WorkloadKind.RECREATE: Verb.CREATE,
    WorkloadKind.DELETE: Verb.DELETE,
    WorkloadKind.RESIZE: Verb.RESIZE,
}


def first_guess(scenario: Scenario) -> float:
    """Arrivals per second at which the busiest cluster would be busy all the time, by mean service times."""
    weights = dict(scenario.workload.locations) or {cluster.name: 1.0 for cluster in scenario.clusters}
    whole = sum(weights.values())
    rates = [
        cluster.limits.commands / (_work(scenario, cluster) * weights[cluster.name] / whole)
        for cluster in scenario.clusters
        if weights.get(cluster.name) and _work(scenario, cluster) > 0
    ]
    return min([*rates, FASTEST])


def modelled(scenario: Scenario) -> Scenario:
    """What the model world plays in its place: a service that is not the reference pipeline is taken for one, and any
    gateway for the built-in one, with the gates of the gateway that it stands for."""
    gates = tuple(replace(gate, gateway=None) for gate in scenario.gates_here)
    reference = replace(scenario, gateway=None, gates=gates)
    if scenario.service is None:
        return reference
    return replace(reference, service=None, pipeline=default_settings(), service_text="")


def _work(scenario: Scenario, cluster: ClusterSpec) -> float:
    """Seconds of service that one arrival brings to its cluster, on average. Whoever waits for a create in a queue
    looks afterwards whether the share is there."""
    mix = scenario.workload.mix
    looks = [Verb.SHOW] if modelled(scenario).design != Design.BLOCKING else []
    work = math.fsum(
        weight * _mean(cluster, verb)
        for kind, weight in mix.items()
        if kind in _VERBS
        for verb in (_VERBS[kind], *looks)
    )
    return work / math.fsum(mix.values())


def _mean(cluster: ClusterSpec, verb: Verb) -> float:
    profile = cluster.profile
    return profile.service.get(verb, profile.default).mean
