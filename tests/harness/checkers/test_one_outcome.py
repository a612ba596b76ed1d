"""S9: creates that end twice, removals that come twice, and records that serve two creates."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
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
    active_then_failed,
    failed_and_there,
    promised_to_two,
)

AGAIN = op(3, 6.0, key="key-1", status=200)


CASES = [
    case(
        "active, and then failed",
        active_then_failed(clean()),
        "S9 north/a: was reported active, and then failed [change 2, change 3]",
    ),
    case(
        "failed, and then active",
        replace(
            clean(),
            changes=(
                clean().changes[0],
                change(2, 3.0, "pending", "failing", reason="x"),
                change(3, 4.0, "failing", "active"),
            ),
        ),
        "S4 north/a: moved from failing to active, which is no arrow [change 3]",
    ),
    case(
        "active twice",
        more(clean(), changes=(change(3, 5.0, "active", "pending"), change(4, 6.0, "pending", "active"))),
        "S4 north/a: moved from active to pending, which is no arrow [change 3]",
        "S9 north/a: its create ended twice [change 2, change 4]",
    ),
    case(
        "removed twice",
        more(failed_and_there(clean()), changes=(change(4, 5.0, None, None),)),
        "S4 north/a: moved from no record to removed, which is no arrow [change 4]",
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
        "S9 north/a: its record was removed twice [change 3, change 4]",
    ),
    case(
        "removed once",
        failed_and_there(clean()),
        "S7 north/a: its create was reported failed, and the share is there [effect 1, change 2, change 3]",
    ),
    case(
        "promised to two",
        promised_to_two(clean()),
        "S9 north/a: one record was promised to two different creates [op 1, op 3]",
    ),
    case(
        "promised to one that asked twice",
        more(clean(), ops=(AGAIN,)),
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 3]",
    ),
    case(
        "promised to one that asked in two places",
        more(clean(), ops=(replace(AGAIN, location="south"), replace(AGAIN, number=4))),
        "S6 south/a: the key key-1 was answered in two ways [op 1, op 3]",
        "S6 north/a: the key key-1 was answered in two ways [op 1, op 4]",
        "S9 south/a: one record was promised to two different creates [op 1, op 3]",
        "S9 north/a: one record was promised to two different creates [op 1, op 4]",
    ),
    case(
        "promised to one that asked by two names",
        more(clean(), ops=(replace(AGAIN, name="b"),)),
        "S6 north/b: the key key-1 was answered in two ways [op 1, op 3]",
        "S9 north/b: one record was promised to two different creates [op 1, op 3]",
    ),
    case("an unclear answer promises nothing", more(clean(), ops=(replace(AGAIN, key="other", result=OpResult.INFO),))),
    case(
        "an answer that names no record",
        more(clean(), ops=(replace(AGAIN, share=None, key="x"), replace(AGAIN, number=4, share=None, key="y"))),
        "S3 north/a: it was accepted, and no record was ever made [op 3]",
        "S3 north/a: it was accepted, and no record was ever made [op 4]",
        bounds=Bounds(limits=LIMITS),
    ),
    case(
        "a refusal names the record of another create",
        more(
            clean(),
            ops=(replace(AGAIN, key="other", result=OpResult.FAIL, status=409, cause="share-exists", state="active"),),
        ),
    ),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found
