"""A load that goes on and on, of nearly as many deletes as creates: kills, partitions, restarts and faults in turn."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count, cycle, takewhile

from connector.operations import Verb
from connector.values import replace
from fake_clusters.profile import Constant, Profile
from fake_clusters.rules.rule import Window
from fake_clusters.spec import ClusterSpec
from harness.scenario.nemesis_kinds import NemesisStep, crash, disconnect, kill, pause, terminate
from harness.scenario.roles import Role, Server
from harness.scenario.scenario import ClientPolicy, Scenario, Workload, WorkloadKind
from harness.scenario.spool_kind import SpoolKind
from harness.scenario.store_kind import StoreKind
from harness.toxics.partition import PARTITION
from harness.toxics.rule import ToxicRule
from harness.toxics.toxic import LinkSelector
from pipeline.settings import (
    ApiSettings,
    CommandSettings,
    GatewaySettings,
    NotifierSettings,
    PipelineSettings,
    ProcessorSettings,
    ReconcilerSettings,
    RelaySettings,
    RetrySettings,
    SweeperSettings,
)
from tests.harness.live.scenes import fault

__all__ = ["long_soak", "short_soak"]

_MIX = {
    WorkloadKind.CREATE: 10.0,
    WorkloadKind.DELETE: 9.0,
    WorkloadKind.RESIZE: 0.5,
    WorkloadKind.DUPLICATE: 0.5,
    WorkloadKind.COMPETE: 0.2,
    WorkloadKind.PREMATURE: 0.2,
    WorkloadKind.LIST: 0.1,
}
_PER_CREATE = sum(_MIX.values()) / _MIX[WorkloadKind.CREATE]
_CLUSTERS = ("north", "south", "east", "west")
_APART = 12.0
"""Seconds between two disturbances."""


def short_soak() -> Scenario:
    """Six seconds of it on SQLite, with a kill."""
    steps = (kill(Role.PROCESSOR, at=2.0, duration=0.2),)
    pipeline = _settings(processes=1)
    return _scene(creates=6.0, duration=6.0, pipeline=pipeline, nemesis=steps)


def long_soak(*, creates: float, duration: float) -> Scenario:
    """On PostgreSQL and NATS, with two of each part. creates: each second.

    What there is one of breaks in the first quarter alone, and of two the second does not at all, so that each part has
    a life that is long enough to tell whether it grows.
    """
    steps = [*_once(duration), *_again_and_again(duration)]
    scene = _scene(creates=creates, duration=duration, pipeline=_settings(processes=2), nemesis=steps)
    cuts = tuple(
        _partition(cluster, at) for cluster, at in zip(cycle(_CLUSTERS), _every(5 * _APART, duration), strict=False)
    )
    return replace(scene, store=StoreKind.POSTGRESQL, spool=SpoolKind.NATS, toxics=cuts)


def _settings(*, processes: int) -> PipelineSettings:
    return PipelineSettings(
        api=ApiSettings(processes=processes),
        relay=RelaySettings(processes=processes),
        gateway=GatewaySettings(read=3.0, total=6.0, tries=2),
        command=CommandSettings(connect=2.0, login=2.0, channel=2.0, command=3.0, skew=0.1),
        processor=ProcessorSettings(processes=processes, lease=12.0, scan=1.0),
        retry=RetrySettings(first=0.2, longest=1.0),
        sweeper=SweeperSettings(every=5.0, grace=12.0, at_most=1000),
        notifier=NotifierSettings(
            enabled=processes > 1, timeout=5.0, lease=20.0, at_once=64, retries=(1.0,) * 9, pause=0.5, longest_pause=1.0
        ),
        reconciler=ReconcilerSettings(every=10.0, apply=True, grace=10.0),
    )


def _scene(*, creates: float, duration: float, pipeline: PipelineSettings, nemesis: Sequence[NemesisStep]) -> Scenario:
    profile = Profile(name="quick", default=Constant(0.02))
    unclear = (Verb.CREATE, Verb.DELETE)
    return Scenario(
        name="soak",
        title="",
        shows="",
        text="",
        path=None,
        seed=1,
        clusters=tuple(ClusterSpec(name=name, profile=profile) for name in _CLUSTERS),
        workload=Workload(rate=creates * _PER_CREATE, duration=duration, mix=_MIX),
        # Who asks long and often keeps an overload up that began with a disturbance: a minute, each second, was enough.
        client=ClientPolicy(total=8.0, retry_wait=0.2, poll_every=4.0, poll_deadline=20.0),
        pipeline=pipeline,
        faults=(
            fault("reply_lost", verbs=unclear, probability=0.01),
            fault("partial_effect", verbs=(Verb.CREATE,), probability=0.005),
            fault("disconnect_after", verbs=unclear, probability=0.005),
            fault("disconnect_before", verbs=unclear, probability=0.005),
        ),
        nemesis=tuple(nemesis),
        expect={"kill": 1, "reply_lost": 1} if duration > 60.0 else {"kill": 1},
        settle=90.0,
        fence=2.0,
    )


def _once(duration: float) -> Iterator[NemesisStep]:
    """Of servers, and of parts of which there is one."""
    begins, apart = 0.02 * duration, 0.04 * duration
    for number, part in enumerate((Server.DATABASE, Server.BROKER, Role.NOTIFIER, Role.GATEWAY)):
        yield kill(part, at=begins + number * apart, duration=1.0)


def _again_and_again(duration: float) -> Iterator[NemesisStep]:
    """Of parts of which there are two, and of clusters."""
    kinds: Sequence[Callable[[float], NemesisStep]] = (
        lambda at: kill(Role.PROCESSOR, at=at, duration=0.5),
        lambda at: terminate(Role.API, at=at, duration=0.5),
        lambda at: crash("south", at=at, duration=2.0),
        lambda at: kill(Role.RELAY, at=at, duration=0.5),
        lambda at: pause(Role.PROCESSOR, at=at, duration=14.0),
        lambda at: disconnect("north", at=at),
        lambda at: kill(Role.API, at=at, duration=0.5),
        lambda at: terminate(Role.PROCESSOR, at=at, duration=0.5),
        lambda at: pause(Role.RELAY, at=at, duration=2.0),
    )
    return (make(at) for make, at in zip(cycle(kinds), _every(_APART, duration), strict=False))


def _partition(cluster: str, at: float) -> ToxicRule:
    return ToxicRule(
        label=f"cut at {at:g}",
        kind=PARTITION,
        parameters=PARTITION.parameters(),
        selector=LinkSelector(link=f"processor-{cluster}"),
        window=Window(begins=at, ends=at + 3.0),
    )


def _every(apart: float, duration: float) -> Iterator[float]:
    """Instants so far apart, until shortly before the end."""
    return takewhile(lambda at: at < duration - 15.0, (apart * (number + 0.5) for number in count()))
