"""S12: operations that were accepted while the share was not active, by their answers and by the log."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.allowances import Allowances, LogDetail
from reports.history import (
    EffectKind,
    History,
    OpKind,
    OpResult,
)
from tests.harness.checkers.histories import (
    LIMITS,
    ON_CLUSTER,
    RECORD,
    anomalies,
    case,
    change,
    clean,
    effect,
    finding,
    more,
    op,
    showing,
)
from tests.harness.checkers.spoils import (
    api_moved_a_pending_record,
    delete_accepted_while_pending,
    failed_and_there,
)

SKEWED = Bounds(limits=LIMITS, skew=0.5)
RESIZE = op(3, 2.0, OpKind.RESIZE, completed_at=2.25, key=None)
API = replace(change(2, 1.5, "pending", "updating"), writer="api")
CLOSED = replace(clean(), changes=(), has_changes=False)
UNOWNED = Bounds(limits=LIMITS, skew=0.5, allowances=Allowances(unlogged=(LogDetail.OWNER,)))
"""A change log that does not say whose an effect is: what a state lasted, it tells all the same."""
PENDING = replace(clean(), changes=(replace(clean().changes[0], at=1.0), clean().changes[1]))
AGAIN = op(4, 8.0, OpKind.DELETE, completed_at=8.5, key=None)


CASES = [
    case(
        "a delete accepted while pending",
        delete_accepted_while_pending(clean()),
        ("S12 north/a: delete was accepted, and it was active at no instant of the request [change 1, op 3, change 2]"),
    ),
    case(
        "a resize accepted while pending",
        more(clean(), ops=(RESIZE,)),
        ("S12 north/a: resize was accepted, and it was active at no instant of the request [change 1, op 3, change 2]"),
    ),
    case(
        "access given while pending",
        more(clean(), ops=(replace(RESIZE, kind=OpKind.ALLOW),)),
        ("S12 north/a: allow was accepted, and it was active at no instant of the request [change 1, op 3, change 2]"),
    ),
    case(
        "access taken away while pending",
        more(clean(), ops=(replace(RESIZE, kind=OpKind.DENY),)),
        ("S12 north/a: deny was accepted, and it was active at no instant of the request [change 1, op 3, change 2]"),
    ),
    case(
        "a resize whose answer came as it was active, by the skew",
        more(clean(), ops=(replace(RESIZE, completed_at=2.5),)),
        bounds=SKEWED,
    ),
    case(
        "a resize whose answer came just too early",
        more(clean(), ops=(RESIZE,)),
        ("S12 north/a: resize was accepted, and it was active at no instant of the request [change 1, op 3, change 2]"),
        bounds=SKEWED,
    ),
    case(
        "a resize whose answer never came",
        more(clean(), ops=(replace(RESIZE, completed_at=None),)),
        ("S12 north/a: resize was accepted, and it was active at no instant of the request [change 1, op 3, change 2]"),
        bounds=SKEWED,
    ),
    case(
        "a resize as an update began, by the skew",
        more(
            clean(),
            changes=(change(3, 5.0, "active", "updating"),),
            ops=(replace(RESIZE, invoked_at=5.5, completed_at=6.0),),
        ),
        bounds=SKEWED,
    ),
    case(
        "a resize after an update began",
        more(
            clean(),
            changes=(change(3, 5.0, "active", "updating"),),
            ops=(replace(RESIZE, invoked_at=5.75, completed_at=6.0),),
        ),
        (
            "S12 north/a: resize was accepted, and it was active at no instant of the request"
            " [change 1, change 2, change 3, op 3]"
        ),
        bounds=SKEWED,
    ),
    case(
        "a resize that was refused while pending",
        more(clean(), ops=(replace(RESIZE, result=OpResult.FAIL, status=405),)),
    ),
    case("an unclear resize while pending", more(clean(), ops=(replace(RESIZE, result=OpResult.INFO),))),
    case("a read while pending", more(clean(), ops=(replace(RESIZE, kind=OpKind.GET, state="pending"),))),
    case("a list of what is not there", more(clean(), ops=(replace(RESIZE, kind=OpKind.LIST, name=""),))),
    case(
        "a resize of what is not there",
        more(clean(), ops=(replace(RESIZE, name="b"),)),
        "S12 north/b: resize was accepted, and it was active at no instant of the request [op 3]",
    ),
    case(
        "without a change log, a resize that was accepted before the share was made",
        more(CLOSED, ops=(replace(RESIZE, invoked_at=1.25, completed_at=1.45),)),
        "S12 north/a: resize was accepted, and its share was made only afterwards [op 3, effect 1]",
        bounds=SKEWED,
    ),
    case(
        "… a delete",
        more(CLOSED, ops=(replace(RESIZE, kind=OpKind.DELETE, invoked_at=1.25, completed_at=1.45),)),
        "S12 north/a: delete was accepted, and its share was made only afterwards [op 3, effect 1]",
        bounds=SKEWED,
    ),
    case(
        "… an allow",
        more(CLOSED, ops=(replace(RESIZE, kind=OpKind.ALLOW, invoked_at=1.25, completed_at=1.45),)),
        "S12 north/a: allow was accepted, and its share was made only afterwards [op 3, effect 1]",
        bounds=SKEWED,
    ),
    case(
        "… within the skew",
        more(CLOSED, ops=(replace(RESIZE, invoked_at=1.25, completed_at=1.5),)),
        bounds=SKEWED,
    ),
    case(
        "… that never ended",
        more(CLOSED, ops=(replace(RESIZE, invoked_at=1.25, completed_at=None),)),
    ),
    case(
        "… that was refused",
        more(CLOSED, ops=(replace(RESIZE, invoked_at=1.25, completed_at=1.45, result=OpResult.FAIL, status=409),)),
    ),
    case(
        "… of a share that is made anew",
        more(
            CLOSED,
            ops=(replace(RESIZE, kind=OpKind.DELETE, result=OpResult.INFO, invoked_at=5.0, completed_at=5.25), AGAIN),
            effects=(effect(2, 5.1, EffectKind.DELETED), effect(3, 9.0, incarnation=2)),
        ),
    ),
    case(
        "… of a share that is never made",
        replace(CLOSED, ops=(CLOSED.ops[0], replace(RESIZE, name="b")), effects=CLOSED.effects),
    ),
    case(
        "… of a share that was there before the load",
        showing(
            showing(more(CLOSED, ops=(replace(RESIZE, invoked_at=1.25, completed_at=1.45),)), "north", 0, ON_CLUSTER),
            "api",
            0,
            RECORD,
        ),
    ),
    case(
        "by states alone, a resize while it was pending",
        more(PENDING, ops=(replace(RESIZE, invoked_at=1.75),)),
        "S12 north/a: resize was accepted, and it was pending all through the request [change 1, op 3]",
        bounds=UNOWNED,
    ),
    case(
        "… that may have been asked for before it was pending",
        more(PENDING, ops=(replace(RESIZE, invoked_at=1.5),)),
        bounds=UNOWNED,
    ),
    case(
        "… that may have been answered as it became active",
        more(PENDING, ops=(replace(RESIZE, completed_at=2.5),)),
        bounds=UNOWNED,
    ),
    case(
        "… whose answer has no instant",
        more(PENDING, ops=(replace(RESIZE, completed_at=None),)),
        "S12 north/a: resize was accepted, and it was pending all through the request [change 1, op 3]",
        bounds=UNOWNED,
    ),
    case(
        "… where the sheet allows it",
        more(PENDING, ops=(replace(RESIZE, invoked_at=1.75),)),
        bounds=replace(UNOWNED, allowances=Allowances(unlogged=(LogDetail.OWNER,), moves=(("pending", "updating"),))),
    ),
    case(
        "… access, before the share was made",
        more(PENDING, ops=(replace(RESIZE, kind=OpKind.ALLOW, invoked_at=1.25, completed_at=1.45),)),
        "S12 north/a: allow was accepted, and its share was made only afterwards [op 3, effect 1]",
        bounds=UNOWNED,
    ),
    case(
        "… access, while it was pending",
        more(PENDING, ops=(replace(RESIZE, kind=OpKind.ALLOW),)),
        bounds=UNOWNED,
    ),
    case("… while it was active", more(PENDING, ops=(AGAIN,)), bounds=UNOWNED),
    case(
        "… a delete while it was being deleted, and a resize",
        more(
            PENDING,
            changes=(change(3, 5.0, "active", "deleting"),),
            ops=(AGAIN, replace(RESIZE, number=5, invoked_at=9.0, completed_at=9.25)),
        ),
        "S12 north/a: resize was accepted, and it was deleting all through the request [change 3, op 5]",
        bounds=UNOWNED,
    ),
    case(
        "… a resize while it was being resized",
        more(
            PENDING,
            changes=(change(3, 5.0, "active", "updating"),),
            ops=(replace(RESIZE, invoked_at=9.0, completed_at=9.25),),
        ),
        "S12 north/a: resize was accepted, and it was updating all through the request [change 3, op 3]",
        bounds=UNOWNED,
    ),
    case(
        "the API moved a pending record",
        api_moved_a_pending_record(clean()),
        "S12 north/a: the API accepted an operation while it was pending [change 2]",
    ),
    case(
        "the API began an update of a pending record",
        replace(clean(), changes=(clean().changes[0], API)),
        "S4 north/a: moved from pending to updating, which is no arrow [change 2]",
        "S5 north/a: was called active, and was not on the cluster [change 2, effect 1]",
        "S12 north/a: the API accepted an operation while it was pending [change 2]",
    ),
    case(
        "the processor began an update of a pending record",
        replace(clean(), changes=(clean().changes[0], replace(API, writer="processor"))),
        "S4 north/a: moved from pending to updating, which is no arrow [change 2]",
        "S5 north/a: was called active, and was not on the cluster [change 2, effect 1]",
    ),
    case(
        "the API writes every other state",
        replace(clean(), changes=tuple(replace(row, writer="api") for row in failed_and_there(clean()).changes)),
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
        "S11 north/a: its record was removed by api [change 3]",
    ),
    case(
        "the API begins an update of an active record, and ends it",
        more(
            clean(),
            changes=(
                replace(API, number=3, at=4.0, before="active"),
                replace(API, number=4, at=5.0, before="updating", after="active"),
                replace(API, number=5, at=6.0, before="active", after="deleting"),
            ),
        ),
    ),
    case(
        "an update that is begun twice",
        more(
            clean(),
            changes=(
                replace(API, number=3, at=4.0, before="active"),
                replace(API, number=4, at=5.0, before="updating", after="deleting"),
            ),
        ),
        "S4 north/a: moved from updating to deleting, which is no arrow [change 4]",
        "S12 north/a: the API accepted an operation while it was updating [change 4]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


@pytest.mark.parametrize(
    ("history", "summary"),
    [
        (CLOSED, "holds (weaker form: no change log)"),
        (replace(clean(), has_effect_log=False), "holds"),
        (replace(CLOSED, has_effect_log=False), "not judged: no change log and no effect log"),
    ],
)
def test_one_of_two_logs_is_enough(history: History, summary: str) -> None:
    assert finding(history, "S12").summary == summary
