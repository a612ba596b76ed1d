"""Steps for a processor hit the API where the design has none; how far clocks may be apart follows from the skews."""

import pytest

from connector.values import replace
from harness.scenario.nemesis import clocks_apart, steps_of
from harness.scenario.nemesis_kinds import NemesisStep, crash, kill, skew
from harness.scenario.service import Design
from harness.scenario.service_spec import ServiceKind, ServiceSpec
from harness.service.reference import with_design
from tests.harness.live.scenes import calm

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
    assert steps_of(replace(calm(), nemesis=(KILL, CRASH))) == (KILL, CRASH)


def test_the_steps_of_another_service_are_as_the_scenario_has_them() -> None:
    service = ServiceSpec(kind=ServiceKind.PROCESS, sheet="reference", url="http://127.0.0.1:1")
    assert steps_of(replace(calm(), pipeline=None, service=service, nemesis=(KILL, CRASH))) == (KILL, CRASH)


def test_without_a_processor_its_steps_hit_the_api_and_no_others_change() -> None:
    scenario = with_design(replace(calm(), nemesis=(KILL, CRASH)), Design.BLOCKING)
    moved, other = steps_of(scenario)
    assert moved == kill("api", at=1.0)
    assert other == CRASH
