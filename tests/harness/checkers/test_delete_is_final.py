"""S8: shares that outlive their delete, and deletes that hit another share than their own."""

from typing import Any

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
    SeenShare,
)
from tests.harness.checkers.histories import (
    LIMITS,
    RECORD,
    anomalies,
    attempt,
    case,
    change,
    clean,
    effect,
    more,
    op,
    showing,
    without,
)
from tests.harness.checkers.spoils import (
    deleted_and_there,
    failed_and_there,
    late_delete_hits_a_newer_share,
)

GONE = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", None))
DELETED = more(clean(), changes=GONE, effects=(effect(2, 5.5, EffectKind.DELETED),))
BLIND = replace(more(clean(), changes=GONE), effects=(), has_effect_log=False)
CLOSED = replace(
    showing(more(clean(), ops=(op(3, 5.0, OpKind.DELETE, key=None),)), "api", 2), changes=(), has_changes=False
)
SKEWED = Bounds(limits=LIMITS, skew=0.5)
OTHERS = effect(7, 4.0, EffectKind.CREATED_BY_OTHERS, name="c", request_id=None, mark=None)
SHUT = replace(clean(), changes=(), has_changes=False)
MADE_AGAIN = more(SHUT, effects=(effect(2, 8.0, EffectKind.DELETED), effect(3, 8.5, incarnation=2)))
UNASKED = (
    "S8 north/a: was read as active, nobody had asked for a delete since its create, and it was removed"
    " [op {create}, effect {born}, op {read}, effect {died}]"
)
DESTROYED = UNASKED.format(create=1, born=1, read=2, died=2)


def asked(number: int, at: float, kind: OpKind = OpKind.DELETE, **fields: object) -> Op:
    return op(number, at, kind, key=None, **fields)


def read(at: float, **fields: Any) -> History:
    """Made again, with another instant at which it was read as active."""
    got = replace(MADE_AGAIN.ops[1], invoked_at=at, completed_at=at + 0.25)
    return replace(MADE_AGAIN, ops=(MADE_AGAIN.ops[0], replace(got, **fields)))


def older(delete: Op) -> History:
    """Made again, after an older share of the name that was deleted."""
    made = (effect(1, 0.25), effect(2, 0.75, EffectKind.DELETED), effect(3, 2.0, incarnation=2))
    gone = (effect(4, 8.0, EffectKind.DELETED, incarnation=2), effect(5, 8.5, incarnation=3))
    ops = (op(1, 0.1, share="O"), delete, op(3, 1.0), replace(MADE_AGAIN.ops[1], number=4))
    return replace(MADE_AGAIN, ops=ops, effects=(*made, *gone))


OLDER_DESTROYED = UNASKED.format(create=3, born=3, read=4, died=4)
HELD = SeenShare(location="north", name="a", size=RECORD.size)
KEYLESS = Bounds(limits=LIMITS, allowances=Allowances(keys=False))
AGAIN = (change(5, 7.0, None, "pending", share="B", writer="api"), change(6, 9.0, "pending", "active", share="B"))


