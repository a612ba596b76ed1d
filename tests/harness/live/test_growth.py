"""A slope that is there is found, and none where there is none, whatever bursts and restarts there are."""

import math
import random
from collections.abc import Callable

import pytest

from tests.harness.live.growth import Growth, Look, growth_of


def _looks(value: Callable[[float], float], *, seconds: int = 400, life: int = 1, begins: float = 0.0) -> list[Look]:
    return [Look(at=begins + at, life=life, value=value(at)) for at in range(seconds)]


def _of(looks: list[Look]) -> Growth:
    found = growth_of(looks)
    assert found is not None
    return found


def _noise(seed: int, slope: float = 0.0) -> Callable[[float], float]:
    """Memory as an allocator shows it, beside its slope: steps up and down that last, and a burst now and then."""
    random_ = random.Random(seed)
    level = 0.0

    def value(at: float) -> float:
        nonlocal level
        level = 0.8 * level + random_.gauss(0.0, 1.0)
        return 100.0 + slope * at + level + (50.0 if random_.random() < 0.02 else 0.0)

    return value


@pytest.mark.parametrize("slope", [0.0, 0.1, -0.1])
def test_the_slope_is_found_and_told_from_none(slope: float) -> None:
    for seed in range(20):
        found = _of(_looks(_noise(seed, slope)))
        assert abs(found.slope - slope) < 0.02
        assert found.low <= found.slope <= found.high
        assert found.high - found.low < 0.06
        if slope:
            assert math.copysign(1.0, found.low) == math.copysign(1.0, found.high) == math.copysign(1.0, slope)


def test_of_twenty_intervals_nearly_all_hold_what_is_true() -> None:
    found = [_of(_looks(_noise(seed))) for seed in range(20)]
    assert sum(each.low <= 0.0 <= each.high for each in found) >= 17


def test_the_warm_up_counts_for_nothing() -> None:
    found = _of(_looks(lambda at: min(at, 80.0)))
    assert (found.low, found.slope, found.high, found.level) == (0.0, 0.0, 0.0, 80.0)


def test_a_leak_shows_in_the_longest_life_though_restarts_hide_it_from_the_ends() -> None:
    lives = [
        *_looks(lambda at: 10.0 + at, seconds=100, life=1),
        *_looks(lambda at: 10.0 + at, seconds=200, life=2, begins=101.0),
        *_looks(lambda at: 10.0 + at, seconds=12, life=3, begins=302.0),
    ]
    found = _of(lives)
    assert found.low > 0.9
    assert 145 < found.seconds < 155


def test_one_burst_at_the_end_is_no_growth() -> None:
    found = _of(_looks(lambda at: 500.0 if at > 390 else 100.0))
    assert (found.low, found.high) == (0.0, 0.0)


@pytest.mark.parametrize("looks", [[], _looks(float, seconds=1), _looks(float, seconds=8)])
def test_too_few_looks_tell_nothing(looks: list[Look]) -> None:
    assert growth_of(looks) is None
