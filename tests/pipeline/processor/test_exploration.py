"""The exhaustive search: with the right decision nothing is left behind, and each shortcut is caught."""

from dataclasses import replace

import pytest

from pipeline.processor.decide import Decide, decide
from pipeline.processor.meanings import Meaning
from pipeline.processor.situation import Gone, Present, Rules, Situation
from pipeline.processor.steps import Activate, Fail, Remove, SendDelete, Step
from pipeline.states import ShareState
from tests.pipeline.processor.explorer import Bounds, Explorer, ProtocolBrokenError, World, walk
from tests.pipeline.processor.records import FRESH

START = World(record=replace(FRESH, owner=None, fence=0))
SMALL = Bounds(commands=3, claims=3, crashes=1, requests=0)
"""Enough for two creates or a create and its cleanup, two processors, a crash and a zombie."""

TWO_LIVES = Bounds(commands=3, claims=3, crashes=0, requests=2)
"""Enough for a create, a delete by the user, and the name used again."""


@pytest.mark.parametrize(
    ("bounds", "sequences", "instants"),
    [(SMALL, True, False), (SMALL, False, True), (TWO_LIVES, True, True), (TWO_LIVES, False, True)],
)
def test_no_interleaving_leaves_a_ghost_an_orphan_or_a_stuck_share(
    bounds: Bounds, sequences: bool, instants: bool
) -> None:
    assert walk(Explorer(decide, sequences=sequences, instants=instants, bounds=bounds), START) > 1000


def never_wait(situation: Situation, rules: Rules) -> Step:
    """Go on as if the deadline had passed."""
    return decide(situation, replace(rules, skew=float("-inf")))


def forget_the_cleanup(situation: Situation, rules: Rules) -> Step:
    step = decide(situation, rules)
    return Remove() if isinstance(step, SendDelete) and situation.record.state is ShareState.FAILING else step


def believe_what_was_not_seen(situation: Situation, rules: Rules) -> Step:
    if situation.record.state is ShareState.PENDING and situation.meaning in (Meaning.DONE, Meaning.UNKNOWN):
        return Activate(confirmed_size=situation.record.size)
    return decide(situation, rules)


def call_a_lost_reply_a_failure(situation: Situation, rules: Rules) -> Step:
    if situation.record.state is ShareState.PENDING and situation.meaning is Meaning.UNKNOWN:
        return Fail(reason="timeout")
    if situation.record.state is ShareState.FAILING and isinstance(situation.sight, Gone | Present):
        return Remove()
    return decide(situation, rules)


def take_sent_for_seen(situation: Situation, rules: Rules) -> Step:
    """A delete whose answer was lost counts as one that the cluster has seen."""
    record = situation.record
    is_sent = record.attempt > 0 and record.state is ShareState.FAILING
    return decide(replace(situation, record=replace(record, settled=record.settled or is_sent)), rules)


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
