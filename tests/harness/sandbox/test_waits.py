"""Why a share waits: one sentence for each cause."""

from typing import Any

import pytest

from connector.codes import Code
from connector.values import replace
from harness.sandbox.shares import ShareRow
from harness.sandbox.waits import BreakerRule, ClusterLoad, WaitContext, breaker_opens_until, why_it_waits
from harness.service.operated import HeldUp, QueuedShare
from reports.history import Attempt, OpResult
from tests.harness.sandbox.rows import command, refused

NORTH = ClusterLoad(name="north", places=2)
BUSY = ClusterLoad(name="north", places=2, in_service=2, queued=3)
SHARE = ShareRow(location="north", name="one", share="s1", state="pending", made=10.0, since=10.0)
NOW = WaitContext(now=20.0, cluster=NORTH, began=43_200.0)
UNDER_WAY = command(1, 18.0, None, OpResult.INFO, deadline=25.0)
UNKNOWN = command(1, 11.0, 15.0, OpResult.INFO, code=Code.TIMEOUT, deadline=25.0)
BUSY_ANSWER = command(1, 11.0, 12.0, OpResult.FAIL, code=Code.BUSY)


@pytest.mark.parametrize(
    ("last", "situation", "sentence"),
    [
        (None, {}, "waits for the processor to take it up"),
        (None, {"width": 4, "under_way": 4}, "waits for a place: the processor sends north 4 commands at once"),
        (None, {"worker_does": "down"}, "the processor is down: nobody works on it until it is started again"),
        (None, {"worker_does": "paused"}, "the processor is paused: nobody works on it until it is started again"),
        (None, {"breaker_until": 23.4}, "the breaker of north is open for 3 s more"),
        (
            None,
            {"cluster": replace(NORTH, is_open=False)},
            "north takes no connections: it is tried again when it does",
        ),
        (UNDER_WAY, {}, "north is carrying out create since 2 s, given up in 5 s"),
        (UNDER_WAY, {"cluster": BUSY}, "waits for a place on north: 2 in service, 3 in its queue"),
        (UNKNOWN, {}, "the outcome of create is unknown (timeout); fenced until 12:00:25 UTC"),
        (BUSY_ANSWER, {}, "create failed (busy), is tried again after a pause"),
        (command(1, 11.0, 12.0), {}, "create was answered, the next step comes"),
    ],
)
def test_each_cause_has_its_sentence(last: Attempt | None, situation: dict[str, Any], sentence: str) -> None:
    assert why_it_waits(replace(SHARE, last=last), replace(NOW, **situation)) == sentence


BUDGET = "; 2 of 5 tries are used up"
PLACE = "the processor sends north 4 commands at once"
DUE = QueuedShare(location="north", name="one", share="s1", tenant="red", due_at=22.0, attempt=2)
PAUSED = HeldUp(location="north", kind="pause", reason="a new disk", who="ann", until=3600.0)


