"""The storms of `test_published_storms` through the whole blocking design: clients, gateway, API and cluster.

What must come out is the replay of the bare queue: the design adds nothing that takes time.
"""

from collections import Counter

import pytest

from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.profile import LatencyPhase, LatencyPhaseKind
from fake_clusters.spec import ClusterLimits
from harness.scenario.scenario import ClientPolicy, Phase, Scenario
from harness.virtual.runner import VirtualRunner
from reports.history import History, OpKind, OpResult
from tests.harness.model.scenes import cluster, in_model, scenario
from tests.harness.model.test_published_storms import TRIGGERS, Case, replayed, stays

_SETTINGS = {
    "design": "blocking",
    "blocking": {"bound": "1s"},
    "gateway": {"read": "1400ms", "total": "1500ms", "max_connections": 5000},
    "command": {"connections": 1, "sessions": 5000},
}


def _played(case: Case) -> Scenario:
    ends = 10.0 + case.lasts
    latency_phases: tuple[LatencyPhase, ...] = ()
    if case.speed == 0:
        latency_phases = (LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=10.0, ends=ends),)
    elif case.speed < 1:
        latency_phases = (LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=10.0, ends=ends, factor=1 / case.speed),)
    north = cluster(create=Constant(case.work), limits=ClusterLimits(commands=case.servers, sessions=5000))
    played = scenario(
        replace(north, profile=replace(north.profile, latency_phases=latency_phases)),
        rate=case.load * case.capacity,
        duration=ends + case.watched,
        client=ClientPolicy(total=2.0, retries=case.retries, retry_wait=0.0, poll_every=0.05, poll_deadline=0.1),
        pipeline=_SETTINGS,
        phases=(Phase(name="trigger", begins=10.0, ends=ends),),
    )
    surges = {"trigger": case.surge} if case.surge > 1 else {}
    return replace(played, workload=replace(played.workload, spacing=Constant(1.0), surges=surges))


def _answered(history: History, until: float) -> Counter[int]:
    """By second of arrival, creates of the load that were answered in time, whatever was said."""
    creates = [op for op in history.ops if op.kind is OpKind.CREATE and op.intended_at < until]
    return Counter(int(op.intended_at) for op in creates if op.result is not OpResult.INFO)


def _case(trigger: str, load: float, servers: int) -> Case:
    return Case(
        servers=servers,
        work=0.0987,
        load=load,
        lasts=10.0,
        watched=45.0,
        speed=TRIGGERS[trigger].get("speed", 1.0),
        surge=TRIGGERS[trigger].get("surge", 1.0),
    )


def _holds(case: Case, history: History) -> None:
    until = 10.0 + case.lasts + case.watched - 3.0
    expected = Counter({second: count for second, count in replayed(case).items() if second < until})
    found = _answered(history, until)
    assert found == expected
    late = range(int(until) - 10, int(until))
    is_down = sum(found[second] for second in late) < 0.5 * case.load * case.capacity * len(late)
    assert is_down is stays(case)


@pytest.mark.parametrize("load", [0.3, 0.7])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_in_the_model_world(trigger: str, load: float) -> None:
    case = _case(trigger, load, 1)
    played = _played(case)
    _holds(case, in_model(played, seed=1).history)


@pytest.mark.parametrize(
    ("trigger", "load"), [("nine tenths of the capacity are gone", 0.7), ("four times the load", 0.3)]
)
def test_in_the_virtual_world(trigger: str, load: float) -> None:
    case = _case(trigger, load, 1)
    _holds(case, VirtualRunner().run_now(_played(case), seed=1).history)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("servers", [10, 30])
@pytest.mark.parametrize("load", [0.3, 0.7])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_at_larger_sizes(trigger: str, load: float, servers: int) -> None:
    case = _case(trigger, load, servers)
    _holds(case, in_model(_played(case), seed=1).history)
