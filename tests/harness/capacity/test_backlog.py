"""The test for growth: seldom wrong about a stable queue, sure of one that is not, and about the right rows."""

import numpy as np
import pytest

from harness.capacity.backlog import BATCHES, trend_of, trend_of_values, under_way
from reports.history import History, Op, OpKind, OpResult, Purpose, StateChange
from tests.harness.capacity.queues import backlog_of

RUNS = 200


def _growing(load: float, arrivals: int) -> float:
    """The share of runs in which the backlog is said to grow."""
    found = (backlog_of(seed, load=load, arrivals=arrivals, looks=BATCHES) for seed in range(RUNS))
    return sum(trend_of_values(values, seconds).grows for values, seconds in found) / RUNS


@pytest.mark.parametrize("load", [0.5, 0.8, 0.95])
def test_a_stable_queue_is_said_to_grow_in_at_most_five_of_a_hundred_runs(load: float) -> None:
    assert _growing(load, 2000) <= 0.05


def test_at_the_capacity_itself_the_test_has_its_stated_size() -> None:
    """There the steps are a random walk without drift, but for the floor at an empty queue, which pushes it up."""
    assert _growing(1.0, 2000) <= 0.12


def test_a_queue_that_grows_is_found_the_surer_the_longer_it_is_watched() -> None:
    short, long = _growing(1.1, 200), _growing(1.1, 4000)
    assert short < 0.5
    assert long >= 0.95


def test_a_line_through_the_values_would_be_wrong_about_half_of_the_stable_runs() -> None:
    """Why the test looks at steps: least squares takes correlated values for independent ones."""

    def fitted(values: list[float], seconds: float) -> bool:
        x = np.linspace(0, seconds, len(values))
        (slope, _), covariance = np.polyfit(x, values, 1, cov=True)
        return bool(slope - 1.66 * np.sqrt(covariance[0, 0]) > 0)

    found = (backlog_of(seed, load=0.95, arrivals=2000, looks=100) for seed in range(RUNS))
    assert sum(fitted(values, seconds) for values, seconds in found) / RUNS > 0.25


def test_equal_steps_up_are_growth_without_a_doubt_and_none_are_not() -> None:
    assert trend_of_values([float(step) for step in range(BATCHES + 1)], 10.0).grows
    assert not trend_of_values([3.0] * (BATCHES + 1), 10.0).grows


def _op(number: int, at: float, ended: float | None, **more: object) -> Op:
    fields = {"result": OpResult.OK, "kind": OpKind.CREATE, "purpose": Purpose.LOAD, **more}
    return Op(
        number=number,
        client=f"c{number}",
        location="north",
        name=f"s{number}",
        intended_at=at,
        invoked_at=at,
        completed_at=ended,
        **fields,  # type: ignore[arg-type]  # a mixture of enums
    )


def _change(number: int, at: float, name: str, after: str | None) -> StateChange:
    return StateChange(
        number=number, at=at, share=name, location="north", name=name, before=None, after=after, writer="processor"
    )


def test_an_accepted_create_is_under_way_until_its_share_is_active_or_removed() -> None:
    history = History(
        ops=(_op(1, 0.0, 0.1), _op(2, 1.0, 1.1), _op(3, 2.0, 2.1)),
        changes=(
            _change(1, 0.1, "s1", "pending"),
            _change(2, 1.1, "s2", "pending"),
            _change(3, 2.1, "s3", "pending"),
            _change(4, 3.0, "s1", "active"),
            _change(5, 4.0, "s2", "failing"),
            _change(6, 5.0, "s2", None),
        ),
    )
    assert under_way(history, [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 99.0]) == [1, 2, 3, 2, 2, 1, 1]


def test_what_was_refused_or_read_or_left_without_a_record_ends_with_its_answer() -> None:
    history = History(
        ops=(
            _op(1, 0.0, 1.0, result=OpResult.FAIL),
            _op(2, 0.0, 2.0, result=OpResult.INFO),
            _op(3, 0.0, 3.0, kind=OpKind.LIST),
            _op(4, 0.0, None, result=OpResult.INFO),
            _op(5, 0.0, 4.0, kind=OpKind.GET, purpose=Purpose.POLL),
        ),
    )
    assert under_way(history, [0.5, 1.5, 2.5, 3.5]) == [4, 3, 2, 1]


def test_only_the_measured_part_of_a_run_counts() -> None:
    rising = tuple(_op(number, number * 0.1, None) for number in range(1, 101))
    assert trend_of(History(ops=rising), 0.0, 10.0).grows
    assert not trend_of(History(ops=rising), 20.0, 30.0).grows
