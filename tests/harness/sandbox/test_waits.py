"""Why a share waits: one sentence for each cause."""

from typing import Any

import pytest

from connector.codes import Code
from connector.values import replace
from harness.sandbox.shares import ShareRow
from harness.sandbox.waits import BreakerRule, ClusterLoad, WaitContext, breaker_opens_until, why_it_waits
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
