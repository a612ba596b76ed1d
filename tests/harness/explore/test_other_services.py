"""Exploring a service that is not the reference pipeline draws what can be done to its own parts."""

from connector.chance import Chance
from harness.explore.draw import Draw
from harness.explore.events import drawn_event
from harness.explore.regression import regression_text
from harness.explore.schedule import Schedule
from harness.scenario.parse import parse_scenario
from tests.harness.scenario.samples import CALM
from tests.harness.scenario.test_python_service import SERVICE

BASE = parse_scenario(CALM + SERVICE, "base.toml")


def test_only_its_own_parts_are_broken_and_no_call_or_message_of_the_pipeline() -> None:
    draw = Draw(base=BASE, chance=Chance(1, "test"))
    events = [drawn_event(draw) for _ in range(500)]
    steps = [event for event in events if event.kind.section == "nemesis"]
    assert {step.selector.target for step in steps} == {"api", "worker", "north"}
    assert not any(step.selector.site for step in steps)
    assert {event.kind.section for event in events} == {"nemesis", "faults"}


def test_what_is_saved_names_the_service_wherever_it_is_played() -> None:
    again = parse_scenario(regression_text(BASE, Schedule(seed=1), ()), "regression.toml", beside=None)
    assert BASE.service is not None
    assert again.service is not None
    assert [part.folder for part in again.service.parts] == [str(BASE.service.beside.absolute())] * 2
    assert (again.service.url, again.service.files) == (BASE.service.url, BASE.service.files)
