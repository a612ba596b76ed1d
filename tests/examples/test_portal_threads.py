"""Each step of `examples/portal_threads`: what its scenario finds before the patch, and that the patch mends it."""

from pathlib import Path

import pytest

from tests.examples.portal_threads import LAST, STEPS, capacity, play, portal_after

FOUND = {1: "S4", 2: "L1", 3: "L2", 4: "L1", 5: "S6", 6: "S3", 7: "S5", 8: "S8", 9: "L2"}
"""The invariant that the scenario of a step shows to be broken, as the tutorial tells it."""


def _steps(*, in_every_suite: int) -> pytest.MarkDecorator:
    """A run takes from ten to forty seconds."""
    marks = {step: pytest.mark.slow if step == in_every_suite else pytest.mark.soak for step in STEPS}
    return pytest.mark.parametrize("step", [pytest.param(step, marks=mark) for step, mark in marks.items()])


SLOW = """title = "Four creates at a time, of 400 ms each"
gates = ["p90(create.active) < 3s", "ratio(errors) <= 1%"]
[workload]
rate = 5
duration = "8s"
[client]
poll_every = "500ms"
[clusters.north]
limits = { commands = 4 }
latency = { service = { create = "400ms" } }
"""
"""Ten creates a second in the long run, whatever the portal does; more in a short trial."""


def test_at_least_six_different_invariants_are_broken_on_the_way() -> None:
    assert FOUND.keys() == STEPS.keys()
    assert len(set(FOUND.values())) >= 6


@_steps(in_every_suite=1)
def test_a_scenario_finds_what_its_step_mends(step: int, tmp_path: Path) -> None:
    verdict = play(portal_after(step - 1, tmp_path), STEPS[step])
    assert verdict.status == 1, verdict.output
    assert FOUND[step] in verdict.broken, verdict.output


@_steps(in_every_suite=LAST)
def test_a_step_mends_what_its_scenario_found(step: int, tmp_path: Path) -> None:
    verdict = play(portal_after(step, tmp_path), STEPS[step])
    assert verdict.status == 0, verdict.output


@pytest.mark.soak
@pytest.mark.parametrize("step", STEPS)
def test_the_portal_of_the_last_step_is_valid_in_every_scenario(step: int, tmp_path: Path) -> None:
    verdict = play(portal_after(LAST, tmp_path), STEPS[step])
    assert verdict.status == 0, verdict.output


@pytest.mark.soak
@pytest.mark.timeout(660)
def test_the_capacity_of_the_portal_is_about_what_the_model_expects(tmp_path: Path) -> None:
    """The clusters are the bound, not the portal. For a quiet machine: each command is a connection of its own."""
    folder = portal_after(LAST, tmp_path)
    status, found = capacity(folder, SLOW, "--repeats", "1", "--within", "20%", "--time", "8m")
    (case,) = found["cases"]
    interval = case["intervals"][0]
    assert (status, interval["complete"], interval["doubtful"]) == (0, True, False), found["remarks"]
    assert 0.8 * case["predicted"]["lower"] < interval["lower"]
    assert interval["upper"] < 1.2 * case["predicted"]["upper"]
