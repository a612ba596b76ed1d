"""The exhaustive search: with the right decision nothing is left behind, and each shortcut is caught."""

from typing import Any

import pytest

from connector.operations import Verb
from connector.values import replace
from pipeline.processor.decide import Decide, decide
from pipeline.processor.outcome_classes import OutcomeClass
from pipeline.processor.situation import Absent, Present, Rules, Situation
from pipeline.processor.steps import Activate, Fail, Remove, Send, Step
from pipeline.states import ShareState
from tests.pipeline.processor.explorer import Bounds, Explorer, ProtocolBrokenError, World, walk
from tests.pipeline.processor.records import FRESH, SIZE, share

START = World(record=replace(FRESH, owner=None, fence=0))
MADE = replace(FRESH, owner=None, fence=0, state=ShareState.ACTIVE, generation_done=1, confirmed_size=SIZE)
ACTIVE = World(record=MADE, share=share())
SMALL = Bounds(commands=3, claims=3, crashes=1, requests=0)
"""Enough for two creates or a create and its cleanup, two processors, a crash and a zombie."""

TWO_LIVES = Bounds(commands=3, claims=3, crashes=0, requests=2)
"""Enough for a create, a delete by the user, and the name used again."""


RESIZED = Bounds(commands=3, claims=3, crashes=1, requests=1)
"""Enough for a resize whose tries are used up, and the one that overtakes it; or for a delete."""


def _cases(*cases: tuple[Any, ...]) -> list[Any]:
    """Each with True and with False behind it: in the suite one of the two in turn, the other in `make soak`."""
    return [
        pytest.param(*case, last, marks=() if last is (number % 2 == 0) else pytest.mark.soak)
        for number, case in enumerate(cases)
        for last in (True, False)
    ]


@pytest.mark.parametrize(
    ("bounds", "sequences", "instants", "marks"),
    _cases((SMALL, True, False), (SMALL, False, True), (TWO_LIVES, True, True), (TWO_LIVES, False, True)),
)
def test_no_interleaving_leaves_a_ghost_an_orphan_or_a_stuck_share(
    bounds: Bounds, sequences: bool, instants: bool, marks: bool
) -> None:
    explorer = Explorer(decide, sequences=sequences, instants=instants, marks=marks, bounds=bounds)
    assert walk(explorer, START) > 1000


@pytest.mark.parametrize(("sequences", "instants", "busy"), _cases((True, False), (False, True)))
def test_no_interleaving_lets_a_resize_land_on_an_active_share(sequences: bool, instants: bool, busy: bool) -> None:
    bounds = replace(RESIZED, crashes=0) if busy else RESIZED
    assert walk(Explorer(decide, sequences=sequences, instants=instants, busy=busy, bounds=bounds), ACTIVE) > 1000


CANCELLED = Bounds(commands=3, claims=3, crashes=1, requests=1)
"""Enough for a create that is cancelled at any instant, while a processor has it or a dead one had it."""


@pytest.mark.parametrize(("sequences", "instants", "marks"), _cases((True, False), (False, True)))
def test_no_interleaving_of_a_cancellation_leaves_a_share(sequences: bool, instants: bool, marks: bool) -> None:
    explorer = Explorer(decide, sequences=sequences, instants=instants, marks=marks, cancels=True, bounds=CANCELLED)
    assert walk(explorer, START) > 1000


def end_cancelled_creates_at_once(situation: Situation, rules: Rules) -> Step:
    cancelled = situation.record.state is ShareState.DELETING and situation.record.confirmed_size is None
    return Remove() if cancelled and isinstance(situation.sight, Absent) else decide(situation, rules)


def test_a_cancellation_that_does_not_wait_for_the_fence_is_caught() -> None:
    hasty = Explorer(end_cancelled_creates_at_once, sequences=False, instants=True, cancels=True, bounds=CANCELLED)
    with pytest.raises(ProtocolBrokenError):
        walk(hasty, START)


def never_wait(situation: Situation, rules: Rules) -> Step:
    """Go on as if the deadline had passed."""
    return decide(situation, replace(rules, skew=float("-inf")))


def forget_the_cleanup(situation: Situation, rules: Rules) -> Step:
    step = decide(situation, rules)
    return Remove() if step == Send(verb=Verb.DELETE) and situation.record.state is ShareState.FAILING else step


def believe_what_was_not_seen(situation: Situation, rules: Rules) -> Step:
    if situation.record.state is ShareState.PENDING and situation.outcome_class in (
        OutcomeClass.DONE,
        OutcomeClass.UNKNOWN,
    ):
        return Activate(confirmed_size=situation.record.size)
    return decide(situation, rules)


def call_a_lost_reply_a_failure(situation: Situation, rules: Rules) -> Step:
    if situation.record.state is ShareState.PENDING and situation.outcome_class is OutcomeClass.UNKNOWN:
        return Fail(reason="timeout")
    if situation.record.state is ShareState.FAILING and isinstance(situation.sight, Absent | Present):
        return Remove()
    return decide(situation, rules)


def take_sent_for_seen(situation: Situation, rules: Rules) -> Step:
    """A delete whose answer was lost counts as one that the cluster has seen."""
    record = situation.record
    is_sent = record.attempt > 0 and record.state is ShareState.FAILING
    return decide(replace(situation, record=replace(record, settled=record.settled or is_sent)), rules)


def never_overtake(situation: Situation, rules: Rules) -> Step:
    """Give up an update as if the fence were enough."""
    return decide(replace(situation, sequences=False), rules)


def take_a_resize_for_answered(situation: Situation, rules: Rules) -> Step:
    """Whatever became of the resize that was to overtake all others, it was sent."""
    if situation.record.is_given_up and situation.outcome_class is OutcomeClass.UNKNOWN:
        return Activate(confirmed_size=situation.record.size, reason=situation.record.reason)
    return decide(situation, rules)


def rejoice_too_late(situation: Situation, rules: Rules) -> Step:
    """Take the size that was asked first for success although a resize to another one is on its way."""
    sight, record = situation.sight, situation.record
    if record.is_given_up and isinstance(sight, Present) and sight.view.size != record.size:
        return Activate(confirmed_size=sight.view.size)
    return decide(situation, rules)


@pytest.mark.parametrize(
    ("wrong", "sequences", "instants"),
    [
        (never_overtake, True, False),
        (take_a_resize_for_answered, True, False),
        (rejoice_too_late, True, False),
        (never_wait, False, True),
    ],
)
def test_each_shortcut_of_an_update_is_found_by_the_search(wrong: Decide, sequences: bool, instants: bool) -> None:
    with pytest.raises(ProtocolBrokenError):
        walk(Explorer(wrong, sequences=sequences, instants=instants, bounds=RESIZED), ACTIVE)


@pytest.mark.parametrize(
    ("wrong", "sequences", "instants"),
    [
        (never_wait, False, True),
        (forget_the_cleanup, True, False),
        (believe_what_was_not_seen, True, True),
        (call_a_lost_reply_a_failure, True, True),
        (take_sent_for_seen, True, False),
    ],
)
def test_each_shortcut_is_found_by_the_search(wrong: Decide, sequences: bool, instants: bool) -> None:
    with pytest.raises(ProtocolBrokenError):
        walk(Explorer(wrong, sequences=sequences, instants=instants, bounds=SMALL), START)
