"""Steps for a processor hit the API where the design has none; how far clocks may be apart follows from the skews."""

import pytest

from harness.scenario.nemesis import clocks_apart, retarget
from harness.scenario.nemesis_kinds import NemesisStep, crash, kill, skew

KILL = kill("processor", at=1.0)
CRASH = crash("north", at=2.0)


def _skew(target: str, by: float, at: float = 1.0) -> NemesisStep:
    return skew(target, at=at, offset=by, duration=2.0)


@pytest.mark.parametrize(
    ("steps", "apart"),
    [
        ((), 0.0),
        ((kill("api", at=1.0),), 0.0),
        ((_skew("api", 0.5),), 0.5),
        ((_skew("api", 0.5), _skew("processor", -0.25)), 0.75),
        ((_skew("api", 0.5), _skew("processor", 0.25)), 0.5),
        ((_skew("api", 0.5), _skew("api", 0.25, at=2.0)), 0.75),
        ((_skew("api", 0.5), _skew("api", 0.25, at=9.0)), 0.5),
        ((_skew("api", 0.5), _skew("api", -0.25, at=9.0)), 0.75),
    ],
)
def test_the_furthest_ahead_and_the_furthest_behind_are_apart(steps: tuple[NemesisStep, ...], apart: float) -> None:
    assert clocks_apart(steps) == apart


def test_a_step_keeps_a_target_that_is_there() -> None:
    assert retarget((KILL, CRASH), has_processor=True) == (KILL, CRASH)


def test_without_a_processor_its_steps_hit_the_api_and_no_others_change() -> None:
    moved, other = retarget((KILL, CRASH), has_processor=False)
    assert moved == kill("api", at=1.0)
    assert other == CRASH
