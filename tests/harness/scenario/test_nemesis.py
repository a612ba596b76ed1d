"""Steps for a processor hit the API where the design has none; how far clocks may be apart follows from the skews."""

import pytest

from harness.scenario.nemesis import clocks_apart, retarget
from harness.scenario.scenario import NemesisKind, NemesisStep

KILL = NemesisStep(at=1.0, kind=NemesisKind.KILL, target="processor")
CRASH = NemesisStep(at=2.0, kind=NemesisKind.CRASH, target="north")


def _skew(target: str, by: float, at: float = 1.0) -> NemesisStep:
    return NemesisStep(at=at, kind=NemesisKind.SKEW, target=target, by=by, lasts=2.0)


@pytest.mark.parametrize(
    ("steps", "apart"),
    [
        ((), 0.0),
        ((NemesisStep(at=1.0, kind=NemesisKind.KILL, target="api"),), 0.0),
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
    struck, other = retarget((KILL, CRASH), has_processor=False)
    assert (struck.target, struck.at, struck.kind) == ("api", 1.0, NemesisKind.KILL)
    assert other == CRASH
