"""An honest service of somebody else is valid by what its sheet allows, and its twin that goes beyond that is not."""

from typing import Any

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.allowances import STRICT, Allowances
from reports.history import Effect, EffectKind, History, Op, OpKind, OpResult, Reading, SeenShare
from reports.verdicts import Verdict
from tests.harness.checkers.histories import (
    LIMITS,
    ON_CLUSTER,
    RECORD,
    anomalies,
    change,
    effect,
    finding,
    more,
    op,
    reading,
)

SKEW = 0.5
GRACE = Allowances(grace=30.0)
LATE = Allowances(grace=30.0, late_effects=True)
KEYLESS = Allowances(keys=False)
REFUSED = op(1, 1.0, result=OpResult.FAIL, status=424, cause="cluster-refused", share=None, state=None)
UNCLEAR = op(1, 1.0, result=OpResult.INFO, status=504, share=None, state=None)
SHARE = replace(ON_CLUSTER, mark=None)
MADE = effect(1, 5.0, mark=None, late=True)


def swept(at: float) -> Effect:
    return effect(2, at, EffectKind.DELETED, mark=None)


def seen(side: str, round: int, at: float, *shares: SeenShare) -> Reading:
    return replace(reading(side, round, *shares), at=at)


def foreign(
    *ops: Op,
    effects: tuple[Effect, ...] = (),
    records: tuple[SeenShare, ...] = (),
    first: tuple[SeenShare, ...] = (),
    last: tuple[SeenShare, ...] = (),
    rounds: tuple[float, float] = (21.0, 60.0),
) -> History:
    """A service without logs. records: shown in both rounds, which are read at these instants; first, last: what the
    cluster shows then."""
    shown = zip(rounds, (first, last), strict=True)
    readings = [
        row
        for round, (at, shares) in enumerate(shown, start=1)
        for row in (seen("api", round, at, *records), seen("north", round, at, *shares))
    ]
    return History(
        ops=ops,
        effects=effects,
        readings=(reading("api", 0), reading("north", 0), *readings),
        has_changes=False,
        has_commands=False,
    )


def found(history: History, allowances: Allowances) -> list[str]:
    """The invariants that are broken, each once, as they are told."""
    rows = anomalies(history, Bounds(limits=LIMITS, skew=SKEW, allowances=allowances))
    return list(dict.fromkeys(row.split()[0] for row in rows))


LANDED_LATE = foreign(REFUSED, effects=(MADE, swept(35.5)), first=(SHARE,))
SWEPT_TOO_LATE = foreign(REFUSED, effects=(MADE, swept(35.75)), first=(SHARE,))
NEVER_SWEPT = foreign(REFUSED, effects=(MADE,), first=(SHARE,), last=(SHARE,))
AT_ONCE = replace(MADE, at=1.05, late=False)
LEFT_BEHIND = foreign(UNCLEAR, effects=(AT_ONCE, swept(31.0)), first=(SHARE,))
LEFT_TOO_LONG = foreign(UNCLEAR, effects=(AT_ONCE, swept(59.0)), first=(SHARE,), rounds=(31.75, 60.0))
LEFT_LONG = foreign(UNCLEAR, effects=(AT_ONCE, swept(59.0)), first=(SHARE,), rounds=(31.5, 60.0))
POLLED = op(2, 10.0, OpKind.GET, status=404, result=OpResult.FAIL, share=None, state=None, key=None)
SEEN = op(2, 10.0, OpKind.GET, status=200, state="pending", share=None, key=None)
HALF_MADE = replace(SHARE, complete=False)
LEFT_HALF_MADE = foreign(
    UNCLEAR, effects=(replace(AT_ONCE, kind=EffectKind.HALF_CREATED), swept(31.0)), first=(HALF_MADE,)
)

MADE_AT_ONCE = replace(MADE, at=1.05, late=False)
THERE: dict[str, Any] = {"effects": (MADE_AT_ONCE,), "records": (RECORD,), "first": (SHARE,), "last": (SHARE,)}
ACCEPTED = op(1, 1.0, share=None)
REFUSED_AGAIN = replace(
    ACCEPTED, number=2, invoked_at=3.0, completed_at=3.1, result=OpResult.FAIL, status=409, state=None
)
PROMISED_AGAIN = replace(op(2, 3.0), share="A", key="another")
RETRIED = op(1, 1.0, result=OpResult.FAIL, status=409, cause="exists", share=None, state=None, tries=2)
DELETED = op(2, 10.0, OpKind.DELETE, share=None, state="deleting")
DELETED_LATE: dict[str, Any] = {"effects": (MADE_AT_ONCE,), "first": (SHARE,), "last": (SHARE,)}


