"""S12 is about operations that were accepted, not about who writes the other states down."""

from connector.values import replace
from harness.checkers.checker import run_safely
from harness.checkers.history_index import HistoryIndex
from harness.checkers.only_active import ONLY_ACTIVE
from reports.history import History, StateChange
from reports.verdicts import Verdict
from tests.harness.checkers.histories import change


def verdict(*changes: StateChange) -> Verdict:
    return run_safely(ONLY_ACTIVE, HistoryIndex(History(changes=changes))).verdict


MADE = change(1, 1.0, None, "pending", writer="api")


def test_an_api_that_carries_out_what_it_accepts_may_write_every_other_state() -> None:
    active = change(2, 2.0, "pending", "active", writer="api")
    asked = change(3, 3.0, "active", "updating", writer="api")
    done = change(4, 4.0, "updating", "active", writer="api")
    assert verdict(MADE, active, asked, done) is Verdict.VALID
    failing = change(2, 2.0, "pending", "failing", writer="api")
    assert verdict(MADE, failing, change(3, 2.0, "failing", None, writer="api")) is Verdict.VALID


def test_an_operation_that_is_accepted_too_early_is_an_anomaly() -> None:
    for state in ("updating", "deleting"):
        early = change(2, 1.5, "pending", state, writer="api")
        assert verdict(MADE, early) is Verdict.INVALID
        assert verdict(MADE, replace(early, writer="processor")) is Verdict.VALID
