"""L5: what fails although nothing hindered it."""

import pytest

from connector.codes import Code
from connector.values import replace
from fake_clusters.spec import ClusterSpec
from harness.checkers.history_index import Bounds
from harness.mutants.base import base_scenario
from reports.history import Attempt, EffectKind, History, Hop, Op, OpKind, OpResult
from tests.harness.checkers.histories import (
    anomalies,
    attempt,
    case,
    change,
    clean,
    effect,
    more,
    op,
    reading,
    showing,
)

CALM = replace(clean(), injections=())
GONE = tuple(reading(side, round) for round in (0, 1, 2) for side in ("api", "north"))
FAILED = replace(
    CALM,
    ops=CALM.ops[:1],
    changes=(
        CALM.changes[0],
        change(2, 3.0, "pending", "failing", reason="no"),
        change(3, 4.0, "failing", None),
    ),
    effects=(),
    readings=GONE,
)
"""A create that was accepted, failed with a reason, and left nothing."""

RESIZED = (change(3, 5.0, "active", "updating", writer="api"), change(4, 6.0, "updating", "active"))
UNRESIZED = (RESIZED[0], replace(RESIZED[1], reason="not resized"))
UNDELETED = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", "active"))


def stale(**fields: object) -> Attempt:
    return attempt(2, 5.0, result=OpResult.FAIL, code=Code.STALE, verb="delete", sequence=7, **fields)


def newer(at: float, sequence: int = 8) -> Attempt:
    return attempt(3, at, sequence=sequence, share="B")


def answered(status: int, at: float = 6.0, kind: OpKind = OpKind.CREATE, **fields: object) -> Op:
    result = OpResult.INFO if status >= 500 else OpResult.FAIL
    return op(3, at, kind, status=status, result=result, share=None, state=None, **fields)


ALLOWED = more(CALM, ops=(op(3, 5.0, OpKind.ALLOW, status=200, state=None),))
UNDENIED = more(
    ALLOWED,
    ops=(op(4, 6.0, OpKind.DENY, status=200, state=None),),
    effects=(effect(2, 5.05, EffectKind.ALLOWED, size=None),),
)
NOT_GIVEN = "L5 north/a: its allow was accepted, and the cluster gives no access, and nothing had gone wrong [op 3]"
LEFT = (
    "L5 north/a: its deny was accepted, and the cluster still gives access, and nothing had gone wrong [effect 2, op 4]"
)
NORTH = Bounds(scenario=replace(base_scenario(), clusters=(ClusterSpec(name="north"),)))
FAILED_CREATE = "L5 north/a: its create failed, and nothing had gone wrong [change 1, change 2]"
STALE = "L5 north/a: its delete was stale, and nothing newer had been sent [attempt 2]"
OF_B = answered(409, name="b")
TAKEN = "L5 north/b: its create was answered 409, and nobody had asked for it before [op 3]"
CAME_TO_NOTHING = (
    "L5 north/a: its create was accepted and came to nothing, and nothing had gone wrong [op 1, reading 20]"
)
CLOSED = replace(FAILED, changes=(), has_changes=False)
VANISHED = replace(CLOSED, readings=(*GONE[:4], *(replace(row, ok=False) for row in GONE[4:])))
NOT_FOUND = op(2, 6.0, OpKind.GET, status=404, result=OpResult.FAIL, share=None, state=None, key=None)

AT_ONCE = replace(NOT_FOUND, invoked_at=1.0, completed_at=1.05)


def injected_at(at: float) -> History:
    return replace(CLOSED, injections=(replace(clean().injections[0], at=at),))


def _hindered(at: float, row: Attempt) -> History:
    return replace(CALM, attempts=(*CALM.attempts, row), injections=(replace(clean().injections[0], at=at),))


