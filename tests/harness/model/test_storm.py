"""The retry storm of HotOS 2021: where it keeps itself alive, how long recovery takes, and what cures it.

Rates are those of the paper, on thirty places; the quick tests send a tenth of them, evenly, to three places.
"""

import math
from typing import Any

import pytest

from tests.harness.model.storm import Cure, StormLoad, play_storm

pytestmark = pytest.mark.parametrize("places", [3, pytest.param(30, marks=pytest.mark.soak)])


def _load(rate: float, places: int, **more: Any) -> StormLoad:
    return StormLoad(**{"rate": rate * places / 30, "places": places, "even": places < 30, **more})


def test_the_capacity_is_that_of_the_paper(places: int) -> None:
    assert _load(100.0, places).capacity == pytest.approx(300.0 * places / 30)


def test_at_140_requests_a_second_the_cluster_recovers(places: int) -> None:
    storm = play_storm(_load(140.0, places))
    assert storm.recovers
    assert storm.rate(storm.offered) == pytest.approx(storm.load.rate, rel=0.05)


@pytest.mark.parametrize("rate", [150.0, 200.0])
def test_from_150_on_it_stays_down_with_the_trigger_gone(rate: float, places: int) -> None:
    storm = play_storm(_load(rate, places, watched=80.0))
    assert not storm.recovers
    assert storm.rate(storm.good) < 0.2 * storm.load.rate


def test_at_280_twice_as_much_is_offered_as_was_asked(places: int) -> None:
    storm = play_storm(_load(280.0, places, watched=40.0))
    assert not storm.recovers
    assert storm.rate(storm.offered) == pytest.approx(2 * storm.load.rate, rel=0.05)


@pytest.mark.parametrize("rate", [100.0, 125.0])
def test_recovery_takes_the_time_of_the_fluid_model(rate: float, places: int) -> None:
    load = _load(rate, places, even=True, watched=80.0)
    assert play_storm(load).recovered_after == pytest.approx(load.fluid_recovery, rel=0.1)


def test_the_fluid_model_knows_of_no_recovery_where_more_is_offered_than_can_be_served(places: int) -> None:
    assert _load(150.0, places).fluid_recovery == math.inf


@pytest.mark.parametrize("cure", [Cure.BUDGET, Cure.DROP])
@pytest.mark.parametrize("rate", [150.0, 200.0])
def test_a_budget_for_retries_and_dropping_what_has_waited_too_long_both_cure_it(
    rate: float, cure: Cure, places: int
) -> None:
    assert play_storm(_load(rate, places, watched=60.0, cure=cure)).recovers


def test_a_budget_of_a_tenth_is_too_much_where_less_than_that_is_free(places: int) -> None:
    assert not play_storm(_load(280.0, places, watched=40.0, cure=Cure.BUDGET)).recovers


def test_the_same_load_without_retries_recovers(places: int) -> None:
    assert play_storm(_load(200.0, places, retries=0, watched=60.0)).recovers
