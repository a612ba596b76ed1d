"""Parameters are drawn within what a correct pipeline survives, and shrink towards the defaults."""

from dataclasses import fields

import pytest

from connector.chance import Chance
from connector.codes import Code
from fake_clusters.faults import FAULTS
from fake_clusters.faults.config import read_fault
from fake_clusters.faults.crash import Crash
from fake_clusters.faults.error_exit import ErrorExit
from fake_clusters.faults.late_effect import LateEffect
from harness.explore.draw import Draw
from harness.explore.events import drawn_event
from harness.explore.parameters import drawn_parameters, shrink_parameters
from harness.mutants.base import base_scenario
from harness.service.reference import settings_of
from harness.toxics import TOXICS

BASE = base_scenario()
LONGEST = 0.3
UNHEARD = 0.2


def draw(number: int = 1) -> Draw:
    return Draw(base=BASE, chance=Chance(number, "test"))


@pytest.mark.parametrize("named", FAULTS)
def test_whatever_is_drawn_a_scenario_can_spell_too(named: str) -> None:
    values = draw()
    for _ in range(20):
        parameters = drawn_parameters(FAULTS[named].parameters, values, longest=LONGEST, unheard=UNHEARD)
        spelled = {field.name: getattr(parameters, field.name) for field in fields(parameters)}
        read_fault({"kind": named, **spelled})


def test_half_of_all_draws_are_the_defaults_and_the_others_differ() -> None:
    values = draw()
    kind = TOXICS["latency"].parameters
    drawn = [drawn_parameters(kind, values, longest=LONGEST).latency for _ in range(200)]
    assert 60 < drawn.count(kind().latency) < 140
    assert all(0.05 <= latency <= LONGEST for latency in drawn)
    assert len(set(drawn)) > 20


def test_an_effect_is_never_put_off_beyond_the_fence_where_the_cluster_cannot_refuse_what_is_too_old() -> None:
    values = draw()
    drawn = [drawn_parameters(LateEffect, values, longest=LONGEST, unheard=UNHEARD).delay for _ in range(200)]
    assert max(drawn) == LONGEST
    assert 2 < drawn.count(LONGEST) < 30, "some come as late as that"
    assert 70 < sum(delay > UNHEARD for delay in drawn) < 160, "what comes while somebody listens is merely slow"
    events = [drawn_event(draw(number)) for number in range(600)]
    struck = [event.parameters for event in events if event.kind.section == "faults"]
    delays = [parameters.delay for parameters in struck if isinstance(parameters, LateEffect)]
    assert delays
    assert max(delays) <= settings_of(BASE).command.command + settings_of(BASE).command.skew


def test_nothing_is_drawn_that_no_pipeline_can_make_good() -> None:
    values = draw()
    crashes = [drawn_parameters(Crash, values, longest=LONGEST, unheard=UNHEARD) for _ in range(100)]
    late = [drawn_parameters(LateEffect, values, longest=LONGEST, unheard=UNHEARD) for _ in range(100)]
    codes = {drawn_parameters(ErrorExit, values, longest=LONGEST, unheard=UNHEARD).code for _ in range(300)}
    assert not any(crash.wipe for crash in crashes)
    assert not any(effect.overtaken for effect in late)
    assert len(codes) > 5
    assert not codes & {Code.NOT_FOUND, Code.ALREADY_EXISTS}


def test_what_is_milder_is_nearer_to_the_defaults_and_no_effect_comes_later_by_it() -> None:
    odd = LateEffect(delay=0.23, answer=next(iter(set(type(LateEffect().answer)) - {LateEffect().answer})))
    assert {each.delay for each in shrink_parameters(odd, late=True)} == {0.2, 0.23}
    assert LateEffect(delay=0.23) in shrink_parameters(odd, late=True)
    for toxic in TOXICS.values():
        usual = toxic.parameters()
        assert all(each == usual for each in shrink_parameters(usual, late=False))