CASES = [
    case(
        "deleted and there",
        deleted_and_there(clean()),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
    ),
    case("deleted", DELETED),
    case("its delete is under way", more(clean(), changes=GONE[:1])),
    case(
        "removed, and never deleted",
        failed_and_there(clean()),
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
    ),
    case(
        "made again within the skew",
        more(DELETED, effects=(effect(3, 6.5, incarnation=2), effect(4, 7.0, EffectKind.DELETED, incarnation=2))),
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
        bounds=SKEWED,
    ),
    case(
        "made again after the skew",
        more(DELETED, effects=(effect(3, 6.75, incarnation=2), effect(4, 7.0, EffectKind.DELETED, incarnation=2))),
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, effect 3]",
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
        bounds=SKEWED,
    ),
    case(
        "made again, late, and swept",
        more(
            DELETED,
            effects=(effect(3, 6.75, incarnation=2, late=True), effect(4, 7.0, EffectKind.DELETED, incarnation=2)),
        ),
        bounds=SKEWED,
    ),
    case(
        "seen again without an effect log",
        BLIND,
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, reading 11]",
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, reading 21]",
    ),
    case(
        "gone from the second reading, without an effect log",
        showing(BLIND, "north", 2),
        "S5 north/a: is active, and the cluster does not show it [reading 20]",
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, reading 11]",
        "L2 north/a: is active, and not on the cluster [reading 20, reading 21]",
    ),
    case(
        "read before the removal, without an effect log",
        replace(BLIND, changes=(*clean().changes, GONE[0], replace(GONE[1], at=21.0))),
        "S8 north/a: was deleted and its record removed, and the share is there [change 4, reading 21]",
    ),
    case("its delete is under way, without an effect log", replace(BLIND, changes=(*clean().changes, GONE[0]))),
    case("asked for again, without an effect log", more(BLIND, changes=AGAIN)),
    case(
        "no change log: deleted, not shown, and alive",
        CLOSED,
        "S8 north/a: was deleted, no record is left, and the share is there [effect 1, op 3, reading 20]",
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
    ),
    case(
        "no change log: by the first reading where there is no second",
        showing(replace(CLOSED, readings=without(CLOSED, side="api", round=2)), "api", 1),
        "S8 north/a: was deleted, no record is left, and the share is there [effect 1, op 3, reading 10]",
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 11]",
    ),
    case("no change log: the last reading failed", showing(CLOSED, "api", 2, ok=False)),
    case(
        "no change log: no reading of the API",
        replace(CLOSED, readings=tuple(row for row in CLOSED.readings if row.side != "api")),
    ),
    case("no change log: still shown", showing(CLOSED, "api", 2, RECORD)),
    case(
        "no change log: deleted, and it is",
        more(CLOSED, effects=(effect(2, 5.5, EffectKind.DELETED),)),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
    ),
    case(
        "no change log: never made",
        replace(CLOSED, effects=()),
        "S5 north/a: was read as active, and was not on the cluster [op 2]",
        "L2 north/a: is on the cluster, and has no record (orphan) [reading 21]",
    ),
    case(
        "no change log: a delete that failed",
        replace(CLOSED, ops=(*clean().ops, op(3, 5.0, OpKind.DELETE, key=None, result=OpResult.FAIL, status=405))),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
    ),
    case(
        "no change log: an unclear delete",
        replace(CLOSED, ops=(*clean().ops, op(3, 5.0, OpKind.DELETE, key=None, result=OpResult.INFO))),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
        (
            "L3 north/a: delete was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case(
        "no change log: asked for again",
        more(CLOSED, ops=(op(4, 6.0, result=OpResult.INFO, share=None),)),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
        (
            "L3 north/a: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 4, reading 20]"
        ),
    ),
    case(
        "no change log: asked for at the same instant",
        more(CLOSED, ops=(op(4, 5.0, result=OpResult.INFO, share=None),)),
        "S8 north/a: was deleted, no record is left, and the share is there [effect 1, op 3, reading 20]",
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
        (
            "L3 north/a: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 4, reading 20]"
        ),
    ),
    case(
        "a late delete hits a newer share",
        late_delete_hits_a_newer_share(clean()),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
        "S8 north/a: a delete sent for record A removed the share of record B [effect 3, effect 4]",
    ),
    case(
        "a delete of unknown sender",
        replace(late_delete_hits_a_newer_share(clean()), attempts=clean().attempts),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
    ),
    case(
        "a delete hits a share without a mark",
        replace(
            clean(),
            effects=(
                effect(1, 2.0, mark=None, request_id=None),
                effect(2, 8.0, EffectKind.DELETED, request_id="old", mark=None),
            ),
            attempts=(attempt(2, 5.0, verb="delete", request_id="old", share="B"),),
        ),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
    ),
    case("no change log: an active share is removed unasked, and made again", MADE_AGAIN, DESTROYED),
    case(
        "… and stays away",
        more(showing(showing(SHUT, "north", 1), "north", 2), effects=(effect(2, 8.0, EffectKind.DELETED),)),
        "S5 north/a: is active, and the cluster does not show it [reading 10]",
        "S5 north/a: is active, and the cluster does not show it [reading 20]",
        DESTROYED,
        "L2 north/a: is active, and not on the cluster [reading 10, reading 11]",
    ),
    case("… after the delete of an older one of the name", older(asked(2, 0.5)), OLDER_DESTROYED),
    case("… after a delete that was asked for", more(MADE_AGAIN, ops=(asked(3, 7.0),))),
    case("… after a delete that was refused", more(MADE_AGAIN, ops=(asked(3, 7.0, result=OpResult.FAIL, status=409),))),
    case("… within the skew of a delete", more(MADE_AGAIN, ops=(asked(3, 8.25),)), bounds=SKEWED),
    case("… before a delete was asked for", more(MADE_AGAIN, ops=(asked(3, 9.0),)), DESTROYED),
    case(
        "… after an unclear delete of an older one, which may be taken up late",
        older(asked(2, 0.5, result=OpResult.INFO, status=504)),
    ),
    case(
        "… after a delete of an older one whose first try may be taken up late",
        older(asked(2, 0.5, tries=2)),
        bounds=KEYLESS,
    ),
    case("… whose key tells that it was done", older(asked(2, 0.5, tries=2)), OLDER_DESTROYED),
    case(
        "… after its delete, and a create that was refused meanwhile",
        more(MADE_AGAIN, ops=(asked(3, 7.0), op(4, 7.25, result=OpResult.FAIL, status=409, cause="exists"))),
    ),
    case(
        "… whose create and read are as late as the skew allows",
        replace(read(2.5), ops=(op(1, 2.5, completed_at=2.75), read(2.5).ops[1])),
        DESTROYED.replace("op 1, effect 1", "effect 1, op 1"),
        bounds=SKEWED,
    ),
    case("… that nobody had read as active", replace(MADE_AGAIN, ops=MADE_AGAIN.ops[:1])),
    case("… that was read as pending", read(4.0, state="pending")),
    case("… that could not be read", read(4.0, result=OpResult.INFO)),
    case("… that was read as active when it was just whole", read(2.25), bounds=SKEWED),
    case("… that was read as active for long enough", read(2.5), DESTROYED, bounds=SKEWED),
    case("… that was read as active when it was made again", read(7.5), bounds=SKEWED),
    case("… that was read as active just before", read(7.25), DESTROYED, bounds=SKEWED),
    case("… that was read as active, and is there", read(9.0)),
    case(
        "… by a cluster that lost what it held",
        more(SHUT, effects=(effect(2, 8.0, EffectKind.WIPED), effect(3, 8.5, incarnation=2))),
    ),
    case(
        "… and was there before the load",
        showing(MADE_AGAIN, "north", 0, HELD),
        "L2 north/a: was there before the load, which never asked for it, and has been changed"
        " [reading 1, effect 1, effect 2, effect 3, reading 11]",
    ),
    case(
        "… that a service with a change log had deleted",
        replace(MADE_AGAIN, changes=clean().changes, has_changes=True),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
        "S10 north/a: was made again after its create had ended [change 2, effect 3]",
    ),
    case("somebody else's share is left alone", more(clean(), effects=(OTHERS,))),
    case(
        "somebody else's share was removed",
        more(clean(), effects=(OTHERS, effect(8, 5.0, EffectKind.DELETED, name="c", request_id="x", mark=None))),
        "S8 north/c: a share that somebody else had made was removed [effect 7, effect 8]",
    ),
    case(
        "somebody else's share was wiped",
        more(clean(), effects=(OTHERS, effect(8, 5.0, EffectKind.WIPED, name="c", request_id=None, mark=None))),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
