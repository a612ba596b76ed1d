"""S11: records that another removed, or that a read did not find while the log has them."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    Op,
    OpKind,
    OpResult,
)
from tests.harness.checkers.histories import (
    LIMITS,
    anomalies,
    case,
    change,
    clean,
    more,
    op,
)
from tests.harness.checkers.spoils import (
    deleted_and_there,
    gone_without_removal,
    removed_by_the_api,
)

SKEWED = Bounds(limits=LIMITS, skew=0.5)
UNANSWERED = op(1, 1.0, result=OpResult.INFO, status=504, share=None, state=None)
MISSING = op(3, 1.75, OpKind.GET, status=404, result=OpResult.FAIL, share=None, state=None, key=None, completed_at=2.0)


def unanswered(create: Op = UNANSWERED) -> History:
    """The clean life, whose create was answered otherwise, or not at all."""
    return replace(clean(), ops=(create, *clean().ops[1:]))


CASES = [
    case(
        "removed by the API",
        removed_by_the_api(clean()),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
        "S11 north/a: its record was removed by api [change 4]",
    ),
    case(
        "removed by the processor",
        deleted_and_there(clean()),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
    ),
    case(
        "gone without removal",
        gone_without_removal(clean()),
        "S11 north/a: its record was gone, and the processor had not removed it [change 1, op 3]",
    ),
    case(
        "missing as it was made, by the skew",
        more(clean(), ops=(replace(MISSING, invoked_at=1.5),)),
        bounds=Bounds(limits=LIMITS, skew=0.45),
    ),
    case(
        "missing after it was made, beyond the skew",
        more(clean(), ops=(MISSING,)),
        "S11 north/a: its record was gone, and the processor had not removed it [change 1, op 3]",
        bounds=SKEWED,
    ),
    case(
        "missing as it was made",
        more(
            replace(clean(), changes=(change(1, 1.25, None, "pending", writer="api"), clean().changes[1])),
            ops=(MISSING,),
        ),
        bounds=SKEWED,
    ),
    case(
        "missing just before its removal, by the skew",
        more(deleted_and_there(clean()), ops=(replace(MISSING, invoked_at=5.0, completed_at=5.5),)),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
        bounds=SKEWED,
    ),
    case(
        "missing before its removal, beyond the skew",
        more(deleted_and_there(clean()), ops=(replace(MISSING, invoked_at=5.0, completed_at=5.25),)),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
        "S11 north/a: its record was gone, and the processor had not removed it [change 1, op 3]",
        bounds=SKEWED,
    ),
    case(
        "missing after its removal",
        more(deleted_and_there(clean()), ops=(replace(MISSING, invoked_at=7.0, completed_at=7.25),)),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
    ),
    case("missing before its create was answered or it moved on", more(unanswered(), ops=(MISSING,))),
    case(
        "missing after it moved on, though its create was never answered",
        more(unanswered(), ops=(replace(MISSING, invoked_at=3.25, completed_at=3.5),)),
        "S11 north/a: its record was gone, and the processor had not removed it [change 1, op 3]",
    ),
    case(
        "missing as it moved on, by the skew",
        more(unanswered(), ops=(replace(MISSING, invoked_at=3.5, completed_at=3.75),)),
        bounds=SKEWED,
    ),
    case(
        "missing after a create that was answered as it was made",
        more(unanswered(op(1, 1.0, completed_at=1.05)), ops=(MISSING,)),
        "S11 north/a: its record was gone, and the processor had not removed it [change 1, op 3]",
    ),
    case(
        "missing after a create that was answered without an id",
        more(unanswered(op(1, 1.0, share=None)), ops=(MISSING,)),
        "S3 north/a: it was accepted, and no record was ever made [op 1]",
        "S11 north/a: its record was gone, and the processor had not removed it [change 1, op 3]",
    ),
    case(
        "missing after the create of another of its name",
        more(unanswered(op(1, 0.5, share=None)), ops=(MISSING,)),
        "S3 north/a: it was accepted, and no record was ever made [op 1]",
    ),
    case(
        "missing after a list, which tells of no record",
        more(unanswered(), ops=(MISSING, op(4, 1.25, OpKind.LIST, share=None))),
    ),
    case("an answer that never came", more(clean(), ops=(replace(MISSING, invoked_at=6.0, completed_at=None),))),
    case("another status", more(clean(), ops=(replace(MISSING, invoked_at=6.0, completed_at=7.0, status=405),))),
    case("missing, and never there", more(clean(), ops=(replace(MISSING, name="b"),))),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
