"""N1: outcomes that nobody was told of, and notices that contradict the log or each other."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    EffectKind,
    History,
    Notice,
)
from tests.harness.checkers.histories import (
    LIMITS,
    anomalies,
    case,
    clean,
    effect,
    more,
    notice,
)
from tests.harness.checkers.spoils import (
    deleted_and_there,
    nobody_told,
    one_dedupe_id_for_two,
    told_too_early,
)

TOLD = replace(clean(), has_notices=True, notices=(notice(1, 4.0),))
DELETED = replace(
    deleted_and_there(clean()), effects=(effect(1, 2.0), effect(2, 5.5, EffectKind.DELETED)), has_notices=True
)
REMOVED = notice(2, 6.5, outcome="removed", dedupe_id="A.removed")
SKEWED = Bounds(limits=LIMITS, skew=0.5)


def numbered(number: int, at: float, change: int, **fields: object) -> Notice:
    """A notice that names the change that it tells of."""
    return notice(number, at, change=change, dedupe_id=f"msg_{change}", **fields)


NAMED = replace(clean(), has_notices=True, notices=(numbered(1, 4.0, 2),))
BOTH = replace(DELETED, notices=(numbered(1, 4.0, 2), numbered(2, 6.5, 4, outcome="removed")))

CASES = [
    case("each change told once", BOTH),
    case("a change told twice under one id", more(NAMED, notices=(numbered(2, 5.0, 2),))),
    case(
        "a change told under two ids",
        more(NAMED, notices=(notice(2, 5.0, change=2, dedupe_id="other"),)),
        "N1 north/a: one outcome was told under two dedupe ids, msg_2 and other [notice 1, notice 2]",
    ),
    case(
        "a change that one of two receivers was not told of",
        replace(BOTH, notices=(*BOTH.notices, numbered(3, 7.0, 2, receiver="other"))),
        "N1 north/a: became removed, and nobody was told [change 4]",
    ),
    case(
        "a receiver that was told of nothing",
        replace(NAMED, receivers=("inbox", NAMED.notices[0].receiver)),
        "N1 north/a: became active, and nobody was told [change 2]",
    ),
    case("every receiver told", replace(NAMED, receivers=(NAMED.notices[0].receiver,))),
    case(
        "a later change told first",
        replace(DELETED, notices=(numbered(1, 6.5, 4, outcome="removed"), numbered(2, 7.0, 2))),
        "N1 north/a: was told to be active after what came later [notice 1, notice 2]",
    ),
    case(
        "a change that is not in the log",
        more(NAMED, notices=(numbered(2, 5.0, 9),)),
        "N1 north/a: was told to be active before it was [notice 2]",
    ),
    case(
        "an outcome that is not that of its change",
        more(NAMED, notices=(notice(2, 5.0, change=2, outcome="removed", dedupe_id="msg_2"),)),
        "N1 north/a: the dedupe id msg_2 stands for two outcomes [notice 1, notice 2]",
        "N1 north/a: was told to be removed before it was [notice 2]",
    ),
    case("told", TOLD),
    case("told twice with one id", more(TOLD, notices=(notice(2, 5.0),))),
    case("nobody was told", nobody_told(clean()), "N1 north/a: became active, and nobody was told [change 2]"),
    case("told too early", told_too_early(clean()), "N1 north/a: was told to be active before it was [notice 1]"),
    case("told early within the skew", replace(TOLD, notices=(notice(1, 2.5),)), bounds=SKEWED),
    case(
        "told early beyond the skew",
        replace(TOLD, notices=(notice(1, 2.25),)),
        "N1 north/a: was told to be active before it was [notice 1]",
        bounds=SKEWED,
    ),
    case(
        "one dedupe id for two outcomes",
        one_dedupe_id_for_two(clean()),
        "N1 north/a: the dedupe id A stands for two outcomes [notice 1, notice 2]",
        "N1 north/a: was told to be removed before it was [notice 2]",
    ),
    case(
        "one dedupe id for two records",
        more(TOLD, notices=(notice(2, 5.0, share="B", name="b"),)),
        "N1 north/b: the dedupe id A stands for two outcomes [notice 1, notice 2]",
        "N1 north/b: was told to be active before it was [notice 2]",
    ),
    case("told of the removal", replace(DELETED, notices=(notice(1, 4.0), REMOVED))),
    case(
        "told of the removal too early",
        replace(DELETED, notices=(notice(1, 4.0), replace(REMOVED, at=5.0))),
        "N1 north/a: was told to be removed before it was [notice 2]",
    ),
    case(
        "not told of the removal",
        replace(DELETED, notices=(notice(1, 4.0),)),
        "N1 north/a: became removed, and nobody was told [change 4]",
    ),
    case(
        "told of the removal alone",
        replace(DELETED, notices=(REMOVED,)),
        "N1 north/a: became active, and nobody was told [change 2]",
    ),
    case(
        "told of a record that is not in the log",
        more(TOLD, notices=(notice(2, 5.0, share="B", name="b", dedupe_id="B"),)),
        "N1 north/b: was told to be active before it was [notice 2]",
    ),
    case("a pipeline without notices", clean()),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
