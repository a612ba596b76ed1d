"""Scenarios of which the capacity is searched for."""

from connector.values import replace
from harness.scenario.parse import parse_scenario
from harness.scenario.scenario import Scenario

__all__ = ["one_cluster", "storm"]

_ONE = """title = "One cluster"
gates = [{gates}]
[workload]
rate = 10
duration = "20s"
[client]
total = "3s"
retries = 1
poll_every = "5s"
poll_deadline = "10s"
[pipeline.processor]
workers = {workers}
lease = "400s"
[pipeline.command]
connections = {connections}
sessions = 10
command = "300s"
[clusters.north]
limits = {{ commands = {slots} }}
latency = {{ service = {{ show = 0, capabilities = 0, create = {{ kind = "exponential", mean = "{mean}" }} }} }}
"""

_STORM = """title = "Clients that try again"
gates = ["ratio(errors) <= 1%"]
[workload]
rate = 5
spacing = "even"
duration = "10s"
[client]
connect = "500ms"
total = "2s"
retries = 1
retry_wait = 0
poll_every = "50ms"
poll_deadline = "100ms"
[pipeline]
design = "blocking"
[pipeline.blocking]
bound = "1s"
[pipeline.gateway]
read = "1400ms"
total = "1500ms"
max_connections = 2000
[pipeline.command]
connections = 1
sessions = 2000
[clusters.north]
limits = { commands = 1, sessions = 2000 }
latency = { service = { capabilities = 0 }, default = "100ms" }
"""


def one_cluster(*gates: str, slots: int = 4, mean: str = "100ms", workers: int = 16) -> Scenario:
    """Creates that take an exponential time at one cluster, whose slots are the only limit if `workers` are many."""
    words = ", ".join(f"'{gate}'" for gate in gates)
    text = _ONE.format(gates=words, slots=slots, mean=mean, workers=workers, connections=max(2, workers // 10))
    return parse_scenario(text, "one_cluster")


def storm(*, retry_budget: float | None = None) -> Scenario:
    """The blocking design with a cluster of ten creates a second, and clients that give up after a second and try once
    more."""
    scenario = parse_scenario(_STORM, "storm")
    return replace(scenario, client=replace(scenario.client, retry_budget=retry_budget))
