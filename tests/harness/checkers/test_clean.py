"""L2: what the clusters hold at rest beside, or instead of, the active records."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.allowances import Allowances
from reports.history import (
    EffectKind,
    History,
    OpKind,
    OpResult,
    SeenShare,
    StateChange,
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
    without,
)
from tests.harness.checkers.spoils import (
    active_and_absent,
    half_made_left,
    orphan,
    session_left,
)

ORPHAN = replace(ON_CLUSTER, name="b", mark="spool/B")
BORN = effect(2, 20.0, name="b", mark="spool/B", late=True)
SWEPT = effect(3, 21.5, EffectKind.DELETED, name="b", mark="spool/B", request_id="B.sweep.1")
ASKED = more(clean(), ops=(op(3, 6.0, name="b", share=None, state=None, result=OpResult.INFO),))
LEFT = showing(ASKED, "north", 1, ON_CLUSTER, ORPHAN)
OTHER = replace(ON_CLUSTER, name="other", mark="spool/s2/X")
WIPED = effect(2, 8.0, EffectKind.WIPED, request_id=None)
LOGLESS = replace(LEFT, effects=(), has_effect_log=False)


def held(*later: SeenShare, **rows: tuple[object, ...]) -> History:
    """A share of somebody else was there before the load. later: what became of it."""
    history = showing(showing(clean(), "north", 0, OTHER), "north", 1, ON_CLUSTER, *later)
    return more(showing(history, "north", 2, ON_CLUSTER, *later), **rows)


def set_aside(*later: StateChange) -> History:
    """A share whose create left it half-made, and whose record became a dead letter. later: what became of that."""
    dead = change(2, 3.0, "pending", "pending", fence=10, reason="dead letter: 10 claims ended without a word")
    history = replace(clean(), changes=(change(1, 1.0, None, "pending", writer="api"), dead, *later), attempts=())
    half, waits = replace(ON_CLUSTER, complete=False), replace(RECORD, state="pending")
    for round in (1, 2):
        history = showing(showing(history, "north", round, half), "api", round, waits)
    return history


CASES = [
    case(
        "a zombie",
        orphan(clean()),
        "S2 north/zombie: it is there, and nobody had asked for it [reading 21]",
        "L2 north/zombie: is on the cluster, and has no record (orphan) [reading 21]",
    ),
    case(
        "an orphan",
        showing(ASKED, "north", 2, ON_CLUSTER, ORPHAN),
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 21]",
        (
            "L3 north/b: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case(
        "an orphan in both readings is told once",
        showing(LEFT, "north", 2, ON_CLUSTER, ORPHAN),
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 11]",
        (
            "L3 north/b: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case(
        "an orphan with a past",
        showing(
            more(
                LEFT,
                effects=(BORN,),
                changes=(
                    change(3, 6.5, None, "pending", name="b", share="B"),
                    change(4, 7.0, "pending", "failing", name="b", share="B", reason="no"),
                    change(5, 7.5, "failing", None, name="b", share="B"),
                ),
            ),
            "north",
            2,
            ON_CLUSTER,
            ORPHAN,
        ),
        "S7 north/b: its create was reported failed, and the share is there [change 4, change 5, effect 2]",
        "L2 north/b: is on the cluster, and has no record (orphan) [change 5, effect 2, reading 11]",
        (
            "L3 north/b: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case("an orphan that came late and was swept", more(LEFT, effects=(BORN, SWEPT))),
    case(
        "an orphan that came in time and was swept",
        more(LEFT, effects=(replace(BORN, late=False), SWEPT)),
        "L2 north/b: is on the cluster, and has no record (orphan) [effect 2, reading 11]",
    ),
    case(
        "an orphan that came late, and is only gone from the reading",
        more(LEFT, effects=(BORN,)),
        "L2 north/b: is on the cluster, and has no record (orphan) [effect 2, reading 11]",
    ),
    case("an orphan that was gone by the second reading, without an effect log", LOGLESS),
    case(
        "an orphan that the effect log does not know",
        LEFT,
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 11]",
    ),
    case(
        "an orphan that nobody looked for again",
        replace(LOGLESS, readings=without(LOGLESS, side="north", round=2)),
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 11]",
        (
            "L3 north/b: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case(
        "an orphan that is half-made, and was swept",
        showing(more(LEFT, effects=(BORN, SWEPT)), "north", 1, ON_CLUSTER, replace(ORPHAN, complete=False)),
        "L2 north/b: is left half-made on the cluster [effect 2, reading 11]",
    ),
    case(
        "an orphan in the second reading that the log says was swept",
        showing(more(ASKED, effects=(BORN, SWEPT)), "north", 2, ON_CLUSTER, ORPHAN),
        "L2 north/b: is on the cluster, and has no record (orphan) [effect 2, reading 21]",
        (
            "L3 north/b: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case(
        "half-made",
        half_made_left(clean()),
        "L2 north/a: is left half-made on the cluster [effect 1, change 2, reading 11]",
    ),
    case("half-made, of a dead letter", set_aside()),
    case(
        "half-made, of a dead letter that was requeued",
        set_aside(change(3, 6.0, "pending", "pending", reason="requeued")),
        "L1 north/a: is still pending 30 s after healing [change 1, reading 10]",
        "L2 north/a: is left half-made on the cluster [change 1, effect 1, reading 11]",
    ),
    case(
        "active and absent",
        active_and_absent(clean()),
        "L2 north/a: is active, and not on the cluster [reading 20, reading 21]",
    ),
    case("active and absent after a wipe", showing(more(clean(), effects=(WIPED,)), "north", 1)),
    case(
        "active and absent after a delete",
        showing(more(clean(), effects=(replace(WIPED, kind=EffectKind.DELETED),)), "north", 1),
        "S5 north/a: was active, and its share was removed from the cluster [change 2, effect 2]",
        "L2 north/a: is active, and not on the cluster [reading 10, reading 11]",
    ),
    case("updating and absent", showing(showing(clean(), "api", 2, replace(RECORD, state="updating")), "north", 2)),
    case("an interrupted run", active_and_absent(clean()), bounds=Bounds(limits=LIMITS, interrupted=True)),
    case("the API could not be read", showing(active_and_absent(clean()), "api", 2, RECORD, ok=False)),
    case(
        "the API was not read",
        replace(active_and_absent(clean()), readings=without(active_and_absent(clean()), side="api", round=2)),
    ),
    case("the cluster could not be read", showing(clean(), "north", 2, ok=False)),
    case("the cluster was not read", replace(clean(), readings=without(clean(), side="north", round=2))),
    case("a session left", session_left(clean()), "L2 1 session is left open on north [reading 21]"),
    case("no session left", showing(clean(), "north", 2, ON_CLUSTER, sessions=0)),
    case("a share from before the load is still there", held(OTHER)),
    case(
        "a share from before the load was lost",
        held(),
        "L2 north/other: was there before the load, which never asked for it, and is gone [reading 1, reading 11]",
    ),
    case(
        "a share from before the load was lost, and its log shows how",
        held(
            effects=(
                effect(2, 9.0, EffectKind.DELETED, name="other", mark="spool/s2/X"),
                effect(3, 9.5, EffectKind.DELETED, name="more", mark="spool/s2/X"),
            )
        ),
        (
            "L2 north/other: was there before the load, which never asked for it, and is gone"
            " [reading 1, effect 2, reading 11]"
        ),
    ),
    case(
        "a share from before the load was changed",
        held(replace(OTHER, size=1)),
        (
            "L2 north/other: was there before the load, which never asked for it, and has been changed"
            " [reading 1, reading 11]"
        ),
    ),
    case(
        "a share from before the load is half gone",
        held(replace(OTHER, complete=False)),
        (
            "L2 north/other: was there before the load, which never asked for it, and has been changed"
            " [reading 1, reading 11]"
        ),
    ),
    case(
        "a share from before the load was wiped",
        held(effects=(effect(2, 9.0, EffectKind.WIPED, name="other", request_id=None, mark="spool/s2/X"),)),
    ),
    case(
        "a share from before the load was lost as another was wiped",
        held(
            effects=(
                effect(2, 9.0, EffectKind.WIPED, name="more", request_id=None, mark="spool/s2/X"),
                effect(3, 9.5, EffectKind.ALLOWED, name="other", mark="spool/s2/X"),
            )
        ),
        (
            "L2 north/other: was there before the load, which never asked for it, and is gone"
            " [reading 1, effect 3, reading 11]"
        ),
    ),
    case(
        "a client deleted a share from before the load",
        held(ops=(op(9, 8.0, OpKind.DELETE, name="other", share="X", result=OpResult.FAIL, status=404),)),
    ),
    case(
        "a client resized a share from before the load",
        held(
            replace(OTHER, size=1),
            ops=(op(9, 8.0, OpKind.RESIZE, name="other", share="X", result=OpResult.FAIL, status=404),),
        ),
    ),
    case(
        "a client read a share from before the load",
        held(ops=(op(9, 8.0, OpKind.GET, name="other", share="X", result=OpResult.FAIL, status=405, key=None),)),
        "L2 north/other: was there before the load, which never asked for it, and is gone [reading 1, reading 11]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def _summary(history: History, bounds: Bounds | None = None) -> str:
    found = finding(history, "L2", bounds)
    return f"{found.verdict}: {found.summary}"


def test_what_could_not_be_read_after_the_fence_is_unknown() -> None:
    assert _summary(clean()) == "valid: holds"
    assert _summary(showing(clean(), "north", 2, ok=False)) == "unknown: north could not be read after the fence"
    assert _summary(showing(clean(), "api", 2, ok=False)) == "unknown: api could not be read after the fence"
    unread = replace(clean(), readings=tuple(row for row in clean().readings if row.round < 2))
    both = "unknown: api could not be read after the fence; north could not be read after the fence"
    assert _summary(unread) == both
    interrupted = "unknown: the run was interrupted before it could come to rest"
    assert _summary(active_and_absent(clean()), Bounds(interrupted=True)) == interrupted


@pytest.mark.parametrize(("grace", "said"), [(18.0, True), (17.5, False)])
def test_what_is_left_while_the_sweep_has_its_time_is_unknown(grace: float, said: bool) -> None:
    """A client saw it at 4.1 s, and the last reading at 22 s."""
    left = showing(showing(clean(), "api", 1), "api", 2)
    summary = _summary(left, Bounds(limits=LIMITS, allowances=Allowances(grace=grace)))
    waiting = "1 share without a record, such as north/a, may still wait for the sweep"
    assert (waiting in summary) is said
    assert summary.startswith("unknown: " if said else "invalid: ")
