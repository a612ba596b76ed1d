"""The retry storm of HotOS 2021: where it keeps itself alive, how long recovery takes, and what cures it."""

import math

import pytest

from tests.harness.model.storm import Cure, StormLoad, play_storm


def test_the_capacity_is_that_of_the_paper() -> None:
    assert StormLoad(rate=100.0).capacity == pytest.approx(300.0)


def test_at_140_requests_a_second_the_cluster_recovers() -> None:
    storm = play_storm(StormLoad(rate=140.0))
    assert storm.recovers
    assert storm.rate(storm.offered) == pytest.approx(140.0, rel=0.05)


@pytest.mark.parametrize("rate", [150.0, 200.0])
def test_from_150_on_it_stays_down_with_the_trigger_gone(rate: float) -> None:
    storm = play_storm(StormLoad(rate=rate, watched=80.0))
    assert not storm.recovers
    assert storm.rate(storm.good) < 0.2 * rate


def test_at_280_twice_as_much_is_offered_as_was_asked() -> None:
    storm = play_storm(StormLoad(rate=280.0, watched=40.0))
    assert not storm.recovers
    assert storm.rate(storm.offered) == pytest.approx(560.0, rel=0.05)


@pytest.mark.parametrize("rate", [100.0, 125.0])
def test_recovery_takes_the_time_of_the_fluid_model(rate: float) -> None:
    load = StormLoad(rate=rate, even=True, watched=80.0)
    assert play_storm(load).recovered_after == pytest.approx(load.fluid_recovery, rel=0.1)


def test_the_fluid_model_knows_of_no_recovery_where_more_is_offered_than_can_be_served() -> None:
    assert StormLoad(rate=150.0).fluid_recovery == math.inf


@pytest.mark.parametrize("cure", [Cure.BUDGET, Cure.DROP])
@pytest.mark.parametrize("rate", [150.0, 200.0])
def test_a_budget_for_retries_and_dropping_what_has_waited_too_long_both_cure_it(rate: float, cure: Cure) -> None:
    assert play_storm(StormLoad(rate=rate, watched=60.0, cure=cure)).recovers


def test_a_budget_of_a_tenth_is_too_much_where_less_than_that_is_free() -> None:
    assert not play_storm(StormLoad(rate=280.0, watched=40.0, cure=Cure.BUDGET)).recovers


def test_the_same_load_without_retries_recovers() -> None:
    assert play_storm(StormLoad(rate=200.0, retries=0, watched=60.0)).recovers
