"""T2: deadlines that outlast those of who waits for them."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    Attempt,
    History,
    Hop,
    OpResult,
)
from tests.harness.checkers.histories import (
    anomalies,
    attempt,
    case,
    clean,
    finding,
    more,
)

GIVEN_UP = attempt(7, 1.0, hop=Hop.CLIENT, op=1, share=None, result=OpResult.INFO)


CASES = [
    case(
        "the gateway outlasts the client",
        clean(),
        "T2 gateway may take 3 s, and client, who waits for it, gives up after 2 s []",
        bounds=Bounds(limits={"client": 2.0, "gateway": 3.0}),
    ),
    case(
        "the gateway lasts as long as the client",
        clean(),
        "T2 gateway may take 3 s, and client, who waits for it, gives up after 3 s []",
        bounds=Bounds(limits={"client": 3.0, "gateway": 3.0}),
    ),
    case("the gateway is shorter than the client", clean(), bounds=Bounds(limits={"client": 3.5, "gateway": 3.0})),
    case(
        "the API outlasts the gateway",
        more(clean(), attempts=(GIVEN_UP,)),
        "T2 api may take 4 s, and gateway, who waits for it, gives up after 3 s [attempt 7]",
        bounds=Bounds(limits={"client": 5.0, "gateway": 3.0, "api": 4.0}),
    ),
    case(
        "the processor outlasts everybody",
        clean(),
        bounds=Bounds(limits={"client": 5.0, "gateway": 3.0, "processor": 9.0}),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


@pytest.mark.parametrize(
    ("tried", "count"),
    [
        (GIVEN_UP, 1),
        (replace(GIVEN_UP, result=OpResult.FAIL), 0),
        (replace(GIVEN_UP, hop=Hop.GATEWAY), 0),
        (replace(GIVEN_UP, op=2), 0),
        (replace(GIVEN_UP, name="b"), 0),
    ],
    ids=["given up", "failed", "by the gateway", "a read", "never made"],
)
def test_work_that_was_given_up_and_carried_out_is_counted(tried: Attempt, count: int) -> None:
    found = finding(more(clean(), attempts=(tried,)), "T2")
    assert found.summary == f"holds: {count} tries were given up and carried out all the same"


def test_one_deadline_alone_cannot_be_compared() -> None:
    found = finding(clean(), "T2", Bounds(limits={"client": 2.0, "processor": 3.0}))
    assert found.summary == "not judged: fewer than two hops have a known deadline"
