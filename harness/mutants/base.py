"""The scenario in which seeded bugs are looked for: small, quick, a bit of everything, and clusters of two kinds."""

from connector.operations import Capability
from fake_clusters.profile import Constant, Profile
from fake_clusters.spec import ClusterSpec, Limits
from harness.scenario.scenario import ClientPolicy, Scenario, Workload, WorkloadKind
from pipeline.settings import (
    CommandSettings,
    GatewaySettings,
    PipelineSettings,
    ProcessorSettings,
    RetrySettings,
    SweeperSettings,
)

__all__ = ["BASE"]

_QUICK = PipelineSettings(
    gateway=GatewaySettings(read=1.5, total=2.0),
    command=CommandSettings(connect=0.4, login=0.4, channel=0.4, command=0.2, skew=0.1),
    processor=ProcessorSettings(lease=1.5, scan=0.1),
    retry=RetrySettings(attempts=3, first=0.1, longest=0.5),
    sweeper=SweeperSettings(every=0.5, grace=3.0),
)
"""Deadlines of a second, so that a run with every kind of silence is over soon."""

_PROFILE = Profile(name="quick", default=Constant(0.02))

_MIX = {
    **dict.fromkeys(WorkloadKind, 1.0),
    WorkloadKind.CREATE: 6.0,
    WorkloadKind.DELETE: 2.0,
    WorkloadKind.RESIZE: 2.0,
}

BASE = Scenario(
    name="seeded-bugs",
    title="Seeded bugs: a small load of every kind",
    shows="",
    text="",
    path=None,
    seed=1,
    clusters=(
        # Neither knows sequences or instants, and one keeps no marks: what those protect from can happen here.
        ClusterSpec(
            name="marked", profile=_PROFILE, limits=Limits(shares=4), capabilities=frozenset({Capability.MARK})
        ),
        ClusterSpec(name="plain", profile=_PROFILE, capabilities=frozenset()),
    ),
    workload=Workload(rate=10.0, duration=3.0, mix=_MIX),
    client=ClientPolicy(total=3.0, retry_wait=0.1, poll_every=0.2, poll_deadline=20.0),
    pipeline=_QUICK,
    settle=20.0,
    fence=2.0,
)
"""No faults of its own: each bug brings those that it needs."""
