"""S5: a change of access or of a snapshot that is said to be done, or not to be, while the cluster says otherwise."""

import pytest

from harness.checkers.history_index import Bounds
from reports.history import Effect, EffectKind, History, Op, OpKind, OpResult, StateChange
from tests.harness.checkers.histories import LIMITS, anomalies, case, change, clean, effect, more, op

ALLOW, DENY = OpKind.ALLOW, OpKind.DENY
MAKE, REMOVE, VERIFY = OpKind.SNAPSHOT_CREATE, OpKind.SNAPSHOT_DELETE, OpKind.VERIFY
GIVEN, TAKEN = EffectKind.ALLOWED, EffectKind.DENIED
MADE, REMOVED = EffectKind.SNAPSHOT_CREATED, EffectKind.SNAPSHOT_DELETED


def asked(kind: OpKind, **fields: object) -> Op:
    return op(3, 5.0, kind, state="updating", **fields)


def ended(reason: str | None = None, *, after: str = "active") -> tuple[StateChange, StateChange]:
    began = change(3, 5.05, "active", "updating", writer="api")
    return began, change(4, 7.0, "updating", after, reason=reason)


def did(kind: EffectKind, at: float = 6.0, number: int = 2, **fields: object) -> Effect:
    return effect(number, at, kind, **fields)


def after(
    kind: OpKind, *effects: Effect, reason: str | None = None, more_ops: tuple[Op, ...] = (), **fields: object
) -> History:
    return more(clean(), ops=(*more_ops, asked(kind, **fields)), changes=ended(reason), effects=effects)


EARLIER = did(GIVEN, at=4.0)
KEPT = did(MADE, at=4.0)
ALLOWED_EARLIER = op(2, 3.5, ALLOW, grantee="a")


CASES = [
    case("access was given", after(ALLOW, did(GIVEN))),
    case(
        "access was not given",
        after(ALLOW),
        "S5 north/a: allow was said to be done, and the cluster gives no access [op 3, change 4]",
    ),
    case("access was taken away", after(DENY, EARLIER, did(TAKEN, number=3))),
    case("there was none to take away", after(DENY)),
    case(
        "access was not taken away",
        after(DENY, EARLIER),
        "S5 north/a: deny was said to be done, and the cluster gives access [effect 2, op 3, change 4]",
    ),
    case("a deny that failed changed nothing", after(DENY, EARLIER, reason="access not taken away: full")),
    case(
        "a deny that failed was done all the same",
        after(DENY, EARLIER, did(TAKEN, number=3), reason="access not taken away: silence"),
        "S5 north/a: deny was said not to be done, and the cluster gives no access"
        " [effect 2, op 3, effect 3, change 4]",
    ),
    case("a deny that failed landed late", after(DENY, EARLIER, did(TAKEN, 6.9, 3, late=True), reason="no")),
    case("a snapshot was made", after(MAKE, did(MADE))),
    case(
        "no snapshot was made",
        after(MAKE),
        "S5 north/a: snapshot-create was said to be done, and the cluster has none [op 3, change 4]",
    ),
    case("an earlier one was in the way", after(MAKE, KEPT, reason="no snapshot made: there is one")),
    case(
        "a delete that came about is no failure",
        after(REMOVE, KEPT, did(REMOVED, number=3), reason="snapshot not removed: there is no such snapshot"),
        "S5 north/a: snapshot-delete was said not to be done, and the cluster has none"
        " [effect 2, op 3, effect 3, change 4]",
    ),
    case("it was of an earlier life of the name", after(DENY, did(GIVEN, at=0.5, incarnation=9))),
    case(
        "two kinds may have begun it",
        more(
            clean(),
            ops=(asked(ALLOW, result=OpResult.INFO), op(4, 5.0, OpKind.RESIZE, size=5, result=OpResult.INFO)),
            changes=ended(),
        ),
    ),
    case("access was taken from another client", after(DENY, EARLIER, grantee="b", more_ops=(ALLOWED_EARLIER,))),
    case(
        "access was not taken from the only client",
        after(DENY, EARLIER, grantee="a", more_ops=(ALLOWED_EARLIER,)),
        "S5 north/a: deny was said to be done, and the cluster gives access [effect 2, op 3, change 4]",
    ),
    case("a verify found the share", after(VERIFY)),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert [each for each in anomalies(history, bounds) if each.startswith("S5")] == found


def lost(*, reason: str | None, state: str) -> History:
    gone = did(EffectKind.WIPED, at=4.0)
    return more(clean(), ops=(asked(VERIFY),), changes=ended(reason, after=state), effects=(gone,))


def test_a_verify_of_a_share_that_was_wiped_makes_it_lost_and_never_active() -> None:
    bounds = Bounds(limits=LIMITS)
    assert [each for each in anomalies(lost(reason="missing", state="lost"), bounds) if "S5" in each] == []
    found = [each for each in anomalies(lost(reason=None, state="active"), bounds) if "S5" in each]
    assert any("verify was said to find the share, and it was not on the cluster" in each for each in found)


def test_what_is_called_lost_must_not_be_there() -> None:
    history = more(clean(), ops=(asked(VERIFY),), changes=ended("missing", after="lost"))
    found = [each for each in anomalies(history, Bounds(limits=LIMITS)) if "S5" in each]
    assert any("was called lost, and is on the cluster" in each for each in found)
