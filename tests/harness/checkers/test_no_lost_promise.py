"""S3: an accepted create whose record is missing, was removed without a word, or vanished."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.allowances import Allowances, LogDetail
from reports.history import (
    History,
    OpKind,
    OpResult,
)
from tests.harness.checkers.histories import (
    LIMITS,
    RECORD,
    anomalies,
    case,
    clean,
    more,
    op,
    showing,
    without,
)
from tests.harness.checkers.spoils import (
    deleted_and_there,
    failed_and_there,
    failed_without_reason,
    never_recorded,
    removed_silently,
    reuse_accepted,
    vanished_from_the_api,
)

UNOWNED = Bounds(limits=LIMITS, allowances=Allowances(unlogged=(LogDetail.OWNER,)))
CLOSED = replace(clean(), changes=(), has_changes=False)


CASES = [
    case(
        "no record was ever made",
        never_recorded(clean()),
        "S3 north/a: it was accepted, and no record was ever made [op 1]",
    ),
    case(
        "removed silently",
        removed_silently(clean()),
        "S3 north/a: its record was removed with neither a failure nor a delete before [op 1, change 2]",
        "S4 north/a: moved from pending to removed, which is no arrow [change 2]",
    ),
    case(
        "removed silently, as the sheet allows it",
        removed_silently(clean()),
        bounds=Bounds(limits=LIMITS, allowances=Allowances(moves=(("pending", None),))),
    ),
    case(
        "removed silently, where the sheet allows it from another state",
        removed_silently(clean()),
        "S3 north/a: its record was removed with neither a failure nor a delete before [op 1, change 2]",
        "S4 north/a: moved from pending to removed, which is no arrow [change 2]",
        bounds=Bounds(limits=LIMITS, allowances=Allowances(moves=(("updating", None),))),
    ),
    case(
        "no record of that name was ever made, where the log does not say whose they are",
        more(clean(), ops=(op(3, 5.0, name="b", share="B"),)),
        "S3 north/b: it was accepted, and no record was ever made [op 3]",
        bounds=UNOWNED,
    ),
    case(
        "… and the answer does not either",
        more(clean(), ops=(op(3, 5.0, name="b", share=None),)),
        bounds=UNOWNED,
    ),
    case(
        "failed without a reason",
        failed_without_reason(clean()),
        "S3 north/a: its record was removed as failed without a reason [op 1, change 2, change 3]",
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
    ),
    case(
        "failed with a reason",
        failed_and_there(clean()),
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
    ),
    case(
        "removed after a delete",
        deleted_and_there(clean()),
        "S8 north/a: was deleted and its record removed, and the share is there [effect 1, change 4]",
    ),
    case(
        "vanished from the API",
        vanished_from_the_api(clean()),
        (
            "S3 north/a: its record vanished: it was never removed, and the API no longer shows it"
            " [op 1, change 2, reading 20]"
        ),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, change 2, reading 21]",
    ),
    case(
        "shown as another record",
        showing(clean(), "api", 2, replace(RECORD, share="B")),
        (
            "S3 north/a: its record vanished: it was never removed, and the API no longer shows it"
            " [op 1, change 2, reading 20]"
        ),
    ),
    case("a last reading that failed", showing(clean(), "api", 2, ok=False)),
    case("no second reading", replace(vanished_from_the_api(clean()), readings=without(clean(), side="api", round=2))),
    case(
        "no second reading, and missing in the first",
        replace(clean(), readings=without(showing(clean(), "api", 1), side="api", round=2)),
        (
            "S3 north/a: its record vanished: it was never removed, and the API no longer shows it"
            " [op 1, change 2, reading 10]"
        ),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, change 2, reading 11]",
    ),
    case(
        "no reading of the API", replace(clean(), readings=tuple(row for row in clean().readings if row.side != "api"))
    ),
    case(
        "a create that was not accepted has no record",
        more(clean(), ops=(op(3, 5.0, name="b", share=None, result=OpResult.FAIL, status=422),)),
    ),
    case(
        "an unclear create has no record", more(clean(), ops=(op(3, 5.0, name="b", share=None, result=OpResult.INFO),))
    ),
    case(
        "a reuse of a key with another body",
        reuse_accepted(clean()),
        "S6 north/a: the key key-1 was accepted again with another body [op 1, op 3]",
    ),
    case(
        "a reuse of a key with another body that names a record that is not there",
        more(clean(), ops=(op(3, 0.5, name="b", share="B", body_differs=True),)),
    ),
    case(
        "without a change log, it was seen active and vanished",
        showing(CLOSED, "api", 2),
        "S3 north/a: it was active, and vanished [op 1, op 2, reading 20]",
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
    ),
    case(
        "without a change log, and deleted",
        more(showing(CLOSED, "api", 2), ops=(op(3, 5.0, OpKind.DELETE),)),
        "S8 north/a: was deleted, no record is left, and the share is there [effect 1, op 3, reading 20]",
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
    ),
    case(
        "without a change log, and never seen active",
        replace(showing(CLOSED, "api", 2), ops=CLOSED.ops[:1]),
        "L2 north/a: is on the cluster, and has no record (orphan) [effect 1, reading 21]",
    ),
    case("without a change log, and still there", CLOSED),
    case("without a change log, and unread", showing(CLOSED, "api", 2, ok=False)),
    case(
        "without a change log, a create that refers to no record",
        replace(CLOSED, ops=(op(1, 1.0, share=None, state=None), CLOSED.ops[1])),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
