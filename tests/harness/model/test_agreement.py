"""Without contention the model world and the virtual world come to the same instants, to the last bit.

For the shipped scenarios see `tests.harness.cli.test_shipped`.
"""

import pytest

from connector.operations import Verb
from connector.values import replace
from fake_clusters.distributions.constant import Constant
from fake_clusters.distributions.lognormal import Lognormal
from fake_clusters.faults import FAULTS
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.order import Order, OrderKind, Visits
from fake_clusters.spec import ClusterLimits
from harness.cli.inputs import read_all
from harness.differential.agreement import agreement
from harness.model.fast.run import FastRun
from harness.model.pace import ModelPace
from harness.scenario.scenario import ClientPolicy, Scenario, WorkloadKind
from harness.service.reference import with_design
from harness.virtual.runner import VirtualRunner
from pipeline.settings import Design
from reports.history import History, OpKind, OpResult
from tests.harness.model.scenes import cluster, in_model, scenario


def _both(played: Scenario, seed: int) -> tuple[History, History]:
    model = in_model(played, seed=seed).history
    virtual = VirtualRunner().run_now(played, seed=seed).history
    return model, virtual


def _agree(model: History, virtual: History) -> None:
    assert len(model.effects) > 10
    found = agreement(model, virtual)
    assert found.holds, found.differences[:3]


@pytest.mark.parametrize("design", ["spool", "blocking", "in-process"])
def test_each_design_meets_lost_replies_and_refusals_alike(design: str) -> None:
    def fault(name: str, every: int) -> FaultRule:
        kind = FAULTS[name]
        selector = CallSelector(every=every, verbs=(Verb.CREATE,))
        return FaultRule(label=name, kind=kind, parameters=kind.parameters(), selector=selector)

    quick = cluster(create=Lognormal(median=0.2, p99=0.9), other=Lognormal(median=0.05, p99=0.3))
    settings = {"design": design, "blocking": {"bound": "1500ms"}, "command": {"command": "2s"}}
    faults = (fault("reply_lost", 4), fault("full", 7))
    _agree(*_both(scenario(quick, rate=2.0, duration=20.0, faults=faults, pipeline=settings), 4))


@pytest.mark.parametrize("design", ["spool", "blocking", "in-process"])
def test_each_design_has_one_history_in_both(design: str) -> None:
    quick = cluster(create=Lognormal(median=0.2, p99=0.9), other=Lognormal(median=0.05, p99=0.3))
    mix = {WorkloadKind.CREATE: 5.0, WorkloadKind.DELETE: 1.0, WorkloadKind.RESIZE: 1.0, WorkloadKind.DUPLICATE: 1.0}
    played = scenario(quick, rate=3.0, duration=15.0, mix=mix, pipeline={"design": design})
    _agree(*_both(played, 4))


@pytest.mark.parametrize(
    ("duration", "ends"),
    [
        pytest.param(8.0, (5.04, 6.04, 7.04, 8.04), id="the brownout ends by itself"),
        pytest.param(1.0, (1.84, 2.84, 3.84, 4.84), id="it ends with the load"),
    ],
)
def test_creates_are_served_at_the_speed_of_the_moment_in_both(duration: float, ends: tuple[float, ...]) -> None:
    """One place, a second's work each, a fifth of the speed up to 5 s: the first comes at 0.2 s."""
    north = cluster(create=Constant(1.0), other=Constant(0.0), limits=ClusterLimits(commands=1))
    phase = LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=0.0, ends=5.0, factor=5.0)
    settings = {
        "design": "blocking",
        "blocking": {"bound": "50s"},
        "gateway": {"read": "55s", "total": "56s"},
        "command": {"command": "50s"},
    }
    played = scenario(
        replace(north, profile=replace(north.profile, latency_phases=(phase,))),
        duration=duration,
        client=ClientPolicy(total=60.0, retries=0),
        pipeline=settings,
    )
    load = replace(played.workload, rate=5.0, spacing=Constant(1.0), only=(1, 2, 3, 4))
    model, virtual = _both(replace(played, workload=load), 1)
    for history in (model, virtual):
        assert [row.at for row in history.effects] == pytest.approx(ends)
    assert agreement(model, virtual).holds


