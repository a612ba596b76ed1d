"""Until when the service's own sweep has its time, to the instant."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds, HistoryIndex
from harness.checkers.sweeping import is_early, is_in_time, may_be_there, told
from reports.allowances import Allowances
from reports.history import Effect, EffectKind, History, Op, OpKind, OpResult
from tests.harness.checkers.histories import ON_CLUSTER, effect, op, reading

MADE = effect(1, 5.0)


def indexed(
    *effects: Effect, grace: float = 0.25, ops: tuple[Op, ...] = (), rounds: tuple[int, ...] = ()
) -> HistoryIndex:
    readings = tuple(reading("north", round, ON_CLUSTER) for round in rounds)
    bounds = Bounds(skew=0.25, allowances=Allowances(grace=grace))
    return HistoryIndex(History(effects=effects, ops=ops, readings=readings), bounds)


@pytest.mark.parametrize(
    ("died", "since", "grace", "in_time"),
    [
        (5.5, 1.0, 0.25, True),
        (5.75, 1.0, 0.25, False),
        (5.75, 5.25, 0.25, True),
        (6.0, 5.25, 0.25, False),
        (5.0, 1.0, 0.0, False),
    ],
)
def test_a_share_is_swept_in_time_after_it_landed_and_nobody_was_to_have_it(
    died: float, since: float, grace: float, in_time: bool
) -> None:
    index = indexed(MADE, effect(2, died, EffectKind.DELETED))
    (lifetime,) = index.lifetimes["north"]["a"]
    assert is_in_time(index, lifetime, since, grace) is in_time


@pytest.mark.parametrize(
    ("rounds", "grace", "in_time"),
    [((), 0.25, True), ((1,), 15.75, True), ((1,), 15.5, False), ((1, 2), 15.75, False), ((1, 2), 16.75, True)],
)
def test_a_share_that_lives_was_there_until_it_was_last_read(
    rounds: tuple[int, ...], grace: float, in_time: bool
) -> None:
    index = indexed(MADE, rounds=rounds)
    (lifetime,) = index.lifetimes["north"]["a"]
    assert is_in_time(index, lifetime, 1.0, grace) is in_time


@pytest.mark.parametrize(("since", "grace", "early"), [(20.5, 0.25, True), (20.25, 0.25, False), (21.0, 0.0, False)])
def test_a_reading_is_early_until_the_sweep_is_due(since: float, grace: float, early: bool) -> None:
    assert is_early(indexed(), reading("north", 1), since, grace) is early


def test_the_last_answer_is_that_which_came_last_or_should_have() -> None:
    assert told([op(1, 3.0, completed_at=4.0), op(2, 1.0, completed_at=2.0)]) == 4.0
    assert told([op(1, 3.0, completed_at=4.0), op(2, 5.0, completed_at=None)]) == 5.0
    assert told([]) == 0.0


GET = op(1, 20.0, OpKind.GET, completed_at=20.5)


@pytest.mark.parametrize(
    ("index", "may"),
    [
        (indexed(ops=(GET,)), True),
        (indexed(ops=(replace(GET, completed_at=20.25),)), False),
        (indexed(ops=(replace(GET, result=OpResult.FAIL),)), False),
        (indexed(ops=(replace(GET, kind=OpKind.DELETE, result=OpResult.FAIL),)), True),
        (indexed(ops=(replace(GET, name="b"),)), False),
        (indexed(replace(MADE, at=20.5)), True),
        (indexed(replace(MADE, at=20.25)), False),
        (indexed(ops=(GET,), grace=0.0), False),
        (indexed(), False),
    ],
    ids=["seen", "seen earlier", "not found", "refused", "of another", "landed", "landed earlier", "strict", "unknown"],
)
def test_a_share_may_be_there_for_as_long_as_the_sweep_has_after_the_last_news(index: HistoryIndex, may: bool) -> None:
    assert may_be_there(index, reading("north", 1), ON_CLUSTER) is may
