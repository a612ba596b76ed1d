"""S1: a second share, or a second record, is told from one that follows the first."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    EffectKind,
    History,
    OpResult,
)
from tests.harness.checkers.histories import (
    RECORD,
    anomalies,
    case,
    change,
    clean,
    effect,
    more,
    op,
    showing,
)
from tests.harness.checkers.spoils import (
    second_life,
    second_record,
    shown_twice,
)

REMOVED = (change(3, 5.0, "active", "deleting", writer="api"), change(4, 6.0, "deleting", None))
SECOND = change(5, 7.0, None, "pending", share="B", writer="api")


CASES = [
    case("shown twice", shown_twice(clean()), "S1 north/a: api shows it twice [reading 20]"),
    case(
        "a second share",
        second_life(clean()),
        "S1 north/a: a second share was made on the cluster while the first was alive [effect 1, effect 2]",
    ),
    case(
        "a second share that outlives the first",
        more(clean(), effects=(effect(2, 2.5, incarnation=2), effect(3, 2.7, EffectKind.DELETED))),
        "S1 north/a: a second share was made on the cluster while the first was alive [effect 1, effect 2]",
    ),
    case(
        "a second share after the first",
        more(clean(), effects=(effect(2, 2.2, EffectKind.DELETED), effect(3, 2.4, incarnation=2))),
    ),
    case(
        "a second record",
        second_record(clean()),
        "S1 north/a: a second record was made while the first was there [change 1, change 3]",
    ),
    case(
        "a second record that outlives the first",
        more(
            clean(),
            changes=(*REMOVED[:1], replace(SECOND, number=4, at=5.5), replace(REMOVED[1], number=5)),
            effects=(effect(2, 5.2, EffectKind.DELETED),),
        ),
        "S1 north/a: a second record was made while the first was there [change 1, change 4]",
    ),
    case(
        "a second record after the first",
        more(clean(), changes=(*REMOVED, SECOND), effects=(effect(2, 5.5, EffectKind.DELETED),)),
    ),
    case(
        "two names with two records each are told in the order of the log",
        more(
            clean(),
            ops=(op(3, 1.0, name="b", share="C"),),
            changes=(
                change(5, 3.5, None, "pending", name="b", share="C"),
                change(6, 3.6, None, "pending", name="b", share="D"),
                change(7, 3.7, None, "pending", share="B"),
            ),
        ),
        "S1 north/a: a second record was made while the first was there [change 1, change 7]",
        "S1 north/b: a second record was made while the first was there [change 5, change 6]",
        (
            "S3 north/b: its record vanished: it was never removed, and the API no longer shows it"
            " [op 3, change 5, reading 20]"
        ),
    ),
    case(
        "a record shown twice, beside one shown once",
        showing(clean(), "api", 2, RECORD, RECORD, replace(RECORD, name="b")),
        "S1 north/a: api shows it twice [reading 20]",
        "S2 north/b: it is there, and nobody had asked for it [reading 20]",
        "L2 north/b: is active, and not on the cluster [reading 20, reading 21]",
    ),
    case(
        "one name in two locations",
        more(
            showing(clean(), "api", 2, RECORD, replace(RECORD, location="south")),
            ops=(op(3, 1.0, location="south", result=OpResult.INFO),),
        ),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