CASES = [
    ("a late effect after a failure, swept in time", LANDED_LATE, LATE, []),
    ("… swept too late", SWEPT_TOO_LATE, LATE, ["S7"]),
    ("… never swept", NEVER_SWEPT, LATE, ["S7", "L2"]),
    ("… where the sheet does not allow it", LANDED_LATE, GRACE, ["S7"]),
    ("… where it allows nothing", LANDED_LATE, STRICT, ["S7"]),
    ("a late effect after a failure, seen in time", replace(LANDED_LATE, effects=(), has_effect_log=False), LATE, []),
    ("… seen too late", replace(NEVER_SWEPT, effects=(), has_effect_log=False), LATE, ["S7", "L2"]),
    ("left behind, and swept in time", LEFT_BEHIND, GRACE, []),
    ("… half-made, and swept in time", LEFT_HALF_MADE, GRACE, []),
    ("… and seen as long as the sweep has", LEFT_LONG, GRACE, []),
    ("… and seen for longer", LEFT_TOO_LONG, GRACE, ["L2"]),
    ("… and asked for in vain meanwhile", more(LEFT_TOO_LONG, ops=(POLLED,)), GRACE, ["L2"]),
    ("… and seen pending meanwhile", more(LEFT_TOO_LONG, ops=(SEEN,)), GRACE, []),
    ("… where the sheet allows nothing", LEFT_BEHIND, STRICT, ["L2"]),
    ("a create again without keys", foreign(ACCEPTED, REFUSED_AGAIN, **THERE), KEYLESS, []),
    ("… with keys", foreign(ACCEPTED, REFUSED_AGAIN, **THERE), STRICT, ["S6"]),
    ("promised again without keys", foreign(op(1, 1.0), PROMISED_AGAIN, **THERE), KEYLESS, []),
    ("… with keys", foreign(op(1, 1.0), PROMISED_AGAIN, **THERE), STRICT, ["S9"]),
    ("refused at the second try without keys", foreign(RETRIED, **THERE), KEYLESS, []),
    ("… with keys", foreign(RETRIED, **THERE), STRICT, ["S7"]),
    ("… at the only one", foreign(replace(RETRIED, tries=1, cause="cluster-refused"), **THERE), KEYLESS, ["S7"]),
    ("unknown, and done", foreign(UNCLEAR, **THERE), STRICT, []),
    ("unknown, and not done", foreign(UNCLEAR), STRICT, []),
    ("deleted, and never swept", foreign(ACCEPTED, DELETED, **DELETED_LATE), GRACE, ["S8", "L2"]),
]


@pytest.mark.parametrize(("history", "allowances", "broken"), [pytest.param(*row, id=id) for id, *row in CASES])
def test_what_a_sheet_allows_is_valid_and_what_goes_beyond_is_not(
    history: History, allowances: Allowances, broken: list[str]
) -> None:
    assert found(history, allowances) == broken


@pytest.mark.parametrize("allowances", [KEYLESS, GRACE, LATE])
def test_a_second_share_of_one_name_is_one_too_many_whatever_is_allowed(allowances: Allowances) -> None:
    second = replace(MADE, number=2, at=3.0, incarnation=2, request_id="other")
    history = foreign(
        ACCEPTED, effects=(replace(MADE, at=1.05), second), records=(RECORD,), first=(SHARE,), last=(SHARE,)
    )
    assert found(history, allowances) == ["S1"]


def test_a_run_that_ends_before_the_sweep_is_due_cannot_tell() -> None:
    short = foreign(UNCLEAR, effects=(AT_ONCE,), first=(SHARE,), last=(SHARE,), rounds=(21.0, 31.0))
    bounds = Bounds(limits=LIMITS, skew=SKEW, allowances=GRACE)
    clean = finding(short, "L2", bounds)
    assert (clean.verdict, clean.summary) == (
        Verdict.UNKNOWN,
        "1 share without a record, such as north/a, may still wait for the sweep (allowed: its sweep has 30 s)",
    )
    assert found(short, GRACE) == []
    assert finding(replace(short, readings=short.readings[:4]), "L2", bounds).summary.startswith(
        "api could not be read"
    )


def test_with_a_change_log_a_share_of_a_failed_or_deleted_record_is_swept_in_time() -> None:
    failed = replace(
        LANDED_LATE,
        ops=(op(1, 1.0),),
        effects=(replace(MADE, mark="spool/A"), replace(swept(35.0), mark="spool/A")),
        changes=(
            change(1, 1.05, None, "pending", writer="api"),
            change(2, 2.0, "pending", "failing", reason="late"),
            change(3, 3.0, "failing", None),
        ),
        injections=(),
        has_changes=True,
    )
    deleted = replace(
        failed,
        changes=tuple(replace(row, **_AS_DELETED.get(row.number, {})) for row in failed.changes),
    )
    assert [row for row in found(failed, LATE) if row in {"S7", "S8"}] == []
    assert [row for row in found(replace(failed, effects=failed.effects[:1]), LATE) if row in {"S7", "S8"}] == ["S7"]
    assert [row for row in found(deleted, GRACE) if row in {"S7", "S8"}] == []
    assert [row for row in found(replace(deleted, effects=deleted.effects[:1]), GRACE) if row in {"S7", "S8"}] == ["S8"]


_AS_DELETED: dict[int, dict[str, Any]] = {2: {"after": "deleting"}, 3: {"before": "deleting"}}


def test_a_verdict_repeats_what_was_allowed() -> None:
    bounds = Bounds(limits=LIMITS, allowances=Allowances(keys=False, grace=30.0, late_effects=True))
    history = foreign(ACCEPTED, **THERE)
    assert finding(history, "S6", bounds).summary == (
        "holds (weaker form: no change log; allowed: no idempotency keys)"
    )
    assert finding(history, "V2", bounds).summary.endswith(
        "allowed: no idempotency keys (S6, S9); allowed: its sweep has 30 s (L2, S8);"
        " allowed: late effects, for 30 s (S7)"
    )
