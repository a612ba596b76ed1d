"""L3: unclear ops that asking does not resolve."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    OpKind,
    OpResult,
    SeenShare,
)
from tests.harness.checkers.histories import (
    GIB,
    LIMITS,
    ON_CLUSTER,
    RECORD,
    anomalies,
    case,
    clean,
    finding,
    more,
    op,
    showing,
)
from tests.harness.checkers.spoils import (
    unclear_and_orphaned,
    unclear_and_pending,
)

UNCLEAR = op(3, 6.0, result=OpResult.INFO, status=504, name="b", share=None, key=None)
PENDING = SeenShare(location="north", name="b", share="B", state="pending")
ORPHAN = SeenShare(location="north", name="b", size=GIB)
RESIZE = op(3, 6.0, OpKind.RESIZE, result=OpResult.INFO, status=504, key=None)


CASES = [
    case(
        "unclear and pending",
        unclear_and_pending(clean()),
        "L3 north/b: create was never clear, and asking does not tell: its record is pending [op 3, reading 20]",
    ),
    case(
        "unclear and orphaned",
        unclear_and_orphaned(clean()),
        "L2 north/b: is on the cluster, and has no record (orphan) [reading 21]",
        (
            "L3 north/b: create was never clear, and asking does not tell:"
            " it is on the cluster without a record [op 3, reading 20]"
        ),
    ),
    case(
        "clear and pending",
        showing(more(clean(), ops=(replace(UNCLEAR, result=OpResult.FAIL),)), "api", 2, RECORD, PENDING),
    ),
    case("unclear and neither recorded nor made", more(clean(), ops=(UNCLEAR,))),
    case(
        "an unclear read",
        showing(more(clean(), ops=(replace(UNCLEAR, kind=OpKind.GET),)), "api", 2, RECORD, PENDING),
        "S2 north/b: it is there, and nobody had asked for it [reading 20]",
    ),
    case("an unclear delete", more(clean(), ops=(replace(RESIZE, kind=OpKind.DELETE),))),
    case(
        "an unclear delete that is under way",
        showing(more(clean(), ops=(replace(RESIZE, kind=OpKind.DELETE),)), "api", 2, replace(RECORD, state="deleting")),
        "L3 north/a: delete was never clear, and asking does not tell: its record is deleting [op 3, reading 20]",
    ),
    case("an unclear resize", more(clean(), ops=(RESIZE,))),
    case(
        "an unclear resize of which both tell another size",
        showing(more(clean(), ops=(RESIZE,)), "north", 2, replace(ON_CLUSTER, size=7)),
        "S5 north/a: is active with 1073741824 bytes; the cluster has 7 [reading 20]",
        (
            "L3 north/a: resize was never clear, and asking does not tell:"
            " the record says 1073741824 bytes, the cluster 7 [op 3, reading 20]"
        ),
    ),
    case(
        "an unclear create of which both tell another size",
        showing(more(clean(), ops=(replace(RESIZE, kind=OpKind.CREATE),)), "north", 2, replace(ON_CLUSTER, size=7)),
        "S5 north/a: is active with 1073741824 bytes; the cluster has 7 [reading 20]",
    ),
    case(
        "an unclear resize of what is not on its cluster",
        showing(more(clean(), ops=(RESIZE,)), "north", 2),
        "L2 north/a: is active, and not on the cluster [reading 20, reading 21]",
    ),
    case("an interrupted run", unclear_and_pending(clean()), bounds=Bounds(limits=LIMITS, interrupted=True)),
    case(
        "unclear, and orphaned by somebody else before the load",
        showing(showing(unclear_and_orphaned(clean()), "north", 0, ORPHAN), "north", 1, ON_CLUSTER, ORPHAN),
    ),
    case(
        "unclear and pending, by the first reading where the second failed",
        showing(showing(more(clean(), ops=(UNCLEAR,)), "api", 1, RECORD, PENDING), "api", 2, ok=False),
        "L1 north/b: is still pending 30 s after healing [reading 10]",
        "L3 north/b: create was never clear, and asking does not tell: its record is pending [op 3, reading 10]",
    ),
    case(
        "unclear and pending in the first reading, and no more",
        showing(more(clean(), ops=(UNCLEAR,)), "api", 1, RECORD, PENDING),
        "L1 north/b: is still pending 30 s after healing [reading 10]",
    ),
    case(
        "unclear, and no cluster could be read",
        showing(showing(unclear_and_orphaned(clean()), "north", 1, ok=False), "north", 2, ORPHAN, ok=False),
    ),
    case(
        "unclear, and the API could not be read",
        showing(showing(unclear_and_pending(clean()), "api", 1, ok=False), "api", 2, ok=False),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


def _summary(history: History, bounds: Bounds | None = None) -> str:
    found = finding(history, "L3", bounds)
    return f"{found.verdict}: {found.summary}"


def test_the_verdict_counts_what_was_unclear_and_is_unknown_where_nobody_could_be_asked() -> None:
    assert _summary(clean()) == "valid: holds: every answer was clear"
    unclear = more(clean(), ops=(UNCLEAR,))
    assert _summary(unclear) == "valid: holds: 1 unclear ops"
    assert _summary(showing(unclear, "api", 2, ok=False)) == "valid: holds: 1 unclear ops"
    unread = showing(showing(unclear, "api", 1, ok=False), "api", 2, ok=False)
    assert _summary(unread) == "unknown: the API could not be read at rest"
    interrupted = "unknown: the run was interrupted before it could come to rest"
    assert _summary(unclear, Bounds(interrupted=True)) == interrupted