CASES = [
    case("all went well", CALM),
    case("a create", FAILED, FAILED_CREATE),
    case(
        "a resize, and the one before it went well",
        more(CALM, changes=(*RESIZED, *(replace(row, number=row.number + 2, at=row.at + 2) for row in UNRESIZED))),
        "L5 north/a: its resize failed, and nothing had gone wrong [change 5, change 6]",
    ),
    case(
        "a delete",
        more(CALM, changes=UNDELETED),
        "S4 north/a: moved from deleting to active, which is no arrow [change 4]",
        "L5 north/a: its delete failed, and nothing had gone wrong [change 3, change 4]",
    ),
    case("a command that was overtaken by nothing", more(CALM, attempts=(stale(),)), STALE),
    case("… by one of another name", more(CALM, attempts=(stale(), replace(newer(5.0), name="b"))), STALE),
    case("… by one of another cluster", more(CALM, attempts=(stale(), replace(newer(5.0), location="south"))), STALE),
    case("… by an older one", more(CALM, attempts=(stale(), newer(5.25, sequence=6))), STALE),
    case("… by one of the same number", more(CALM, attempts=(stale(), newer(5.25, sequence=7))), STALE),
    case("… by one that was sent before it", more(CALM, attempts=(stale(), newer(4.75))), STALE),
    case("… by one that was sent after its end", more(CALM, attempts=(stale(), newer(5.75))), STALE),
    case("overtaken by a newer one", more(CALM, attempts=(stale(), newer(5.25)))),
    case("overtaken by a newer one, and never over", more(CALM, attempts=(stale(ended_at=None), newer(9.0)))),
    case("never over, and something hindered it later", _hindered(9.0, stale(ended_at=None))),
    case("over before something hindered it", _hindered(9.0, stale()), STALE),
    case("a client was told that something is stale", more(CALM, attempts=(replace(stale(), hop=Hop.CLIENT),))),
    case(
        "an error of the service's own",
        more(CALM, ops=(answered(500),)),
        "L5 north/a: create was answered 500, and nothing had gone wrong [op 3]",
    ),
    case("later, and unknown", more(CALM, ops=(answered(503), replace(answered(504), number=4)))),
    case("never answered", more(CALM, ops=(replace(answered(500), completed_at=None),))),
    case("never heard", more(CALM, ops=(replace(answered(500), status=None),))),
    case("taken, and nobody had asked", more(CALM, ops=(OF_B,)), TAKEN),
    case("taken, and somebody asks later", more(CALM, ops=(OF_B, replace(OF_B, number=4, invoked_at=6.25))), TAKEN),
    case("taken by what somebody asked meanwhile", more(CALM, ops=(OF_B, replace(OF_B, number=4, invoked_at=6.05)))),
    case("taken by what somebody asked at last", more(CALM, ops=(OF_B, replace(OF_B, number=4, invoked_at=6.1)))),
    case("taken at the second try", more(CALM, ops=(replace(OF_B, tries=2),))),
    case("refused by the cluster for good", more(CALM, ops=(replace(OF_B, cause="cluster-refused"),))),
    case("refused otherwise", more(CALM, ops=(replace(OF_B, status=400),))),
    case("a resize of what is not there", more(CALM, ops=(replace(OF_B, kind=OpKind.RESIZE),))),
    case("access that was told to be given", ALLOWED, NOT_GIVEN, bounds=NORTH),
    case("access that was told to be taken away", UNDENIED, LEFT, bounds=NORTH),
    case("… and something hindered it", replace(UNDENIED, injections=clean().injections), bounds=NORTH),
    case("without a change log", CLOSED, CAME_TO_NOTHING),
    case("without a change log, and refused", replace(CLOSED, ops=(replace(CLOSED.ops[0], result=OpResult.INFO),))),
    case(
        "without a change log, and a delete was asked",
        more(CLOSED, ops=(op(2, 6.0, OpKind.DELETE, result=OpResult.INFO),)),
    ),
    case(
        "without a change log, and with another body", replace(CLOSED, ops=(replace(CLOSED.ops[0], body_differs=True),))
    ),
    case("without a change log, and unread", VANISHED),
    case("without a change log, and never read", replace(CLOSED, readings=GONE[:2])),
    case("without a change log, and something hindered it later", injected_at(19.0)),
    case(
        "without a change log, and something hindered it when it was gone",
        more(injected_at(7.0), ops=(NOT_FOUND,)),
        CAME_TO_NOTHING,
    ),
    case(
        "… and when it had been seen to be gone",
        more(injected_at(7.0), ops=(NOT_FOUND, replace(NOT_FOUND, number=3, invoked_at=9.0, completed_at=9.1))),
        CAME_TO_NOTHING,
    ),
    case("… and it was gone at once", more(injected_at(7.0), ops=(AT_ONCE,)), CAME_TO_NOTHING),
    case("… and when it was not yet asked for", more(injected_at(7.0), ops=(replace(NOT_FOUND, invoked_at=0.5),))),
    case("… and when it was seen", more(injected_at(7.0), ops=(replace(NOT_FOUND, status=200),))),
    case("… and when something else failed", more(injected_at(7.0), ops=(replace(NOT_FOUND, kind=OpKind.RESIZE),))),
    case("without a change log, and there", showing(replace(CALM, changes=(), has_changes=False), "api", 0)),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