@pytest.mark.parametrize(
    ("last", "queued", "situation", "sentence"),
    [
        (
            UNKNOWN,
            DUE,
            {},
            "the outcome of create is unknown (timeout), looks again at 12:00:22 UTC; fenced until 12:00:25 UTC"
            + BUDGET,
        ),
        (
            UNKNOWN,
            replace(DUE, lease_until=30.0, due_at=30.0),
            {"now": 26.0},
            "the outcome of create is unknown (timeout), looks again by 12:00:30 UTC; 2 of 5 tries are used up",
        ),
        (
            BUSY_ANSWER,
            DUE,
            {},
            "create failed (busy), is tried again at 12:00:22 UTC; 2 of 5 tries are used up",
        ),
        (
            command(1, 11.0, 12.0, OpResult.FAIL, verb="show", code=Code.NOT_FOUND),
            DUE,
            {},
            "north has no such share, the next step comes at 12:00:22 UTC",
        ),
        (None, DUE, {"hold": PAUSED}, "north is paused by ann until 13:00:00 UTC: a new disk"),
        (None, DUE, {"hold": replace(PAUSED, until=None)}, "north is paused by ann until that is lifted: a new disk"),
        (None, DUE, {"hold": replace(PAUSED, kind="drain")}, "is taken up at 12:00:22 UTC"),
        (
            UNKNOWN,
            replace(DUE, over_budget=True),
            {},
            "the retry budget of north is used up: it is tried again at 12:00:22 UTC",
        ),
        (
            UNKNOWN,
            replace(DUE, over_budget=True),
            {"breaker_until": 23.4},
            "the breaker of north is open for 3 s more",
        ),
        (UNDER_WAY, replace(DUE, over_budget=True), {}, "north is carrying out create since 2 s, given up in 5 s"),
        (UNDER_WAY, DUE, {"hold": PAUSED}, "north is carrying out create since 2 s, given up in 5 s"),
        (
            None,
            DUE,
            {"width": 4, "under_way": 4, "due": {"red": 1, "blue": 3, "green": 2}},
            "waits for the turn of its tenant red: 5 shares of other tenants (blue, green) wait as well, and " + PLACE,
        ),
        (
            None,
            DUE,
            {"width": 4, "under_way": 4, "due": {"red": 9}},
            "waits for a place: " + PLACE,
        ),
        (
            None,
            replace(DUE, lease_until=50.0, due_at=50.0),
            {},
            "a processor has taken it up, and keeps it at the longest until 12:00:50 UTC",
        ),
        (None, replace(DUE, due_at=19.0), {}, "waits for the processor to take it up"),
        (
            UNDER_WAY,
            replace(DUE, lease_until=50.0, due_at=50.0),
            {"now": 26.0},
            "whoever sent create wrote no end of it; it is taken up again at 12:00:50 UTC",
        ),
    ],
)
def test_what_the_queue_says_is_in_the_sentence(
    last: Attempt | None, queued: QueuedShare, situation: dict[str, Any], sentence: str
) -> None:
    at = replace(NOW, attempts=5, **situation)
    assert why_it_waits(replace(SHARE, last=last), at, queued) == sentence


def test_a_cleanup_has_no_bound_of_tries() -> None:
    failing = replace(SHARE, state="failing", last=BUSY_ANSWER)
    said = why_it_waits(failing, replace(NOW, attempts=5), DUE)
    assert said == "create failed (busy), is tried again at 12:00:22 UTC"


def test_a_dead_letter_waits_for_a_requeue_whatever_else_there_is() -> None:
    said = why_it_waits(
        replace(SHARE, last=UNDER_WAY), replace(NOW, hold=PAUSED), None, "10 claims ended without a word"
    )
    assert said == "is a dead letter, which nobody works on until it is requeued: 10 claims ended without a word"


@pytest.mark.parametrize("state", ["active", "removed"])
def test_a_share_at_rest_waits_for_nothing(state: str) -> None:
    assert why_it_waits(replace(SHARE, state=state, last=UNDER_WAY), NOW) == ""


def test_what_was_tried_for_an_earlier_operation_says_nothing_of_this_one() -> None:
    moved = replace(SHARE, state="deleting", since=16.0, last=UNKNOWN)
    assert why_it_waits(moved, NOW) == "waits for the processor to take it up"


def test_the_breaker_opens_after_so_many_outages_in_a_row_and_closes_at_an_answer() -> None:
    rule = BreakerRule(failures=3, pause=2.0)
    outages = [refused(number, float(number)) for number in (1, 2, 3)]
    assert breaker_opens_until(outages[:2], rule) is None
    assert breaker_opens_until(outages, rule) == 5.0
    assert breaker_opens_until([*outages, refused(4, 3.5)], rule) == 5.0  # late news of what was under way
    assert breaker_opens_until([*outages, refused(4, 5.5)], rule) == 7.5
    assert breaker_opens_until([*outages, command(4, 5.0, 5.5, OpResult.INFO)], rule) == 5.0  # tells nothing
    assert breaker_opens_until([*outages, command(4, 5.0, 5.5)], rule) is None
    assert breaker_opens_until([*outages, command(4, 5.0, 5.5, OpResult.FAIL, code=Code.BUSY)], rule) is None
