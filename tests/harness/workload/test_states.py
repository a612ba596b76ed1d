"""Every kind of op is asked of a share in every state, and so the API has to answer each."""

from collections import Counter
from collections.abc import Iterator

from connector.values import replace
from fake_clusters.profile import Constant, Profile
from harness.mutants.base import base_scenario
from harness.scenario.scenario import ClientPolicy, Scenario, WorkloadKind
from harness.virtual.runner import VirtualRunner
from reports.history import History, Op, OpKind, Purpose
from tests.harness.live.scenes import EVERYTHING, QUICK, invalid

STATES = (None, "pending", "active", "updating", "failing", "deleting")
ASKED = (OpKind.CREATE, OpKind.RESIZE, OpKind.DELETE)


def _slow(kinds: dict[WorkloadKind, float]) -> Scenario:
    """States last for some time; the quota of one cluster makes creates fail."""
    base = base_scenario()
    profile = Profile(name="slow", default=Constant(0.15))
    return replace(
        base,
        clusters=tuple(replace(cluster, profile=profile) for cluster in base.clusters),
        workload=replace(base.workload, mix=kinds, rate=12.0, duration=10.0),
        client=ClientPolicy(total=3.0, poll_every=0.2),
        pipeline=QUICK,
    )


def _asked(history: History) -> Iterator[Op]:
    return (op for op in history.ops if op.purpose is not Purpose.POLL and op.kind in ASKED)


def _state_at(history: History, op: Op) -> str | None:
    """Of the record of its name before it was asked: in virtual time it may be accepted at that very instant."""
    of_name = [row for row in history.changes if (row.location, row.name) == (op.location, op.name)]
    return next((row.after for row in reversed(of_name) if row.at < op.invoked_at), None)


def test_every_kind_of_op_meets_every_state() -> None:
    often = dict.fromkeys((WorkloadKind.PREMATURE, WorkloadKind.RESIZE, WorkloadKind.COMPETE), 4.0)
    scenario = _slow({**EVERYTHING, **often})
    pairs: Counter[tuple[OpKind, str | None]] = Counter()
    for seed in range(4):
        played = VirtualRunner(sampled=False).run_now(scenario, seed=seed)
        assert invalid(scenario, played) == {}
        pairs += Counter((op.kind, _state_at(played.history, op)) for op in _asked(played.history))
    assert {(kind, state) for kind in ASKED for state in STATES} - set(pairs) == set(), pairs


def test_a_premature_operation_is_a_delete_as_often_as_a_resize_whatever_the_size_of_a_share() -> None:
    scenario = _slow({WorkloadKind.CREATE: 3.0, WorkloadKind.PREMATURE: 3.0})
    history = VirtualRunner(sampled=False).run_now(scenario, seed=1).history
    kinds = Counter(op.kind for op in _asked(history))
    assert kinds[OpKind.DELETE] > 20
    assert kinds[OpKind.RESIZE] > 20
    assert {op.size % 2 for op in _asked(history) if op.kind is OpKind.CREATE and op.size} == {0}


def test_a_resize_makes_a_share_larger_or_smaller() -> None:
    scenario = _slow({WorkloadKind.CREATE: 1.0, WorkloadKind.RESIZE: 3.0})
    history = VirtualRunner(sampled=False).run_now(scenario, seed=1).history
    created = {(op.location, op.name): op.size or 0 for op in _asked(history) if op.kind is OpKind.CREATE}
    grown = [(op.size or 0) > created[op.location, op.name] for op in _asked(history) if op.kind is OpKind.RESIZE]
    assert 0.3 < sum(grown) / len(grown) < 0.7
