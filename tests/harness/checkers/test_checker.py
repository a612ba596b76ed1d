"""What a run has for its checkers to judge from."""

from connector.values import replace
from harness.checkers.checker import Need, has
from harness.checkers.history_index import HistoryIndex
from reports.history import History
from tests.harness.checkers.histories import clean


def _has(history: History) -> list[str]:
    return [str(need) for need in Need if has(HistoryIndex(history), need)]


def test_a_reading_from_before_the_load_is_no_final_reading() -> None:
    assert _has(clean()) == ["change log", "effect log", "final readings"]
    assert _has(replace(clean(), readings=clean().readings[:2])) == ["change log", "effect log"]
    assert _has(History(has_changes=False, has_effect_log=False)) == []
