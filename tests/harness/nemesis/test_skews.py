"""How far clocks may be apart follows from the skews, whoever has them and whenever."""

import pytest

from harness.nemesis.skews import clocks_apart
from harness.scenario.scenario import NemesisKind, NemesisStep


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
