"""S4: moves that are no arrow, gaps in a path, and reads that go back."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    EffectKind,
    History,
    Op,
    OpKind,
    OpResult,
)
from tests.harness.checkers.histories import (
    anomalies,
    case,
    change,
    clean,
    effect,
    more,
    op,
)
from tests.harness.checkers.spoils import (
    back_from_failing,
    gap_in_the_path,
    read_backwards,
)


def seen(number: int, at: float, state: str, **fields: object) -> Op:
    """A GET that showed a state."""
    return op(number, at, OpKind.GET, status=200, state=state, key=None, completed_at=at + 0.25, **fields)


CASES = [
    case(
        "back from failing",
        back_from_failing(clean()),
        "S4 north/a: moved from failing to active, which is no arrow [change 3]",
    ),
    case(
        "a gap in the path", gap_in_the_path(clean()), "S4 north/a: left updating, but was active [change 2, change 3]"
    ),
    case(
        "a path that does not begin with its making",
        replace(clean(), changes=(change(1, 1.05, "pending", "active"),)),
        "S4 north/a: its first change does not make it [change 1]",
        "S5 north/a: was called active, and was not on the cluster [change 1, effect 1]",
        "S10 north/a: was made again after its create had ended [change 1, effect 1]",
    ),
    case(
        "made as something else than pending",
        replace(clean(), changes=(change(1, 1.05, None, "active"),)),
        "S4 north/a: moved from no record to active, which is no arrow [change 1]",
        "S5 north/a: was called active, and was not on the cluster [change 1, effect 1]",
        "S10 north/a: was made again after its create had ended [change 1, effect 1]",
    ),
    case(
        "made twice",
        more(clean(), changes=(change(3, 5.0, None, "pending"),)),
        "S4 north/a: left no record, but was active [change 2, change 3]",
    ),
    case(
        "every arrow",
        replace(
            clean(),
            changes=(
                *clean().changes,
                change(3, 4.5, "active", "updating"),
                change(4, 5.0, "updating", "active"),
                change(5, 6.0, "active", "deleting"),
                change(6, 7.0, "deleting", None),
            ),
            effects=(effect(1, 2.0), effect(2, 6.5, EffectKind.DELETED)),
        ),
    ),
    case(
        "read backwards", read_backwards(clean()), "S4 north/a: was read as active, and later as pending [op 2, op 3]"
    ),
    case("read backwards while the other read was under way", more(clean(), ops=(seen(3, 4.1, "pending"),))),
    case(
        "read backwards as the other read ended",
        replace(clean(), ops=(clean().ops[0], seen(2, 4.0, "active"), seen(3, 4.25, "pending"))),
    ),
    case(
        "read backwards just after the other read ended",
        replace(clean(), ops=(clean().ops[0], seen(2, 4.0, "active"), seen(3, 4.5, "pending"))),
        "S4 north/a: was read as active, and later as pending [op 2, op 3]",
    ),
    case(
        "active after updating is no step back",
        more(
            clean(),
            ops=(seen(3, 6.0, "updating"), seen(4, 7.0, "active"), seen(5, 8.0, "deleting"), seen(6, 9.0, "failing")),
        ),
    ),
    case(
        "a step back from a read in the middle",
        more(clean(), ops=(seen(3, 6.0, "deleting"), seen(4, 7.0, "updating"))),
        "S4 north/a: was read as deleting, and later as updating [op 3, op 4]",
    ),
    case(
        "a step back that was told by an unclear answer",
        more(clean(), ops=(seen(3, 6.0, "pending", result=OpResult.INFO),)),
    ),
    case("a step back of another record", more(clean(), ops=(seen(3, 6.0, "pending", share="B"),))),
    case("a read that names no record", more(clean(), ops=(seen(3, 6.0, "pending", share=None),))),
    case("a read of an unknown state", more(clean(), ops=(seen(3, 6.0, "odd"),))),
    case(
        "failing and deleting are both the last stretch",
        more(clean(), ops=(seen(3, 6.0, "failing"), seen(4, 7.0, "deleting"))),
    ),
    case(
        "a gap after every move",
        replace(clean(), changes=(clean().changes[0], change(2, 3.0, "updating", "active"))),
        "S4 north/a: left updating, but was pending [change 1, change 2]",
    ),
    case(
        "read backwards, and not listed in the order of the answers",
        replace(clean(), ops=(clean().ops[0], seen(3, 6.0, "pending"), clean().ops[1])),
        "S4 north/a: was read as active, and later as pending [op 2, op 3]",
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
