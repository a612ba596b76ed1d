"""What makes the shares of a sandbox wait at this moment."""

from collections import Counter
from collections.abc import Mapping

from fake_clusters.cluster import FakeCluster
from fake_clusters.counters import Gauge
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.waits import BreakerRule, ClusterLoad, WaitContext, breaker_opens_until
from harness.scenario.roles import Role, is_processor
from harness.service.operated import QueueState

__all__ = ["wait_contexts"]

_RECENT = 400
"""Commands of a cluster that tell whether its breaker is open."""


def wait_contexts(sandbox: Sandbox) -> Mapping[str, WaitContext]:
    """By location: the same for all shares that are there."""
    return {cluster.name: _context(sandbox, cluster.name, _load(cluster)) for cluster in sandbox.clusters}


def _context(sandbox: Sandbox, name: str, load: ClusterLoad) -> WaitContext:
    pipeline = sandbox.scenario.pipeline
    recent = [one for one in sandbox.commands[-_RECENT:] if one.location == name]
    breaker = None
    if pipeline is not None:
        rule = BreakerRule(failures=pipeline.breaker.failures, pause=pipeline.breaker.pause)
        breaker = breaker_opens_until(recent, rule)
    worker, worker_does = _worker(sandbox)
    now = sandbox.world.clock.now()
    queue = sandbox.queue.state or QueueState()
    due = Counter(
        row.tenant for row in queue.shares if row.location == name and row.due_at <= now and row.lease_until is None
    )
    return WaitContext(
        now=now,
        cluster=load,
        worker=worker,
        worker_does=worker_does,
        under_way=sum(1 for one in recent if one.ended_at is None),
        width=None if pipeline is None else pipeline.processor.workers,
        breaker_until=breaker,
        hold=queue.hold_of(name),
        attempts=None if pipeline is None else pipeline.retry.attempts,
        due=due,
        began=sandbox.world.clock.began,
    )


def _worker(sandbox: Sandbox) -> tuple[str, str]:
    """The part that commands the clusters, as far as that can be told, and why it does not: empty where it may.

    Of several processors one is enough. Of a service of somebody else each part may be needed.
    """
    parts = list(sandbox.world.service.parts)
    if sandbox.scenario.pipeline is None:
        down = next((part for part in parts if sandbox.by_hand.doing(part)), None)
        return ("service", "") if down is None else (down, sandbox.by_hand.doing(down))
    workers = [part for part in parts if is_processor(part)] or [Role.API.value]
    does = [sandbox.by_hand.doing(worker) for worker in workers]
    return workers[0], does[0] if all(does) else ""


def _load(cluster: FakeCluster) -> ClusterLoad:
    gauges = cluster.gauges()
    return ClusterLoad(
        name=cluster.name,
        is_open=cluster.is_open,
        in_service=gauges[Gauge.IN_SERVICE],
        queued=gauges[Gauge.QUEUED],
        places=cluster.spec.limits.commands,
    )
