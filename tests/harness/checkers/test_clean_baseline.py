"""V3: what was unclear before the first fault."""

import pytest

from connector.values import replace
from harness.checkers.history_index import Bounds
from reports.history import (
    History,
    Op,
    OpResult,
)
from tests.harness.checkers.histories import (
    anomalies,
    case,
    clean,
    finding,
    more,
    op,
)

UNCLEAR = op(3, 5.0, result=OpResult.INFO, status=504, location="a", name="b", share=None, completed_at=5.5)


CASES = [
    case("a dirty baseline is no anomaly", more(clean(), ops=(UNCLEAR,)), bounds=Bounds(disturbed=((6.0, 9.0),))),
]


@pytest.mark.parametrize(("history", "bounds", "found"), CASES)
def test_a_history_gives_these_anomalies_and_no_others(
    history: History, bounds: Bounds | None, found: list[str]
) -> None:
    assert anomalies(history, bounds) == found


@pytest.mark.parametrize(
    ("unclear", "summary"),
    [
        (
            UNCLEAR,
            "unknown: the baseline was not clean: 1 op was never clear before the first fault, such as create a/b",
        ),
        (replace(UNCLEAR, completed_at=6.0), "valid: holds"),
        (replace(UNCLEAR, completed_at=None), "valid: holds"),
        (replace(UNCLEAR, result=OpResult.FAIL), "valid: holds"),
    ],
    ids=["before", "as the fault began", "unfinished", "clear"],
)
def test_what_was_unclear_before_the_first_fault_makes_the_run_unknown(unclear: Op, summary: str) -> None:
    found = finding(more(clean(), ops=(unclear,)), "V3", Bounds(disturbed=((6.0, 9.0), (7.0, 8.0))))
    assert f"{found.verdict}: {found.summary}" == summary


def test_without_a_disturbance_there_is_no_baseline_to_judge() -> None:
    assert finding(more(clean(), ops=(UNCLEAR,)), "V3").summary == "not judged: nothing was disturbed"
