"""S6: contradicting answers to one key, refusals by a state that is over, and requests with two effects."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    EffectKind,
    History,
    OpResult,
)
from tests.harness.checkers.histories import (
    LIMITS,
    anomalies,
    case,
    clean,
    effect,
    more,
    op,
)
from tests.harness.checkers.spoils import (
    decided_and_then_refused,
    one_key_two_records,
    one_request_two_effects,
    refused_as_pending,
    refused_by_a_state_that_was_over,
    refused_for_good_and_then_accepted,
    reuse_accepted,
)

FAILED = op(3, 6.0, key="key-1", result=OpResult.FAIL, status=409, cause="cluster-refused", share=None, state=None)


CASES = [
    case(
        "one key for two records",
        one_key_two_records(clean()),
        "S3 north/a: it was accepted, and no record was ever made [op 3]",
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 3]",
    ),
    case(
        "a reuse with another body that was accepted",
        reuse_accepted(clean()),
        "S6 north/a: the key key-1 was accepted again with another body [op 1, op 3]",
    ),
    case(
        "a reuse with another body that was accepted before the key was",
        more(clean(), ops=(op(3, 0.25, key="key-1", body_differs=True, completed_at=0.75),)),
    ),
    case(
        "a reuse with another body that began as the key was accepted",
        replace(clean(), ops=(op(1, 1.0, completed_at=1.25), op(3, 1.25, key="key-1", body_differs=True))),
        "S6 north/a: the key key-1 was accepted again with another body [op 1, op 3]",
    ),
    case(
        "a reuse with another body whose first answer never came",
        replace(clean(), ops=(op(1, 1.0, completed_at=None), op(3, 1.25, key="key-1", body_differs=True))),
    ),
    case(
        "a reuse with another body while the first was unclear",
        replace(clean(), ops=(op(1, 1.0, result=OpResult.INFO), op(3, 1.25, key="key-1", body_differs=True))),
    ),
    case(
        "a reuse with another body that was refused",
        more(
            clean(),
            ops=(
                op(
                    3,
                    6.0,
                    key="key-1",
                    body_differs=True,
                    result=OpResult.FAIL,
                    status=422,
                    cause="key-reused",
                    share=None,
                    state=None,
                ),
            ),
        ),
    ),
    case("the same key, answered in the same way", more(clean(), ops=(op(3, 6.0, key="key-1", state="active"),))),
    case(
        "the same answer with another status",
        more(clean(), ops=(op(3, 6.0, key="key-1", status=200),)),
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 3]",
    ),
    case(
        "the same answer with another status, of a service seen from outside",
        more(replace(clean(), changes=(), has_changes=False), ops=(op(3, 6.0, key="key-1", status=200),)),
    ),
    case(
        "accepted, and then refused",
        decided_and_then_refused(clean()),
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 3]",
    ),
    case(
        "accepted, and refused as the answer came",
        replace(
            clean(),
            ops=(op(1, 1.0, completed_at=1.25), replace(FAILED, cause="share-exists", share="A", invoked_at=1.25)),
        ),
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 3]",
    ),
    case(
        "accepted, and refused while the answer was under way",
        replace(
            clean(),
            ops=(op(1, 1.0, completed_at=1.5), replace(FAILED, cause="share-exists", share="A", invoked_at=1.25)),
        ),
    ),
    case(
        "accepted by an answer that never came, and then refused",
        replace(
            clean(),
            ops=(op(1, 1.0, completed_at=None), replace(FAILED, cause="share-exists", share="A", invoked_at=9.0)),
        ),
    ),
    case(
        "accepted, and refused for good while the answer was under way",
        replace(clean(), ops=(op(1, 1.0, completed_at=1.5), replace(FAILED, invoked_at=1.25))),
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 3]",
    ),
    case(
        "refused for good, and then accepted",
        refused_for_good_and_then_accepted(clean()),
        "S6 north/a: the key key-1 was answered in two ways [op 0, op 1]",
    ),
    case(
        "refused for the moment, and then accepted",
        replace(
            clean(),
            ops=(
                replace(FAILED, number=0, cause="share-pending", tries=2, invoked_at=0.25, completed_at=0.5),
                *clean().ops,
            ),
        ),
    ),
    case(
        "accepted, and then unclear",
        more(clean(), ops=(op(3, 6.0, key="key-1", result=OpResult.INFO, status=504, share=None, state=None),)),
    ),
    case(
        "accepted, and then never sent", more(clean(), ops=(replace(FAILED, status=None, cause="connection-refused"),))
    ),
    case(
        "other keys between those that came again",
        more(
            clean(),
            ops=(
                op(3, 5.0, key="key-9", name="b", share=None, result=OpResult.INFO),
                op(4, 6.0, key="key-1", share="A", status=200),
                op(5, 7.0, key=None),
            ),
        ),
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 4]",
        "S9 north/a: one record was promised to two different creates [op 1, op 5]",
    ),
    case(
        "refused by a state that was over",
        refused_by_a_state_that_was_over(clean()),
        "S6 north/a: the key key-3 was refused by a state that was over: pending [op 3, change 2, op 4]",
    ),
    case(
        "refused by a state that is not yet over by the skew",
        more(clean(), ops=(refused_as_pending(3, 1.5), replace(refused_as_pending(4, 3.5), completed_at=4.0))),
        bounds=Bounds(limits=LIMITS, skew=0.5),
    ),
    case(
        "refused by a state that is over by more than the skew",
        more(clean(), ops=(refused_as_pending(3, 1.5), replace(refused_as_pending(4, 3.75), completed_at=4.0))),
        "S6 north/a: the key key-3 was refused by a state that was over: pending [op 3, change 2, op 4]",
        bounds=Bounds(limits=LIMITS, skew=0.5),
    ),
    case(
        "refused by a state that began within the skew",
        more(
            clean(),
            ops=(refused_as_pending(3, 1.5), replace(refused_as_pending(4, 2.25), state="active", completed_at=2.5)),
        ),
        bounds=Bounds(limits=LIMITS, skew=0.5),
    ),
    case(
        "refused by a state that had not begun",
        more(
            clean(),
            ops=(refused_as_pending(3, 1.5), replace(refused_as_pending(4, 2.0), state="active", completed_at=2.25)),
        ),
        "S6 north/a: the key key-3 was refused by a state that was over: active [op 3, op 4]",
        bounds=Bounds(limits=LIMITS, skew=0.5),
    ),
    case(
        "refused by a state that never was, in an answer without an end",
        more(
            clean(),
            ops=(
                refused_as_pending(3, 1.5),
                replace(refused_as_pending(4, 2.0), state="active", completed_at=None),
                replace(refused_as_pending(5, 2.5), state="deleting"),
            ),
        ),
        "S6 north/a: the key key-3 was refused by a state that was over: deleting [op 3, op 5]",
    ),
    case(
        "only what comes again is held against a state",
        more(clean(), ops=(replace(refused_as_pending(3, 6.0)), refused_as_pending(4, 1.5))),
    ),
    case(
        "a refusal for good shows a state that was over",
        more(clean(), ops=(refused_as_pending(3, 1.5), replace(refused_as_pending(4, 6.0), cause="cluster-refused"))),
    ),
    case("an accepted op shows a state that was over", more(clean(), ops=(op(3, 6.0, key="key-1", state="failing"),))),
    case(
        "a reuse with another body is refused by a state that was over",
        more(clean(), ops=(refused_as_pending(3, 1.5), replace(refused_as_pending(4, 6.0), body_differs=True))),
    ),
    case(
        "a refusal of a record that is not in the log, and one that names no state",
        more(
            clean(),
            ops=(
                refused_as_pending(3, 1.5),
                replace(refused_as_pending(4, 6.0), share="B"),
                replace(refused_as_pending(5, 6.0), state=None),
            ),
        ),
    ),
    case(
        "one request with two effects of a kind",
        one_request_two_effects(clean()),
        "S6 north/a: request request-1 had the effect 'created' twice [effect 1, effect 3]",
    ),
    case(
        "one request with two effects of two kinds",
        more(clean(), effects=(effect(2, 2.25, EffectKind.ALLOWED, request_id="request-1"),)),
    ),
    case(
        "one request with two effects, the cluster wiped between them",
        more(
            clean(),
            effects=(
                effect(2, 2.25, EffectKind.WIPED, request_id=None),
                effect(3, 2.5, incarnation=2, request_id="request-1"),
            ),
        ),
    ),
    case(
        "a wipe before anything had an effect, and effects without a request",
        more(
            clean(),
            effects=(
                effect(2, 0.5, EffectKind.WIPED, request_id=None, cluster="south"),
                effect(3, 2.5, EffectKind.ALLOWED, request_id=None),
                effect(4, 2.75, EffectKind.ALLOWED, request_id=None),
                effect(5, 2.75, EffectKind.DENIED, request_id="twice"),
                effect(6, 2.75, EffectKind.DENIED, request_id="twice"),
            ),
        ),
        "S6 north/a: request twice had the effect 'denied' twice [effect 5, effect 6]",
    ),
    case(
        "one request on two clusters",
        more(
            clean(),
            ops=(op(3, 1.0, location="south", share="A", key=None, result=OpResult.INFO),),
            effects=(effect(2, 2.25, cluster="south", request_id="request-1"),),
        ),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
