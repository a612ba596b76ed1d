"""S7: effects of what was reported failed, by the logs and by what the readings show."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.allowances import Allowances
from reports.history import (
    EffectKind,
    History,
    Op,
    OpKind,
    OpResult,
)
from tests.harness.checkers.histories import (
    LIMITS,
    ON_CLUSTER,
    RECORD,
    anomalies,
    case,
    clean,
    effect,
    more,
    op,
    showing,
)
from tests.harness.checkers.spoils import (
    came_to_life_after_failing,
    deleted_and_there,
    failed_and_there,
    refused_and_made,
)

REFUSED = op(1, 1.0, result=OpResult.FAIL, status=409, cause="cluster-refused", share=None, state=None)
BLIND = replace(clean(), ops=(REFUSED,), changes=(), effects=(), has_effect_log=False)
SKEWED = Bounds(limits=LIMITS, skew=0.5)
KEYLESS = Bounds(limits=LIMITS, allowances=Allowances(keys=False))
GRACE = Bounds(limits=LIMITS, skew=0.5, allowances=Allowances(grace=2.0, late_effects=True))
GONE = {"result": OpResult.FAIL, "status": 404, "share": None, "state": None}
TOLD = (
    "S7 north/a: its create was read as failed, and the cluster made it afterwards [op {create}, op {read}, effect 1]"
)
ORPHAN = "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 11]"
LATER = TOLD.format(create=1, read=2)


def told_gone(*ops: Op, died: float | None = 9.0, **fields: object) -> History:
    """Without a change log: promised at 1, read as gone at 4, made at 8 and removed. fields: of the read."""
    gone = op(2, 4.0, OpKind.GET, key=None, **(GONE | {"reason": "timeout"} | fields))
    effects = (effect(1, 8.0, late=True), *([effect(2, died, EffectKind.DELETED)] if died is not None else []))
    readings = tuple(
        replace(row, shares=() if row.side == "api" or died is not None else row.shares) for row in clean().readings
    )
    asked = sorted((op(1, 1.0), gone, *ops), key=lambda row: row.invoked_at)
    return replace(clean(), ops=tuple(asked), changes=(), has_changes=False, effects=effects, readings=readings)


def unpromised(history: History) -> History:
    return replace(history, ops=(replace(history.ops[0], result=OpResult.INFO, status=504), *history.ops[1:]))


def tried(history: History, tries: int) -> History:
    return replace(history, ops=(replace(history.ops[0], tries=tries), *history.ops[1:]))


SEEN = op(3, 5.0, OpKind.GET, key=None, status=200, state="pending")


CASES = [
    case(
        "refused and made",
        refused_and_made(clean()),
        "S7 north/a: every create was reported failed, and the cluster made it [op 1, effect 1]",
    ),
    case(
        "refused twice, and made",
        replace(
            clean(),
            ops=(REFUSED, replace(REFUSED, number=3), replace(REFUSED, number=4), replace(REFUSED, number=5)),
            changes=(),
        ),
        "S7 north/a: every create was reported failed, and the cluster made it [op 1, op 3, op 4, effect 1]",
    ),
    case(
        "refused, and unclear when it was asked again",
        replace(clean(), ops=(REFUSED, op(3, 1.5, result=OpResult.INFO, status=504, share=None)), changes=()),
    ),
    case(
        "unclear, and refused when it was asked again",
        replace(
            clean(),
            ops=(op(1, 1.0, result=OpResult.INFO, status=504, share=None), replace(REFUSED, number=3)),
            changes=(),
        ),
    ),
    case(
        "an effect on a share that was never made",
        replace(clean(), ops=(REFUSED,), effects=(effect(1, 2.0, EffectKind.ALLOWED),), changes=()),
    ),
    case(
        "refused and seen, without an effect log",
        BLIND,
        "S7 north/a: every create was reported failed, and it is there [op 1, reading 10]",
        "S7 north/a: every create was reported failed, and it is there [op 1, reading 11]",
        "S7 north/a: every create was reported failed, and it is there [op 1, reading 20]",
        "S7 north/a: every create was reported failed, and it is there [op 1, reading 21]",
    ),
    case("refused, and there before the load", showing(BLIND, "north", 0, ON_CLUSTER)),
    case("refused once and accepted once, and seen", more(BLIND, ops=(op(3, 2.0, result=OpResult.INFO),))),
    case(
        "failed and there",
        failed_and_there(clean()),
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
    ),
    case(
        "failed and there without a failure notice being the last word",
        replace(failed_and_there(clean()), changes=failed_and_there(clean()).changes[:2]),
    ),
    case(
        "failed and cleaned up within the skew",
        more(failed_and_there(clean()), effects=(effect(2, 4.5, EffectKind.DELETED),)),
        bounds=SKEWED,
    ),
    case(
        "failed and cleaned up too late",
        more(failed_and_there(clean()), effects=(effect(2, 4.75, EffectKind.DELETED),)),
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
        bounds=SKEWED,
    ),
    case(
        "came to life after failing",
        came_to_life_after_failing(clean()),
        "S7 north/a: its create was reported failed, and the share is there [change 2, change 3, effect 1]",
    ),
    case(
        "came to life after failing and was swept",
        replace(failed_and_there(clean()), effects=(effect(1, 9.0, late=True), effect(2, 11.0, EffectKind.DELETED))),
    ),
    case(
        "came to life after failing in time for its command and was removed",
        replace(failed_and_there(clean()), effects=(effect(1, 9.0), effect(2, 11.0, EffectKind.DELETED))),
        "S7 north/a: its create was reported failed, and the share is there [change 2, change 3, effect 1]",
    ),
    case("no change log: made after it was read as failed, and removed", told_gone(), LATER),
    case(
        "… and there for good",
        told_gone(died=None),
        LATER,
        ORPHAN,
    ),
    case("… without a reason", told_gone(reason=None), LATER),
    case("… where the read cannot be told from the effect", told_gone(invoked_at=7.0, completed_at=7.5), bounds=SKEWED),
    case("… where it just can", told_gone(invoked_at=7.0, completed_at=7.25), LATER, bounds=SKEWED),
    case("… asked before the promise", told_gone(invoked_at=1.0, completed_at=4.0)),
    case("… asked with the promise", told_gone(invoked_at=1.1), LATER),
    case("… where the read was not understood", told_gone(result=OpResult.INFO)),
    case("… where the read was refused", told_gone(status=403)),
    case("… where the read shows it failing", told_gone(result=OpResult.OK, status=200, state="failing")),
    case("… where the create was never promised", unpromised(told_gone())),
    case("… where it is read again without another create, and had no reason", told_gone(SEEN, reason=None)),
    case("… at once", told_gone(replace(SEEN, invoked_at=4.1), reason=None)),
    case("… as gone again, without a reason", told_gone(op(3, 5.0, OpKind.GET, key=None, **GONE), reason=None), LATER),
    case("… where it is read again, and had one", told_gone(SEEN), LATER),
    case(
        "… where it is shown at rest, and had no reason",
        showing(showing(told_gone(reason=None, died=None), "api", 1, RECORD), "api", 2, RECORD),
    ),
    case(
        "… where it is shown at the last reading alone",
        showing(told_gone(reason=None, died=None), "api", 2, RECORD),
        ORPHAN,
    ),
    case(
        "… and asked for again later",
        told_gone(op(3, 9.5, share="B"), replace(SEEN, number=4, invoked_at=10.0), reason=None),
        LATER,
    ),
    case("… by a newer create", told_gone(op(3, 7.0, share="B"))),
    case("… by a newer create that is within the skew", told_gone(op(3, 8.25, share="B")), bounds=SKEWED),
    case("… by a newer create that is as late as the skew allows", told_gone(op(3, 8.5, share="B")), bounds=SKEWED),
    case("… where another create was never clear", told_gone(op(3, 0.5, result=OpResult.INFO, share=None))),
    case("… where the first try of the create may come late", tried(told_gone(), 2), bounds=KEYLESS),
    case("… where its key tells that it was decided", tried(told_gone(), 2), LATER),
    case("… where a delete was asked for", told_gone(op(3, 2.0, OpKind.DELETE, key=None, result=OpResult.INFO))),
    case("… where a delete was asked for after it", told_gone(op(3, 8.5, OpKind.DELETE, key=None)), LATER),
    case("… within the grace for late effects", told_gone(died=10.5), bounds=GRACE),
    case("… beyond it", told_gone(died=10.75), LATER, bounds=GRACE),
    case(
        "… and there before the load",
        showing(told_gone(), "north", 0, ON_CLUSTER),
        "L2 north/a: was there before the load, which never asked for it, and is gone"
        " [reading 1, effect 1, effect 2, reading 11]",
    ),
    case(
        "removed without ever failing",
        deleted_and_there(clean()),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
