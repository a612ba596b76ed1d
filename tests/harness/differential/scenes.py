"""A short run of the model world, to be compared with itself and with doctored copies."""

from functools import cache

from connector.operations import Verb
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from harness.scenario.scenario import Scenario, WorkloadKind
from reports.history import History
from tests.harness.model.scenes import cluster, in_model, scenario

__all__ = ["history", "troubled"]


def troubled() -> Scenario:
    """Lost replies, refusals, duplicates and deletes: every table of a history has rows."""
    quick = cluster(create=Lognormal(median=0.2, p99=0.9), other=Lognormal(median=0.05, p99=0.3))
    mix = {WorkloadKind.CREATE: 5.0, WorkloadKind.DELETE: 1.0, WorkloadKind.DUPLICATE: 1.0, WorkloadKind.LIST: 1.0}
    faults = (_fault("reply_lost", 4), _fault("full", 7))
    return scenario(quick, rate=3.0, duration=15.0, mix=mix, faults=faults, pipeline={"command": {"command": "2s"}})


@cache
def history() -> History:
    return in_model(troubled(), seed=4).history


def _fault(name: str, every: int) -> FaultRule:
    kind = FAULTS[name]
    selector = CallSelector(every=every, verbs=(Verb.CREATE,))
    return FaultRule(label=name, kind=kind, parameters=kind.parameters(), selector=selector)