@pytest.mark.parametrize("rate", [1.0, 2.0, 5.0, 20.0])
def test_what_is_accepted_at_the_very_instant_of_a_look_or_a_scan_is_found_by_the_next_in_both(rate: float) -> None:
    """Arrivals at equal distances meet looks, each 50 ms, and scans all the time."""
    quick = cluster(create=Lognormal(median=0.2, p99=0.9), other=Lognormal(median=0.05, p99=0.3))
    played = scenario(quick, rate=rate, duration=12.0)
    evenly = replace(played, workload=replace(played.workload, spacing=Constant(1.0)))
    model, virtual = _both(evenly, 1)
    _agree(model, virtual)
    fast = FastRun(evenly, seed=1, pace=ModelPace()).play().history
    assert _activated(fast) == _activated(model)


def _activated(history: History) -> set[tuple[str, float]]:
    return {(row.name, row.at) for row in history.changes if row.after == "active"}


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(Order(kind=OrderKind.PRIORITY), id="priority"),
        pytest.param(Order(kind=OrderKind.IN_TURN, switch=0.02), id="in turn"),
        pytest.param(Order(kind=OrderKind.IN_TURN, visits=Visits.GATED, switch=0.02), id="gated"),
    ],
)
def test_a_cluster_that_serves_in_an_order_of_its_own_has_one_history_in_both(order: Order) -> None:
    busy = cluster(
        create=Lognormal(median=0.2, p99=0.9), other=Lognormal(median=0.05, p99=0.3), limits=ClusterLimits(commands=2)
    )
    mix = {WorkloadKind.CREATE: 5.0, WorkloadKind.DELETE: 1.0, WorkloadKind.RESIZE: 1.0}
    played = scenario(replace(busy, order=order), rate=5.0, duration=15.0, mix=mix)
    model, virtual = _both(played, 4)
    _agree(model, virtual)
    as_they_came = in_model(replace(played, clusters=(busy,)), seed=4).history
    assert model.effects != as_they_came.effects


def test_a_blocking_api_that_sends_nothing_late_and_clients_with_a_budget_have_one_history_in_both() -> None:
    busy = cluster(create=Lognormal(median=0.4, p99=1.9), other=Lognormal(median=0.05, p99=0.3))
    command = {"connections": 1, "sessions": 2}
    settings = {"design": "blocking", "blocking": {"bound": "1500ms", "wait": "300ms"}, "command": command}
    played = scenario(busy, rate=6.0, duration=15.0, pipeline=settings, client=ClientPolicy(retry_budget=0.3))
    model, virtual = _both(played, 4)
    _agree(model, virtual)
    creates = [op for op in model.ops if op.kind is OpKind.CREATE]
    assert any(row.status == 503 for row in model.attempts)
    assert len({op.tries for op in creates if op.result is OpResult.INFO}) > 1


def test_a_killed_process_knows_nothing_afterwards_and_its_connections_are_gone() -> None:
    """With the blocking design too, where the API commands the clusters."""
    (shipped,) = read_all(["three_designs"])
    _agree(*_both(with_design(shipped, Design.BLOCKING), shipped.seed))


@pytest.mark.parametrize("design", ["spool", "blocking", "in-process"])
def test_names_that_are_used_again_have_one_history_in_both(design: str) -> None:
    mix = {WorkloadKind.CREATE: 3.0, WorkloadKind.DELETE: 2.0, WorkloadKind.RECREATE: 3.0, WorkloadKind.DUPLICATE: 1.0}
    kind = FAULTS["full"]
    full = FaultRule(label="full", kind=kind, parameters=kind.parameters(), selector=CallSelector(every=3))
    quick = cluster(create=Lognormal(median=0.2, p99=0.9), other=Lognormal(median=0.05, p99=0.3))
    played = scenario(quick, rate=4.0, duration=30.0, mix=mix, faults=(full,), pipeline={"design": design})
    model, virtual = _both(played, 1)
    _agree(model, virtual)
    made = [op.name for op in model.ops if op.kind is OpKind.CREATE and op.duplicate_of is None]
    assert len(made) > len(set(made)) + 2


@pytest.mark.parametrize(
    "name",
    [
        "retry_storm_140_of_300",
        "retry_storm_150_of_300",
        *(
            pytest.param(name, marks=pytest.mark.soak)
            for name in ("retry_storm", "retry_storm_budget", "retry_storm_drop")
        ),
    ],
)
def test_a_retry_storm_has_one_history_in_both(name: str) -> None:
    """Its first half minute: it is long under way then."""
    (shipped,) = read_all([name])
    model, virtual = _both(replace(shipped, workload=replace(shipped.workload, duration=30.0)), shipped.seed)
    _agree(model, virtual)
    asked_twice = [op for op in model.ops if op.kind is OpKind.CREATE and op.tries == 2]
    assert len(asked_twice) > 200
