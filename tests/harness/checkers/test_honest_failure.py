"""S7: effects of what was reported failed, by the logs and by what the readings show."""

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
    ON_CLUSTER,
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
